package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceTest {

  private final Service service = new Service();
  private final List<String> closed = new ArrayList<>();

  @Test
  void partsCloseInReverseOrder() {
    // Given
    service.add(() -> closed.add("first"));
    service.add(() -> closed.add("second"));
    service.add(() -> closed.add("third"));

    // When
    service.close();

    // Then
    assertThat(closed).containsExactly("third", "second", "first");
  }

  @Test
  void aPartThatFailsToCloseDoesNotKeepTheOthersOpen() {
    // Given
    service.add(() -> closed.add("first"));
    service.add(() -> {
      throw new IllegalStateException("on purpose");
    });
    service.add(() -> closed.add("third"));

    // When
    service.close();

    // Then
    assertThat(closed).containsExactly("third", "first");
  }

  @Test
  void closingTwiceClosesOnce() {
    // Given
    service.add(() -> closed.add("part"));
    service.close();

    // When
    service.close();

    // Then
    assertThat(closed).containsExactly("part");
  }

  @Test
  void interruptDuringCloseIsKept() {
    // Given
    service.add(() -> {
      throw new InterruptedException("on purpose");
    });

    // When
    service.close();

    // Then
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void addReturnsThePart() {
    // Given
    AutoCloseable part = () -> {};

    // Then
    assertThat(service.add(part)).isSameAs(part);
  }

  @Test
  void partAddedAfterCloseIsClosedAtOnce() {
    // Given
    service.close();

    // When
    service.add(() -> closed.add("late"));

    // Then
    assertThat(closed).containsExactly("late");
  }
}
