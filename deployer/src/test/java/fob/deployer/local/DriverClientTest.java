package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class DriverClientTest {

  private static final int BACKLOG = 1;

  @TempDir Path dir;

  @Test
  void askingADriverThatTakesNoConnectionEndsInTime() throws IOException {
    // Given
    Path socket = dir.resolve("driver.sock");
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
    List<SocketChannel> others = new ArrayList<>();
    try (ServerSocketChannel driver = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      driver.bind(address, BACKLOG);
      while (isTaken(address, others)) {
        // One more waits until the driver takes it.
      }
      assertThat(others).hasSizeGreaterThan(BACKLOG);

      // When, Then
      DriverClient client = new DriverClient(Duration.ofMillis(200));
      assertThatThrownBy(() -> client.ask(URI.create("unix:" + socket)))
          .isInstanceOf(IOException.class)
          .hasMessage("timeout");
    } finally {
      for (SocketChannel other : others) {
        other.close();
      }
    }
  }

  /** Returns false if as many connections wait as may. */
  private static boolean isTaken(UnixDomainSocketAddress address, List<SocketChannel> others)
      throws IOException {
    SocketChannel other = SocketChannel.open(StandardProtocolFamily.UNIX);
    others.add(other);
    other.configureBlocking(false);
    try {
      return other.connect(address);
    } catch (SocketException full) {
      return false;
    }
  }
}
