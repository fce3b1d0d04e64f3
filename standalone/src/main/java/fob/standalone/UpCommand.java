package fob.standalone;

import fob.service.ServiceMain;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fob up}: everything in the foreground, until SIGTERM or Ctrl-C. */
@Command(
    name = "up",
    description = "Runs all of fob in one process, with an embedded Kafka broker.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class UpCommand implements Callable<Integer> {

  private static final int MAX_PORT = 65_535;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--host", description = "Address to listen on, for HTTP and Kafka.")
  private String host = "127.0.0.1";

  @Option(
      names = "--hosts",
      defaultValue = "${env:FOB_HOSTS:-}",
      description = "Further hosts that the HTTP API answers for, with commas; * for every host.")
  private String hosts = "";

  @Option(names = "--port", description = "Port of the HTTP API; 0 takes a free one.")
  private int port = 9999;

  @Option(names = "--kafka-port", description = "Port of the broker; 0 takes a free one.")
  private int kafkaPort = 9092;

  @Option(names = "--data", description = "Folder for everything that is kept.")
  private Path data = Path.of(System.getProperty("user.home"), ".fob");

  @Option(
      names = "--platform",
      description =
          "What runs functions: process (bubblewrap sandboxes) or docker (containers; build their"
              + " images with ./fob images).")
  private String platform = "process";

  @Option(
      names = "--docker-host",
      defaultValue = "${env:DOCKER_HOST:-unix:///var/run/docker.sock}",
      description = "Where the Docker engine listens.")
  private String dockerHost = "";

  @Option(
      names = "--unsafe-no-sandbox",
      description = "Run functions as plain processes that may do whatever you may do.")
  private boolean unsafeNoSandbox;

  @Override
  public Integer call() throws Exception {
    requirePort("--port", port);
    requirePort("--kafka-port", kafkaPort);
    if (data.toString().isBlank()) {
      throw new ParameterException(spec.commandLine(), "--data: expected a folder");
    }
    Path folder = data.toAbsolutePath().normalize();
    System.setProperty(Home.LOG_PROPERTY, DataFolder.fobLog(folder).toString());
    Standalone fob =
        Standalone.start(
            new Standalone.Options(
                folder, host, hosts, port, kafkaPort, Home.drivers(), platform()));
    ServiceMain.closeAtExit(fob);
    System.out.printf(
        "fob is up at %s%nKafka listens at %s; data and logs are in %s%n",
        fob.url(), fob.bootstrapServers(), folder);
    if (unsafeNoSandbox) {
      System.out.println("WARNING: functions run WITHOUT a sandbox and may do whatever you may do");
    }
    new CountDownLatch(1).await();
    return 0;
  }

  private LocalPlatform platform() {
    return switch (platform) {
      case "process" -> LocalPlatform.process(unsafeNoSandbox);
      case "docker" -> LocalPlatform.docker(dockerHost);
      default ->
          throw new ParameterException(
              spec.commandLine(), "--platform=" + platform + ": expected process or docker");
    };
  }

  private void requirePort(String name, int value) {
    if (value < 0 || value > MAX_PORT) {
      throw new ParameterException(
          spec.commandLine(),
          "%s=%d: expected a port from 0 to %d".formatted(name, value, MAX_PORT));
    }
  }
}
