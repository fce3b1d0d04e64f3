package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LogFramesTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private static final String TIME = "2026-01-02T03:04:05.678901234Z";
  private static final int HEAD = 8 + TIME.length() + 1;

  private static byte[] frame(int stream, String text) {
    return frame(TIME, stream, text);
  }

  private static byte[] frame(String time, int stream, String text) {
    byte[] content = (time + " " + text).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + content.length)
        .put((byte) stream)
        .put(new byte[3])
        .putInt(content.length)
        .put(content)
        .array();
  }

  private void read(int atOnce, byte[]... frames) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    InputStream in =
        new FilterInputStream(new ByteArrayInputStream(all.toByteArray())) {
          @Override
          public int read(byte[] to, int offset, int length) throws IOException {
            return super.read(to, offset, Math.min(length, atOnce));
          }
        };
    LogFrames.read(in, time -> time.compareTo(TIME) >= 0, out::write, err::write);
  }

  @Test
  void framesOfARunningContainerHaveNoTimes() throws IOException {
    // Given
    byte[] first = {1, 0, 0, 0, 0, 0, 0, 2, 'a', 0};
    byte[] second = {2, 0, 0, 0, 0, 0, 0, 1, 'b'};
    byte[] empty = {1, 0, 0, 0, 0, 0, 0, 0};

    // When
    LogFrames.read(
        new SequenceInputStream(
            new ByteArrayInputStream(first),
            new SequenceInputStream(
                new ByteArrayInputStream(empty), new ByteArrayInputStream(second))),
        out::write,
        err::write);

    // Then
    assertThat(out.toByteArray()).containsExactly('a', 0);
    assertThat(err.toByteArray()).containsExactly('b');
    assertThatThrownBy(() ->
            LogFrames.read(new ByteArrayInputStream(first, 0, 9), (_, _, _) -> {}, (_, _, _) -> {}))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void streamsAreToldApartHoweverTheyArrive() throws IOException {
    for (int atOnce = 1; atOnce < 12; atOnce++) {
      out.reset();
      err.reset();
      read(atOnce, frame(1, "{\"event\""), frame(2, "log\n"), frame(1, ":1}\n"), frame(2, ""));
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"event\":1}\n");
      assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("log\n");
    }
  }

  @Test
  void longFrameComesWhole() throws IOException {
    read(7000, frame(2, "z".repeat(100_000)));
    assertThat(err.size()).isEqualTo(100_000);
  }

  @Test
  void streamThatBreaksOffKeepsWhatHasCome() {
    byte[] whole = frame(1, "abcdef");
    for (int length : new int[] {3, HEAD + 4}) {
      assertThatThrownBy(() -> read(5, frame(2, "x"), Arrays.copyOf(whole, length)))
          .isInstanceOf(EOFException.class);
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("xx");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("abcd");
  }

  @Test
  void streamWithoutFramesIsRefused() {
    assertThatThrownBy(() -> read(99, "plain text\n".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("not a stream of frames");
  }

  @Test
  void framesThatWereReadAlreadyAreLeftOut() throws IOException {
    read(
        99,
        frame("2026-01-02T03:04:05.678901233Z", 2, "old\n"),
        frame(2, "new\n"),
        frame("2026-01-02T03:04:05.678901233Z", 1, "old\n"));
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("new\n");
    assertThat(out.size()).isZero();
  }

  @Test
  void frameWithoutATimeIsRefused() {
    assertThatThrownBy(() -> read(99, frame("", 2, "a text that is longer than a time")))
        .hasMessageContaining("does not begin with a time");
  }
}
