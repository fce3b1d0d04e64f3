package fob.gateway.history;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.LogReader;
import fob.bus.ReaderPool;
import fob.bus.wire.Json;
import fob.bus.wire.PartChoice;
import fob.bus.wire.Parts;
import fob.bus.wire.Topics;
import fob.function.FunctionId;
import fob.gateway.function.Functions;
import fob.gateway.http.Problem;
import fob.gateway.http.ServerEvents;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the calls of a function with their parameters: those that are still in Kafka, or those that
 * are made from now on. So they can be made again, with another version. Thread-safe.
 */
public final class CallHistoryHandler implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(CallHistoryHandler.class);
  private static final int MOST_SEARCHES = 2;
  private static final int MOST_FOLLOWERS = 10;
  private static final Duration LONGEST_QUEUE = Duration.ofSeconds(5);

  private final Functions functions;
  private final PartChoice parts;
  private final ReaderPool readers;
  private final ReaderPool followers;
  private final InstantSource clock;

  /**
   * @param readers makes consumers for {@code assign()} that read what is there; this closes them
   * @param followers makes consumers for {@code assign()} that wait for what comes; this closes
   *     them
   */
  public CallHistoryHandler(
      Functions functions,
      PartChoice parts,
      Supplier<LogReader> readers,
      Supplier<LogReader> followers,
      InstantSource clock) {
    this.functions = functions;
    this.parts = parts;
    this.readers = new ReaderPool(readers, MOST_SEARCHES);
    this.followers = new ReaderPool(followers, MOST_FOLLOWERS);
    this.clock = clock;
  }

  /** The query parameters of {@link #get}. */
  public static String[] parameters() {
    return new String[] {"since", "limit", "follow", "share"};
  }

  /** The newest calls, the oldest of them first; or a stream of those that are made from now on. */
  public void get(Context http, Map<String, String> parameters)
      throws InterruptedException, IOException {
    CallQuery query = CallQuery.of(parameters, clock.instant());
    FunctionId function = functions.require(http.pathParam("function")).spec().id();
    http.header("Cache-Control", "no-store");
    switch (query) {
      case CallQuery.Past(Instant since, int most) ->
          list(http, find(function, new CallSearch(function, since, most)));
      case CallQuery.Live(Share _) when HandlerType.HEAD.equals(http.method()) ->
          http.contentType("text/event-stream");
      case CallQuery.Live(Share share) -> follow(http, function, share);
    }
  }

  private static void list(Context http, CallSearch.Found found) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("calls").addAll(found.calls().stream().map(PastCallJson::of).toList());
    found.note().ifPresent(note -> json.put("note", note));
    http.contentType("application/json").result(Json.bytes(json));
  }

  private void follow(Context http, FunctionId function, Share share)
      throws InterruptedException, IOException {
    LogReader reader = followers.take(Duration.ZERO);
    if (reader == null) {
      throw tooMany("%d clients follow calls at this gateway".formatted(MOST_FOLLOWERS));
    }
    try {
      ServerEvents events = ServerEvents.replyTo(http);
      new CallStream(reader, partitions(function), function, share, events)
          .run(() -> functions.spec(function).isPresent(), followers::isClosed);
    } catch (KafkaException e) {
      throw Problem.busUnavailable("the calls cannot be read: " + e.getMessage());
    } catch (IOException gone) {
      LOGGER.atDebug().addKeyValue("function", function).log("a client has gone");
    } finally {
      followers.giveBack(reader);
    }
  }

  private CallSearch.Found find(FunctionId function, CallSearch search)
      throws InterruptedException {
    LogReader reader = readers.take(LONGEST_QUEUE);
    if (reader == null) {
      throw tooMany("too many clients list calls at this gateway at once");
    }
    try {
      return search.find(reader, partitions(function), Topics.ASYNC.name(), readers::isClosed);
    } catch (KafkaException e) {
      throw Problem.busUnavailable("the calls cannot be read: " + e.getMessage());
    } finally {
      readers.giveBack(reader);
    }
  }

  private Set<TopicPartition> partitions(FunctionId function) {
    Set<TopicPartition> all = new LinkedHashSet<>();
    for (String topic : new String[] {Topics.CALL.name(), Topics.ASYNC.name()}) {
      Parts of = parts.parts(function, topic);
      for (int part = 0; part < of.spread(); part++) {
        all.add(new TopicPartition(topic, of.partition(part)));
      }
    }
    return all;
  }

  private static Problem tooMany(String why) {
    return Problem.ofGateway(429, "overloaded", why).header("Retry-After", "5");
  }

  /** Lets all clients go that follow calls. */
  public void stop() {
    followers.close();
  }

  @Override
  public void close() {
    stop();
    readers.close();
  }
}
