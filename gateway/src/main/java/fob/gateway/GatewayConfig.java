package fob.gateway;

import fob.bus.BusSettings;
import fob.gateway.access.AccessConfig;
import fob.gateway.http.Bounds;
import fob.gateway.http.HttpConfig;
import fob.gateway.http.OwnHosts;
import fob.gateway.tls.TlsFiles;
import fob.secret.SecretKeys;
import fob.service.Env;
import fob.service.WarmUp;
import java.util.List;
import java.util.Optional;

/**
 * Settings of one gateway.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 takes a free one
 * @param hosts further hosts that the gateway answers for, see {@link OwnHosts}
 * @param warmUp when the gateway warms itself up
 * @param secretKeys the keys of secrets; empty: secrets cannot be written
 * @param access who may use the gateway
 * @param tls the certificate; empty: the gateway does not speak TLS
 */
public record GatewayConfig(
    BusSettings bus,
    String host,
    int port,
    List<String> hosts,
    Bounds bounds,
    WarmUp.When warmUp,
    Optional<SecretKeys> secretKeys,
    AccessConfig access,
    Optional<TlsFiles> tls) {

  public static final int DEFAULT_PORT = 9999;

  /** Reads its variables; problems are gathered in the environment. */
  public static GatewayConfig from(Env env) {
    return new GatewayConfig(
        BusSettings.from(env).ofService("gateway"),
        env.host("FOB_HOST", "the address to listen on", "127.0.0.1"),
        env.port("FOB_PORT", "the port of the HTTP API; 0 takes a free one", DEFAULT_PORT),
        env.value(
            "FOB_HOSTS",
            "further hosts that the gateway answers for, with commas between; *.example.org too",
            List.of(),
            OwnHosts.EXPECTED,
            OwnHosts::parse),
        Bounds.from(env),
        WarmUp.When.from(env),
        SecretKeys.from(env),
        AccessConfig.from(env),
        TlsFiles.from(env));
  }

  /** What the HTTP server needs of this. */
  HttpConfig http() {
    return new HttpConfig(host, port, hosts, bounds, tls);
  }

  /** The settings of a gateway without further hosts, secrets, a warm-up, an admin key and TLS. */
  public static GatewayConfig standard(BusSettings bus, String host, int port) {
    return new GatewayConfig(
        bus,
        host,
        port,
        List.of(),
        Bounds.standard(),
        WarmUp.When.NEVER,
        Optional.empty(),
        AccessConfig.NONE,
        Optional.empty());
  }

  /** The same, with keys of secrets. */
  public GatewayConfig withSecretKeys(SecretKeys keys) {
    return new GatewayConfig(
        bus, host, port, hosts, bounds, warmUp, Optional.of(keys), access, tls);
  }

  /** The same, with a warm-up. */
  public GatewayConfig withWarmUp(WarmUp.When when) {
    return new GatewayConfig(bus, host, port, hosts, bounds, when, secretKeys, access, tls);
  }

  /** The same, for other clients. */
  public GatewayConfig withAccess(AccessConfig clients) {
    return new GatewayConfig(bus, host, port, hosts, bounds, warmUp, secretKeys, clients, tls);
  }

  /** The same, with a certificate or without. */
  public GatewayConfig withTls(Optional<TlsFiles> files) {
    return new GatewayConfig(bus, host, port, hosts, bounds, warmUp, secretKeys, access, files);
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
      return new GatewayConfig(bus, host, port, more, bounds, warmUp, secretKeys, access, tls);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'%s': expected %s".formatted(list, OwnHosts.EXPECTED));
    }
  }
}
