package fob.gateway;

import fob.bus.Topics;
import io.javalin.http.Context;
import java.io.IOException;

/** Reads request bodies, never more than a record may carry. */
final class Bodies {

  private Bodies() {}

  /**
   * @throws Problem 413 if the body is over the limit, 400 if it breaks off
   */
  static byte[] read(Context http, String what) {
    if (http.req().getContentLengthLong() > Topics.MAX_VALUE_BYTES) {
      throw tooLarge(what);
    }
    byte[] body;
    try {
      body = http.bodyInputStream().readNBytes(Topics.MAX_VALUE_BYTES + 1);
    } catch (IOException e) {
      throw Problem.ofGateway(400, "bad-request", what + " broke off: " + e.getMessage());
    }
    if (body.length > Topics.MAX_VALUE_BYTES) {
      throw tooLarge(what);
    }
    return body;
  }

  private static Problem tooLarge(String what) {
    return Problem.ofGateway(
            413, "too-large", what + " is over the limit of " + Topics.MAX_VALUE_BYTES + " bytes")
        .header("Connection", "close");
  }
}
