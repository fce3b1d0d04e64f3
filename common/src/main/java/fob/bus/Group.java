package fob.bus;

import fob.bus.wire.Topic;
import fob.bus.wire.Topics;

/**
 * The consumers that share the work of a topic.
 *
 * @param name of the Kafka consumer group
 * @param members what they are, for people
 */
public record Group(String name, Topic topic, String members) {

  public static final Group CALLS = new Group("fob.invoker", Topics.CALL, "invoker");

  public static final Group ASYNC_CALLS = new Group("fob.invoker.async", Topics.ASYNC, "invoker");

  public static final Group REGISTRATIONS = new Group("fob.deployer", Topics.GEN, "deployer");

  /** Those who hold calls for a delay. */
  public static Group of(Topics.Tier tier) {
    return new Group(tier.topic().name(), tier.topic(), "invoker");
  }
}
