package fob.deployer.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.marathon.config.MarathonTimings;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus.Ready;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How many requests many functions cost. Numbers are held, times are only told. */
class MarathonScaleTest {

  private static final int MANY = 2000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** A sixtieth of the standard: a second is a minute. */
  private static final MarathonTimings SIXTY_TIMES =
      new MarathonTimings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          Duration.ofMillis(200),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofMillis(50),
          Duration.ofSeconds(1),
          Duration.ofMinutes(10),
          Duration.ofNanos(1));

  @Test
  void manyFunctionsCostFewRequests() throws Exception {
    try (MarathonFixture fixture = new MarathonFixture()) {
      List<FunctionSpec> specs = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        specs.add(MarathonFixture.spec());
      }
      created(fixture, specs);
      restarted(fixture, specs);
    }
  }

  private static void created(MarathonFixture fixture, List<FunctionSpec> specs) throws Exception {
    Instant begun = Instant.now();
    var platform = fixture.platform(fixture.config(), SIXTY_TIMES);
    specs.forEach(spec -> platform.deploy(spec, MarathonFixture.CODE));
    awaitReady(fixture, specs);
    say(
        "%d functions created and ready in %s, with".formatted(MANY, since(begun)),
        fixture.marathon.requests());
    assertThat(fixture.requests("POST /v2/apps")).isEqualTo(MANY);
    platform.close();
    fixture.told.clear();
  }

  private static void restarted(MarathonFixture fixture, List<FunctionSpec> specs)
      throws Exception {
    Map<String, Long> before = fixture.marathon.requests();
    Instant begun = Instant.now();
    var platform = fixture.platform(fixture.config(), MarathonTimings.STANDARD);
    platform.retain(specs.stream().map(FunctionSpec::id).collect(Collectors.toSet()));
    specs.forEach(spec -> platform.deploy(spec, MarathonFixture.CODE));
    awaitReady(fixture, specs);
    Map<String, Long> cost = difference(before, fixture.marathon.requests());
    say("a new deployer with %d functions in %s, with".formatted(MANY, since(begun)), cost);
    assertThat(cost.keySet()).isSubsetOf("GET /v2/info", "GET /v2/events", "GET /v2/groups/{id}");
    assertThat(cost.values().stream().mapToLong(Long::longValue).sum()).isLessThanOrEqualTo(4);
    registered(fixture, platform);
    platform.close();
  }

  private static void registered(MarathonFixture fixture, MarathonPlatform platform) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(fixture.marathon.eventStreams()).isEqualTo(1));
    Map<String, Long> before = fixture.marathon.requests();
    Instant begun = Instant.now();
    FunctionSpec spec = MarathonFixture.spec();
    platform.deploy(spec, MarathonFixture.CODE);
    awaitReady(fixture, List.of(spec));
    Map<String, Long> cost = difference(before, fixture.marathon.requests());
    say("one more function in %s, with".formatted(since(begun)), cost);
    assertThat(cost.get("POST /v2/apps")).isEqualTo(1);
    assertThat(cost.getOrDefault("GET /v2/apps/{id}", 0L)).isLessThanOrEqualTo(6);
  }

  @Test
  void idleFunctionsCostAListAMinute() throws Exception {
    int functions = 1000;
    int minutes = 10;
    try (MarathonFixture fixture = new MarathonFixture()) {
      // Given
      List<FunctionSpec> specs = new ArrayList<>();
      var platform = fixture.platform(fixture.config(), SIXTY_TIMES);
      for (int i = 0; i < functions; i++) {
        specs.add(MarathonFixture.spec());
        platform.deploy(specs.getLast(), MarathonFixture.CODE);
      }
      awaitReady(fixture, specs);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(fixture.get("/v2/deployments")).isEmpty());
      Map<String, Long> settled = awaitLists(fixture, 2);

      // When
      Map<String, Long> cost = difference(settled, awaitLists(fixture, minutes));

      // Then
      say(
          "%d idle functions cost in %d minutes (a minute is a second here)"
              .formatted(functions, minutes),
          cost);

      assertThat(cost).containsOnlyKeys("GET /v2/groups/{id}");
      assertThat(cost.get("GET /v2/groups/{id}")).isLessThanOrEqualTo(minutes + 1L);
    }
  }

  private static Map<String, Long> awaitLists(MarathonFixture fixture, int more) {
    long lists = fixture.requests("GET /v2/groups/{id}");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(fixture.requests("GET /v2/groups/{id}"))
                .isGreaterThanOrEqualTo(lists + more));
    return fixture.marathon.requests();
  }

  private static void awaitReady(MarathonFixture fixture, List<FunctionSpec> specs) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(ready(fixture, specs)).isEqualTo(specs.size()));
  }

  private static long ready(MarathonFixture fixture, List<FunctionSpec> specs) {
    return specs.stream().filter(spec -> fixture.last(spec).orElse(null) instanceof Ready).count();
  }

  private static Map<String, Long> difference(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> more = new TreeMap<>();
    after.forEach((kind, count) -> {
      long grown = count - before.getOrDefault(kind, 0L);
      if (grown > 0) {
        more.put(kind, grown);
      }
    });
    return more;
  }

  private static String since(Instant begun) {
    return Duration.between(begun, Instant.now()).toMillis() + " ms";
  }

  private static void say(String text, Object figures) {
    System.out.println("MarathonScaleTest: " + text + ": " + figures);
  }
}
