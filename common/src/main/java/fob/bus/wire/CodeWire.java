package fob.bus.wire;

import fob.function.Code;
import fob.function.FunctionId;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Converts the code of functions to records of {@code fob.code}, and back. */
public final class CodeWire {

  private CodeWire() {}

  public static ProducerRecord<String, byte[]> encode(FunctionId id, Code code) {
    return new ProducerRecord<>(Topics.CODE.name(), id.toString(), code.bytes());
  }

  public static Code decode(ConsumerRecord<String, byte[]> record) {
    return new Code(record.value());
  }

  /** The record that deletes a function's code. */
  public static ProducerRecord<String, byte[]> delete(FunctionId id) {
    return new ProducerRecord<>(Topics.CODE.name(), id.toString(), null);
  }
}
