package fob.bus;

import fob.service.Threads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the cluster every second whether it is there. Thread-safe. */
public final class BusHealth implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(BusHealth.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Admin admin;
  private final String bootstrapServers;
  private final Thread thread;
  private volatile Optional<String> problem = Optional.empty();

  /** Starts asking; until the first answer the bus counts as well. */
  public BusHealth(Bus bus) {
    this.admin = bus.admin();
    this.bootstrapServers = bus.settings().bootstrapServers();
    this.thread = Thread.ofVirtual().name("fob-bus-health").start(this::run);
  }

  /** Why the bus cannot be used now, in one sentence; empty when it can. */
  public Optional<String> problem() {
    return problem;
  }

  private void run() {
    try {
      while (true) {
        Optional<String> now = ask();
        if (now.isPresent() != problem.isPresent()) {
          now.ifPresentOrElse(
              text -> LOGGER.atWarn().log("bus is away: {}", text),
              () -> LOGGER.atInfo().log("bus is back"));
        }
        problem = now;
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<String> ask() throws InterruptedException {
    try {
      var options = new DescribeClusterOptions().timeoutMs((int) PATIENCE.toMillis());
      admin
          .describeCluster(options)
          .nodes()
          .get(PATIENCE.plus(EVERY).toMillis(), TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(
          "Kafka at %s does not answer (%s)"
              .formatted(bootstrapServers, e.getCause() == null ? e : e.getCause().getMessage()));
    } catch (TimeoutException e) {
      return Optional.of("Kafka at %s does not answer".formatted(bootstrapServers));
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    Threads.join(thread, PATIENCE);
    admin.close(Duration.ofSeconds(1));
  }
}
