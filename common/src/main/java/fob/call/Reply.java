package fob.call;

import com.fasterxml.jackson.databind.JsonNode;
import fob.service.Text;
import org.jspecify.annotations.Nullable;

/** The end of a call: a result or a failure. Every accepted call gets a reply. */
public sealed interface Reply {

  /**
   * The function returned a result.
   *
   * @param body the driver's answer, {@code {"result": …}}; the array is not copied and must not be
   *     changed
   */
  record Answered(byte[] body) implements Reply {}

  /**
   * The call ended without a result.
   *
   * @param message what was wrong, what was expected and what to do, in one or two sentences for
   *     the caller; cut after 10,000 characters
   * @param error the driver's details, such as type, stack and parameter names, cut to some 32,000
   *     characters; null if there are none
   */
  record Failed(Failure failure, String message, @Nullable JsonNode error) implements Reply {

    private static final int LONGEST_MESSAGE = 10_000;

    public Failed {
      message = Text.cut(message, LONGEST_MESSAGE);
      error = error == null ? null : ErrorDetail.bounded(error);
    }
  }

  /** Returns a failure without details. */
  static Failed failed(Failure failure, String message) {
    return new Failed(failure, message, null);
  }
}
