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

/** One run: start, load and faults, settle, look up, read, check. */
final class ChaosRun {

  private static final Duration POLL = Duration.ofSeconds(1);

  private final Plan plan;
  private final Path folder;
  private final Path home;
  private final Consumer<String> says;

  /**
   * @param folder for everything, empty; the history stays there
   * @param home where fob is installed
   * @param says takes a line on each step
   */
  ChaosRun(Plan plan, Path folder, Path home, Consumer<String> says) {
    this.plan = plan;
    this.folder = folder;
    this.home = home;
    this.says = says;
  }

  /** What came out. */
  record Outcome(Summary summary, List<Violation> violations) {}

  /**
   * Blocks. When it returns or throws, nothing that it started runs any more.
   *
   * @throws IOException if the run itself failed, such as by a part that does not come back
   */
  Outcome run() throws IOException, InterruptedException {
    try (History history = new History(folder.resolve("history.txt"));
        Fleet fleet = new Fleet(folder, home);
        Api api = new Api()) {
      says.accept("starting a broker, a deployer, two gateways and two invokers");
      fleet.start();
      Bus bus = new Bus(BusSettings.of(fleet.bootstrapServers()));
      List<URI> gateways = fleet.gateways().stream().map(Fleet::url).toList();
      Functions functions = Functions.register(api, gateways.getFirst());
      awaitFunctions(functions, api, gateways);
      says.accept("making calls and faults for " + plan.load().toSeconds() + " s");
      try (Pulse _ = new Pulse(history::add);
          Producer<String, byte[]> producer = bus.producer()) {
        Client client = new Client(api, producer, gateways, functions, history::add);
        loadAndFaults(client, fleet, history);
        return settled(bus, fleet, history, new LookUps(api, history::add), gateways);
      }
    }
  }

  /** Gateways hear of a function one after the other. */
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

  private void loadAndFaults(Client client, Fleet fleet, History history)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(plan.load());
    try (Load load = Load.start(client, plan.seed(), end)) {
      new Injector(
              fleet,
              plan,
              event -> {
                history.add(event);
                says.accept(event.toString());
              })
          .run(end);
      load.await();
    }
    fleet.awaitAllReady();
  }

  /** For those who look into a violation. */
  private void write(Log log) throws IOException {
    Files.write(
        folder.resolve("log.txt"),
        Stream.of(log.calls(), log.responses(), log.dead(), log.executions())
            .flatMap(List::stream)
            .map(Record::toString)
            .toList());
  }

  private Outcome settled(
      Bus bus, Fleet fleet, History history, LookUps lookUps, List<URI> gateways)
      throws IOException, InterruptedException {
    says.accept("waiting until nothing is in flight");
    try (LogReader reader = new LogReader(bus)) {
      Instant end = Instant.now().plus(plan.settle());
      reader.catchUp();
      while (reader.inFlight() > 0 && Instant.now().isBefore(end)) {
        Threads.pause(POLL);
        reader.catchUp();
      }
      says.accept("in flight: " + reader.inFlight() + "; looking up every acknowledged call");
      lookUps.all(gateways, history.events());
      reader.catchUp();
      List<Event> events = history.events();
      Log log = reader.log(fleet.functionLogs());
      says.accept("checking");
      write(log);
      return new Outcome(Summary.of(events, log), Checker.check(events, log));
    }
  }
}
