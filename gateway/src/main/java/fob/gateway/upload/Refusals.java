package fob.gateway.upload;

import fob.gateway.http.Problem;
import fob.service.Text;

/** The refusals of uploads. */
final class Refusals {

  private static final int MOST_SHOWN = 100;

  private Refusals() {}

  /** The upload is malformed, or has something that no archive may have. */
  static Problem bad(String detail) {
    return Problem.ofGateway(400, "bad-upload", detail);
  }

  static Problem tooLarge(String detail) {
    return Problem.ofGateway(413, "too-large", detail);
  }

  /** The upload is well-formed, but it is not clear what to run. */
  static Problem unclear(String reason, String detail) {
    return Problem.ofGateway(422, reason, detail);
  }

  /** Returns a path of the user's as one short line. */
  static String shown(String path) {
    return "'" + Text.printable(path, MOST_SHOWN) + "'";
  }
}
