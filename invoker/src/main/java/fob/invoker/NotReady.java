package fob.invoker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.call.Failure;
import fob.call.Reply;
import fob.function.FunctionStatus;

/** The reply to a call of a function that failed to start. */
final class NotReady {

  private NotReady() {}

  static Reply.Failed reply(FunctionStatus.FailureReason failure) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    if (failure.type() != null) {
      error.put("type", failure.type());
    }
    if (!failure.stack().isEmpty()) {
      failure.stack().forEach(error.putArray("stack")::add);
    }
    return new Reply.Failed(
        Failure.NOT_READY,
        "the function cannot run: " + failure.summary(),
        error.isEmpty() ? null : error);
  }
}
