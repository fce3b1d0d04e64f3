package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLinesTest {

  private final List<String> lines = new ArrayList<>();
  private boolean takes = true;

  private final LogLines log =
      new LogLines(
          new SandboxOutput() {
            @Override
            public void event(byte[] line) {}

            @Override
            public boolean takesLog(int bytes) {
              return takes;
            }

            @Override
            public void log(byte[] line) {
              lines.add(new String(line, StandardCharsets.UTF_8));
            }
          });

  private void print(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    log.accept(bytes, 0, bytes.length);
  }

  @Test
  void whatIsNotTakenEndsALineAndTheNextLineBeginsANewOne() {
    // When
    print("one\ntw");
    takes = false;
    print("o\nthree\nfo");
    print("u");
    takes = true;
    print("r\nfive\nsi");
    print("x");
    log.end();

    // Then
    assertThat(lines).containsExactly("one", "tw", "five", "six");
  }

  @Test
  void aLineWithoutEndIsSkippedWhole() {
    // When
    takes = false;
    print("x".repeat(1000));
    takes = true;
    print("xxx");
    print("xxx\nafter\n");

    // Then
    assertThat(lines).containsExactly("after");
  }
}
