package fob.fakemarathon;

import static fob.fakemarathon.Client.checked;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ScaleTest {

  private static final int APPS = 2000;
  private static final int AT_ONCE = 20;

  @Test
  void twoThousandAppsAreCreatedAndListed() throws InterruptedException {
    try (MarathonFixture fixture =
        new MarathonFixture(new MarathonOptions().maxRunningDeployments(APPS))) {
      // Given
      Semaphore places = new Semaphore(AT_ONCE);
      AtomicInteger created = new AtomicInteger();
      for (int i : IntStream.range(0, APPS).toArray()) {
        places.acquire();
        ObjectNode app = checked("/fob/fn/ns" + i % 50 + "/f-" + i);
        app.withObject("/container/portMappings/0").put("servicePort", 9);
        Thread.ofVirtual()
            .start(() -> {
              created.addAndGet(fixture.create(app).status() == 201 ? 1 : 0);
              places.release();
            });
      }
      places.acquire(AT_ONCE);
      Awaitility.await()
          .atMost(Client.DEADLINE)
          .until(() -> fixture.client.get("/v2/deployments").json().isEmpty());

      // When
      long start = System.nanoTime();
      JsonNode apps = fixture.client.get("/v2/apps/fob/fn/*?embed=apps.tasks").json().path("*");
      JsonNode groups =
          fixture
              .client
              .get("/v2/groups/fob/fn?embed=group.groups&embed=group.apps&embed=group.apps.counts")
              .json();
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      // Then
      assertThat(created).hasValue(APPS);
      assertThat(apps).hasSize(APPS);
      assertThat(groups.path("groups")).hasSize(50);
      assertThat(groups.findValues("tasksHealthy")).hasSize(APPS).allMatch(n -> n.asInt() == 1);
      assertThat(took).isLessThan(Duration.ofSeconds(10));
    }
  }
}
