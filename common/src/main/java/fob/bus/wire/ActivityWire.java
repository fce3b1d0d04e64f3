package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.metrics.Activity;
import fob.metrics.Buckets;
import fob.metrics.FunctionActivity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Converts what happened in a step to records of {@code fob.activity}, and back. Golden files hold
 * the format. Of the buckets of times only those are written that are not zero.
 */
public final class ActivityWire {

  private static final String KEY = "invoker";

  private ActivityWire() {}

  public static ProducerRecord<String, byte[]> encode(Activity activity) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("at", activity.at().toEpochMilli());
    ObjectNode functions = json.putObject("functions");
    activity.functions().forEach(of -> write(of, functions.putObject(of.function())));
    return new ProducerRecord<>(Topics.ACTIVITY.name(), KEY, Json.bytes(json));
  }

  private static void write(FunctionActivity of, ObjectNode json) {
    json.put("errors", of.errors())
        .put("queue_us", of.queueMicros())
        .put("wait_us", of.waitMicros())
        .put("run_us", of.runMicros());
    ObjectNode times = json.putObject("times");
    for (int i = 0; i < of.times().length; i++) {
      if (of.times()[i] != 0) {
        times.put(Integer.toString(i), of.times()[i]);
      }
    }
  }

  /**
   * @throws IllegalArgumentException if the record is not such an activity
   */
  public static Activity decode(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      throw new IllegalArgumentException("no value");
    }
    JsonNode json = Json.parse(record.value());
    if (!json.path("at").canConvertToLong() || !json.path("functions").isObject()) {
      throw new IllegalArgumentException("'at' or 'functions' is missing");
    }
    List<FunctionActivity> functions = new ArrayList<>();
    json.path("functions")
        .properties()
        .forEach(one -> functions.add(read(one.getKey(), one.getValue())));
    Instant at = Instant.ofEpochMilli(json.path("at").asLong());
    return new Activity(Activity.stepOf(at), functions);
  }

  private static FunctionActivity read(String function, JsonNode json) {
    long[] times = new long[Buckets.count()];
    json.path("times")
        .properties()
        .forEach(one -> {
          int bucket = Integer.parseInt(one.getKey());
          if (bucket < 0 || bucket >= times.length) {
            throw new IllegalArgumentException("there is no bucket " + bucket);
          }
          times[bucket] = one.getValue().asLong();
        });
    return new FunctionActivity(
        function,
        json.path("errors").asLong(),
        json.path("queue_us").asLong(),
        json.path("wait_us").asLong(),
        json.path("run_us").asLong(),
        times);
  }
}
