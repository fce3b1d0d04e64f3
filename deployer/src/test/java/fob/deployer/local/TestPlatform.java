package fob.deployer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.Ending;
import fob.deployer.Platform;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Failed;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** A platform with the real Python driver, and all that it tells its listener. */
public abstract class TestPlatform implements Platform.Listener, AutoCloseable {

  public static final Path DRIVERS = Path.of("../drivers").toAbsolutePath().normalize();
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Path logs;
  private final Map<FunctionId, List<FunctionStatus>> told = new ConcurrentHashMap<>();

  private final Map<FunctionId, List<String>> ends = new ConcurrentHashMap<>();
  private final Map<FunctionId, LongAdder> logged = new ConcurrentHashMap<>();

  protected TestPlatform(Path logs) {
    this.logs = logs;
  }

  protected abstract Platform platform();

  @Override
  public abstract void close() throws IOException;

  @Override
  public final void changed(FunctionId id, FunctionStatus status) {
    told.computeIfAbsent(id, _ -> new CopyOnWriteArrayList<>()).add(status);
  }

  @Override
  public final void ended(FunctionId id, Ending why, Instant at) {
    ends.computeIfAbsent(id, _ -> new CopyOnWriteArrayList<>()).add(why.text());
  }

  @Override
  public final void logged(FunctionId id, String instance, byte[] line) {
    logged.computeIfAbsent(id, _ -> new LongAdder()).add(line.length + 1);
  }

  /** Returns the number of bytes that were written to the function's log so far. */
  public long loggedBytes(FunctionId id) {
    return logged.getOrDefault(id, new LongAdder()).sum();
  }

  /** Returns why the function's instances have ended so far. */
  public List<String> ends(FunctionId id) {
    return ends.getOrDefault(id, List.of());
  }

  public static Limits limits(Duration timeout) {
    return new Limits(timeout, 8, 128, 1, false);
  }

  public FunctionId deploy(String code) {
    return deploy(code, Limits.DEFAULT);
  }

  public FunctionId deploy(String code, Limits limits) {
    return deploy("python", code, limits);
  }

  public FunctionId deploy(String language, String code, Limits limits) {
    FunctionId id = FunctionId.random();
    deploy(id, language, code, limits);
    return id;
  }

  public void deploy(FunctionId id, String language, String text, Limits limits) {
    platform()
        .deploy(spec(id, language, text, limits), new Code(text.getBytes(StandardCharsets.UTF_8)));
  }

  public static FunctionSpec spec(FunctionId id, String language, String text, Limits limits) {
    Code code = new Code(text.getBytes(StandardCharsets.UTF_8));
    return new FunctionSpec(
        id, language, null, limits, code.sha256(), code.bytes().length, Instant.EPOCH);
  }

  public List<FunctionStatus> told(FunctionId id) {
    return told.getOrDefault(id, List.of());
  }

  public FunctionStatus status(FunctionId id) {
    List<FunctionStatus> all = told(id);
    return all.isEmpty() ? new FunctionStatus.Deploying("not told yet") : all.getLast();
  }

  public List<Instance> awaitReady(FunctionId id, int instances) {
    return awaitInstances(id, ready -> ready.size() == instances);
  }

  /** Reads the status once for each try, as it may change between two reads. */
  private List<Instance> awaitInstances(FunctionId id, Predicate<List<Instance>> wanted) {
    FunctionStatus status =
        await()
            .atMost(LONGEST)
            .pollInterval(Duration.ofMillis(2))
            .until(() -> status(id), now -> now instanceof Ready(var ready) && wanted.test(ready));
    return ((Ready) status).instances();
  }

  public Instance awaitReady(FunctionId id) {
    return awaitReady(id, 1).getFirst();
  }

  /** Waits until the function is ready with other instances than the old one. */
  public Instance awaitReplaced(FunctionId id, Instance old) {
    return awaitInstances(id, ready -> !ready.isEmpty() && !ready.contains(old)).getFirst();
  }

  public FunctionStatus.FailureReason awaitFailed(FunctionId id) {
    await().atMost(LONGEST).untilAsserted(() -> assertThat(status(id)).isInstanceOf(Failed.class));
    return ((Failed) status(id)).failure();
  }

  /** Returns the function's result for these parameters (a JSON object). */
  public JsonNode call(Instance instance, String params) throws IOException {
    UnixHttp.Answer answer = UnixHttp.run(instance, params);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    return answer.body().path("result");
  }

  /** Runs this Python body of {@code callme()} once, in a function of its own. */
  public JsonNode runInside(String body) throws IOException {
    return runInside(body, Limits.DEFAULT);
  }

  public JsonNode runInside(String body, Limits limits) throws IOException {
    FunctionId id = deploy("def callme():\n" + body.indent(4), limits);
    return call(awaitReady(id), "{}");
  }

  public Path logFile(FunctionId id) {
    return logs.resolve(id + ".log");
  }

  public String log(FunctionId id) throws IOException {
    return Files.readString(logFile(id));
  }

  protected final java.util.Set<FunctionId> functions() {
    return told.keySet();
  }
}
