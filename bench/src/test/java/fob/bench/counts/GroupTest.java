package fob.bench.counts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupTest {

  @ParameterizedTest
  @CsvSource({
    "C2 CompilerThread0, JVM, compiler",
    "C1 CompilerThre, JVM, compiler",
    "VM Thread, JVM, collector",
    "GC Thread#1, JVM, collector",
    "Reference Handl, JVM, helpers",
    "data-plane-kafka-request-handler-1, BROKER, request handlers",
    "data-plane-kafka-network-thread-1-PLAINTEXT-PLAINTEXT-0, BROKER, network",
    "data-plane-kafk, BROKER, acceptors",
    "ExpirationReaper-1-Fetch, BROKER, reapers",
    "group-coordinator-reaper, BROKER, reapers",
    "broker-1-to-controller-heartbeat-channel-manager, BROKER, background",
    "kafka-1-raft-io-thread, BROKER, background",
    "ForkJoinPool-1-worker-12, SERVICES, virtual threads",
    "ForkJoinPool-1-delayScheduler, SERVICES, timers of virtual threads",
    "MasterPoller, SERVICES, pollers",
    "kafka-producer-network-thread | producer-3, SERVICES, producers",
    "kafka-coordinator-heartbeat-thread | fob.retry, SERVICES, heartbeats of consumers",
    "fob-calls, SERVICES, fob-calls",
    "OkHttp TaskRunner, SERVICES, OkHttp",
    "Scheduler-37841489-1, SERVICES, Scheduler"
  })
  void threadsOfFobHaveAPartAndANameWithoutNumbers(String thread, Part part, String threads) {
    assertThat(Group.of(ThreadId.Owner.FOB, thread, Serving.FOB))
        .isEqualTo(new Group(part, threads));
  }

  @Test
  void threadsOfOneKindAreOneGroup() {
    assertThat(Group.of(ThreadId.Owner.FOB, "fob-worker-1", Serving.FOB))
        .isEqualTo(Group.of(ThreadId.Owner.FOB, "fob-worker-23", Serving.FOB));
  }

  @Test
  void clientsOfABaselineOnTheBusAreServicesAndThoseOfFobAreIdle() {
    String producer = "kafka-producer-network-thread | producer-3";
    assertThat(Group.of(ThreadId.Owner.GENERATOR, producer, Serving.BUS_CLIENTS).part())
        .isEqualTo(Part.SERVICES);
    assertThat(Group.of(ThreadId.Owner.GENERATOR, "caller-5", Serving.BUS_CLIENTS).part())
        .isEqualTo(Part.SERVICES);
    assertThat(Group.of(ThreadId.Owner.FOB, producer, Serving.BUS_CLIENTS).part())
        .isEqualTo(Part.IDLE);
    assertThat(
            Group.of(ThreadId.Owner.FOB, "data-plane-kafka-request-handler-0", Serving.BUS_CLIENTS)
                .part())
        .isEqualTo(Part.BROKER);
  }

  @Test
  void compilerAndCallersOfTheGeneratorAreNoPartOfFob() {
    assertThat(Group.of(ThreadId.Owner.GENERATOR, "C2 CompilerThread0", Serving.BUS_CLIENTS).part())
        .isEqualTo(Part.GENERATOR);
    assertThat(Group.of(ThreadId.Owner.GENERATOR, "caller-5", Serving.FOB).part())
        .isEqualTo(Part.GENERATOR);
  }

  @Test
  void onlyTheFunctionServesCallsOfTheDriver() {
    assertThat(Group.of(ThreadId.Owner.FUNCTION, "python3", Serving.FUNCTION).part())
        .isEqualTo(Part.FUNCTION);
    assertThat(Group.of(ThreadId.Owner.FOB, "fob-calls", Serving.FUNCTION).part())
        .isEqualTo(Part.IDLE);
    assertThat(
            Group.of(ThreadId.Owner.FOB, "data-plane-kafka-request-handler-0", Serving.FUNCTION)
                .part())
        .isEqualTo(Part.IDLE);
  }
}
