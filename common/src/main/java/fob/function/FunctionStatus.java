package fob.function;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a function is, as its deployer last saw it. */
public sealed interface FunctionStatus {

  /**
   * No instance serves yet, or none at the moment; calls wait.
   *
   * @param note what it waits for, for people; names the cause where an instance ended
   */
  record Deploying(String note) implements FunctionStatus {}

  /** At least one instance serves. */
  record Ready(List<Instance> instances) implements FunctionStatus {
    public Ready {
      instances = List.copyOf(instances);
      if (instances.isEmpty()) {
        throw new IllegalArgumentException("a ready function has an instance");
      }
    }
  }

  /**
   * It cannot run, for a reason that lies in the function or its platform; calls get it at once.
   */
  record Failed(FailureReason failure) implements FunctionStatus {}

  /**
   * Why a function cannot run.
   *
   * @param message one sentence for the user
   * @param type the language's own name of the error, such as {@code SyntaxError}
   * @param stack the user's own stack lines, outermost first
   */
  record FailureReason(String message, @Nullable String type, List<String> stack) {
    public FailureReason {
      stack = List.copyOf(stack);
    }

    /** The message, after the type if there is one: {@code SyntaxError: invalid syntax}. */
    public String summary() {
      return type == null ? message : type + ": " + message;
    }

    public static FailureReason of(String message) {
      return new FailureReason(message, null, List.of());
    }
  }
}
