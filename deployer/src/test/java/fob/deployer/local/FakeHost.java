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
  final List<Place> running = new ArrayList<>();

  /** What each instance says on its event stream when it starts. */
  volatile List<String> events = List.of("{\"event\":\"ready\"}");

  /** Whether instances end when they are asked to. */
  volatile boolean obeys = true;

  private final Map<Place, UnixHealth> healths = new ConcurrentHashMap<>();

  FakeHost(FunctionSpec spec, Path directory) {
    this.spec = spec;
    this.directory = directory;
  }

  /** Notes what is asked of it. */
  static final class FakeSandbox implements RunningSandbox {
    final List<String> asked = new CopyOnWriteArrayList<>();
    final CompletableFuture<Exit> ended = new CompletableFuture<>();
    final Place place;
    final UnixHealth health;
    private final boolean obeys;
    private volatile boolean computes;

    FakeSandbox(Place place, UnixHealth health, boolean obeys) {
      this.place = place;
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
    public CompletableFuture<Exit> ended() {
      return ended;
    }

    @Override
    public void terminate() {
      asked.add("terminate");
      if (obeys) {
        ended.complete(new Exit.Code(0, false, false));
      }
    }

    @Override
    public void kill() {
      asked.add("kill");
      ended.complete(new Exit.Code(137, false, false));
    }

    @Override
    public void leave() {
      asked.add("leave");
      ended.complete(new Exit.LeftRunning());
    }
  }

  @Override
  public FunctionSpec spec() {
    return spec;
  }

  @Override
  public Place place(int number) {
    Path socket = directory.resolve(number + ".sock");
    return new Place(
        number,
        new Instance(spec.id() + "/" + number, URI.create("unix:" + socket)),
        directory.resolve("r" + number),
        socket);
  }

  /** One that an earlier deployer has left, its socket in place. */
  Place leftRunning(int number) throws IOException {
    Place place = place(number);
    healths.put(place, new UnixHealth(place.socket()));
    running.add(place);
    return place;
  }

  @Override
  public RunningSandbox start(Place place, Output output) throws IOException {
    StartRefused refused = refusal.get();
    if (refused != null) {
      throw refused;
    }
    Files.createDirectory(place.run());
    healths.put(place, new UnixHealth(place.run().resolve(Place.SOCKET)));
    return adopt(place, output);
  }

  @Override
  public List<Place> find() throws StartRefused {
    return running;
  }

  @Override
  public RunningSandbox adopt(Place place, Output output) {
    UnixHealth health = Objects.requireNonNull(healths.get(place));
    FakeSandbox sandbox = new FakeSandbox(place, health, obeys);
    sandboxes.add(sandbox);
    events.forEach(event -> output.event(event.getBytes(StandardCharsets.UTF_8)));
    return sandbox;
  }

  @Override
  public void delete() {}
}
