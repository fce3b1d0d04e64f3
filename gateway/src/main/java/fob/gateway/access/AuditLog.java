package fob.gateway.access;

import fob.access.AuditEntry;
import fob.bus.wire.AuditWire;
import fob.function.FunctionId;
import fob.gateway.publish.ConfirmedPublisher;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes who changed what to {@code fob.audit}. A reply does not wait for that. If Kafka refuses an
 * entry, it is only in this gateway's own log. Thread-safe.
 */
public final class AuditLog {

  private static final Logger LOGGER = LoggerFactory.getLogger(AuditLog.class);
  private static final int MOST_IDS = 20;
  private static final String SUBJECT = AuditLog.class.getName();

  private final ConfirmedPublisher publisher;
  private final InstantSource clock;

  public AuditLog(ConfirmedPublisher publisher, InstantSource clock) {
    this.publisher = publisher;
    this.clock = clock;
  }

  /** Notes what a request is about, if its path does not say it. */
  public static void about(Context http, String subject) {
    http.attribute(SUBJECT, subject);
  }

  /** Notes which functions a request is about: the first ids, and how many others there are. */
  public static void about(Context http, List<FunctionId> functions) {
    String first =
        functions.stream()
            .limit(MOST_IDS)
            .map(FunctionId::toString)
            .collect(Collectors.joining(", "));
    int others = functions.size() - MOST_IDS;
    about(http, others > 0 ? "%s and %d others".formatted(first, others) : first);
  }

  /**
   * Adds an entry about a request that has been handled.
   *
   * @param status of the reply
   */
  void add(Context http, Caller caller, int status) {
    AuditEntry entry =
        new AuditEntry(
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            caller.name(),
            caller.id(),
            http.ip(),
            http.method() + " " + http.path(),
            Objects.requireNonNullElse(http.attribute(SUBJECT), ""),
            status);
    publisher.send(
        AuditWire.encode(entry),
        why ->
            LOGGER
                .atError()
                .addKeyValue("entry", AuditWire.json(entry))
                .log("an entry of fob.audit could not be written: {}", why));
  }
}
