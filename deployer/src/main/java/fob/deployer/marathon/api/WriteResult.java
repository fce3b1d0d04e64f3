package fob.deployer.marathon.api;

/** The outcome of a write request. Immutable. */
public sealed interface WriteResult {

  /** Marathon has accepted the request. */
  record Accepted(String deployment) implements WriteResult {}

  /** An app with that id exists already. */
  record Exists() implements WriteResult {}

  /** Marathon has no such object. */
  record Absent() implements WriteResult {}

  /** Another deployment has locked the app; the lock may pass soon. */
  record Locked() implements WriteResult {}

  /** Marathon runs as many deployments as it allows for all its users, and takes no more. */
  record Full() implements WriteResult {}

  /** Marathon refuses the request; a repetition would not help. */
  record Refused(String why) implements WriteResult {}

  /** The outcome is unknown, so the caller must read before it writes again. */
  record Unclear(String why) implements WriteResult {}
}
