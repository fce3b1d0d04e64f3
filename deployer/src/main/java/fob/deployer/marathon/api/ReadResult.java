package fob.deployer.marathon.api;

/** The outcome of a read request. Immutable. */
public sealed interface ReadResult<T> {

  record Got<T>(T value) implements ReadResult<T> {}

  /** Marathon has no such object. */
  record Absent<T>() implements ReadResult<T> {}

  /** There was no reply, or a failure that may pass. */
  record Unavailable<T>(String why) implements ReadResult<T> {}

  /** Marathon refuses the request; a repetition would not help. */
  record Denied<T>(String why) implements ReadResult<T> {}
}
