package fob.deployer.process;

import fob.deployer.local.ByteSink;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a pipe to its end on a platform thread, as a read would block a virtual one's carrier. */
final class LinePump {

  private static final Logger LOGGER = LoggerFactory.getLogger(LinePump.class);
  private static final long STACK_BYTES = 256 * 1024;
  private static final int AT_ONCE = 8192;

  private LinePump() {}

  static Thread start(String name, InputStream pipe, ByteSink lines) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .stackSize(STACK_BYTES)
        .start(() -> {
          try {
            byte[] buffer = new byte[AT_ONCE];
            for (int read = pipe.read(buffer); read >= 0; read = pipe.read(buffer)) {
              lines.accept(buffer, 0, read);
            }
          } catch (IOException closed) {
            LOGGER.atDebug().addKeyValue("pipe", name).log("a pipe was closed");
          }
          lines.end();
        });
  }
}
