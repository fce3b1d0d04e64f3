package fob.driver;

/** Why a request is not served. */
final class Refusals {

  private Refusals() {}

  static Failure noPath(String path, String paths) {
    return new Failure(
        404, "not-found", "there is no " + Failure.cut(path, 200) + " here, only " + paths);
  }

  static Failure noMethod(Http1.Request request, String method) {
    return new Failure(
        405,
        "method-not-allowed",
        request.path() + " takes " + method + ", not " + request.method());
  }

  /** Why a call may not run now. */
  static Failure of(String reason) {
    return reason.equals("busy")
        ? new Failure(
            429,
            reason,
            "as many calls as FOB_CONCURRENCY allows are running: try again shortly, or start more"
                + " instances")
        : new Failure(
            503,
            reason,
            "this process finishes its calls and ends: send the call to another instance");
  }
}
