package fob.standalone;

import fob.deployer.DeployerConfig;
import fob.gateway.access.AccessConfig;
import fob.gateway.tls.TlsFiles;
import fob.metrics.MetricsSettings;
import fob.service.WarmUp;
import fob.traces.TraceSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of a {@link Standalone}.
 *
 * @param data the folder for all data and logs
 * @param host the address that HTTP listens on
 * @param hosts further hosts that the HTTP API answers for, as in {@code FOB_HOSTS}; may be empty
 * @param port the port of HTTP; 0 takes a free port
 * @param kafkaHost the address that the broker listens on
 * @param kafkaPort the port of the broker; 0 takes a free port
 * @param drivers the folder with the drivers
 * @param platform the platform that runs the functions
 * @param warmUp when fob warms itself up
 * @param access who may use the HTTP API
 * @param keptVersions how many versions of a name stay
 * @param metrics what is counted
 * @param traces where traces go
 * @param tls the certificate of the HTTP API; empty: it does not speak TLS
 */
public record StandaloneOptions(
    Path data,
    String host,
    String hosts,
    int port,
    String kafkaHost,
    int kafkaPort,
    Path drivers,
    LocalPlatform platform,
    WarmUp.When warmUp,
    AccessConfig access,
    int keptVersions,
    MetricsSettings metrics,
    TraceSettings traces,
    Optional<TlsFiles> tls) {

  /**
   * The options of a start without a warm-up, an admin key and TLS, with the usual number of
   * versions.
   */
  public StandaloneOptions(
      Path data,
      String host,
      String hosts,
      int port,
      int kafkaPort,
      Path drivers,
      LocalPlatform platform) {
    this(
        data,
        host,
        hosts,
        port,
        host,
        kafkaPort,
        drivers,
        platform,
        WarmUp.When.NEVER,
        AccessConfig.NONE,
        DeployerConfig.KEPT_VERSIONS,
        MetricsSettings.STANDARD,
        TraceSettings.OFF,
        Optional.empty());
  }
}
