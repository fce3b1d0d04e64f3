package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class ReasonsTest {

  @Test
  void causesOfALibrarysExceptionAreAdded() {
    Exception failure =
        new KafkaException(
            "the client cannot be made", new IOException("no such host", new Exception("no such")));

    assertThat(Reasons.of(failure)).isEqualTo("the client cannot be made: no such host");
  }

  @Test
  void causesOfFobsOwnExceptionAreNotAdded() {
    Exception failure = new IOException("no such host a; set FOB_HOST", new Exception("a"));

    assertThat(Reasons.of(failure)).isEqualTo("no such host a; set FOB_HOST");
  }

  @Test
  void exceptionWithoutMessageIsShownByItsClass() {
    assertThat(Reasons.of(new IllegalStateException())).isEqualTo("IllegalStateException");
  }

  @Test
  void exceptionWithAFileNameAloneIsShownWithItsClass() {
    assertThat(Reasons.of(new NoSuchFileException("/a"))).isEqualTo("NoSuchFileException: /a");
  }

  @Test
  void aReasonIsOneLine() {
    assertThat(Reasons.of(new IOException("one \n  two\n"))).isEqualTo("one two");
  }
}
