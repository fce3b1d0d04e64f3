package fob;

import fob.driver.Context;
import java.time.Instant;
import java.util.Optional;

/**
 * What a function can read about its call, for example to send it with requests of its own. What
 * the call does not have is empty. Immutable.
 *
 * @param requestId the id of the call, with which its lines in the log begin
 * @param deadline until when the caller waits
 * @param traceparent the header of W3C Trace Context for requests that the call makes
 * @param tracestate the header that belongs to it
 */
public record Call(
    Optional<String> requestId,
    Optional<Instant> deadline,
    Optional<String> traceparent,
    Optional<String> tracestate) {

  /**
   * Returns the call that the current thread runs. Threads that the call has started get the same,
   * until the call ends. Outside of calls, for example while the code is loaded, all is empty.
   */
  public static Call current() {
    return Context.current();
  }
}
