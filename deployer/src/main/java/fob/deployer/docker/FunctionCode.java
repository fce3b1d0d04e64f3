package fob.deployer.docker;

import fob.deployer.CodeSource;
import fob.deployer.FunctionLayer;
import fob.deployer.local.StartRefused;
import fob.function.Code;
import java.io.IOException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The code of one function, and its dependencies. The code is read when the first container starts,
 * and kept for those that replace it; containers that are taken over need no code. Thread-safe.
 */
final class FunctionCode {

  private final CodeSource source;
  private volatile @Nullable Code code;

  FunctionCode(CodeSource source) {
    this.source = source;
  }

  /** Returns the dependencies; null if there are none. */
  @Nullable FunctionLayer layer() {
    return source.layer();
  }

  /**
   * Returns the code. May wait for the bus.
   *
   * @throws StartRefused if the bus cannot be read now, or the code is lost
   */
  Code read() throws StartRefused {
    Code known = code;
    if (known == null) {
      try {
        known = source.read();
      } catch (KafkaException e) {
        throw StartRefused.waitingFor("Kafka, to read the function's code: " + e.getMessage());
      } catch (IOException lost) {
        throw StartRefused.untilOperatorActs(String.valueOf(lost.getMessage()));
      }
      code = known;
    }
    return known;
  }
}
