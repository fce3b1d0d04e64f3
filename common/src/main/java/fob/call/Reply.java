package fob.call;

import com.fasterxml.jackson.databind.JsonNode;
import fob.service.Text;
import org.jspecify.annotations.Nullable;

/** How a call ended: every accepted call gets exactly one. */
public sealed interface Reply {

  /**
   * The function answered.
   *
   * @param body as the driver sent it, {@code {"result": …}}; not copied: nobody may change it
   */
  record Answered(byte[] body) implements Reply {}

  /**
   * The call ended without a result.
   *
   * @param message what was wrong, what was expected, what to do: one or two sentences for the
   *     caller
   * @param error what the function's driver said of it: type, message, stack, names of parameters
   */
  record Failed(Failure failure, String message, @Nullable JsonNode error) implements Reply {

    private static final int LONGEST_MESSAGE = 10_000;

    /** What is too long is cut: a failure fits into every record, beside everything else. */
    public Failed {
      message = Text.cut(message, LONGEST_MESSAGE);
      error = error == null ? null : ErrorDetail.bounded(error);
    }
  }

  static Failed failed(Failure failure, String message) {
    return new Failed(failure, message, null);
  }
}
