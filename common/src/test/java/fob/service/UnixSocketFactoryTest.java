package fob.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 10, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnixSocketFactoryTest {

  @TempDir Path folder;

  private ServerSocketChannel server;
  private Socket socket;
  private SocketChannel peer;

  @BeforeEach
  void connect() throws IOException {
    Path path = folder.resolve("s");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    socket = new UnixSocketFactory(path).createSocket("anything", 80);
    peer = server.accept();
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
    peer.close();
    server.close();
  }

  private void say(String text) throws IOException {
    peer.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
  }

  @Test
  void whatIsWrittenIsReadAtTheOtherEnd() throws IOException {
    // When
    socket.getOutputStream().write("hello".getBytes(UTF_8));

    // Then
    ByteBuffer buffer = ByteBuffer.allocate(10);
    peer.read(buffer);
    assertThat(UTF_8.decode(buffer.flip()).toString()).isEqualTo("hello");
  }

  @Test
  void byteAbove127IsNotTheEndOfTheStream() throws IOException {
    // When
    peer.write(ByteBuffer.wrap(new byte[] {(byte) 0xff}));

    // Then
    assertThat(socket.getInputStream().read()).isEqualTo(0xff);
  }

  @Test
  void closeByThePeerIsTheEndOfTheStream() throws IOException {
    // When
    peer.close();

    // Then
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
    assertThat(socket.getInputStream().read(new byte[5])).isEqualTo(-1);
  }

  @Test
  void readWithoutDataEndsAtItsTimeout() throws IOException {
    // Given
    socket.setSoTimeout(20);

    // Then
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void socketIsUsableAfterATimeout() throws IOException {
    // Given
    socket.setSoTimeout(1);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);

    // When
    say("ab");

    // Then
    socket.setSoTimeout(1_000);
    assertThat(socket.getInputStream().read()).isEqualTo('a');
    socket.setSoTimeout(0);
    assertThat(socket.getInputStream().read()).isEqualTo('b');
    socket.getOutputStream().write('c');
    ByteBuffer buffer = ByteBuffer.allocate(1);
    peer.read(buffer);
    assertThat(buffer.get(0)).isEqualTo((byte) 'c');
  }

  @Test
  void socketReportsItsState() throws IOException {
    assertThat(socket.isConnected()).isTrue();
    assertThat(socket.isClosed()).isFalse();
    socket.close();
    assertThat(socket.isClosed()).isTrue();
    assertThat(socket.isInputShutdown()).isTrue();
    assertThat(socket.isOutputShutdown()).isTrue();
  }

  @Test
  void connectFailsIfNoServerListens() {
    assertThatThrownBy(() -> new UnixSocketFactory(folder.resolve("none")).createSocket("x", 1))
        .isInstanceOf(IOException.class);
  }
}
