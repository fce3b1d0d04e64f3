package fob.deployer.marathon;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import fob.bus.wire.Json;
import fob.fakemarathon.TaskLaunch;
import fob.fakemarathon.TaskRunner;
import fob.fakemarathon.TaskUpdates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Every task is a server in this process, which answers as an image does. Thread-safe. */
final class ImageServers implements TaskRunner {

  /** What an image answers. */
  record Answer(int status, String body) {}

  /** How the images answer a request: empty for no answer at all. */
  @FunctionalInterface
  interface Image {
    /**
     * @param task the number of the task, from 1
     * @param times how often this task was asked for this path, from 1
     */
    Optional<Answer> answer(int task, String path, int times);
  }

  /** A request of fob. */
  record Asked(int task, String path, JsonNode body) {}

  private record Live(HttpServer server, TaskUpdates updates) {}

  private final Image image;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Map<String, Live> live = new ConcurrentHashMap<>();
  private final ExecutorService reports = Executors.newSingleThreadExecutor();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private int launched; // guarded by this

  ImageServers(Image image) {
    this.image = image;
  }

  static Optional<Answer> answer(int status, String body) {
    return Optional.of(new Answer(status, body));
  }

  /** A runtime of OpenWhisk whose tasks answer the first {@code /init} so. */
  static Image whisk(Optional<Answer> first) {
    return (task, path, times) ->
        path.equals("/init")
            ? times == 1
                ? first
                : answer(403, "{\"error\":\"Cannot initialize the action more than once.\"}")
            : answer(404, "{\"error\":\"There is no such path.\"}");
  }

  static Image whisk() {
    return whisk(answer(200, "{\"ok\":true}"));
  }

  /** The requests so far. */
  List<Asked> asked() {
    return asked;
  }

  /** The values of all {@code POST /init} so far. */
  List<JsonNode> inits() {
    return asked.stream()
        .filter(each -> each.path().equals("/init"))
        .map(each -> each.body().path("value"))
        .toList();
  }

  private synchronized int next() {
    return ++launched;
  }

  /** The number of tasks so far. */
  synchronized int launched() {
    return launched;
  }

  @Override
  public void launch(TaskLaunch task, TaskUpdates updates) {
    int number = next();
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext("/", exchange -> serve(number, exchange));
      server.start();
      live.put(task.taskId(), new Live(server, updates));
      reports.execute(() -> {
        updates.staging();
        updates.running("127.0.0.1", List.of(server.getAddress().getPort()), "172.17.0.2");
        updates.health(true, "");
      });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(int number, HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    asked.add(
        new Asked(number, path, body.length == 0 ? Json.MAPPER.nullNode() : Json.parse(body)));
    long times =
        asked.stream().filter(each -> each.task() == number && each.path().equals(path)).count();
    Optional<Answer> answer = image.answer(number, path, (int) times);
    if (answer.isEmpty()) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return;
    }
    byte[] text = answer.get().body().getBytes(UTF_8);
    exchange.sendResponseHeaders(answer.get().status(), text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  /** Ends all tasks, as the end of their machine does. */
  void endAll() {
    List.copyOf(live.keySet()).forEach(task -> end(task, "TASK_FAILED", "the agent is gone"));
  }

  private void end(String task, String state, String message) {
    Live ended = live.remove(task);
    if (ended != null) {
      ended.server().stop(0);
      reports.execute(() -> ended.updates().ended(state, message));
    }
  }

  @Override
  public void kill(String taskId) {
    end(taskId, "TASK_KILLED", "");
  }

  @Override
  public void close() {
    closed.countDown();
    live.values().forEach(each -> each.server().stop(0));
    reports.shutdownNow();
    threads.shutdownNow();
  }
}
