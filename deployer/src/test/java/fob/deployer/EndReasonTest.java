package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndReasonTest {

  /** The texts are those of the platforms. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "it was killed: out of its 128 MiB of memory                                | OUT_OF_MEMORY",
        "a call did not end within its timeout of 30s                               | TIMEOUT",
        "a call held the interpreter past its timeout of 30s, or the function set   | TIMEOUT",
        "its driver could serve no more: the function has closed what it needs      | UNHEALTHY",
        "3 calls in a row failed, the last one since the connection was closed      | UNHEALTHY",
        "the sandbox could not be started: no such file                             | NOT_STARTED",
        "the process ended by itself with exit code 3                               | EXIT",
        "the process ended with signal 11 (segmentation fault)                      | SIGNAL",
        "a secret has changed                                                       | OTHER"
      })
  void classOfAReason(String reason, EndReason expected) {
    assertThat(EndReason.of(reason)).isEqualTo(expected);
  }
}
