package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class ErrorMessagesTest {

  @Test
  void causesOfALibrarysExceptionAreAdded() {
    Exception failure =
        new KafkaException(
            "the client cannot be made", new IOException("no such host", new Exception("no such")));

    assertThat(ErrorMessages.of(failure)).isEqualTo("the client cannot be made: no such host");
  }

  @Test
  void causesOfFobsOwnExceptionAreNotAdded() {
    Exception failure = new IOException("no such host a; set FOB_HOST", new Exception("a"));

    assertThat(ErrorMessages.of(failure)).isEqualTo("no such host a; set FOB_HOST");
  }

  @Test
  void exceptionWithoutMessageIsShownByItsClass() {
    assertThat(ErrorMessages.of(new IllegalStateException())).isEqualTo("IllegalStateException");
  }

  @Test
  void exceptionWithAFileNameAloneIsShownWithItsClass() {
    assertThat(ErrorMessages.of(new NoSuchFileException("/a")))
        .isEqualTo("NoSuchFileException: /a");
  }

  @Test
  void aReasonIsOneLine() {
    assertThat(ErrorMessages.of(new IOException("one \n  two\n"))).isEqualTo("one two");
  }
}
