package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineSplitterTest {

  private static List<String> lines(String text, int longest, int atOnce) {
    List<String> lines = new ArrayList<>();
    LineSplitter splitter =
        new LineSplitter(longest, line -> lines.add(new String(line, StandardCharsets.UTF_8)));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i += atOnce) {
      splitter.accept(bytes, i, Math.min(atOnce, bytes.length - i));
    }
    splitter.end();
    return lines;
  }

  @Test
  void linesComeWholeHoweverTheyArrive() {
    for (int atOnce = 1; atOnce < 12; atOnce++) {
      assertThat(lines("ab\n\ncdefgh\ni\nj", 8, atOnce))
          .containsExactly("ab", "", "cdefgh", "i", "j");
    }
  }

  @Test
  void longLinesComeWholeUpToTheBound() {
    String longLine = "z".repeat(20_000);
    assertThat(lines("a\n" + longLine + "\nb", 30_000, 7000)).containsExactly("a", longLine, "b");
  }

  @Test
  void endlessLineComesInPieces() {
    assertThat(lines("x".repeat(10) + "\ny\n", 4, 3)).containsExactly("xxxx", "xxxx", "xx", "y");
  }
}
