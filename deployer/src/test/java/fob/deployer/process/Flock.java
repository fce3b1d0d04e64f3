package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.Drivers;
import fob.deployer.local.Trees;
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

/** A platform with the real Python driver, and what it has told. */
final class Flock implements AutoCloseable {

  static final Path DRIVERS = Path.of("../drivers").toAbsolutePath().normalize();
  private static final Duration LONGEST = Duration.ofSeconds(20);

  final ProcessPlatform platform;
  final Path runtimeParent;
  private final Path logs;
  private final Map<FunctionId, List<FunctionStatus>> told = new ConcurrentHashMap<>();

  Flock(Path logs) throws IOException {
    this(ProcessConfig.of(Files.createTempDirectory("fobtest"), logs));
  }

  Flock(ProcessConfig config) throws IOException {
    logs = config.logDirectory();
    runtimeParent = config.runtimeParent();
    try {
      // As a runtime directory that other users may pass, which the sandboxes are under root.
      Files.setPosixFilePermissions(
          runtimeParent, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (UnsupportedOperationException notPosix) {
      throw new IOException(notPosix);
    }
    platform =
        new ProcessPlatform(
            config,
            Drivers.in(DRIVERS),
            (id, status) ->
                told.computeIfAbsent(id, _ -> new CopyOnWriteArrayList<>()).add(status));
  }

  static Limits limits(Duration timeout) {
    return new Limits(timeout, 8, 128, 1, false);
  }

  FunctionId deploy(String code) {
    return deploy(code, Limits.DEFAULT);
  }

  FunctionId deploy(String code, Limits limits) {
    return deploy("python", code, limits);
  }

  FunctionId deploy(String language, String code, Limits limits) {
    FunctionId id = FunctionId.random();
    deploy(id, language, code, limits);
    return id;
  }

  void deploy(FunctionId id, String language, String text, Limits limits) {
    Code code = new Code(text.getBytes(StandardCharsets.UTF_8));
    platform.deploy(
        new FunctionSpec(
            id, language, null, limits, code.sha256(), code.bytes().length, Instant.EPOCH),
        code);
  }

  List<FunctionStatus> told(FunctionId id) {
    return told.getOrDefault(id, List.of());
  }

  FunctionStatus status(FunctionId id) {
    List<FunctionStatus> all = told(id);
    return all.isEmpty() ? new FunctionStatus.Deploying("not told yet") : all.getLast();
  }

  List<Instance> awaitReady(FunctionId id, int instances) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(2))
        .untilAsserted(() -> {
          assertThat(status(id)).isInstanceOf(Ready.class);
          assertThat(((Ready) status(id)).instances()).hasSize(instances);
        });
    return ((Ready) status(id)).instances();
  }

  Instance awaitReady(FunctionId id) {
    return awaitReady(id, 1).getFirst();
  }

  /** Ready with another instance than that. */
  Instance awaitReplaced(FunctionId id, Instance old) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(2))
        .untilAsserted(() -> {
          assertThat(status(id)).isInstanceOf(Ready.class);
          assertThat(((Ready) status(id)).instances()).isNotEmpty().doesNotContain(old);
        });
    return ((Ready) status(id)).instances().getFirst();
  }

  FunctionStatus.Failure awaitFailed(FunctionId id) {
    await().atMost(LONGEST).untilAsserted(() -> assertThat(status(id)).isInstanceOf(Failed.class));
    return ((Failed) status(id)).failure();
  }

  /** What the function returns for these parameters (a JSON object). */
  JsonNode call(Instance instance, String params) throws IOException {
    UnixHttp.Answer answer = UnixHttp.run(instance, params);
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    return answer.body().path("result");
  }

  /** Runs this Python body of {@code callme()} once, in a function of its own. */
  JsonNode runInside(String body) throws IOException {
    return runInside(body, Limits.DEFAULT);
  }

  JsonNode runInside(String body, Limits limits) throws IOException {
    FunctionId id = deploy("def callme():\n" + body.indent(4), limits);
    return call(awaitReady(id), "{}");
  }

  Path logFile(FunctionId id) {
    return logs.resolve(id + ".log");
  }

  String log(FunctionId id) throws IOException {
    return Files.readString(logFile(id));
  }

  /** The sandboxes' processes that the machine runs for this platform. */
  List<String> processes() {
    return processes(runtimeParent, told.keySet().stream().map(FunctionId::toString).toList());
  }

  /** Bubblewrap names the directory in its command, a driver the function in its environment. */
  static List<String> processes(Path runtimeParent, List<String> functions) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process ->
            read(process, "cmdline").contains(runtimeParent.toString())
                || functions.stream().anyMatch(read(process, "environ")::contains))
        .map(process -> process.pid() + " " + read(process, "cmdline"))
        .toList();
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(
          Path.of("/proc/" + process.pid() + "/" + file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  @Override
  public void close() {
    platform.close();
    Trees.delete(runtimeParent);
  }
}
