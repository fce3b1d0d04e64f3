package fob.invoker;

import fob.call.Call;
import fob.function.Protocol;
import java.time.Instant;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;

/** How calls look in one protocol. Immutable. */
interface Dialect {

  /**
   * Returns the request without its host.
   *
   * @param deadline the caller's deadline, for the function
   */
  ClassicHttpRequest request(Call call, Instant deadline);

  /** Returns whether a response says that it is for the call. */
  boolean isFor(Call call, ClassicHttpResponse response);

  /**
   * Returns the outcome of a run.
   *
   * @param status the HTTP status
   * @param body not copied; must not be changed afterwards
   * @param mayHaveLog whether the call's log was asked for
   */
  RunOutcome outcome(int status, byte[] body, boolean mayHaveLog);

  /** Returns what it says about an instance that it has not answered in time. */
  InstanceHealth afterTimeout();

  static Dialect of(Protocol protocol) {
    return switch (protocol) {
      case FOB -> new DriverDialect();
      case OPENWHISK -> new WhiskDialect();
    };
  }
}
