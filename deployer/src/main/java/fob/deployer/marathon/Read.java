package fob.deployer.marathon;

/** What came of a question. */
sealed interface Read<T> {

  record Got<T>(T value) implements Read<T> {}

  /** There is no such thing. */
  record Absent<T>() implements Read<T> {}

  /** No answer, or one that may be another soon. */
  record Unavailable<T>(String why) implements Read<T> {}

  /** Marathon does not answer this to us, now or later. */
  record Denied<T>(String why) implements Read<T> {}
}
