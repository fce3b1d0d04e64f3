package fob.driver;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fetches, compiles and loads the function. Used by one thread. */
record Loading(Settings settings) implements Service.Loader {

  private static final int LARGEST_CODE = 8 << 20;
  private static final int LARGEST_LAYER = 256 << 20;
  private static final long LARGEST_ARCHIVE = 64L << 20;
  private static final long LARGEST_UNPACKED_LAYER = 1L << 30;
  private static final int MOST_FILES = 4096;
  private static final int MOST_LAYER_FILES = 100_000;
  private static final int CODE_SECONDS = 10;
  private static final int LAYER_SECONDS = 60;
  private static final int LEAST_MEMORY_MIB = 96;
  private static final List<String> ENTRIES = List.of("Main.java", "Function.java", "Callme.java");

  @Override
  public Function load(Reading.@Nullable Init init) throws Failure {
    if (settings.memoryMiB() > 0 && settings.memoryMiB() < LEAST_MEMORY_MIB) {
      throw Failure.load(
          "NotEnoughMemory",
          "a Java function needs at least %d MiB, and this one has %d: register it with memory=128"
              .formatted(LEAST_MEMORY_MIB, settings.memoryMiB()));
    }
    List<Path> jars = jars();
    Sources sources = init == null ? registered() : sent(init);
    Environment.prepare(settings, init == null ? Map.of() : init.env());
    Compiler.Compiled compiled = new Compiler(sources, jars).compile();
    FunctionLoader loader = new FunctionLoader(compiled.classes(), urls(compiled.places()));
    Thread.currentThread().setContextClassLoader(loader);
    Trace trace = new Trace(sources, compiled.classes().keySet(), settings.network());
    String entryPoint = init == null ? Function.ENTRY_POINT : init.main();
    return Function.load(loader, compiled.types(), entryPoint, trace, settings.maxResultBytes());
  }

  private Sources registered() throws Failure {
    String url = settings.code().url();
    if (url == null) {
      throw new IllegalStateException("there is no URL");
    }
    byte[] code =
        new Fetch("the code", LARGEST_CODE, CODE_SECONDS, settings.token())
            .fetch(url, settings.code().sha256());
    String entry = settings.entry();
    return entry == null
        ? Sources.ofText(code)
        : Sources.ofArchive(Archive.unpack(code, "code", LARGEST_ARCHIVE, MOST_FILES), entry);
  }

  private static Sources sent(Reading.Init init) throws Failure {
    if (!init.archive()) {
      return Sources.ofText(init.code());
    }
    Path directory = Archive.unpack(init.code(), "code", LARGEST_ARCHIVE, MOST_FILES);
    String entry = init.entry();
    if (entry == null) {
      entry =
          ENTRIES.stream()
              .filter(name -> Files.isRegularFile(directory.resolve(name)))
              .findFirst()
              .orElseThrow(() ->
                  Failure.load(
                      "NoEntryFile",
                      "the archive has none of " + Failure.listed(ENTRIES) + " at its top"));
    }
    return Sources.ofArchive(directory, entry);
  }

  /** Returns the jars of the layer, in the order of their names. */
  private List<Path> jars() throws Failure {
    String url = settings.layer().url();
    if (url == null) {
      return List.of();
    }
    Path directory = Fetch.isFile(url) ? Fetch.path(url) : unpackedLayer(url);
    try (Stream<Path> files = Files.list(directory)) {
      return new ArrayList<>(
          files.filter(file -> file.toString().endsWith(".jar")).sorted().toList());
    } catch (IOException e) {
      throw Failure.load("LayerNotAvailable", "the dependencies cannot be read: " + e);
    }
  }

  private Path unpackedLayer(String url) throws Failure {
    byte[] layer =
        new Fetch("the dependencies", LARGEST_LAYER, LAYER_SECONDS, settings.token())
            .fetch(url, settings.layer().sha256());
    return Archive.unpack(layer, "layer", LARGEST_UNPACKED_LAYER, MOST_LAYER_FILES);
  }

  private static URL[] urls(List<Path> places) {
    List<URL> urls = new ArrayList<>();
    for (Path place : places) {
      try {
        urls.add(place.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new IllegalStateException(e);
      }
    }
    return urls.toArray(URL[]::new);
  }
}
