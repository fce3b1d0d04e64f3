package fob.standalone;

import static fob.standalone.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the keys of a team may register. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // set before all tests
class NamespaceIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String ADD = "def callme(a):\n    return a + 1";

  @TempDir private static Path dir;

  private static FobInParts fob;
  private static FobClient admin;

  @BeforeAll
  static void start() throws Exception {
    fob = new FobInParts(dir);
    admin = fob.startWithKeys("invoker");
  }

  @AfterAll
  static void stop() {
    fob.close();
  }

  private static FobClient client(String pattern, int most) {
    return fob.add(
        fob.client.withKey(
            Keys.text(
                admin,
                "{\"name\":\"team\",\"role\":\"deploy\",\"functions\":\"%s\",\"max-functions\":%d}"
                    .formatted(pattern, most))));
  }

  private static Answer register(FobClient client, String query) {
    return client.post("/api/gen" + query, ADD);
  }

  @Test
  void theKeysOfAPatternShareItsQuota() {
    FobClient one = client("team-*", 2);
    FobClient same = client("team-*", 2);
    FobClient smaller = client("team-*", 1);
    assertThat(register(admin, "?name=other").status()).isEqualTo(201);
    assertThat(register(admin, "?name=team-a").status()).isEqualTo(201);
    assertThat(register(one, "?name=team-b").status()).isEqualTo(201);

    Answer refused = register(same, "?name=team-c");

    assertProblem(refused, 429, "gateway", "quota");
    assertThat(refused.at("/quota")).isEqualTo("max-functions");
    assertThat(refused.at("/detail"))
        .contains("2 functions under 'team-*'", "there are 2", "remove one first");
    assertThat(refused.header("Retry-After")).isEmpty();
    assertThat(register(same, "?name=team-a").status()).isEqualTo(201);
    assertProblem(register(smaller, "?name=team-c"), 429, "gateway", "quota");
    assertThat(register(smaller, "?name=team-b").status()).isEqualTo(201);
    assertThat(register(admin, "?name=team-z").status()).isEqualTo(201);
    assertProblem(register(one, "?name=team-c"), 429, "gateway", "quota");

    one.delete("/api/names/team-a");
    one.delete("/api/names/team-z");
    await().atMost(SOON).until(() -> register(one, "?name=team-c").status() == 201);
    assertProblem(register(same, "?name=team-d"), 429, "gateway", "quota");
  }

  @Test
  void ofRegistrationsAtTheSameTimeNoMoreSucceedThanThereIsRoomFor() throws Exception {
    FobClient client = client("race-*", 3);

    List<Callable<Integer>> registrations =
        IntStream.range(0, 12)
            .<Callable<Integer>>mapToObj(i -> () -> register(client, "?name=race-" + i).status())
            .toList();
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> status : threads.invokeAll(registrations)) {
        statuses.add(status.get());
      }
    }

    assertThat(statuses).containsOnly(201, 429).filteredOn(status -> status == 201).hasSize(3);
    assertThat(client.get("/api/stats").json().path("functions")).hasSize(3);
  }

  @Test
  void functionsWithoutANameCountForKeysOfAllFunctions() {
    int there = admin.get("/api/names").json().path("names").size();
    FobClient client = client("*", there + 2);

    List<Integer> statuses =
        IntStream.range(0, 3).map(_ -> register(client, "").status()).boxed().toList();

    assertThat(statuses).containsExactly(201, 201, 429);
  }
}
