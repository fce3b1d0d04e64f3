package fob.invoker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.call.Call;
import fob.call.Failure;
import fob.call.Reply;
import fob.function.FunctionStatus;
import fob.function.Lookup;
import java.util.Optional;

/** The replies to calls that no instance ran. */
final class Refusals {

  /** Why an asynchronous call did not start although an instance was free. */
  static final String HELD_BACK =
      "the invoker ran as many asynchronous calls as it may run beside synchronous ones";

  private Refusals() {}

  /** Returns the reply to a call that no function could run as it is; empty if one may run it. */
  static Optional<Reply> malformed(Call call) {
    if (call.isJson() && call.payload().length > 0) {
      try {
        Json.requireObject(call.payload());
      } catch (IllegalArgumentException e) {
        return Optional.of(
            Reply.failed(Failure.BAD_REQUEST, "the parameters are wrong: " + e.getMessage()));
      }
    }
    return Lookup.isValid(call.function())
        ? Optional.empty()
        : Optional.of(noFunctionNamed(call.function()));
  }

  /**
   * @param function what the call has instead of a function's id or name
   */
  static Reply.Failed noFunctionNamed(String function) {
    return Reply.failed(
        Failure.BAD_REQUEST,
        (function.isEmpty()
                ? "the call names no function"
                : "'"
                    + function
                    + "' is neither a function's id nor a name, nor a version such as add@3")
            + ": put the id or the name of a function into the record's key, or into the header"
            + " fob-function");
  }

  static Reply.Failed unknownFunction(String function) {
    return notFound("there is no function '" + function + "'");
  }

  /**
   * @param why what there is not, as a sentence
   */
  static Reply.Failed notFound(String why) {
    return Reply.failed(Failure.NOT_FOUND, why);
  }

  /** The reply to a call of a function that failed to start. */
  static Reply.Failed notReady(FunctionStatus.FailureReason failure) {
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

  /**
   * @param maxWaiting the bound of waiting calls, which is reached
   */
  static Reply.Failed overloaded(int maxWaiting) {
    return Reply.failed(
        Failure.OVERLOADED,
        maxWaiting
            + " calls of this function wait already (FOB_MAX_WAITING); try again later, or give the"
            + " function more instances or concurrency");
  }

  /** The invoker read the call after its deadline. */
  static Reply.Failed readAfterDeadline() {
    return Reply.failed(
        Failure.EXPIRED,
        "the invoker read the call from Kafka after the deadline, so the call was not run");
  }

  /** An instance became free for the call after its deadline. */
  static Reply.Failed grantedAfterDeadline() {
    return Reply.failed(
        Failure.EXPIRED,
        "an instance became free for the call after the deadline, so the call was not run");
  }

  /**
   * @param why why no instance runs, as a sentence
   */
  static Reply.Failed platformAway(String why) {
    return Reply.failed(Failure.PLATFORM_AWAY, "the call was not run: " + why);
  }

  /**
   * The call waited until its deadline.
   *
   * @param status of the function
   * @param whyNotStarted why no instance of a ready function ran the call
   */
  static Reply.Failed expired(FunctionStatus status, String whyNotStarted) {
    return Reply.failed(
        Failure.EXPIRED,
        "the call waited until its deadline and was not run, since "
            + switch (status) {
              case FunctionStatus.Deploying(String note) -> "the function is not ready: " + note;
              case FunctionStatus.Idle() ->
                  "the function was idle, and no deployer has started it again";
              case FunctionStatus.Ready _ -> whyNotStarted;
              case FunctionStatus.Failed _ -> "the function failed";
            });
  }

  /**
   * Says in the reply to an expired call why the call could not start earlier.
   *
   * @param lastTry why it did not start when it was tried last; may be empty
   * @param platformAway why no instance can serve calls, if that is so
   */
  static Reply withCause(Reply.Failed reply, String lastTry, Optional<String> platformAway) {
    if (reply.failure() != Failure.EXPIRED) {
      return reply;
    }
    return platformAway
        .map(Refusals::platformAway)
        .orElseGet(() ->
            lastTry.isEmpty()
                ? reply
                : new Reply.Failed(
                    reply.failure(),
                    reply.message() + "; its last try: " + lastTry,
                    reply.error()));
  }
}
