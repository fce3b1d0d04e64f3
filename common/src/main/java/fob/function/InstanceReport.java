package fob.function;

import fob.service.Text;
import java.time.Instant;

/**
 * An invoker's request to replace an instance that does not serve calls correctly.
 *
 * @param instance the id of the {@link Instance}
 * @param reason what the invoker observed, for the log and the function's status; cut after 500
 *     characters
 * @param at when the invoker observed it
 */
public record InstanceReport(FunctionId function, String instance, String reason, Instant at)
    implements Report {

  private static final int LONGEST_REASON = 500;

  public InstanceReport {
    reason = Text.cut(reason, LONGEST_REASON);
  }
}
