package fob.deployer.local;

import fob.function.FunctionSpec;
import fob.function.Instance;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Instances without any process: they are ready at once, unless starts are refused, and answer
 * health checks, unless they are told not to.
 */
final class FakeHost implements FunctionHost {

  private final FunctionSpec spec;
  private final Path directory;
  final AtomicReference<@Nullable StartRefused> refusal = new AtomicReference<>();
  final List<FakeSandbox> sandboxes = new CopyOnWriteArrayList<>();
  final List<InstanceLocation> running = new ArrayList<>();

  /** What each instance says on its event stream when it starts. */
  volatile List<String> events = List.of("{\"event\":\"ready\"}");

  /** The numbers of instances that have older secrets than a new one would get. */
  final Set<Integer> outdated = ConcurrentHashMap.newKeySet();

  /** Whether instances end when they are asked to. */
  volatile boolean obeys = true;

  private final Map<InstanceLocation, UnixHealth> healths = new ConcurrentHashMap<>();

  FakeHost(FunctionSpec spec, Path directory) {
    this.spec = spec;
    this.directory = directory;
  }

  /** Records the calls of its methods. */
  static final class FakeSandbox implements RunningSandbox {
    final List<String> asked = new CopyOnWriteArrayList<>();
    final CompletableFuture<SandboxExit> ended = new CompletableFuture<>();
    final InstanceLocation location;
    final UnixHealth health;
    private final boolean obeys;
    private volatile boolean computes;

    FakeSandbox(InstanceLocation location, UnixHealth health, boolean obeys) {
      this.location = location;
      this.health = health;
      this.obeys = obeys;
      var _ = ended.thenRun(health::close);
    }

    /** Uses a whole processor from now on. */
    void compute() {
      computes = true;
    }

    @Override
    public Duration cpuTime() {
      return computes ? Duration.ofNanos(System.nanoTime()) : Duration.ZERO;
    }

    @Override
    public CompletableFuture<SandboxExit> ended() {
      return ended;
    }

    @Override
    public void terminate() {
      asked.add("terminate");
      if (obeys) {
        ended.complete(new SandboxExit.Code(0, false, false));
      }
    }

    @Override
    public void kill() {
      asked.add("kill");
      ended.complete(new SandboxExit.Code(137, false, false));
    }

    @Override
    public void leave() {
      asked.add("leave");
      ended.complete(new SandboxExit.LeftRunning());
    }
  }

  @Override
  public FunctionSpec spec() {
    return spec;
  }

  @Override
  public InstanceLocation location(int number) {
    Path socket = directory.resolve(number + ".sock");
    return new InstanceLocation(
        number,
        new Instance(spec.id() + "/" + number, URI.create("unix:" + socket)),
        directory.resolve("r" + number),
        socket);
  }

  /** One that an earlier deployer has left, with its socket. */
  InstanceLocation leftRunning(int number) throws IOException {
    InstanceLocation location = location(number);
    healths.put(location, new UnixHealth(location.socket()));
    running.add(location);
    return location;
  }

  @Override
  public RunningSandbox start(InstanceLocation location, SandboxOutput output) throws IOException {
    StartRefused refused = refusal.get();
    if (refused != null) {
      throw refused;
    }
    Files.createDirectory(location.run());
    healths.put(location, new UnixHealth(location.run().resolve(InstanceLocation.SOCKET)));
    return adopt(location, output);
  }

  @Override
  public List<InstanceLocation> find() throws StartRefused {
    return running;
  }

  @Override
  public RunningSandbox adopt(InstanceLocation location, SandboxOutput output) {
    UnixHealth health = Objects.requireNonNull(healths.get(location));
    FakeSandbox sandbox = new FakeSandbox(location, health, obeys);
    sandboxes.add(sandbox);
    events.forEach(event -> output.event(event.getBytes(StandardCharsets.UTF_8)));
    return sandbox;
  }

  @Override
  public boolean isOutdated(InstanceLocation location) {
    return outdated.contains(location.number());
  }

  @Override
  public void delete() {}
}
