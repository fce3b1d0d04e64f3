package fob.bus.wire;

import java.util.Map;

/**
 * One of fob's topics.
 *
 * @param partitions how many it is created with; an existing topic may have another number unless
 *     {@code totallyOrdered}
 * @param totallyOrdered readers rely on one order over the whole topic, so it has exactly one
 *     partition
 * @param config topic-level configuration that fob relies on
 */
public record Topic(
    String name, int partitions, boolean totallyOrdered, Map<String, String> config) {

  public Topic {
    config = Map.copyOf(config);
  }
}
