import java.io.*;
import java.net.*;
import java.nio.channels.*;
import java.nio.file.*;
import java.security.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;
import java.util.zip.*;

/** What programs do every day: prints the names of the parts that do not work, then "done". */
public class Ordinary {
  interface Part {
    void run() throws Exception;
  }

  static void check(boolean right, Object found) {
    if (!right) {
      throw new IllegalStateException(String.valueOf(found));
    }
  }

  static void threads() throws Exception {
    try (var pool = Executors.newFixedThreadPool(4);
        var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> tasks = List.of(() -> 1, () -> 2);
      check(pool.invokeAll(tasks).get(1).get() == 2, "pool");
      check(virtual.submit(() -> { Thread.sleep(5); return 3; }).get() == 3, "virtual");
    }
    check(IntStream.range(0, 1000).parallel().sum() == 499500, "parallel");
  }

  static void memory() {
    byte[][] kept = new byte[10][];
    for (int i = 0; i < 2000; i++) {
      kept[i % 10] = new byte[100_000];
    }
    System.gc();
    check(kept[9].length == 100_000, "kept");
  }

  static void jars() throws Exception {
    Path jar = Files.createTempFile("a", ".jar");
    try (var out = new ZipOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry("x.txt"));
      out.write(new byte[100]);
    }
    try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        var files = new ZipFile(jar.toFile())) {
      check(loader.getResourceAsStream("x.txt").readAllBytes().length == 100, "loader");
      check(files.size() == 1, "files");
    }
  }

  static void files() throws Exception {
    Path dir = Files.createTempDirectory("d");
    try (FileChannel channel =
        FileChannel.open(dir.resolve("m"), Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE))) {
      var mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 4096);
      mapped.put(0, (byte) 7);
      mapped.force();
      check(channel.tryLock() != null, "lock");
    }
    Files.move(dir.resolve("m"), dir.resolve("n"), StandardCopyOption.ATOMIC_MOVE);
    try (var watch = FileSystems.getDefault().newWatchService(); var list = Files.list(dir)) {
      dir.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      check(list.count() == 1, "list");
    }
  }

  static void children() throws Exception {
    Process child = new ProcessBuilder("sh", "-c", "echo a | tr a b").start();
    check(new String(child.getInputStream().readAllBytes()).equals("b\n") && child.waitFor() == 0, "child");
  }

  static void keys() throws Exception {
    KeyPairGenerator.getInstance("EC").generateKeyPair();
    MessageDigest.getInstance("SHA-256").digest(new byte[10]);
    new SecureRandom().nextInt();
    javax.net.ssl.SSLContext.getDefault();
  }

  static void sockets() throws Exception {
    Path path = Files.createTempDirectory("s").resolve("s");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (var client = SocketChannel.open(UnixDomainSocketAddress.of(path));
          var accepted = server.accept();
          var selector = Selector.open()) {
        accepted.configureBlocking(false).register(selector, SelectionKey.OP_READ);
        client.write(java.nio.ByteBuffer.wrap(new byte[] {1}));
        check(selector.select(5000) == 1, "select");
      }
    }
  }

  static void compiled() {
    long sum = 0;
    for (int round = 0; round < 200; round++) {
      sum += IntStream.range(0, 10_000).mapToLong(i -> (long) i * i % 7).sum();
    }
    check(sum > 0, sum);
  }

  public static void main(String[] args) {
    Map<String, Part> parts = new TreeMap<>();
    parts.put("threads", Ordinary::threads);
    parts.put("memory", Ordinary::memory);
    parts.put("jars", Ordinary::jars);
    parts.put("files", Ordinary::files);
    parts.put("children", Ordinary::children);
    parts.put("keys", Ordinary::keys);
    parts.put("sockets", Ordinary::sockets);
    parts.put("compiled", Ordinary::compiled);
    parts.forEach((name, part) -> {
      try {
        part.run();
      } catch (Throwable e) {
        System.out.println(name + ": " + e);
      }
    });
    System.out.println("done");
  }
}
