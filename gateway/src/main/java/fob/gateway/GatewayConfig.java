package fob.gateway;

import fob.bus.BusSettings;
import fob.service.Env;
import java.util.List;

/**
 * Settings of one gateway.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 takes a free one
 * @param hosts further hosts that the gateway answers for, see {@link OwnHosts}
 * @param maxPending calls that may wait for their reply at a time; more get 429
 */
public record GatewayConfig(
    BusSettings bus, String host, int port, List<String> hosts, int maxPending) {

  public static final int DEFAULT_PORT = 9999;
  private static final int DEFAULT_MAX_PENDING = 20_000;
  private static final int MOST = 1_000_000;

  /** Reads its variables; problems are gathered in the environment. */
  public static GatewayConfig from(Env env) {
    return new GatewayConfig(
        BusSettings.from(env),
        env.host("FOB_HOST", "the address to listen on", "127.0.0.1"),
        env.port("FOB_PORT", "the port of the HTTP API; 0 takes a free one", DEFAULT_PORT),
        env.value(
            "FOB_HOSTS",
            "further hosts that the gateway answers for, with commas between; *.example.org too",
            List.of(),
            OwnHosts.EXPECTED,
            OwnHosts::parse),
        env.integer(
            "FOB_MAX_PENDING",
            "calls that may wait for their reply at a time; more get 429",
            DEFAULT_MAX_PENDING,
            1,
            MOST));
  }

  public static GatewayConfig standard(BusSettings bus, String host, int port) {
    return new GatewayConfig(bus, host, port, List.of(), DEFAULT_MAX_PENDING);
  }

  /**
   * The same, for further hosts.
   *
   * @param list as in {@code FOB_HOSTS}; may be empty
   * @throws IllegalArgumentException if it is wrong; the message says what was expected
   */
  public GatewayConfig withHosts(String list) {
    try {
      List<String> more = list.isEmpty() ? List.of() : OwnHosts.parse(list);
      return new GatewayConfig(bus, host, port, more, maxPending);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'%s': expected %s".formatted(list, OwnHosts.EXPECTED));
    }
  }
}
