package fob.standalone;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** A client of a stream of server-sent events, and the lines that it has got. */
record Following(HttpClient client, Queue<String> got, Future<?> end) implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(20);

  static Following of(FobClient fob, String path, String... headers) {
    HttpClient client = HttpClient.newHttpClient();
    Queue<String> got = new ConcurrentLinkedQueue<>();
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(fob.url() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    Future<?> end =
        client
            .sendAsync(request.build(), BodyHandlers.ofLines())
            .thenAcceptAsync(
                response -> {
                  try (Stream<String> lines = response.body()) {
                    lines.forEach(got::add);
                  }
                },
                Thread::startVirtualThread);
    return new Following(client, got, end);
  }

  boolean has(String end) {
    return got.stream().anyMatch(line -> line.endsWith(end));
  }

  void awaitLine(String end) {
    await().atMost(SOON).until(() -> has(end));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
