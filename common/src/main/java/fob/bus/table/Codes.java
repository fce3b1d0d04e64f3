package fob.bus.table;

import fob.function.Code;
import fob.function.FunctionId;
import java.util.Optional;

/** Where the code of functions is kept. */
public interface Codes {

  /** Whether a function's code is there. Does not ask the bus. */
  boolean has(FunctionId id);

  /**
   * Reads a function's code; empty only if there is none, or it was removed meanwhile.
   *
   * @throws org.apache.kafka.common.KafkaException if the broker cannot be read now
   */
  Optional<Code> get(FunctionId id);
}
