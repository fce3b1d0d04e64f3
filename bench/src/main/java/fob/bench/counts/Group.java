package fob.bench.counts;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Some threads that do the same, of one part.
 *
 * @param threads their name for people
 */
public record Group(Part part, String threads) {

  private static final Group REST = new Group(Part.IDLE, "rest of fob");
  private static final Pattern NUMBERS = Pattern.compile("[-#]?[0-9]+");
  private static final Pattern BUS_CLIENTS = Pattern.compile("(caller|kafka-|bench[-.]).*");

  /** The first rule that matches a name decides. */
  private static final List<Rule> RULES =
      List.of(
          rule("C[12] CompilerThre.*", Part.JVM, "compiler"),
          rule("VM Thread|GC Thread.*|G1 .*|Shenandoah.*|ZWorker.*", Part.JVM, "collector"),
          rule(
              "java|VM Periodic Tas.*|Reference Handl.*|Finalizer|Signal Dispatch.*|Service Thread"
                  + "|Monitor Deflati.*|Notification Th.*|Common-Cleaner|Attach Listener|Cleaner.*",
              Part.JVM,
              "helpers"),
          rule("data-plane-kafka-request.*", Part.BROKER, "request handlers"),
          rule("data-plane-kafka-network.*", Part.BROKER, "network"),
          rule("data-plane-kaf.*", Part.BROKER, "acceptors"),
          rule("ExpirationReape.*|.*-[Rr]eaper", Part.BROKER, "reapers"),
          rule("executor-Fetch", Part.BROKER, "fetches that waited"),
          rule(
              "(broker-|controller-|kafka-[0-9]+-|quorum-|raft-|group-coord|share-|transaction-"
                  + "|kafka-sched|kafka-log-|metrics-meter|SensorExpiry|executor-|LogDirFail"
                  + "|AddPartitions|TxnMarker|PersisterState|ShareGroup|client-metrics).*",
              Part.BROKER,
              "background"),
          rule("ForkJoinPool-[0-9]+-worker.*", Part.SERVICES, "virtual threads"),
          rule(
              "ForkJoinPool.*-delaySched.*|VirtualThread-unparker",
              Part.SERVICES,
              "timers of virtual threads"),
          rule("VirtualThread-unb.*|.*-?Poller.*", Part.SERVICES, "pollers"),
          rule("kafka-producer-.*", Part.SERVICES, "producers"),
          rule("kafka-coordinat.*", Part.SERVICES, "heartbeats of consumers"),
          rule("kafka-admin-cli.*", Part.SERVICES, "admin clients"),
          rule("OkHttp.*|Okio.*", Part.SERVICES, "OkHttp"),
          rule("caller.*", Part.SERVICES, "callers"));

  private record Rule(Pattern pattern, Part part, String threads) {}

  private static Rule rule(String pattern, Part part, String threads) {
    return new Rule(Pattern.compile(pattern), part, threads);
  }

  /** Returns the group of a thread by its name, or by the first 15 characters of that. */
  static Group of(ThreadId.Owner owner, String thread, Serving serving) {
    return switch (owner) {
      case FUNCTION -> new Group(Part.FUNCTION, withoutNumbers(thread));
      case GENERATOR -> {
        boolean serves = serving == Serving.BUS_CLIENTS && BUS_CLIENTS.matcher(thread).matches();
        yield new Group(serves ? Part.SERVICES : Part.GENERATOR, ofJvm(thread).threads());
      }
      case FOB -> {
        Group group = ofJvm(thread);
        boolean idle =
            switch (group.part()) {
              case SERVICES -> serving != Serving.FOB;
              case BROKER -> serving == Serving.FUNCTION;
              default -> false;
            };
        yield idle ? REST : group;
      }
    };
  }

  private static Group ofJvm(String thread) {
    return RULES.stream()
        .filter(rule -> rule.pattern().matcher(thread).matches())
        .findFirst()
        .map(rule -> new Group(rule.part(), rule.threads()))
        .orElseGet(() -> new Group(Part.SERVICES, withoutNumbers(thread)));
  }

  private static String withoutNumbers(String thread) {
    return NUMBERS.matcher(thread).replaceAll("");
  }
}
