package fob.gateway.function;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.FunctionId;
import fob.function.FunctionStatus;
import fob.gateway.http.Problem;

/** The reply to the registration of a function that was registered and cannot run. */
final class RegistrationFailure {

  private RegistrationFailure() {}

  /**
   * @throws Problem 422 if the function has failed
   */
  static void throwIfFailed(FunctionId id, FunctionStatus status) {
    if (status instanceof FunctionStatus.Failed(FunctionStatus.FailureReason failure)) {
      Problem problem =
          new Problem(
                  422,
                  "function",
                  "not-ready",
                  "the function was registered but cannot run: " + failure.summary())
              .with("id", id.toString());
      if (failure.type() != null) {
        ObjectNode error = JsonNodeFactory.instance.objectNode().put("type", failure.type());
        failure.stack().forEach(error.putArray("stack")::add);
        problem.with("error", error);
      }
      throw problem;
    }
  }
}
