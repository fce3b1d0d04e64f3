package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.Bus;
import fob.bus.BusSettings;
import fob.bus.BusStart;
import fob.bus.Group;
import fob.bus.GroupMembers;
import fob.bus.wire.Topics;
import fob.gateway.Gateway;
import fob.gateway.GatewayConfig;
import fob.invoker.Invoker;
import fob.invoker.InvokerConfig;
import fob.service.Service;
import fob.service.WarmUp;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Services warm themselves up with Kafka alone, and leave nothing where users look. */
@Timeout(120)
class WarmUpIT {

  private static final String HOST = "127.0.0.1";
  private static final Duration SOON = Duration.ofSeconds(30);

  /** Enough to show that calls follow each other; a busy machine makes few in 10 s. */
  private static final long SOME_CALLS = 20;

  @TempDir Path dir;

  private final Service parts = new Service();
  private BusSettings settings;
  private Bus bus;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    EmbeddedBroker broker = parts.add(EmbeddedBroker.start(dir, HOST, 0));
    settings = BusSettings.of(broker.bootstrapServers());
    bus = parts.add(BusStart.connect(settings));
    admin = parts.add(bus.admin());
  }

  @AfterEach
  void stop() {
    parts.close();
  }

  private FobClient gateway() throws Exception {
    Gateway gateway =
        parts.add(
            Gateway.listen(
                GatewayConfig.standard(settings, HOST, 0).withWarmUp(WarmUp.When.BEFORE_READY)));
    gateway.connect(bus);
    return parts.add(new FobClient(URI.create("http://" + HOST + ":" + gateway.port())));
  }

  private Invoker invoker(String member, WarmUp.When when, List<String> waiting) throws Exception {
    return parts.add(
        Invoker.start(
            InvokerConfig.standard(settings, member).withWarmUp(when),
            parts.add(new Bus(settings)),
            waiting::add));
  }

  /** Returns how many records each topic has got that has any. */
  private Map<String, Long> records() throws Exception {
    Map<TopicPartition, OffsetSpec> ends =
        admin
            .describeTopics(Topics.ALL.stream().map(topic -> topic.name()).toList())
            .allTopicNames()
            .get()
            .values()
            .stream()
            .flatMap(topic ->
                topic.partitions().stream()
                    .map(one -> new TopicPartition(topic.name(), one.partition())))
            .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.latest()));
    return admin.listOffsets(ends).all().get().entrySet().stream()
        .filter(end -> end.getValue().offset() > 0)
        .collect(
            Collectors.groupingBy(
                end -> end.getKey().topic(),
                Collectors.summingLong((Map.Entry<TopicPartition, ListOffsetsResultInfo> end) ->
                    end.getValue().offset())));
  }

  private long calls() throws Exception {
    return records().getOrDefault(Topics.WARM_UP.name(), 0L);
  }

  @Test
  void aGatewayAloneWarmsUpBeforeItIsReadyAndLeavesNothingWhereUsersLook() throws Exception {
    // When
    FobClient fob = gateway();

    // Then
    assertThat(fob.get("/readyz").at("/detail")).contains("warms up");
    assertThat(fob.get("/api/stats").text()).contains("\"functions\":[]");
    await().atMost(SOON).until(() -> !fob.get("/readyz").at("/detail").contains("warms up"));
    assertThat(fob.get("/readyz").at("/detail")).contains("no deployer has run");
    assertThat(calls()).isGreaterThan(SOME_CALLS);
    assertThat(records()).containsOnlyKeys(Topics.WARM_UP.name());
  }

  @Test
  void theFirstCallOfAUserEndsTheWarmUpOfAGateway() throws Exception {
    // Given
    FobClient fob = gateway();
    await().atMost(SOON).until(() -> calls() > 0);
    assertThat(fob.get("/readyz").at("/detail")).contains("warms up");

    // When
    assertThat(fob.get("/api/call/nobody").status()).isEqualTo(404);

    // Then
    assertThat(fob.get("/readyz").at("/detail")).doesNotContain("warms up");
    long calls = calls();
    assertThat(calls() - calls).isLessThanOrEqualTo(1);
  }

  private boolean hasMembersBut(Optional<String> member) throws InterruptedException {
    try (GroupMembers members = new GroupMembers(bus, Group.SHARDS)) {
      return members.hasOnlyOthers(member);
    }
  }

  @Test
  void anInvokerAloneReadsCallsAtOnceAndWarmsUpBeforeItIsReady() throws Exception {
    // When
    Invoker invoker = invoker("first", WarmUp.When.BEFORE_READY, new CopyOnWriteArrayList<>());

    // Then
    await()
        .atMost(SOON)
        .until(() -> invoker.unready().filter(why -> why.contains("warms up")).isPresent());
    assertThat(hasMembersBut(Optional.empty())).isTrue();
    await().atMost(SOON).until(() -> invoker.unready().isEmpty());
    assertThat(calls()).isGreaterThan(2 * SOME_CALLS); // the calls and their replies
    assertThat(records()).containsOnlyKeys(Topics.WARM_UP.name());
  }

  @Test
  void anInvokerThatJoinsOthersWarmsUpBeforeItTakesPartitionsFromThem() throws Exception {
    // Given
    List<String> waiting = new CopyOnWriteArrayList<>();
    invoker("first", WarmUp.When.NEVER, waiting);
    await().atMost(SOON).until(() -> hasMembersBut(Optional.empty()));
    assertThat(hasMembersBut(Optional.of("second"))).isTrue();
    assertThat(hasMembersBut(Optional.of("first"))).isFalse();
    assertThat(waiting).isEmpty();

    // When
    Invoker second = invoker("second", WarmUp.When.BEFORE_READY, waiting);

    // Then
    assertThat(waiting).singleElement().asString().contains("warms up");
    assertThat(calls()).isGreaterThan(2 * SOME_CALLS);
    await().atMost(SOON).until(() -> second.unready().isEmpty());
  }
}
