package fob.invoker;

import static org.assertj.core.api.Assertions.assertThat;

import fob.call.Failure;
import fob.call.Reply;
import fob.function.Limits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitHintsTest {

  private static String explained(Failure failure, String message) {
    RunOutcome outcome =
        LimitHints.explain(
            new RunOutcome.Ended(
                Reply.failed(failure, message), InstanceHealth.SERVES, List.of("line")),
            Limits.DEFAULT);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            RunOutcome.Ended.class, ended -> assertThat(ended.log()).containsExactly("line"));
    return outcome.why();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RuntimeError: can't start new thread|more concurrency than 8",
        "BlockingIOError: [Errno 11] Resource temporarily unavailable|processes and threads",
        "OutOfMemoryError: unable to create native thread: possibly out of memory|processes and threads",
        "OSError: [Errno 28] No space left on device|64 MiB each, half of the memory: write less, or register the function with memory=256",
        "Error: EMFILE: too many open files, open 'x'|1024 open files",
        "MemoryError: |128 MiB of memory: use less, or register the function with memory=256",
        "OSError: [Errno 12] Cannot allocate memory|memory=256"
      })
  void limitIsNamedWithWhatChangesIt(String message, String hint) {
    assertThat(explained(Failure.FUNCTION_ERROR, message)).startsWith(message).contains(hint);
  }

  @Test
  void otherErrorsStayAsTheyAre() {
    assertThat(explained(Failure.FUNCTION_ERROR, "ValueError: no")).isEqualTo("ValueError: no");
    assertThat(explained(Failure.BAD_PARAMETERS, "no space left on device"))
        .isEqualTo("no space left on device");
  }
}
