package fob.bus;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.utils.Utils;

/**
 * Finds out by plain connections why Kafka does not answer. Kafka's client only says that it got no
 * answer.
 */
final class Reach {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private Reach() {}

  /** Says in one line what is wrong with each server. Blocks for up to a second for each server. */
  static String complaint(BusSettings settings) {
    List<String> servers = new ArrayList<>();
    boolean isAnyThere = false;
    for (String server : settings.servers()) {
      String how = how(server);
      isAnyThere = isAnyThere || how.isEmpty();
      servers.add(server + (how.isEmpty() ? " takes connections" : ": " + how));
    }
    String all = String.join(", ", servers);
    return isAnyThere
        ? """
        %s, but Kafka has not answered in time: it is starting or busy, or another program listens \
        there, or FOB_KAFKA_SECURITY_PROTOCOL (%s) is not the broker's\
        """
            .formatted(
                all,
                settings
                    .properties()
                    .getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "PLAINTEXT"))
        : all + " (FOB_KAFKA_BOOTSTRAP_SERVERS)";
  }

  /**
   * @return empty if it takes connections
   */
  private static String how(String server) {
    String host = Utils.getHost(server);
    Integer port = Utils.getPort(server);
    if (host == null || port == null) {
      return "expected host:port";
    }
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      return "the host is unknown";
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, Math.toIntExact(PATIENCE.toMillis()));
      return "";
    } catch (SocketTimeoutException e) {
      return "no answer";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
