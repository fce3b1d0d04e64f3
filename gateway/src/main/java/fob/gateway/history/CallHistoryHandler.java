package fob.gateway.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import fob.bus.LogReader;
import fob.bus.ReaderPool;
import fob.bus.wire.Json;
import fob.bus.wire.PartChoice;
import fob.bus.wire.Parts;
import fob.bus.wire.Topics;
import fob.call.Call;
import fob.function.FunctionId;
import fob.gateway.function.Functions;
import fob.gateway.http.PastTime;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Lists the calls of a function that are still in Kafka, with their parameters. So they can be made
 * again, with another version. Thread-safe.
 */
public final class CallHistoryHandler implements AutoCloseable {

  private static final int MOST_SEARCHES = 2;
  private static final int USUAL_CALLS = 100;
  private static final int MOST_CALLS = 1_000;
  private static final String USUAL_TIME = "1h";
  private static final Duration LONGEST_QUEUE = Duration.ofSeconds(5);

  private final Functions functions;
  private final PartChoice parts;
  private final ReaderPool readers;
  private final InstantSource clock;

  /**
   * @param readers makes consumers for {@code assign()}; this closes them
   */
  public CallHistoryHandler(
      Functions functions, PartChoice parts, Supplier<LogReader> readers, InstantSource clock) {
    this.functions = functions;
    this.parts = parts;
    this.readers = new ReaderPool(readers, MOST_SEARCHES);
    this.clock = clock;
  }

  /** The query parameters of {@link #get}. */
  public static String[] parameters() {
    return new String[] {"since", "limit"};
  }

  /** The newest calls, the oldest of them first. */
  public void get(Context http, Map<String, String> query) throws InterruptedException {
    FunctionId function = functions.require(http.pathParam("function")).spec().id();
    CallSearch search =
        new CallSearch(
            function,
            PastTime.parse("since", query.getOrDefault("since", USUAL_TIME), clock.instant()),
            limit(query.get("limit")));
    CallSearch.Found found = find(function, search);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("calls");
    found.calls().forEach(call -> put(json.withArray("calls").addObject(), call));
    found.note().ifPresent(note -> json.put("note", note));
    http.header("Cache-Control", "no-store")
        .contentType("application/json")
        .result(Json.bytes(json));
  }

  private CallSearch.Found find(FunctionId function, CallSearch search)
      throws InterruptedException {
    LogReader reader = readers.take(LONGEST_QUEUE);
    if (reader == null) {
      throw Problem.ofGateway(
              429, "overloaded", "too many clients list calls at this gateway at once")
          .header("Retry-After", "5");
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

  private static int limit(@Nullable String text) {
    if (text == null) {
      return USUAL_CALLS;
    }
    if (text.matches("[0-9]{1,4}")) {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= MOST_CALLS) {
        return number;
      }
    }
    throw Problem.badRequest(
        "limit='%s': expected a whole number from 1 to %d".formatted(text, MOST_CALLS));
  }

  /** Parameters that are a JSON object are shown as they are; all others in Base64. */
  private static void put(ObjectNode json, PastCall past) {
    Call call = past.call();
    json.put("id", call.id().value())
        .put("at", past.at().toString())
        .put("kind", past.async() ? "async" : "sync")
        .put("content_type", call.headers().contentType());
    if (isJson(call)) {
      json.putRawValue("payload", new RawValue(new String(call.payload(), UTF_8)));
    } else {
      json.put("payload_base64", Base64.getEncoder().encodeToString(call.payload()));
    }
  }

  private static boolean isJson(Call call) {
    if (!call.headers().contentType().startsWith(Call.JSON)) {
      return false;
    }
    try {
      Json.requireObject(call.payload());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public void close() {
    readers.close();
  }
}
