package fob.chaos;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.chaos.check.Checker;
import fob.chaos.check.Event;
import fob.chaos.check.Log;
import fob.chaos.check.Summary;
import fob.chaos.check.Violation;
import fob.service.Threads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;

/**
 * One chaos run. It starts a cluster, makes calls and faults, waits until every call has ended,
 * looks up many calls, reads the topics and checks the invariants. Used by one thread.
 */
final class ChaosRun {

  private static final Duration POLL = Duration.ofSeconds(1);

  private final Plan plan;
  private final Path folder;
  private final Path home;
  private final Consumer<String> says;

  /**
   * Creates a run.
   *
   * @param folder an empty folder for data, logs and the history, which stay there
   * @param home the folder in which fob is installed
   * @param says takes one line of text for each step
   */
  ChaosRun(Plan plan, Path folder, Path home, Consumer<String> says) {
    this.plan = plan;
    this.folder = folder;
    this.home = home;
    this.says = says;
  }

  /** The figures of a run and the violations that were found. */
  record Outcome(Summary summary, List<Violation> violations) {}

  /**
   * Runs and blocks until the end. All processes that it started have ended when it returns or
   * throws.
   *
   * @throws IOException if the run itself failed, for example because a process did not get ready
   */
  Outcome run() throws IOException, InterruptedException {
    try (History history = new History(folder.resolve("history.txt"));
        Cluster cluster = new Cluster(folder, home);
        Api api = new Api()) {
      says.accept("starting a broker, two deployers, two gateways and two invokers");
      cluster.start();
      Bus bus = new Bus(BusSettings.of(cluster.bootstrapServers()));
      List<URI> gateways = cluster.gateways().stream().map(Cluster::url).toList();
      Functions functions = Functions.register(api, gateways.getFirst(), plan.clients());
      awaitFunctions(functions, api, gateways);
      says.accept("making calls and faults for " + plan.load().toSeconds() + " s");
      try (StallDetector _ = new StallDetector(history::add);
          Producer<String, byte[]> producer = bus.producer()) {
        Client client = new Client(api, producer, gateways, functions, history::add);
        loadAndFaults(client, cluster, history);
        return settled(
            bus, cluster, history, new LookUps(api, plan.seed(), history::add), gateways);
      }
    }
  }

  /** Waits until every gateway knows the functions. */
  private void awaitFunctions(Functions functions, Api api, List<URI> gateways)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(plan.settle());
    for (URI gateway : gateways) {
      while (!functions.areKnown(api, gateway)) {
        if (Instant.now().isAfter(end)) {
          throw new IOException(gateway + " does not know the functions");
        }
        Threads.pause(POLL);
      }
    }
  }

  private void loadAndFaults(Client client, Cluster cluster, History history)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(plan.load());
    try (Load load = Load.start(client, plan.seed(), plan.clients(), end)) {
      new Injector(
              cluster,
              plan,
              event -> {
                history.add(event);
                says.accept(event.toString());
              })
          .run(end);
      load.await();
    }
    cluster.awaitAllReady();
  }

  /** Writes the records to log.txt, which helps to understand a violation. */
  private void write(Log log) throws IOException {
    Files.write(
        folder.resolve("log.txt"),
        Stream.of(log.calls(), log.responses(), log.dead(), log.executions(), log.functions())
            .flatMap(List::stream)
            .map(Record::toString)
            .toList());
  }

  private Outcome settled(
      Bus bus, Cluster cluster, History history, LookUps lookUps, List<URI> gateways)
      throws IOException, InterruptedException {
    says.accept("waiting until every call has ended");
    try (LogReader reader = new LogReader(bus)) {
      awaitEnd(reader);
      says.accept("calls in flight: " + reader.inFlight() + "; looking up accepted calls");
      lookUps.make(gateways, history.events());
      reader.catchUp();
      List<Event> events = history.events();
      Log log = reader.log(cluster.functionLogs());
      says.accept("checking the invariants");
      write(log);
      return new Outcome(Summary.of(events, log), Checker.check(events, log));
    }
  }

  /** Waits until no call is in flight, or none has ended for too long. */
  private void awaitEnd(LogReader reader) {
    reader.catchUp();
    long fewest = reader.inFlight();
    Instant end = Instant.now().plus(plan.settle());
    while (fewest > 0 && Instant.now().isBefore(end)) {
      Threads.pause(POLL);
      reader.catchUp();
      if (reader.inFlight() < fewest) {
        fewest = reader.inFlight();
        end = Instant.now().plus(plan.settle());
      }
    }
  }
}
