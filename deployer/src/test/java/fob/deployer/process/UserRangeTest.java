package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserRangeTest {

  private static final String HOLD =
      """
      import fcntl, sys
      file = open(sys.argv[1], 'w')
      fcntl.lockf(file, fcntl.LOCK_EX)
      print('locked', flush=True)
      sys.stdin.read()
      """;

  @TempDir Path locks;

  private UserRange take() {
    return UserRange.take(locks, new SplittableRandom(7));
  }

  @Test
  void rangesOfTwoFobsShareNoId() {
    try (UserRange one = take();
        UserRange other = take()) {
      Set<Integer> ids = new HashSet<>();
      for (int function = 0; function < UserRange.IDS; function++) {
        ids.add(one.idFor(function));
        ids.add(other.idFor(function));
      }
      assertThat(ids)
          .hasSize(2 * UserRange.IDS)
          .allSatisfy(id -> assertThat(id).isBetween(1_900_000_000, 1_900_999_999));
    }
  }

  @Test
  void rangeOfAnotherProcessIsFreeOnlyOnceThatIsKilled() throws Exception {
    // Given
    int wanted;
    try (UserRange first = take()) {
      wanted = first.idFor(0);
    }
    Process holder = holder(locks.resolve("fob-users-%d.lock".formatted(number(wanted))));
    try {
      // When, Then
      try (UserRange meanwhile = take()) {
        assertThat(meanwhile.idFor(0)).isNotEqualTo(wanted);
      }
    } finally {
      holder.destroyForcibly().waitFor();
    }
    try (UserRange after = take()) {
      assertThat(after.idFor(0)).isEqualTo(wanted);
    }
  }

  @Test
  void whereNothingCanBeLockedTheRangeIsARandomOne() {
    try (UserRange range = UserRange.take(locks.resolve("missing"), new SplittableRandom(7));
        UserRange locked = take()) {
      assertThat(range.idFor(0)).isEqualTo(locked.idFor(0));
    }
  }

  private static int number(int id) {
    return (id - UserRange.FIRST) / UserRange.IDS;
  }

  private static Process holder(Path file) throws IOException {
    Process process = new ProcessBuilder(List.of("python3", "-c", HOLD, file.toString())).start();
    assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("locked");
    return process;
  }
}
