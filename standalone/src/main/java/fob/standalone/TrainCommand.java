package fob.standalone;

import fob.bus.wire.Json;
import fob.service.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code fob train}: makes calls for the JVM's AOT cache, which is written at the end. So the cache
 * contains the classes and profiles of calls, and not only those of the start.
 */
@Command(name = "train", hidden = true)
final class TrainCommand implements Callable<Integer> {

  private static final int CLIENTS = 16;

  @Option(names = "--seconds", description = "How long to make calls.")
  private int seconds = 8;

  @Override
  public Integer call() throws Exception {
    DataFolder data = TemporaryFob.folder();
    try (Service parts = new Service();
        HttpClient client = HttpClient.newHttpClient();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      URI url = TemporaryFob.start(data, parts).url();
      HttpRequest gen =
          HttpRequest.newBuilder(url.resolve("/api/gen?lang=python&name=train&concurrency=16"))
              .header("Prefer", "wait=30")
              .POST(BodyPublishers.ofString("def callme(a=1, b=2):\n    return a\n"))
              .build();
      String id =
          Json.parse(client.send(gen, BodyHandlers.ofByteArray()).body()).path("id").asText();
      long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
      for (int i = 0; i < CLIENTS; i++) {
        String call = i % 2 == 0 ? "/api/call/" + id + "?a:1,b:2" : "/api/call/train?a=1&b=2";
        clients.execute(() -> callUntil(end, client, url.resolve(call)));
      }
    }
    return 0;
  }

  private static void callUntil(long end, HttpClient client, URI call) {
    try {
      while (System.nanoTime() < end) {
        client.send(HttpRequest.newBuilder(call).build(), BodyHandlers.discarding());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
