package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionNumbersTest {

  private static final int IDS = 3;

  @TempDir Path dir;

  private final FunctionNumbers numbers = new FunctionNumbers(this::directory, IDS);

  private Path directory(int number) {
    return dir.resolve("f" + number);
  }

  private void exist(int... numbers) throws IOException {
    for (int number : numbers) {
      Files.createDirectory(directory(number));
    }
  }

  private List<Integer> next(int count) {
    return IntStream.range(0, count).mapToObj(_ -> numbers.getAsInt()).toList();
  }

  @Test
  void numberWhoseUserIdIsInUseIsLeftOut() throws IOException {
    // Given
    assertThat(next(IDS)).containsExactly(1, 2, 3);
    exist(1, 3);

    // When, Then
    assertThat(next(1)).containsExactly(5);
    exist(5);

    // When
    Files.delete(directory(1));

    // Then
    assertThat(next(1)).containsExactly(7);
  }

  @Test
  void userIdsRepeatIfAllAreInUse() throws IOException {
    // Given
    assertThat(next(IDS)).containsExactly(1, 2, 3);
    exist(1, 2, 3);

    // When, Then
    assertThat(next(2)).containsExactly(4, 5);
  }
}
