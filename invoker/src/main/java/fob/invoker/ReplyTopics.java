package fob.invoker;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
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
 * Whether a topic exists on which a caller wants its reply. A producer that is given one that does
 * not exist asks for it for minutes, and blocks meanwhile. Thread-safe.
 */
final class ReplyTopics {

  private static final Logger LOGGER = LoggerFactory.getLogger(ReplyTopics.class);
  private static final Duration KNOWN_FOR = Duration.ofMinutes(1);
  private static final Duration LOG_EVERY = Duration.ofSeconds(10);
  private static final Duration ASK = Duration.ofSeconds(3);
  private static final int MOST_KNOWN = 1_000;

  /** Asks the bus for a topic. */
  @FunctionalInterface
  interface Lookup {
    /**
     * @throws TimeoutException if the bus does not tell in time
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
            .get(ASK.toMillis(), TimeUnit.MILLISECONDS);
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

  /** False also if the bus does not tell within bounds. Blocks, but for what was asked lately. */
  boolean exists(String topic) {
    boolean exists;
    try {
      exists = known.get(topic);
    } catch (RuntimeException e) {
      // Not remembered: the next call asks again.
      exists = false;
    }
    if (!exists) {
      unusable(topic);
    }
    return exists;
  }

  /** A reply to it was refused: for a while none is written to it. */
  void refused(String topic) {
    known.put(topic, false);
    unusable(topic);
  }

  /** One line for all such topics: anyone can name any number of them. */
  private void unusable(String topic) {
    if (rateLimit.tryAcquire("unusable")) {
      LOGGER
          .atWarn()
          .addKeyValue("topic", topic)
          .log(
              "no reply can be written to a topic that callers name in fob-reply-to; replies go to"
                  + " fob.response instead");
    }
  }
}
