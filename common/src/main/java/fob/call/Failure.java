package fob.call;

import java.util.Arrays;
import java.util.Optional;

/**
 * Every way in which a call ends without a result. The label is what the {@code fob-status} header
 * of a response says; the component is the part of the system that the cause lies in.
 */
public enum Failure {
  /** The function raised, or its result cannot be sent. */
  FUNCTION_ERROR("function-error", "function"),
  /** The parameters do not fit the function's signature; it was not run. */
  BAD_PARAMETERS("bad-parameters", "function"),
  /** The function cannot run: its code does not load, or its platform refuses it. */
  NOT_READY("not-ready", "function"),
  /** Its instances have ended with their deployer, and there is no other yet; it was not run. */
  PLATFORM_AWAY("platform-away", "platform"),
  /** The payload is not what its content type says; the function was not run. */
  BAD_REQUEST("bad-request", "invoker"),
  /** There is no such function. */
  NOT_FOUND("not-found", "invoker"),
  /** The instance went away, or gave no usable answer, while the call may have been running. */
  UNREACHABLE("unreachable", "platform"),
  /** The call ran longer than the function's timeout. */
  TIMEOUT("timeout", "function"),
  /** The deadline passed before the call could start: it was not run. */
  EXPIRED("expired", "invoker"),
  /** A bound on waiting calls was hit; the function was not run. */
  OVERLOADED("overloaded", "invoker"),
  /** The result, or the payload, is over its limit. */
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

  public static Optional<Failure> ofLabel(String label) {
    return Arrays.stream(values()).filter(f -> f.label.equals(label)).findFirst();
  }
}
