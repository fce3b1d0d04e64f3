package fob.fakemarathon;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a standby does with requests: hands them to the leader. Thread-safe. */
final class LeaderProxy implements AutoCloseable {

  private static final String VIA = "X-Marathon-Via";
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);
  private static final List<String> PASSED = List.of("Accept", "Authorization", "Content-Type");

  private final Leadership leadership;
  private final Duration patience;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  LeaderProxy(Leadership leadership, Duration patience) {
    this.leadership = leadership;
    this.patience = patience;
  }

  Answer answer(Request request, boolean events) throws InterruptedException {
    URI leader = leadership.await(patience);
    if (leader == null) {
      return badGateway("Could not determine the current leader");
    }
    if (events) {
      return Answer.empty(302).with("Location", leader + request.rawPath());
    }
    String self = leadership.self().getAuthority();
    List<String> via = request.headers().getOrDefault(VIA, List.of());
    if (via.contains(self) || leader.equals(leadership.self())) {
      return badGateway("Detected proxying loop, won't forward the request.");
    }
    try {
      HttpRequest.Builder forward =
          HttpRequest.newBuilder(URI.create(leader + request.rawPath()))
              .timeout(READ_TIMEOUT)
              .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()))
              .header(VIA, self);
      via.forEach(host -> forward.header(VIA, host));
      for (String name : PASSED) {
        if (!request.header(name).isEmpty()) {
          forward.header(name, request.header(name));
        }
      }
      return answer(client.send(forward.build(), HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      return badGateway("Failed to connect to leader: " + e);
    }
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name :
        List.of("Content-Type", "Location", "Marathon-Deployment-Id", "X-Marathon-Leader")) {
      response.headers().firstValue(name).ifPresent(value -> headers.put(name, value));
    }
    return Answer.raw(response.statusCode(), headers, response.body());
  }

  private static Answer badGateway(String message) {
    return Refusal.of(502, message).answer();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
