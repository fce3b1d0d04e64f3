package fob.gateway;

import fob.bus.BusSettings;
import fob.service.Env;

/**
 * Settings of one gateway.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 takes a free one
 * @param maxPending calls that may wait for their reply at a time; more get 429
 */
public record GatewayConfig(BusSettings bus, String host, int port, int maxPending) {

  public static final int DEFAULT_PORT = 9999;
  private static final int DEFAULT_MAX_PENDING = 20_000;
  private static final int MOST = 1_000_000;

  public static GatewayConfig from(Env env) {
    return new GatewayConfig(
        BusSettings.from(env),
        env.text("FOB_HOST", "127.0.0.1"),
        env.port("FOB_PORT", DEFAULT_PORT),
        env.integer("FOB_MAX_PENDING", DEFAULT_MAX_PENDING, 1, MOST));
  }

  public static GatewayConfig standard(BusSettings bus, String host, int port) {
    return new GatewayConfig(bus, host, port, DEFAULT_MAX_PENDING);
  }
}
