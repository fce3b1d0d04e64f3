package fob.deployer.local;

import fob.function.FunctionSpec;
import fob.function.Instance;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Instances without any process: they are ready at once, unless starts are refused. */
final class FakeHost implements FunctionHost {

  private final FunctionSpec spec;
  private final Path directory;
  final AtomicReference<@Nullable StartRefused> refusal = new AtomicReference<>();
  final List<FakeSandbox> sandboxes = new CopyOnWriteArrayList<>();
  final List<Place> running = new ArrayList<>();

  FakeHost(FunctionSpec spec, Path directory) {
    this.spec = spec;
    this.directory = directory;
  }

  /** Notes what is asked of it. */
  static final class FakeSandbox implements RunningSandbox {
    final List<String> asked = new CopyOnWriteArrayList<>();
    final CompletableFuture<Exit> ended = new CompletableFuture<>();

    @Override
    public CompletableFuture<Exit> ended() {
      return ended;
    }

    @Override
    public void terminate() {
      asked.add("terminate");
      ended.complete(new Exit.Code(0, false));
    }

    @Override
    public void kill() {
      asked.add("kill");
      ended.complete(new Exit.Code(137, false));
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
    makeSocket(place.socket());
    running.add(place);
    return place;
  }

  private static void makeSocket(Path path) throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(path));
    }
  }

  @Override
  public RunningSandbox start(Place place, Output output) throws IOException {
    StartRefused refused = refusal.get();
    if (refused != null) {
      throw refused;
    }
    Files.createDirectory(place.run());
    makeSocket(place.run().resolve(Place.SOCKET));
    return adopt(place, output);
  }

  @Override
  public List<Place> find() throws StartRefused {
    return running;
  }

  @Override
  public RunningSandbox adopt(Place place, Output output) {
    FakeSandbox sandbox = new FakeSandbox();
    sandboxes.add(sandbox);
    output.event("{\"event\":\"ready\"}".getBytes(StandardCharsets.UTF_8));
    return sandbox;
  }

  @Override
  public void delete() {}
}
