package fob.deployer.marathon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.deployer.Drivers;
import fob.deployer.Ending;
import fob.deployer.Platform;
import fob.deployer.layer.InstallSettings;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.config.MarathonConfig;
import fob.deployer.marathon.config.MarathonTimings;
import fob.deployer.marathon.config.PlatformContext;
import fob.deployer.marathon.install.InstallerConfig;
import fob.deployer.marathon.login.Credentials;
import fob.fakemarathon.FakeMarathon;
import fob.fakemarathon.MarathonOptions;
import fob.fakemarathon.ScriptedTasks;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Deploying;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.Ready;
import fob.function.Limits;
import fob.service.Loops;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A fake Marathon, and platforms on it that are in a hurry; what they tell is kept. */
public final class MarathonFixture implements AutoCloseable {

  static final String OWNER = "fob-of-the-test";
  static final Code CODE = new Code("def callme(): return 42".getBytes(UTF_8));
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Events are of use in it, and so is patience: a lost event costs 2 s. */
  static final MarathonTimings FAST =
      new MarathonTimings(
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          Duration.ofMillis(5),
          Duration.ofMillis(20),
          Duration.ofMillis(200),
          Duration.ofMillis(100),
          Duration.ofSeconds(60),
          Duration.ofMillis(20),
          Duration.ofMillis(200),
          Duration.ofMinutes(10),
          Duration.ofMillis(1));

  static final InstallerConfig INSTALL =
      new InstallerConfig(InstallSettings.STANDARD, Path.of(System.getProperty("java.io.tmpdir")));

  final ScriptedTasks tasks = ScriptedTasks.healthy();
  final FakeMarathon marathon;
  final Map<FunctionId, List<FunctionStatus>> told = new ConcurrentHashMap<>();
  private final Map<FunctionId, List<Ending>> ends = new ConcurrentHashMap<>();
  private final List<MarathonPlatform> platforms = new CopyOnWriteArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  MarathonFixture() {
    this(options -> options);
  }

  MarathonFixture(UnaryOperator<MarathonOptions> options) {
    marathon = FakeMarathon.start(options.apply(new MarathonOptions().tasks(tasks).timeScale(20)));
  }

