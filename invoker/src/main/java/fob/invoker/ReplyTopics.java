package fob.invoker;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import fob.bus.wire.CallLogging;
import fob.call.RequestId;
import fob.service.KeyedRateLimit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which of the topics that callers name in {@code fob-reply-to} exist, because a producer
 * that writes to a missing topic blocks and asks for the topic's metadata for minutes. Remembers
 * the answers for a minute. Thread-safe.
 */
final class ReplyTopics {

  private static final Logger LOGGER = LoggerFactory.getLogger(ReplyTopics.class);
  private static final Duration KNOWN_FOR = Duration.ofMinutes(1);
  private static final Duration LOG_EVERY = Duration.ofSeconds(10);
  private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(3);
  private static final int MOST_KNOWN = 1_000;

  /** Asks Kafka whether a topic exists. */
  @FunctionalInterface
  interface Lookup {
    /**
     * @throws TimeoutException if Kafka does not answer in time
     */
    boolean exists(String topic) throws TimeoutException, InterruptedException, ExecutionException;
  }

  private final LoadingCache<String, Boolean> known;
  private final KeyedRateLimit rateLimit = new KeyedRateLimit(LOG_EVERY, System::nanoTime);

  ReplyTopics(Lookup lookup) {
    this.known =
        Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .expireAfterWrite(KNOWN_FOR)
            .build(lookup::exists);
  }

  static ReplyTopics of(Admin admin) {
    return new ReplyTopics(topic -> {
      try {
        admin
            .describeTopics(List.of(topic))
            .allTopicNames()
            .get(ADMIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UnknownTopicOrPartitionException
            || e.getCause() instanceof InvalidTopicException) {
          return false;
        }
        throw e;
      }
    });
  }

  /**
   * Returns whether a topic exists; false also if Kafka does not answer within 3 s. Blocks, unless
   * the topic was asked for in the last minute.
   */
  boolean exists(String topic, RequestId call) {
    boolean exists;
    try {
      exists = known.get(topic);
    } catch (RuntimeException e) {
      // A failed lookup is not remembered, so the next call asks again.
      exists = false;
    }
    if (!exists) {
      warn(topic, call);
    }
    return exists;
  }

  /** Treats a topic that took no reply as missing for the next minute. */
  void refused(String topic, RequestId call) {
    known.put(topic, false);
    warn(topic, call);
  }

  /** Logs one line in 10 s for all topics together, since callers can name any number of them. */
  private void warn(String topic, RequestId call) {
    if (rateLimit.tryAcquire("unusable")) {
      LOGGER
          .atWarn()
          .addKeyValue(CallLogging.REQUEST, call)
          .addKeyValue("topic", topic)
          .log(
              "no reply can be written to the topic that a caller named in fob-reply-to; the reply"
                  + " goes to fob.response instead");
    }
  }
}
