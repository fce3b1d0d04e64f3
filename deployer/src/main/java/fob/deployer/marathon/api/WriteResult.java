package fob.deployer.marathon.api;

/** What came of a request to change something. */
public sealed interface WriteResult {

  /** Marathon does it. */
  record Accepted(String deployment) implements WriteResult {}

  /** An app of that id is there already. */
  record Exists() implements WriteResult {}

  /** There is no such thing. */
  record Absent() implements WriteResult {}

  /** Another deployment has the app; it may be free soon. */
  record Locked() implements WriteResult {}

  /** Marathon runs as many deployments as it allows, and takes no more, whosever they are. */
  record Full() implements WriteResult {}

  /** It will not do this, now or later. */
  record Refused(String why) implements WriteResult {}

  /** Whether it has done it is not known: look before it is asked for again. */
  record Unclear(String why) implements WriteResult {}
}