  public static Drivers drivers() {
    try {
      return Drivers.in(Path.of("../drivers"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static FunctionSpec spec(Limits limits) {
    return new FunctionSpec(
        FunctionId.random(),
        "python",
        null,
        limits,
        CODE.sha256(),
        CODE.bytes().length,
        Instant.now());
  }

  static FunctionSpec spec() {
    return spec(Limits.DEFAULT);
  }

  public static MarathonConfig config(URI url) {
    return new MarathonConfig(
        url,
        "/fob/fn",
        URI.create("http://gateway.example:9999"),
        List.of("*"),
        "",
        Duration.ofSeconds(60),
        false,
        new Credentials.None(),
        Optional.empty());
  }

  public MarathonConfig config() {
    return config(marathon.url());
  }

  static MarathonConfig withDeadline(MarathonConfig c, Duration deadline) {
    return new MarathonConfig(
        c.url(),
        c.group(),
        c.gateway(),
        c.roles(),
        c.imagePrefix(),
        deadline,
        c.deleteOrphans(),
        c.credentials(),
        c.ca());
  }

  static MarathonConfig deletingOrphans(MarathonConfig c) {
    return new MarathonConfig(
        c.url(),
        c.group(),
        c.gateway(),
        c.roles(),
        c.imagePrefix(),
        c.deadline(),
        true,
        c.credentials(),
        c.ca());
  }

  static MarathonConfig withCredentials(MarathonConfig c, Credentials credentials) {
    return new MarathonConfig(
        c.url(),
        c.group(),
        c.gateway(),
        c.roles(),
        c.imagePrefix(),
        c.deadline(),
        c.deleteOrphans(),
        credentials,
        c.ca());
  }

  public static MarathonConfig withImagePrefix(MarathonConfig c, String prefix) {
    return new MarathonConfig(
        c.url(),
        c.group(),
        c.gateway(),
        c.roles(),
        prefix,
        c.deadline(),
        c.deleteOrphans(),
        c.credentials(),
        c.ca());
  }

  MarathonPlatform platform() throws IOException {
    return platform(config(), FAST);
  }

  MarathonPlatform platform(MarathonConfig config) throws IOException {
    return platform(config, FAST);
  }

  MarathonPlatform platform(MarathonConfig config, MarathonTimings timings) throws IOException {
    return platform(config, timings, INSTALL);
  }

  MarathonPlatform platform(MarathonConfig config, MarathonTimings timings, InstallerConfig install)
      throws IOException {
    MarathonPlatform platform =
        new MarathonPlatform(
            new PlatformContext(config, OWNER, timings, InstantSource.system(), new Loops()),
            install,
            drivers(),
            new Platform.Listener() {
              @Override
              public void changed(FunctionId id, FunctionStatus status) {
                tell(id, status);
              }

              @Override
              public void ended(FunctionId id, Ending why, Instant at) {
                ends.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>()).add(why);
              }
            });
    platforms.add(platform);
    return platform;
  }

  private void tell(FunctionId id, FunctionStatus status) {
    told.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>()).add(status);
  }

  /** Returns why instances of the function have ended so far. */
  List<Ending> ends(FunctionSpec spec) {
    return ends.getOrDefault(spec.id(), List.of());
  }

  List<FunctionStatus> told(FunctionSpec spec) {
    return told.getOrDefault(spec.id(), List.of());
  }

  Optional<FunctionStatus> last(FunctionSpec spec) {
    List<FunctionStatus> all = told(spec);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  Ready awaitReady(FunctionSpec spec) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(last(spec)).containsInstanceOf(Ready.class));
    return (Ready) last(spec).orElseThrow();
  }

  String awaitFailed(FunctionSpec spec) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(last(spec)).containsInstanceOf(Failed.class));
    return ((Failed) last(spec).orElseThrow()).failure().message();
  }

  void awaitNote(FunctionSpec spec, String text) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(told(spec))
                .anyMatch(
                    status -> status instanceof Deploying(String note) && note.contains(text)));
  }

  void awaitGone(FunctionSpec spec) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(app(spec)).isEmpty());
  }

  static String appId(FunctionSpec spec) {
    return FunctionApp.id("/fob/fn", spec.id());
  }

  /** As Marathon shows it. */
  Optional<JsonNode> app(FunctionSpec spec) {
    HttpResponse<String> answer = request("GET", "/v2/apps" + appId(spec), "");
    return answer.statusCode() == 404
        ? Optional.empty()
        : Optional.of(Json.parse(answer.body().getBytes(UTF_8)).path("app"));
  }

  JsonNode get(String path) {
    return Json.parse(request("GET", path, "").body().getBytes(UTF_8));
  }

  /** Somebody else's request. */
  HttpResponse<String> request(String method, String path, String body) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create(marathon.url() + path))
              .header("Content-Type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An app that is none of fob's. */
  void foreignApp(String id) {
    ObjectNode app = Json.MAPPER.createObjectNode();
    app.put("id", id).put("cmd", "sleep 1000").put("cpus", 0.1).put("mem", 32);
    assertThat(request("POST", "/v2/apps", app.toString()).statusCode()).isEqualTo(201);
  }

  long writes() {
    return marathon.requests().entrySet().stream()
        .filter(entry -> !entry.getKey().startsWith("GET"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  long requests(String kind) {
    return marathon.requests().getOrDefault(kind, 0L);
  }

  /** Ends the deployers; their apps run on. */
  void closePlatforms() {
    platforms.forEach(MarathonPlatform::close);
    platforms.clear();
  }

  @Override
  public void close() {
    closePlatforms();
    marathon.close();
    http.close();
  }
}
