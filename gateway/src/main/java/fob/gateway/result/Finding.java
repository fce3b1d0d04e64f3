package fob.gateway.result;

import fob.call.Progress;
import fob.call.Response;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What Kafka says of a call. */
public sealed interface Finding {

  /** The call is over. */
  record Over(Response response) implements Finding {}

  /**
   * The call was accepted, and no reply was found.
   *
   * @param readTo null if all replies were read; else the search was stopped at replies of this
   *     time
   */
  record Going(Progress progress, @Nullable Instant readTo) implements Finding {}

  /** Kafka has no record of the call. */
  record Unknown() implements Finding {}

  /**
   * The search was stopped before anything was found.
   *
   * @param readTo the time of the last reply that was read
   */
  record Stopped(Instant readTo) implements Finding {}
}
