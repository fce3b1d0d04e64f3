package fob.deployer.local;

/** Something that happened to one instance. */
sealed interface InstanceEvent permits DriverEvent, InstanceEvent.Ended, InstanceEvent.LeftRunning {

  /** Nothing of the instance is left. */
  record Ended(InstanceEnd end) implements InstanceEvent {}

  /** The instance runs on without this deployer. */
  record LeftRunning() implements InstanceEvent {}

  /** Whether the instance has no further events. Each instance has exactly one last event. */
  default boolean isLast() {
    return this instanceof Ended || this instanceof LeftRunning;
  }
}
