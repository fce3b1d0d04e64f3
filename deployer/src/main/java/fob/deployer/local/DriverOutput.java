package fob.deployer.local;

import fob.deployer.Ending;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the output of one sandbox on: lines of the event stream as driver events, lines of the log
 * to the function's log. Thread-safe.
 */
final class DriverOutput implements SandboxOutput {

  private static final Logger LOGGER = LoggerFactory.getLogger(DriverOutput.class);

  private final String instanceId;
  private final LogTail log;
  private final Consumer<DriverEvent> listener;
  private final Consumer<Ending> killAsHarmful;
  private final DriverEvents events;

  /**
   * Creates the output of one sandbox.
   *
   * @param kill ends the sandbox; gets the reason
   * @param killAsHarmful the same for one that harms other functions
   */
  DriverOutput(
      String instanceId,
      LogTail log,
      Consumer<DriverEvent> listener,
      Consumer<Ending> kill,
      Consumer<Ending> killAsHarmful) {
    this.instanceId = instanceId;
    this.log = log;
    this.listener = listener;
    this.killAsHarmful = killAsHarmful;
    this.events = new DriverEvents(listener, kill);
  }

  @Override
  public void event(byte[] line) {
    events.line(line);
  }

  @Override
  public boolean takesLog(int bytes) {
    return log.takes(bytes);
  }

  @Override
  public void log(byte[] line) {
    log.line(line);
  }

  @Override
  public void say(String text) {
    log.say(text);
  }

  @Override
  public void doesHarm(String why) {
    killAsHarmful.accept(Ending.other(why));
  }

  /** The instance is replaced meanwhile, as if its driver had said that it drains. */
  @Override
  public void doesNotEnd(String why) {
    LOGGER.atWarn().addKeyValue("instance", instanceId).log(why);
    listener.accept(new DriverEvent.Draining(why));
  }
}
