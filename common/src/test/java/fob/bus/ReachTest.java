package fob.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReachTest {

  private static BusSettings servers(String... servers) {
    return new BusSettings(Map.of("bootstrap.servers", String.join(",", servers)));
  }

  @Test
  void serverThatTakesConnectionsMayBeBusyOrNoKafka() throws IOException {
    // Given
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String server = "127.0.0.1:" + other.getLocalPort();

      // When
      String complaint = Reach.complaint(servers(server));

      // Then
      assertThat(complaint)
          .isEqualTo(
              server
                  + " takes connections, but Kafka has not answered in time: it is starting or busy,"
                  + " or another program listens there, or FOB_KAFKA_SECURITY_PROTOCOL (PLAINTEXT)"
                  + " is not the broker's");
    }
  }

  @Test
  void everyServerThatCannotBeReachedIsNamedWithTheReason() throws IOException {
    // Given
    int closed;
    try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = once.getLocalPort();
    }

    // When
    String complaint = Reach.complaint(servers("127.0.0.1:" + closed, "nowhere.invalid:9092"));

    // Then
    assertThat(complaint)
        .isEqualTo(
            "127.0.0.1:%d: Connection refused, nowhere.invalid:9092: the host is unknown (FOB_KAFKA_BOOTSTRAP_SERVERS)"
                .formatted(closed));
  }
}
