package fob.deployer.marathon.api;

/** What came of a question. */
public sealed interface ReadResult<T> {

  record Got<T>(T value) implements ReadResult<T> {}

  /** There is no such thing. */
  record Absent<T>() implements ReadResult<T> {}

  /** No answer, or one that may be another soon. */
  record Unavailable<T>(String why) implements ReadResult<T> {}

  /** Marathon does not answer this to us, now or later. */
  record Denied<T>(String why) implements ReadResult<T> {}
}
