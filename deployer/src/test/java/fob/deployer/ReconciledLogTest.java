package fob.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import fob.bus.wire.FunctionRowWire;
import fob.deployer.layer.Dependencies;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.NameChange;
import fob.function.NameState;
import fob.function.Registration;
import fob.function.Version;
import fob.function.Weights;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Whatever happens, what a deployer keeps while it runs is what the next one reads in the log: any
 * registrations, statuses, removals, hand-overs and crashes after any write.
 */
class ReconciledLogTest {

  private static final List<String> NAMES = List.of("add", "mul");

  /** What may happen; the number chooses of what there is. */
  enum Kind {
    REGISTER,
    READY,
    DEPLOYING,
    FAILED,
    CHANGE,
    REMOVE,
    REMOVE_NAME,
    HAND_OVER,
    CRASH
  }

  private final FakeCodes codes = new FakeCodes();
  private final List<ProducerRecord<String, byte[]>> log = new ArrayList<>();
  private final List<FunctionSpec> registered = new ArrayList<>();
  private int changes;
  private Optional<Registration> last = Optional.empty();
  private MockProducer<String, byte[]> producer = Fixtures.producer();
  private Reconciler reconciler = reconciler(true);

  private Reconciler reconciler(boolean outlives) {
    producer = Fixtures.producer();
    FakePlatform platform = new FakePlatform();
    platform.outlivesDeployer(outlives);
    return new Reconciler(
        codes,
        platform,
        Fixtures.DRIVERS,
        new FunctionServices(Secrets.none(), Dependencies.none("fake"), (_, _) -> {}),
        Fixtures.writer(producer),
        new FakeTimers().times(3),
        new DeployerMetrics(new SimpleMeterRegistry()));
  }

  @RepeatedTest(100)
  void namesFollowFromTheStatesAndARestartFindsNothingToMend(RepetitionInfo seed) {
    SplittableRandom random = new SplittableRandom(seed.getCurrentRepetition());
    int steps = random.nextInt(21);
    for (int i = 0; i < steps; i++) {
      step(Kind.values()[random.nextInt(Kind.values().length)], random.nextInt(1001));
      requireConsistency();
    }
    List<ProducerRecord<String, byte[]>> before = List.copyOf(log);
    restart(true);
    assertThat(log).isEqualTo(before);
    Map<FunctionName, NameState> names = names();
    restart(false);
    assertThat(names()).isEqualTo(names);
  }

  /** Every function with a name is one of its versions, under its own number. */
  private void requireConsistency() {
    Map<FunctionName, SortedMap<Integer, FunctionId>> numbered = new HashMap<>();
    for (FunctionState state : states().values()) {
      FunctionName name = state.spec().name();
      if (name != null) {
        FunctionId other =
            numbered
                .computeIfAbsent(name, _ -> new TreeMap<>())
                .put(Objects.requireNonNull(state.version()).number(), state.spec().id());
        assertThat(other).isNull();
      }
    }
    assertThat(names().keySet()).isEqualTo(numbered.keySet());
    names()
        .forEach((name, known) -> {
          assertThat(known.versions()).isEqualTo(numbered.get(name));
          assertThat(known.last()).isGreaterThanOrEqualTo(known.versions().lastKey());
          assertThat(leadsToWhatFailed(known)).isFalse();
        });
  }

  /** Whether a name leads to a failed version although there is one that serves. */
  private boolean leadsToWhatFailed(NameState name) {
    Map<FunctionId, FunctionState> states = states();
    boolean anyServes =
        name.versions().values().stream()
            .anyMatch(id -> Objects.requireNonNull(states.get(id)).served());
    return anyServes
        && Objects.requireNonNull(states.get(name.target())).status() instanceof Failed;
  }

  private void step(Kind kind, int number) {
    switch (kind) {
      case REGISTER -> {
        String name = number % 3 == 2 ? null : NAMES.get(number % 3);
        FunctionSpec spec = Fixtures.spec("python", name, registered.size());
        registered.add(spec);
        codes.put(spec.id());
        apply(Fixtures.register(spec));
      }
      case READY -> observe(number, Fixtures.ready("i-" + number));
      case DEPLOYING -> observe(number, new Deploying("starting"));
      case FAILED -> observe(number, new Failed(FunctionStatus.FailureReason.of("on purpose")));
      case REMOVE -> any(number).ifPresent(spec -> apply(new Registration.Remove(spec.id())));
      case CHANGE ->
          any(number)
              .map(spec -> states().get(spec.id()))
              .ifPresent(state -> change(state.spec().name(), state.version()));
      case REMOVE_NAME ->
          apply(new Registration.RemoveName(new FunctionName(NAMES.get(number % 2)), "ada"));
      case HAND_OVER -> restart(number % 2 == 0);
      case CRASH -> {
        // The last writes are lost, and so is that the last registration is done.
        for (int lost = number % 4; lost > 0 && !log.isEmpty(); lost--) {
          log.removeLast();
        }
        restart(number % 2 == 0);
        last.ifPresent(this::apply);
      }
    }
  }

  private void change(@Nullable FunctionName name, @Nullable Version version) {
    if (name == null || version == null) {
      return;
    }
    changes++;
    apply(
        new Registration.ChangeName(
            name,
            new NameChange(
                "change-" + changes, Instant.EPOCH, "ada", Weights.allTo(version.number()))));
  }

  private Optional<FunctionSpec> any(int number) {
    return registered.isEmpty()
        ? Optional.empty()
        : Optional.of(registered.get(number % registered.size()));
  }

  private void apply(Registration registration) {
    last = Optional.of(registration);
    reconciler.apply(registration, () -> {});
    flush();
  }

  private void observe(int number, FunctionStatus status) {
    any(number).ifPresent(spec -> reconciler.observed(spec.id(), status));
    flush();
  }

  private void restart(boolean outlives) {
    Map<FunctionId, FunctionState> states = states();
    reconciler = reconciler(outlives);
    reconciler.resume(states.values(), names().values());
    while (reconciler.deployNext().isPresent()) {
      // The platform says nothing by itself.
    }
    flush();
  }

  private void flush() {
    producer.history().stream()
        .filter(record -> record.topic().equals("fob.functions"))
        .forEach(log::add);
    producer.clear();
  }

  private Map<FunctionId, FunctionState> states() {
    Map<FunctionId, FunctionState> states = new HashMap<>();
    rows()
        .values()
        .forEach(row -> {
          if (row instanceof FunctionRowWire.Row.OfFunction(FunctionState state)) {
            states.put(state.spec().id(), state);
          }
        });
    return states;
  }

  private Map<FunctionName, NameState> names() {
    Map<FunctionName, NameState> names = new HashMap<>();
    rows()
        .values()
        .forEach(row -> {
          if (row instanceof FunctionRowWire.Row.OfName(NameState name)) {
            names.put(name.name(), name);
          }
        });
    return names;
  }

  private Map<String, FunctionRowWire.Row> rows() {
    Map<String, FunctionRowWire.Row> rows = new HashMap<>();
    for (ProducerRecord<String, byte[]> record : log) {
      if (record.value() == null) {
        rows.remove(record.key());
      } else {
        rows.put(
            record.key(),
            FunctionRowWire.decode(
                new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value())));
      }
    }
    return rows;
  }
}
