package fob.invoker;

import fob.bus.Bus;
import fob.bus.ConsumerLoop;
import fob.bus.FunctionTable;
import fob.bus.Topics;
import fob.service.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Forwards calls from the bus to warm instances, and their replies back. Single use. */
public final class Invoker implements AutoCloseable {

  private static final String GROUP = "fob.invoker";
  private static final long MAX_BYTES_IN_FLIGHT = 128L * 1024 * 1024;
  private static final Duration LOAD = Duration.ofSeconds(60);

  private final Service parts = new Service();

  private Invoker() {}

  /**
   * Starts with the topics in place, and returns once it takes calls.
   *
   * @throws IllegalStateException if the functions cannot be read from the bus
   */
  public static Invoker start(InvokerConfig config, Bus bus) throws InterruptedException {
    Invoker invoker = new Invoker();
    try {
      Lanes lanes = new Lanes(config.maxWaiting());
      FunctionTable functions = invoker.parts.add(new FunctionTable(bus, lanes::changed));
      functions.start(Instant.now().plus(LOAD));
      ReplyPublisher replies = invoker.parts.add(new ReplyPublisher(bus.producer()));
      CallRunner runner = new CallRunner(functions, lanes, replies, InstantSource.system());
      ConsumerLoop calls =
          invoker.parts.add(
              new ConsumerLoop(
                  "calls",
                  Topics.CALL,
                  bus.member(GROUP, config.member()),
                  new ConsumerLoop.Bounds(
                      config.maxInFlight(), MAX_BYTES_IN_FLIGHT, config.drain()),
                  ConsumerLoop.Ownership.IGNORED,
                  runner::handle));
      calls.start();
      return invoker;
    } catch (RuntimeException | InterruptedException e) {
      invoker.close();
      throw e;
    }
  }

  /** Takes no further calls, waits for those in flight within the drain time, then stops. */
  @Override
  public void close() {
    parts.close();
  }
}
