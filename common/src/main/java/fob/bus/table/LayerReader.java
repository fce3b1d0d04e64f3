package fob.bus.table;

import fob.bus.Bus;
import fob.bus.wire.LayerWire;
import fob.bus.wire.Topics;
import fob.function.Layer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;

/**
 * Reads installed dependencies from {@code fob.layers} by the offset in the row of their function.
 * So nothing of the topic is read at a start. Thread-safe.
 */
public final class LayerReader implements AutoCloseable {

  private final RecordReader reader;

  public LayerReader(Bus bus) {
    this.reader = new RecordReader(Topics.LAYERS, bus.reader());
  }

  /**
   * Reads the description of an archive; empty if it is not on the topic any more. Blocks.
   *
   * @throws org.apache.kafka.common.KafkaException if the broker cannot be read now
   */
  public Optional<LayerWire.Description> description(Layer layer) {
    return read(layer.offset(), LayerWire.key(layer.id(), layer.copy())).map(LayerWire::decode);
  }

  private Optional<ConsumerRecord<String, byte[]>> read(long offset, String key) {
    try {
      return reader.read(offset, key);
    } catch (OffsetOutOfRangeException shorter) {
      // The topic was made anew or cut off. What is lost here can be made again.
      return Optional.empty();
    }
  }

  /**
   * Copies the archive. Blocks. The caller checks its checksum.
   *
   * @throws IOException if a piece of it is not on the topic any more, or the output fails
   * @throws org.apache.kafka.common.KafkaException if the broker cannot be read now
   */
  public void copy(Layer layer, LayerWire.Description description, OutputStream to)
      throws IOException {
    int chunk = 0;
    for (long offset : description.chunks()) {
      String key = LayerWire.key(layer.id(), layer.copy(), chunk++);
      ConsumerRecord<String, byte[]> record =
          read(offset, key)
              .orElseThrow(() -> new IOException("a piece of it is not on fob.layers any more"));
      to.write(record.value());
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
