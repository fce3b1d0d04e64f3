package fob.deployer.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.bus.table.LayerReader;
import fob.bus.wire.LayerWire;
import fob.deployer.FencedProducer;
import fob.function.Layer;
import fob.service.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes layers to {@code fob.layers}, and removes them from there. Thread-safe. */
final class LayerWriter {

  private static final Logger LOGGER = LoggerFactory.getLogger(LayerWriter.class);

  private static final long PAGE = 4096;

  private final FencedProducer producer;
  private final LayerReader reader;

  LayerWriter(FencedProducer producer, LayerReader reader) {
    this.producer = producer;
    this.reader = reader;
  }

  /** Returns the id of the layer with these exact versions. */
  static String id(String language, String runtime, String lock) {
    return Sha256.of(String.join("\n", language, runtime, lock).getBytes(UTF_8));
  }

  /**
   * Writes an archive of a folder. Blocks until Kafka has all of it.
   *
   * @throws KafkaException if Kafka does not take it
   */
  Layer write(String id, String copy, Path folder, String lock)
      throws IOException, InterruptedException {
    MessageDigest digest = sha256();
    Chunks chunks = new Chunks(id, copy);
    try (OutputStream packed = new DigestOutputStream(chunks, digest)) {
      Tar.pack(folder, packed);
    }
    chunks.failIfInterrupted();
    long offset =
        send(
            LayerWire.key(id, copy),
            LayerWire.encode(new LayerWire.Description(chunks.offsets, lock)));
    String sha256 = HexFormat.of().formatHex(digest.digest());
    return new Layer(id, copy, offset, sha256, chunks.bytes, inMemory(folder));
  }

  /** Returns what the files take in a file system in memory. */
  static long inMemory(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      long pages = 0;
      for (Path file : files.filter(path -> !Files.isSymbolicLink(path)).toList()) {
        pages += Files.isRegularFile(file) ? Math.ceilDiv(Files.size(file), PAGE) : 1;
      }
      return pages * PAGE;
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private long send(String key, byte @Nullable [] value) throws InterruptedException {
    try {
      return producer.writeApart(LayerWire.encode(key, value)).get().offset();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    }
  }

  /** Removes a layer that no function uses. If Kafka is away, the next start's sweep does it. */
  void delete(Layer layer) throws InterruptedException {
    try {
      int chunks = reader.description(layer).map(found -> found.chunks().size()).orElse(0);
      send(LayerWire.key(layer.id(), layer.copy()), null);
      for (int chunk = 0; chunk < chunks; chunk++) {
        send(LayerWire.key(layer.id(), layer.copy(), chunk), null);
      }
      LOGGER.atInfo().addKeyValue("layer", layer.id()).log("dependencies that nobody uses removed");
    } catch (KafkaException | IllegalArgumentException e) {
      LOGGER
          .atWarn()
          .addKeyValue("layer", layer.id())
          .log("dependencies that nobody uses were not removed: {}", e.toString());
    }
  }

  /** Removes one record. */
  void delete(String key) throws InterruptedException {
    send(key, null);
  }

  /** Sends each full piece, and waits for it. Used by one thread. */
  private final class Chunks extends OutputStream {

    private final String id;
    private final String copy;
    private final List<Long> offsets = new ArrayList<>();
    private final byte[] buffer = new byte[LayerWire.CHUNK_BYTES];
    private int length;
    private long bytes;
    private boolean interrupted;

    Chunks(String id, String copy) {
      this.id = id;
      this.copy = copy;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int count) throws IOException {
      int at = offset;
      while (at < offset + count) {
        int part = Math.min(buffer.length - length, offset + count - at);
        System.arraycopy(from, at, buffer, length, part);
        length += part;
        at += part;
        if (length == buffer.length) {
          sendBuffer();
        }
      }
    }

    private void sendBuffer() throws IOException {
      try {
        String key = LayerWire.key(id, copy, offsets.size());
        offsets.add(send(key, Arrays.copyOf(buffer, length)));
      } catch (InterruptedException e) {
        interrupted = true;
        throw new IOException("interrupted", e);
      }
      bytes += length;
      length = 0;
    }

    void failIfInterrupted() throws InterruptedException {
      if (interrupted) {
        throw new InterruptedException();
      }
    }

    @Override
    public void close() throws IOException {
      if (length > 0) {
        sendBuffer();
      }
    }
  }
}
