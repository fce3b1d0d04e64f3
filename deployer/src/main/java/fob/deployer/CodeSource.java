package fob.deployer;

import fob.function.Code;
import java.io.IOException;

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

  /** Returns the same code with other secrets. */
  default CodeSource with(FunctionSecrets secrets) {
    CodeSource code = this;
    return new CodeSource() {
      @Override
      public Code read() throws IOException {
        return code.read();
      }

      @Override
      public FunctionSecrets secrets() {
        return secrets;
      }
    };
  }
}
