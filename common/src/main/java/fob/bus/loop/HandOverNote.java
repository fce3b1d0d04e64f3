package fob.bus.loop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.bus.wire.Topics;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;

/**
 * A record of {@code fob.handover}: what a member still does in a partition that it has handed
 * over. The record's key is the partition, the member's id and the topic's id.
 *
 * @param partition the name of the partition, such as {@code fob.async-3}
 * @param topic the id of the topic that the offsets belong to: a topic that was deleted and made
 *     anew has another one. Empty if an older fob wrote the note
 * @param begun offsets that the member has begun and will finish
 * @param done offsets that the member has finished since the hand-over
 * @param ended whether the member finishes nothing any more
 */
record HandOverNote(
    String partition, String topic, Set<Long> begun, Set<Long> done, boolean ended) {

  HandOverNote {
    begun = Set.copyOf(begun);
    done = Set.copyOf(done);
  }

  HandOverNote(TopicIdPartition partition, Set<Long> begun, Set<Long> done, boolean ended) {
    this(partition.topicPartition().toString(), partition.topicId().toString(), begun, done, ended);
  }

  /**
   * Whether the note is about this partition of this topic.
   *
   * @param name that of the partition, such as {@code fob.async-3}
   */
  boolean isOf(String name, Uuid id) {
    return partition.equals(name) && (topic.isEmpty() || topic.equals(id.toString()));
  }

  ProducerRecord<String, byte[]> encode(String member) {
    ObjectNode json =
        JsonNodeFactory.instance.objectNode().put("partition", partition).put("topic", topic);
    json.put("running", OffsetRuns.encode(begun)).put("finished", OffsetRuns.encode(done));
    if (ended) {
      json.put("ended", true);
    }
    return new ProducerRecord<>(
        Topics.HANDOVER.name(), key(partition, member, topic), Json.bytes(json));
  }

  /** The record that deletes a member's note. */
  static ProducerRecord<String, byte[]> delete(TopicIdPartition partition, String member) {
    return delete(
        key(partition.topicPartition().toString(), member, partition.topicId().toString()));
  }

  /** The record that deletes the note with a key. */
  static ProducerRecord<String, byte[]> delete(String key) {
    return new ProducerRecord<>(Topics.HANDOVER.name(), key, null);
  }

  /**
   * @throws IllegalArgumentException if the record is not a note
   */
  static HandOverNote decode(ConsumerRecord<String, byte[]> record) {
    JsonNode json = Json.parse(record.value());
    return new HandOverNote(
        json.path("partition").asText(),
        json.path("topic").asText(),
        offsets(json, "running", "offsets"),
        offsets(json, "finished", "done"),
        json.path("ended").asBoolean());
  }

  private static String key(String partition, String member, String topic) {
    return partition + "@" + member + "@" + topic;
  }

  /**
   * @param list the name that an older fob uses, with a list of all offsets
   */
  private static Set<Long> offsets(JsonNode json, String runs, String list) {
    return json.has(runs)
        ? OffsetRuns.decode(json.path(runs).asText())
        : json.path(list).valueStream().map(JsonNode::asLong).collect(Collectors.toSet());
  }
}
