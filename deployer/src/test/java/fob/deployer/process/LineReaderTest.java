package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {

  private static List<String> lines(String text, int longest, int atOnce) throws IOException {
    InputStream in =
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
          @Override
          public synchronized int read(byte[] to, int offset, int length) {
            return super.read(to, offset, Math.min(length, atOnce));
          }
        };
    LineReader reader = new LineReader(in, longest);
    List<String> lines = new ArrayList<>();
    for (byte[] line = reader.next(); line != null; line = reader.next()) {
      lines.add(new String(line, StandardCharsets.UTF_8));
    }
    return lines;
  }

  @Test
  void linesComeWholeHoweverTheyArrive() throws IOException {
    for (int atOnce = 1; atOnce < 12; atOnce++) {
      assertThat(lines("ab\n\ncdefgh\ni\nj", 8, atOnce))
          .containsExactly("ab", "", "cdefgh", "i", "j");
    }
  }

  @Test
  void longLinesComeWholeUpToTheBound() throws IOException {
    String longLine = "z".repeat(20_000);
    assertThat(lines("a\n" + longLine + "\nb", 30_000, 7000)).containsExactly("a", longLine, "b");
  }

  @Test
  void endlessLineComesInPieces() throws IOException {
    assertThat(lines("x".repeat(10) + "\ny\n", 4, 3)).containsExactly("xxxx", "xxxx", "xx", "y");
  }
}
