package fob.standalone;

import fob.service.ServiceMain;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code fob broker}: the embedded broker alone, for a fob whose services are killed one by one.
 */
@Command(name = "broker", hidden = true, mixinStandardHelpOptions = true)
final class BrokerCommand implements Callable<Integer> {

  @Option(names = "--host", description = "Address to listen on.")
  private String host = "127.0.0.1";

  @Option(names = "--port", description = "Port for clients; 0 takes a free one.")
  private int port;

  @Option(names = "--data", required = true, description = "Folder for everything that is kept.")
  private Path data = Path.of(".");

  @Override
  public Integer call() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(data.toAbsolutePath().normalize(), host, port);
    ServiceMain.closeAtExit(broker);
    System.out.println("Kafka listens at " + broker.bootstrapServers());
    new CountDownLatch(1).await();
    return 0;
  }
}
