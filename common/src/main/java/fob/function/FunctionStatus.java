package fob.function;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The status of a function, as the deployer last observed it. */
public sealed interface FunctionStatus {

  /**
   * No instance is ready at the moment. Calls wait.
   *
   * @param note what the function waits for, for users; also why an instance ended
   */
  record Deploying(String note) implements FunctionStatus {}

  /** At least one instance is ready. */
  record Ready(List<Instance> instances) implements FunctionStatus {
    public Ready {
      instances = List.copyOf(instances);
      if (instances.isEmpty()) {
        throw new IllegalArgumentException("a ready function has an instance");
      }
    }
  }

  /**
   * No instance runs, since no call came for as long as {@link Limits#idle} says. The next call
   * starts them, and waits.
   */
  record Idle() implements FunctionStatus {}

  /** The function cannot run. Calls fail at once with this reason. */
  record Failed(FailureReason failure) implements FunctionStatus {}

  /**
   * Why a function cannot run.
   *
   * @param message one sentence for the user
   * @param type the language's name of the error, such as {@code SyntaxError}; null if there is
   *     none
   * @param stack the stack lines that are in the user's code, outermost first
   */
  record FailureReason(String message, @Nullable String type, List<String> stack) {
    public FailureReason {
      stack = List.copyOf(stack);
    }

    /** Returns the type and the message, such as {@code SyntaxError: invalid syntax}. */
    public String summary() {
      return type == null ? message : type + ": " + message;
    }

    public static FailureReason of(String message) {
      return new FailureReason(message, null, List.of());
    }
  }
}
