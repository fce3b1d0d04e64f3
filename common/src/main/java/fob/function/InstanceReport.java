package fob.function;

import fob.service.Text;
import java.time.Instant;

/**
 * What an invoker says of an instance that does not serve calls as it should: it is to be replaced.
 *
 * @param instance the id of the {@link Instance}
 * @param reason what the invoker saw, for the log and for the function's status
 */
public record InstanceReport(FunctionId function, String instance, String reason, Instant at) {

  private static final int LONGEST_REASON = 500;

  /** A reason that is too long is cut. */
  public InstanceReport {
    reason = Text.cut(reason, LONGEST_REASON);
  }
}
