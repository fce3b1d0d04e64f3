package fob.standalone;

import fob.service.Service;
import fob.service.Shutdown;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fob broker}: runs the embedded broker alone, for services in processes of their own. */
@Command(
    name = "broker",
    description =
        "Runs the embedded Kafka broker alone. By default, ./fob gateway, ./fob deployer and"
            + " ./fob invoker connect to it.",
    showDefaultValues = true)
final class BrokerCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--host", description = "Address to listen on.")
  private String host = "127.0.0.1";

  @Option(names = "--port", description = "Port for clients; 0 takes a free one.")
  private int port = 9092;

  @Option(
      names = "--data",
      description = "Folder of the broker's data; the default is the folder that ./fob up uses.")
  private Path data = Path.of(System.getProperty("user.home"), ".fob", "kafka");

  @Override
  public Integer call() throws Exception {
    Arguments arguments = new Arguments(spec.commandLine());
    arguments.requireHost("--host", host);
    arguments.requirePort("--port", port);
    Path folder = arguments.folder("--data", data);
    Service parts = new Service();
    try (var _ = Shutdown.closeAtExit(parts)) {
      EmbeddedBroker broker = parts.add(EmbeddedBroker.start(folder, host, port));
      System.out.println(
          "Kafka listens at " + broker.bootstrapServers() + "; data is in " + folder);
      new CountDownLatch(1).await();
      return 0;
    }
  }
}
