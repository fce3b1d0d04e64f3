package fob.driver;

/** Why a call may not run now. */
final class Refusals {

  private Refusals() {}

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
