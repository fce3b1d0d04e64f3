package fob.deployer;

import fob.function.Code;
import java.io.IOException;

/**
 * The code of one function, which is read only where it is needed: a platform whose instances fetch
 * their code from a gateway never asks for it. Thread-safe.
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
}
