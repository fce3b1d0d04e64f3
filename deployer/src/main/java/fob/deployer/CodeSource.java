package fob.deployer;

import fob.function.Code;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The code of one function and its secrets, which are read only where they are needed: a platform
 * whose instances fetch them from a gateway never asks for them. Thread-safe.
 */
@FunctionalInterface
public interface CodeSource {

  /**
   * Returns the code. May wait for the bus.
   *
   * @throws IOException if there is no code any more; the message is for the user
   * @throws org.apache.kafka.common.KafkaException if the bus cannot be read now
   */
  Code read() throws IOException;

  /** Returns the secrets of the function. */
  default FunctionSecrets secrets() {
    return FunctionSecrets.NONE;
  }

  /** Returns the function's dependencies; null if it has none. */
  default @Nullable FunctionLayer layer() {
    return null;
  }

  /** Returns the same code with other secrets. */
  default CodeSource with(FunctionSecrets secrets) {
    return new Parts(this, secrets, layer());
  }

  /** Returns the same code with dependencies. */
  default CodeSource withLayer(@Nullable FunctionLayer layer) {
    return new Parts(this, secrets(), layer);
  }

  /** The code of another source, with secrets and dependencies. */
  record Parts(CodeSource code, FunctionSecrets secrets, @Nullable FunctionLayer layer)
      implements CodeSource {
    @Override
    public Code read() throws IOException {
      return code.read();
    }
  }
}
