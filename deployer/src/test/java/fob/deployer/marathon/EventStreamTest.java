package fob.deployer.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.deployer.marathon.api.EventApps;
import fob.deployer.marathon.api.EventStream;
import fob.deployer.marathon.api.MarathonHttp;
import fob.deployer.marathon.config.MarathonConfig;
import fob.deployer.marathon.login.Credentials;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

class EventStreamTest {

  private static final MockResponse STREAM =
      new MockResponse.Builder()
          .addHeader("Content-Type", "text/event-stream")
          .body(
              String.join(
                  "\r\n",
                  "event: status_update_event",
                  "data: {\"taskStatus\":\"TASK_RUNNING\",\"appId\":\"/a\"}",
                  "",
                  "",
                  "event: instance_health_changed_event",
                  "data: {\"runSpecId\":\"/b\"}",
                  "",
                  ""))
          .build();

  private static EventStream stream(
      MockWebServer server, Credentials credentials, AtomicInteger opened, List<String> apps)
      throws Exception {
    MarathonConfig config =
        MarathonFixture.withCredentials(MarathonFixture.config(server.url("/").uri()), credentials);
    return new EventStream(
        new MarathonHttp(config, InstantSource.system()),
        !(credentials instanceof Credentials.None),
        MarathonFixture.FAST,
        opened::incrementAndGet,
        apps::add,
        () -> {});
  }

  private static void run(EventStream stream, org.awaitility.core.ThrowingRunnable until)
      throws Exception {
    Thread thread = Thread.ofVirtual().start(stream);
    try {
      await().atMost(MarathonFixture.PATIENCE).untilAsserted(until);
    } finally {
      thread.interrupt();
      thread.join(5000);
    }
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void itTellsOfAppsAndConnectsAgainWhenCutOff() throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      // Given
      server.start();
      server.enqueue(STREAM);
      server.enqueue(new MockResponse.Builder().code(503).build());
      server.enqueue(STREAM);
      AtomicInteger opened = new AtomicInteger();
      List<String> apps = new CopyOnWriteArrayList<>();

      // When
      run(
          stream(server, new Credentials.None(), opened, apps),
          // Then
          () -> assertThat(apps).containsExactly("/a", "/b", "/a", "/b"));
      assertThat(opened).hasValue(2);
      RecordedRequest request = server.takeRequest();
      assertThat(request.getHeaders().get("Accept")).isEqualTo("text/event-stream");
      assertThat(request.getUrl().queryParameterValues("event_type"))
          .contains("status_update_event", "deployment_success");
    }
  }

  @Test
  void itGoesToTheLeaderThatAStandbyNamesAsItself() throws Exception {
    try (MockWebServer standby = new MockWebServer();
        MockWebServer leader = new MockWebServer()) {
      // Given
      standby.start();
      leader.start();
      standby.enqueue(
          new MockResponse.Builder()
              .code(302)
              .addHeader("Location", leader.url("/v2/events?event_type=x").toString())
              .build());
      leader.enqueue(STREAM);
      List<String> apps = new CopyOnWriteArrayList<>();

      // When
      run(
          stream(standby, new Credentials.Basic("me", "secret"), new AtomicInteger(), apps),
          // Then
          () -> assertThat(apps).containsExactly("/a", "/b"));
      assertThat(leader.takeRequest().getHeaders().get("Authorization")).startsWith("Basic ");
    }
  }

  @Test
  void itFollowsNoOtherScheme() throws Exception {
    try (MockWebServer standby = new MockWebServer()) {
      // Given
      standby.start();
      for (int i = 0; i < 2; i++) {
        standby.enqueue(
            new MockResponse.Builder()
                .code(302)
                .addHeader("Location", "ftp://leader/v2/events")
                .build());
      }
      standby.enqueue(STREAM);
      List<String> apps = new CopyOnWriteArrayList<>();

      // When
      run(
          stream(standby, new Credentials.None(), new AtomicInteger(), apps),
          // Then
          () -> assertThat(apps).containsExactly("/a", "/b"));
      assertThat(standby.getRequestCount()).isGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void oneFieldMayHoldSeveralEventsAndAnythingElse() {
    assertThat(
            EventApps.of(
                """
                {"eventType":"deployment_success","plan":{"steps":[{"actions":[{"app":"/a"},{"app":"/b"}]}]}}
                {"eventType":"app_terminated_event","appId":"/c"}\
                """))
        .containsExactly("/a", "/b", "/c");
    assertThat(EventApps.of("{\"taskStatus\":\"TASK_STAGING\",\"appId\":\"/a\"}")).isEmpty();
    assertThat(EventApps.of("no json")).isEmpty();
    assertThat(EventApps.of("")).isEmpty();
  }
}
