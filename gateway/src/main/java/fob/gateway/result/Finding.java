package fob.gateway.result;

import fob.call.Progress;
import fob.call.Response;

/** What Kafka says of a call. */
public sealed interface Finding {

  /** Whether the call may still end, as far as is known. */
  default boolean isOpen() {
    return !(this instanceof Over);
  }

  /** The call is over. */
  record Over(Response response) implements Finding {}

  /** The call was accepted and is not over. */
  record Going(Progress progress) implements Finding {}

  /** Kafka has no record of the call. */
  record Unknown() implements Finding {}
}
