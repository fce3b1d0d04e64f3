package fob.bus;

import fob.bus.wire.Topics;
import fob.service.Loop;
import fob.service.Loops;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.errors.AuthenticationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the cluster every second whether it answers, and every third second whether it has fob's
 * topics, and every minute whether their replicas are safe. It creates a topic that was deleted. It
 * makes {@link TopicIds} look again, so that the readers of a topic that was made anew start over.
 * Thread-safe.
 */
public final class BusHealth implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(BusHealth.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int TURNS_PER_LOOK_AT_TOPICS = 3;
  private static final int TURNS_PER_LOOK_AT_REPLICAS = 60;

  private final Admin admin;
  private final BusSettings settings;
  private final TopicIds topicIds;
  private final Loops loops;
  private final Loop loop;
  private volatile Optional<String> problem = Optional.empty();
  private volatile Optional<String> warning = Optional.empty();

  /** Starts asking. Until the first answer Kafka counts as usable. */
  public BusHealth(Bus bus) {
    this.admin = bus.admin();
    this.settings = bus.settings();
    this.topicIds = bus.topicIds();
    this.loops = bus.loops();
    this.loop = loops.loop("bus-health");
    loop.startVirtual(this::run);
  }

  /** Says in one sentence why Kafka cannot be used now; empty if it can. */
  public Optional<String> problem() {
    return problem;
  }

  /** Says what an operator should change although everything works; empty if nothing. */
  public Optional<String> warning() {
    return warning;
  }

  /**
   * Says in one sentence why a service cannot work now: Kafka is away, or a loop is stuck. Empty if
   * it can.
   */
  public Optional<String> unready() {
    return problem().or(() -> loops.problem());
  }

  private void run() {
    try {
      Optional<String> topics = Optional.empty();
      for (int turn = 1; true; turn++) {
        Optional<String> now = ask();
        if (now.isEmpty()) {
          topics = turn % TURNS_PER_LOOK_AT_TOPICS == 0 ? seeToTopics() : topics;
          now = topics;
          if (turn % TURNS_PER_LOOK_AT_REPLICAS == 1) {
            lookAtReplicas();
          }
        }
        if (now.isPresent() != problem.isPresent()) {
          now.ifPresentOrElse(
              text -> LOGGER.atWarn().log("bus is away: {}", text),
              () -> LOGGER.atInfo().log("bus is back"));
        }
        problem = now;
        loop.succeeded();
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
              .formatted(
                  settings.bootstrapServers(),
                  e.getCause() instanceof AuthenticationException refused
                      ? refused.getMessage()
                      : Reach.complaint(settings)));
    } catch (TimeoutException e) {
      return Optional.of("Kafka at %s does not answer".formatted(settings.bootstrapServers()));
    }
  }

  private Optional<String> seeToTopics() throws InterruptedException {
    try {
      new TopicSetup(admin, settings.partitions()).replaceMissing(Topics.ALL);
      topicIds.lookAgain();
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of("fob's topics cannot be checked (%s)".formatted(e.getMessage()));
    }
  }

  private void lookAtReplicas() throws InterruptedException {
    try {
      Optional<String> now = new Replicas(admin).warning(Topics.ALL);
      if (!now.equals(warning)) {
        now.ifPresent(text -> LOGGER.atWarn().log("{}", text));
      }
      warning = now;
    } catch (RuntimeException e) {
      LOGGER.atDebug().setCause(e).log("the replicas of topics cannot be checked now");
    }
  }

  @Override
  public void close() {
    loop.interrupt(PATIENCE);
    admin.close(Duration.ofSeconds(1));
  }
}
