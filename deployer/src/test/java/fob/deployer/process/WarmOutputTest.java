package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;

import fob.deployer.local.SandboxOutput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmOutputTest {

  private static final class Heard implements SandboxOutput {
    final List<String> all = new ArrayList<>();

    @Override
    public void event(byte[] line) {
      all.add("event " + new String(line, StandardCharsets.UTF_8));
    }

    @Override
    public boolean takesLog(int bytes) {
      all.add("takes " + bytes);
      return false;
    }

    @Override
    public void log(byte[] line) {
      all.add("log " + new String(line, StandardCharsets.UTF_8));
    }

    @Override
    public void say(String text) {
      all.add(text);
    }

    @Override
    public void doesHarm(String why) {
      all.add(why);
    }

    @Override
    public void doesNotEnd(String why) {
      all.add(why);
    }
  }

  @Test
  void allThatTheSandboxTellsReachesTheInstanceThatItBecame() {
    // Given
    Heard instance = new Heard();
    WarmOutput output = new WarmOutput();
    output.doesHarm("nobody hears this");

    // When
    output.passTo(instance);
    output.event(new byte[] {'e'});
    output.log(new byte[] {'l'});
    boolean takes = output.takesLog(1);
    output.say("said");
    output.doesHarm("harm");
    output.doesNotEnd("no end");

    // Then
    assertThat(takes).isFalse();
    assertThat(instance.all)
        .containsExactly("event e", "log l", "takes 1", "said", "harm", "no end");
  }
}
