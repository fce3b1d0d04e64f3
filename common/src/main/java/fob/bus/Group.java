package fob.bus;

import fob.bus.wire.Topic;
import fob.bus.wire.Topics;

/**
 * A consumer group: the members share the partitions of a topic.
 *
 * @param name of the Kafka consumer group
 * @param members the service that the members belong to, for messages
 */
public record Group(String name, Topic topic, String members) {

  public static final Group CALLS = new Group("fob.invoker", Topics.CALL, "invoker");

  public static final Group ASYNC_CALLS = new Group("fob.invoker.async", Topics.ASYNC, "invoker");

  public static final Group REGISTRATIONS = new Group("fob.deployer", Topics.GEN, "deployer");
}
