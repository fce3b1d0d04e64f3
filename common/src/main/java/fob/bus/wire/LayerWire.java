package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.Layer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Converts installed dependencies to records of {@code fob.layers}, and back: the pieces of an
 * archive, and then one record that describes it. Golden files hold the format.
 */
public final class LayerWire {

  /** The largest piece of an archive. */
  public static final int CHUNK_BYTES = Topics.MAX_VALUE_BYTES;

  /** The largest lock, so that the description of an archive fits into a record. */
  public static final int MAX_LOCK_BYTES = CHUNK_BYTES / 2;

  private static final int VERSION = 1;

  /**
   * The record that describes an archive.
   *
   * @param chunks the offsets of the archive's pieces, in their order
   * @param lock the exact versions, as the installer wrote them
   */
  public record Description(List<Long> chunks, String lock) {
    public Description {
      chunks = List.copyOf(chunks);
    }
  }

  private LayerWire() {}

  /** Returns the key of the record that describes an archive. */
  public static String key(String id, String copy) {
    return id + "/" + copy;
  }

  /** Returns the key of a piece. */
  public static String key(String id, String copy, int chunk) {
    return key(id, copy) + "/" + chunk;
  }

  /** Returns the key of the archive that a key of any of its records belongs to. */
  public static String archiveOf(String key) {
    int second = key.indexOf('/', key.indexOf('/') + 1);
    return second < 0 ? key : key.substring(0, second);
  }

  /** Makes a record. Null as the value removes it. */
  public static ProducerRecord<String, byte[]> encode(String key, byte @Nullable [] value) {
    return new ProducerRecord<>(Topics.LAYERS.name(), key, value);
  }

  public static byte[] encode(Description description) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("v", VERSION);
    ArrayNode chunks = json.putArray("chunks");
    description.chunks().forEach(chunks::add);
    return Json.bytes(json.put("lock", description.lock()));
  }

  /**
   * @throws IllegalArgumentException if the record describes no archive
   */
  public static Description decode(ConsumerRecord<String, byte[]> record) {
    JsonNode json = Json.parse(record.value());
    if (json.path("v").asInt() != VERSION) {
      throw new IllegalArgumentException("layer of version " + json.path("v"));
    }
    List<Long> chunks = new ArrayList<>();
    json.path("chunks").forEach(offset -> chunks.add(offset.asLong()));
    return new Description(chunks, JsonFields.text(json, "lock"));
  }

  static ObjectNode write(Layer layer) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", layer.id())
        .put("copy", layer.copy())
        .put("offset", layer.offset())
        .put("sha256", layer.sha256())
        .put("bytes", layer.bytes())
        .put("unpackedBytes", layer.unpackedBytes());
  }

  static @Nullable Layer read(JsonNode json) {
    return json.isObject()
        ? new Layer(
            JsonFields.text(json, "id"),
            JsonFields.text(json, "copy"),
            json.path("offset").asLong(),
            JsonFields.text(json, "sha256"),
            json.path("bytes").asLong(),
            json.path("unpackedBytes").asLong())
        : null;
  }
}
