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
    this.reader = new RecordReader(Topics.LAYERS, bus.uncheckedReader());
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
    for (int piece = 0; piece < description.chunks().size(); piece++) {
      to.write(piece(layer, description, piece));
    }
  }

  /**
   * Checks that the first piece of the archive is there, because a topic loses its oldest records
   * first. Blocks.
   *
   * @throws IOException if it is not
   * @throws org.apache.kafka.common.KafkaException if the broker cannot be read now
   */
  public void requireFirstPiece(Layer layer, LayerWire.Description description) throws IOException {
    var _ = piece(layer, description, 0);
  }

  private byte[] piece(Layer layer, LayerWire.Description description, int piece)
      throws IOException {
    return read(description.chunks().get(piece), LayerWire.key(layer.id(), layer.copy(), piece))
        .map(ConsumerRecord::value)
        .orElseThrow(() -> new IOException("a piece of it is not on fob.layers any more"));
  }

  @Override
  public void close() {
    reader.close();
  }
}
