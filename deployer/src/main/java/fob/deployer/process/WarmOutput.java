package fob.deployer.process;

import fob.deployer.local.SandboxOutput;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of a sandbox that has no function at first. Until it has one, what the driver writes
 * is in fob's own log, at debug level. Thread-safe.
 */
final class WarmOutput implements SandboxOutput {

  private static final Logger LOGGER = LoggerFactory.getLogger(WarmOutput.class);

  /** No function: only a driver of fob's runs, which writes little. */
  private static final SandboxOutput NOBODY =
      new SandboxOutput() {
        @Override
        public void event(byte[] line) {
          log(line);
        }

        @Override
        public void log(byte[] line) {
          LOGGER.atDebug().log("a warm sandbox: {}", new String(line, StandardCharsets.UTF_8));
        }
      };

  private volatile SandboxOutput to = NOBODY;

  /** From now on the output is that of a function's instance. */
  void passTo(SandboxOutput instance) {
    to = instance;
  }

  @Override
  public void event(byte[] line) {
    to.event(line);
  }

  @Override
  public boolean takesLog(int bytes) {
    return to.takesLog(bytes);
  }

  @Override
  public void log(byte[] line) {
    to.log(line);
  }

  @Override
  public void say(String text) {
    to.say(text);
  }

  @Override
  public void doesHarm(String why) {
    to.doesHarm(why);
  }

  @Override
  public void doesNotEnd(String why) {
    to.doesNotEnd(why);
  }
}
