package fob.deployer.process;

import java.io.IOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a pipe to its end, on a thread of the platform: it would hold a virtual one's carrier. */
final class LinePump {

  private static final Logger LOGGER = LoggerFactory.getLogger(LinePump.class);
  private static final long STACK_BYTES = 256 * 1024;

  private LinePump() {}

  static Thread start(String name, LineReader lines, Consumer<byte[]> line) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .stackSize(STACK_BYTES)
        .start(() -> {
          try {
            for (byte[] next = lines.next(); next != null; next = lines.next()) {
              line.accept(next);
            }
          } catch (IOException closed) {
            LOGGER.atDebug().addKeyValue("pipe", name).log("closed");
          }
        });
  }
}
