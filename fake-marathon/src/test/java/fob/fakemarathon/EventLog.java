package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Reads an event stream on a thread of its own and keeps what came. */
final class EventLog implements AutoCloseable {

  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final HttpClient client;
  private final Thread thread;

  private EventLog(HttpClient client, BufferedReader reader) {
    this.client = client;
    this.thread = Thread.ofVirtual().start(() -> read(reader));
  }

  /** Opens the stream; it is attached when this returns. */
  static EventLog open(URI base, String... types) {
    try {
      String query =
          Stream.of(types).map(type -> "event_type=" + type).collect(Collectors.joining("&"));
      HttpClient client = HttpClient.newHttpClient();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(base + "/v2/events?" + query))
              .header("Accept", "text/event-stream")
              .build();
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      EventLog log =
          new EventLog(
              client,
              new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
      if (types.length == 0) {
        log.await("event_stream_attached");
      }
      return log;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("no event stream", e);
    }
  }

  private void read(BufferedReader reader) {
    try (reader) {
      String type = "";
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.startsWith("event: ")) {
          type = line.substring("event: ".length());
        } else if (line.startsWith("data: ")) {
          JsonNode event = Json.MAPPER.readTree(line.substring("data: ".length()));
          if (!event.path("eventType").asText().equals(type)) {
            throw new AssertionError("frame of " + type + " holds " + event);
          }
          events.add(event);
        }
      }
    } catch (IOException e) {
      // the stream has ended, as isOpen says
    }
  }

  List<JsonNode> all() {
    return List.copyOf(events);
  }

  List<String> types() {
    return events.stream().map(event -> event.path("eventType").asText()).toList();
  }

  List<JsonNode> of(String type) {
    return events.stream().filter(event -> event.path("eventType").asText().equals(type)).toList();
  }

  boolean isOpen() {
    return thread.isAlive();
  }

  JsonNode await(String type) {
    return await(type, 1).getLast();
  }

  List<JsonNode> await(String type, int count) {
    Awaitility.await(type).atMost(Client.DEADLINE).until(() -> of(type).size() >= count);
    return of(type);
  }

  void awaitEnd() {
    Awaitility.await().atMost(Client.DEADLINE).until(() -> !isOpen());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
