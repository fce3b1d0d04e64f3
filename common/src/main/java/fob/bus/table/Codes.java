package fob.bus.table;

import fob.function.Code;
import fob.function.FunctionId;
import java.util.Optional;

/** Gives access to the code of functions. Implementations are thread-safe. */
public interface Codes {

  /** Returns whether there is code of a function. Does not ask Kafka. */
  boolean has(FunctionId id);

  /**
   * Reads a function's code; empty if there is none, or if it was removed meanwhile. Blocks.
   *
   * @throws org.apache.kafka.common.KafkaException if the broker cannot be read now
   */
  Optional<Code> get(FunctionId id);
}
