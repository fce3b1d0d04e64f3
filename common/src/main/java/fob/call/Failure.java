package fob.call;

import java.util.Arrays;
import java.util.Optional;

/**
 * The ways in which a call ends without a result. The label is the value of the response's {@code
 * fob-status} header. The component is the part of the system that caused the failure.
 */
public enum Failure {
  /** The function raised an exception, or its result is not JSON. */
  FUNCTION_ERROR("function-error", "function"),
  /** The parameters do not match the function's signature. The function was not run. */
  BAD_PARAMETERS("bad-parameters", "function"),
  /** The function's code does not load, or its platform cannot run it. The call was not run. */
  NOT_READY("not-ready", "function"),
  /** The instances ended with their deployer, and no deployer is active. The call was not run. */
  PLATFORM_AWAY("platform-away", "platform"),
  /** The payload does not have the format of its content type. The function was not run. */
  BAD_REQUEST("bad-request", "invoker"),
  /** There is no function with this id or name. */
  NOT_FOUND("not-found", "invoker"),
  /** The instance ended or gave no valid answer. The call may have run. */
  UNREACHABLE("unreachable", "platform"),
  /** The call ran longer than the function's timeout. */
  TIMEOUT("timeout", "function"),
  /** The deadline passed before the call could start. The call was not run. */
  EXPIRED("expired", "invoker"),
  /** Too many calls are waiting. The call was not run. */
  OVERLOADED("overloaded", "invoker"),
  /** The result or the payload is larger than its limit. */
  TOO_LARGE("too-large", "function");

  private final String label;
  private final String component;

  Failure(String label, String component) {
    this.label = label;
    this.component = component;
  }

  public String label() {
    return label;
  }

  public String component() {
    return component;
  }

  /** Returns the failure with this label, or empty if there is none. */
  public static Optional<Failure> ofLabel(String label) {
    return Arrays.stream(values()).filter(f -> f.label.equals(label)).findFirst();
  }
}
