package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import org.apache.kafka.common.utils.Utils;

/**
 * One of fob's topics.
 *
 * @param config topic-level configuration that fob relies on
 */
public record Topic(String name, Split split, Map<String, String> config) {

  /** Into how many partitions a topic is split when fob makes it. */
  public enum Split {
    /** One, whatever exists: readers rely on one order of all records. */
    ONE(1),
    /** A few. An existing topic may have another number. */
    FEW(4),
    /**
     * The number of {@code FOB_PARTITIONS}; this is its default. An existing topic may have another
     * number.
     */
    MANY(16);

    private final int standard;

    Split(int standard) {
      this.standard = standard;
    }

    /** The number of partitions, unless {@code FOB_PARTITIONS} sets another one. */
    public int standard() {
      return standard;
    }
  }

  public Topic {
    config = Map.copyOf(config);
  }

  /**
   * Returns the partition that Kafka's producer chooses for a key.
   *
   * @param partitions how many the topic has, at least 1
   */
  public static int partition(String key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitions;
  }

  /** How many partitions fob makes by default. */
  public int partitions() {
    return split.standard();
  }

  /**
   * How many partitions fob makes.
   *
   * @param many the number of topics that are split into many
   */
  public int partitions(int many) {
    return split == Split.MANY ? many : split.standard();
  }

  /** Whether readers rely on one order of all records, so that there must be one partition. */
  public boolean totallyOrdered() {
    return split == Split.ONE;
  }
}
