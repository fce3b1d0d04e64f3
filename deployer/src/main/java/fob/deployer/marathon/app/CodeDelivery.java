package fob.deployer.marathon.app;

import fob.deployer.image.ImageClient;
import fob.function.FunctionStatus.FailureReason;
import fob.function.Instance;
import fob.function.Protocol;
import fob.service.Durations;
import fob.service.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives one task of an image the function's code. It waits until the image listens, and posts the
 * code to {@code /init}. It tries again without an answer, until the time is over. Run by one
 * thread.
 */
final class CodeDelivery {

  private static final Logger LOGGER = LoggerFactory.getLogger(CodeDelivery.class);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);
  private static final int FORBIDDEN = 403;

  /** How it ended. */
  sealed interface Outcome {

    /** The task has its code, and takes calls. */
    record Given(Protocol protocol) implements Outcome {}

    /** The image says that it cannot load the code, or there is none. */
    record Failed(FailureReason reason) implements Outcome {}

    /**
     * Nobody knows whether the task has its code, or it is known to have none.
     *
     * @param why for the user
     */
    record Unusable(String why) implements Outcome {}
  }

  private final ImageClient client;
  private final ImageCode image;
  private final Instance task;
  private final Duration longest;
  private final InstantSource clock;

  /**
   * @param longest how long it may take until the task has its code
   */
  CodeDelivery(
      ImageClient client, ImageCode image, Instance task, Duration longest, InstantSource clock) {
    this.client = client;
    this.image = image;
    this.task = task;
    this.longest = longest;
    this.clock = clock;
  }

  /** Waits for the outcome; empty if the thread is interrupted. */
  Optional<Outcome> run() {
    Instant end = clock.instant().plus(longest);
    String within = " within " + Durations.text(longest);
    String problem = "its image did not listen on TCP port " + ImageClient.PORT + within;
    while (!Thread.currentThread().isInterrupted()) {
      Duration left = Duration.between(clock.instant(), end);
      if (!left.isPositive()) {
        return Optional.of(new Outcome.Unusable(problem));
      }
      try {
        ImageClient.Health health = client.health(task.address());
        problem = "its image did not answer POST /init" + within;
        Optional<Outcome> outcome = next(health, left);
        if (outcome.isPresent()) {
          return outcome;
        }
      } catch (IOException notYet) {
        LOGGER.atDebug().addKeyValue("task", task.id()).setCause(notYet).log("no answer yet");
      } catch (KafkaException e) {
        problem = "fob could not read the code from Kafka" + within + ": " + e.getMessage();
      } catch (RuntimeException e) {
        LOGGER.atError().addKeyValue("task", task.id()).setCause(e).log("the code cannot be given");
        return Optional.of(
            new Outcome.Unusable("fob could not give it the code; the deployer's log says why"));
      }
      Threads.pause(BETWEEN_TRIES);
    }
    return Optional.empty();
  }

  private Optional<Outcome> next(ImageClient.Health health, Duration left) throws IOException {
    return switch (health.state()) {
      case "ready" -> Optional.of(new Outcome.Given(health.protocol()));
      case "failed" -> Optional.of(new Outcome.Failed(DriverProbe.failure(health.error())));
      case "waiting", "" -> post(health.protocol(), left);
      default -> Optional.empty(); // it is loading the code, or ends
    };
  }

  private Optional<Outcome> post(Protocol protocol, Duration left) throws IOException {
    byte[] body;
    try {
      body = image.initBody(protocol);
    } catch (IOException forUser) {
      String message = String.valueOf(forUser.getMessage());
      return Optional.of(new Outcome.Failed(FailureReason.of(message)));
    }
    if (Thread.currentThread().isInterrupted()) {
      return Optional.empty(); // another deployer may be active
    }
    Optional<ImageClient.Refusal> refusal = client.init(task.address(), body, left);
    Arrays.fill(body, (byte) 0);
    return refusal.isEmpty()
        ? Optional.of(new Outcome.Given(protocol))
        : refused(protocol, refusal.get());
  }

  private static Optional<Outcome> refused(Protocol protocol, ImageClient.Refusal refusal) {
    FailureReason reason = DriverProbe.failure(refusal.error());
    if (refusal.status() != FORBIDDEN) {
      return Optional.of(new Outcome.Failed(reason));
    }
    return protocol == Protocol.FOB
        ? Optional.empty() // its /health tells what the earlier POST /init has led to
        : Optional.of(
            new Outcome.Unusable(
                "its image refused POST /init, as if it had been asked before: "
                    + reason.message()));
  }
}
