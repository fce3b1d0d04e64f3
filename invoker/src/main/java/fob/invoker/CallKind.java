package fob.invoker;

/** The two kinds of calls, in the order in which a function's free instances serve them. */
enum CallKind {
  /** A caller waits for the reply. */
  SYNC,
  /** No caller waits. The call is retried if it fails. */
  ASYNC
}
