package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.fakemarathon.AppRules;
import fob.fakemarathon.FakeMarathon;
import fob.fakemarathon.MarathonOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Posts the templates of {@code dcos/} to a Marathon, as the README does. */
class DcosOnMarathonTest {

  /** The settings of Marathon on DC/OS, without the secrets of the Enterprise edition. */
  private static final AppRules.Setting DCOS = new AppRules.Setting("slave_public", false);

  private static final String GROUP = "/v2/groups/fob-system";

  @ParameterizedTest
  @ValueSource(strings = {"deployer", "invoker", "gateway", "kafka"})
  void everyAppObeysTheRulesOfMarathonOnDcos(String name) {
    assertThat(AppRules.check(Dcos.template(name), DCOS)).isEmpty();
  }

  @Test
  void groupObeysTheRulesOfMarathonOnDcos() {
    assertThat(AppRules.checkGroup(Dcos.template("fob-service"), DCOS)).isEmpty();
  }

  @Test
  void plainMarathonRefusesTheRoleOfPublicAgents() {
    assertThat(AppRules.check(Dcos.template("gateway")))
        .singleElement()
        .satisfies(problem ->
            assertThat(problem.message()).contains("acceptedResourceRoles can only contain * and"));
  }

  @Test
  void groupGetsHealthyAndTheSameOnceMoreRestartsNothing() throws Exception {
    try (Client marathon = new Client()) {
      assertThat(marathon.send("PUT", GROUP, Dcos.template("fob-service")).statusCode())
          .isIn(200, 201);
      awaitHealthy(marathon, Map.of("deployer", 1, "gateway", 1, "invoker", 2));
      List<String> before = tasks(marathon);

      assertThat(marathon.send("PUT", GROUP, Dcos.template("fob-service")).statusCode())
          .isEqualTo(200);

      awaitHealthy(marathon, Map.of("deployer", 1, "gateway", 1, "invoker", 2));
      assertThat(tasks(marathon)).hasSize(4).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deployer", "invoker", "gateway", "kafka"})
  void everyAppCanBePostedByItself(String name) throws Exception {
    try (Client marathon = new Client()) {
      assertThat(marathon.send("POST", "/v2/apps", Dcos.template(name)).statusCode())
          .isEqualTo(201);
    }
  }

  @Test
  void groupCanBeRemovedWhileItIsDeployed() throws Exception {
    try (Client marathon = new Client()) {
      marathon.send("PUT", GROUP, Dcos.template("fob-service"));

      assertThat(marathon.send("DELETE", GROUP + "?force=true").statusCode()).isEqualTo(200);

      assertThat(marathon.send("GET", GROUP).statusCode()).isEqualTo(404);
    }
  }

  /** Waits until no deployment runs and each app has the given number of healthy tasks. */
  private static void awaitHealthy(Client marathon, Map<String, Integer> expected) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          Map<String, Integer> healthy = new TreeMap<>();
          marathon
              .json(GROUP + "?embed=group.apps&embed=group.apps.counts")
              .path("apps")
              .forEach(app ->
                  healthy.put(
                      app.path("id").asText().replace("/fob-system/", ""),
                      app.path("tasksHealthy").asInt()));
          assertThat(healthy).isEqualTo(expected);
          assertThat(marathon.json("/v2/deployments")).isEmpty();
        });
  }

  private static List<String> tasks(Client marathon) throws Exception {
    List<String> ids = new ArrayList<>();
    for (String service : Dcos.SERVICES) {
      marathon
          .json("/v2/apps/fob-system/" + service + "/tasks")
          .path("tasks")
          .forEach(task -> ids.add(task.path("id").asText()));
    }
    ids.sort(null);
    return ids;
  }

  /** A Marathon as on DC/OS, with a client. */
  private static final class Client implements AutoCloseable {
    private final FakeMarathon marathon =
        FakeMarathon.start(new MarathonOptions().mesosRole("slave_public"));
    private final HttpClient http = HttpClient.newHttpClient();

    HttpResponse<String> send(String method, String path, JsonNode... body) throws Exception {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(marathon.url() + path))
              .header("Content-Type", "application/json")
              .timeout(Duration.ofSeconds(30))
              .method(
                  method,
                  body.length == 0
                      ? BodyPublishers.noBody()
                      : BodyPublishers.ofString(body[0].toString()))
              .build();
      return http.send(request, BodyHandlers.ofString());
    }

    JsonNode json(String path) throws Exception {
      HttpResponse<String> response = send("GET", path);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return Dcos.json(response.body());
    }

    @Override
    public void close() {
      http.close();
      marathon.close();
    }
  }
}
