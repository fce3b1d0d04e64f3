package fob.deployer.marathon;

/** What came of a request to change something. */
sealed interface Write {

  /** Marathon does it. */
  record Accepted(String deployment) implements Write {}

  /** An app of that id is there already. */
  record Exists() implements Write {}

  /** There is no such thing. */
  record Absent() implements Write {}

  /** Another deployment has the app; it may be free soon. */
  record Locked() implements Write {}

  /** Marathon runs as many deployments as it allows, and takes no more, whosever they are. */
  record Full() implements Write {}

  /** It will not do this, now or later. */
  record Refused(String why) implements Write {}

  /** Whether it has done it is not known: look before it is asked for again. */
  record Unclear(String why) implements Write {}
}
