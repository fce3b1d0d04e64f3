package fob.standalone;

import fob.deployer.Platforms;
import fob.gateway.access.AccessConfig;
import fob.gateway.tls.TlsFiles;
import fob.service.LogFormat;
import fob.service.Service;
import fob.service.Shutdown;
import fob.service.WarmUp;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fob up}: runs everything in the foreground until SIGTERM or Ctrl-C. */
@Command(
    name = "up",
    description = "Runs the whole of fob in one process, with an embedded Kafka broker.",
    showDefaultValues = true)
final class UpCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final AccessOptions access = new AccessOptions();

  @Mixin private final TlsOptions tls = new TlsOptions();

  @Option(
      names = "--host",
      description = "Address of the HTTP API. Other machines reach it only with keys.")
  private String host = "127.0.0.1";

  @Option(
      names = "--hosts",
      defaultValue = "${env:FOB_HOSTS:-}",
      description =
          "Further hosts that the HTTP API answers for, separated by commas; * for every host.")
  private String hosts = "";

  @Option(names = "--port", description = "Port of the HTTP API; 0 takes a free one.")
  private int port = 9999;

  @Option(
      names = "--kafka-host",
      description = "Address of the broker, which has no passwords: whoever reaches it may do all.")
  private String kafkaHost = "127.0.0.1";

  @Option(names = "--kafka-port", description = "Port of the broker; 0 takes a free one.")
  private int kafkaPort = 9092;

  @Option(names = "--data", description = "Folder for all data and logs.")
  private Path data = Path.of(System.getProperty("user.home"), ".fob");

  @Option(
      names = "--platform",
      description =
          "The platform that runs functions: process (bubblewrap sandboxes) or docker (containers,"
              + " whose images ./fob images builds).")
  private String platform = "process";

  @Option(
      names = "--docker-host",
      defaultValue = "${env:DOCKER_HOST:-unix:///var/run/docker.sock}",
      description = "Address of the Docker engine.")
  private String dockerHost = "";

  @Option(
      names = "--no-warm-up",
      description = "Makes no calls of its own that make the first calls of users fast.")
  private boolean noWarmUp;

  @Option(
      names = "--unsafe-no-sandbox",
      description = "Runs functions as plain processes, which may do everything that you may do.")
  private boolean unsafeNoSandbox;

  @Option(
      names = "--log",
      defaultValue = "${env:FOB_LOG:-text}",
      description = "How log lines look: text, or json for one object a line, on stderr too.")
  private String log = "";

  @Option(
      names = "--setting",
      paramLabel = "NAME=VALUE",
      description =
          "A setting of the deployer, such as FOB_PIP_INDEX_URL, or of the metrics; may be given"
              + " several times.")
  private Map<String, String> deployerSettings = new HashMap<>();

  @Override
  public Integer call() throws Exception {
    Arguments arguments = new Arguments(spec.commandLine());
    arguments.requireHost("--host", host);
    arguments.requireHost("--kafka-host", kafkaHost);
    arguments.requirePort("--port", port);
    arguments.requirePort("--kafka-port", kafkaPort);
    arguments.require(
        port != kafkaPort || port == 0, "--port, --kafka-port: expected two different ports");
    Path folder = arguments.folder("--data", data);
    LogFormat format = arguments.logFormat("--log", log);
    UpSettings settings = UpSettings.of(deployerSettings);
    LocalPlatform functions = platform(arguments, settings.ofPlatform());
    AccessConfig clients = access.clients(arguments);
    Optional<TlsFiles> files = tls.files(arguments);
    format.use("up");
    System.setProperty(Home.LOG_PROPERTY, DataFolder.fobLog(folder).toString());
    DataFolder opened = DataFolder.open(folder);
    Service parts = new Service();
    parts.add(opened);
    try (var _ = Shutdown.closeAtExit(parts)) {
      Standalone fob =
          Standalone.start(
              new StandaloneOptions(
                  folder,
                  host,
                  hosts,
                  port,
                  kafkaHost,
                  kafkaPort,
                  Home.drivers(),
                  functions,
                  noWarmUp ? WarmUp.When.NEVER : WarmUp.When.WHEN_IDLE,
                  clients,
                  settings.keptVersions(),
                  settings.metrics(),
                  settings.traces(),
                  files),
              opened,
              parts);
      StartMessage.of(fob, folder, unsafeNoSandbox)
          .forEach(line -> format.say(System.out::println, line));
      new CountDownLatch(1).await();
      return 0;
    }
  }

  private LocalPlatform platform(Arguments arguments, Map<String, String> given) {
    Optional<Platforms> chosen = Platforms.named(platform).filter(Platforms::isLocal);
    arguments.require(
        chosen.isPresent(),
        "--platform=%s: expected %s".formatted(platform, Platforms.names(Platforms::isLocal)));
    boolean docker = chosen.equals(Optional.of(Platforms.DOCKER));
    arguments.require(
        !docker || !unsafeNoSandbox,
        "--platform=docker, --unsafe-no-sandbox: expected only one of the two");
    arguments.require(
        !docker || dockerHost.startsWith("unix:///"),
        "--docker-host=%s: expected unix:// and the path of the engine's socket, such as"
                .formatted(dockerHost)
            + " unix:///var/run/docker.sock");
    arguments.require(
        docker || !spec.commandLine().getParseResult().hasMatchedOption("--docker-host"),
        "--docker-host: expected only with --platform=docker");
    Map<String, String> settings = new HashMap<>(given);
    if (docker) {
      settings.put("DOCKER_HOST", dockerHost);
    }
    if (unsafeNoSandbox) {
      settings.put("FOB_UNSAFE_NO_SANDBOX", "true");
    }
    return LocalPlatform.of(chosen.orElseThrow(), settings);
  }
}
