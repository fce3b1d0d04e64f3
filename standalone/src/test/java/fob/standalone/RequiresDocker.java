package fob.standalone;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/**
 * Marks a test class that needs a Docker engine. Without an engine the class is skipped with one
 * line of output, or fails if {@code FOB_REQUIRE_DOCKER=true}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresDocker.Condition.class)
@interface RequiresDocker {

  /** Looks for an engine only once, because Testcontainers caches the answer. */
  final class Condition implements ExecutionCondition {

    private static final String REQUIRED = "FOB_REQUIRE_DOCKER";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (DockerClientFactory.instance().isDockerAvailable()) {
        return ConditionEvaluationResult.enabled("a Docker engine answers");
      }
      String reason = context.getDisplayName() + " needs a Docker engine, and none answers";
      if ("true".equals(System.getenv(REQUIRED))) {
        throw new IllegalStateException(
            reason + ", but " + REQUIRED + "=true: start one, or set DOCKER_HOST to its address");
      }
      if (context.getTestMethod().isEmpty()) {
        System.out.println("skipped: " + reason);
      }
      return ConditionEvaluationResult.disabled(reason);
    }
  }
}
