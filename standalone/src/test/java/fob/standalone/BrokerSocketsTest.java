package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class BrokerSocketsTest {
  private static final String HOST = "127.0.0.1";

  @Test
  void portZeroIsAFreeOneThatIsHeldAtOnce() {
    try (BrokerSockets one = BrokerSockets.bind(HOST, 0);
        BrokerSockets two = BrokerSockets.bind(HOST, 0)) {
      assertThat(one.clientAddress()).startsWith(HOST + ":").isNotEqualTo(two.clientAddress());
      assertThat(one.controllerAddress()).isNotEqualTo(one.clientAddress());
    }
  }

  @Test
  void takenPortIsRefusedByNumberWithWhatToDo() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      assertThatExceptionOfType(StartRefused.class)
          .isThrownBy(() -> BrokerSockets.bind(HOST, port))
          .withMessageContaining("port " + port)
          .withMessageContaining("--kafka-port");
    }
  }

  @Test
  void hostOfAnotherMachineIsRefused() {
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(() -> BrokerSockets.bind("192.0.2.1", 0))
        .withMessageContaining("192.0.2.1");
  }
}
