package fob.standalone;

import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks a test class that needs {@code prometheus} and {@code promtool}. Without them the class is
 * skipped with one line of output, or fails if {@code FOB_REQUIRE_PROMETHEUS=true}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresPrometheus.Condition.class)
@interface RequiresPrometheus {

  /** Looks for the programs. */
  final class Condition implements ExecutionCondition {

    private static final String REQUIRED = "FOB_REQUIRE_PROMETHEUS";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (program("prometheus").isPresent() && program("promtool").isPresent()) {
        return ConditionEvaluationResult.enabled("prometheus is installed");
      }
      String reason = context.getDisplayName() + " needs prometheus, and it is not installed";
      if ("true".equals(System.getenv(REQUIRED))) {
        throw new IllegalStateException(
            reason + ", but " + REQUIRED + "=true: apt-get install prometheus");
      }
      if (context.getTestMethod().isEmpty()) {
        System.out.println("skipped: " + reason);
      }
      return ConditionEvaluationResult.disabled(reason);
    }

    /** Returns the path of a program. */
    static Optional<Path> program(String name) {
      return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
          .map(folder -> Path.of(folder, name))
          .filter(Files::isExecutable)
          .findFirst();
    }
  }
}
