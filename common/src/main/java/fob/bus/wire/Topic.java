package fob.bus.wire;

import java.util.Map;

/**
 * One of fob's topics.
 *
 * @param partitions the number of partitions that fob creates. An existing topic may have another
 *     number, unless it is {@code totallyOrdered}
 * @param totallyOrdered whether readers rely on one order of all records, so that the topic must
 *     have one partition
 * @param config topic-level configuration that fob relies on
 */
public record Topic(
    String name, int partitions, boolean totallyOrdered, Map<String, String> config) {

  public Topic {
    config = Map.copyOf(config);
  }
}
