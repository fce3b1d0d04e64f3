package fob.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.service.Service;
import fob.service.Shutdown;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code fob demo}: runs the usage session of the original Flock of Birds. */
@Command(
    name = "demo",
    description =
        "Starts the whole of fob in a temporary folder, registers and calls two functions, and"
            + " stops.")
final class DemoCommand implements Callable<Integer> {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @Override
  public Integer call() throws Exception {
    DataFolder data = TemporaryFob.folder();
    Service parts = new Service();
    try (var _ = Shutdown.closeAtExit(parts);
        parts;
        HttpClient client = HttpClient.newHttpClient()) {
      Standalone fob = TemporaryFob.start(data, parts);
      System.out.println("fob is up at " + fob.url() + " (for this demo only)");
      boolean right = new Session(client, fob.url()).run();
      System.out.println(right ? "All replies were right." : "A reply was WRONG.");
      return right ? 0 : 1;
    }
  }

  /** Makes requests, and prints each of them as a curl command. */
  private record Session(HttpClient client, URI url) {

    boolean run() throws IOException, InterruptedException {
      String helloworld = register("helloworld.py");
      String add = register("add.py");
      JsonNode listed = get("/api/stats");
      JsonNode greeted = get("/api/call/" + helloworld);
      JsonNode added = get("/api/call/" + add + "?param1:1,param2:1");
      return listed.path("functions").equals(ids(helloworld, add))
          && greeted.equals(result(42))
          && added.equals(result(2));
    }

    private static JsonNode ids(String... ids) {
      var array = Json.MAPPER.createArrayNode();
      for (String id : ids) {
        array.add(id);
      }
      return array;
    }

    private static JsonNode result(int value) {
      return Json.MAPPER.createObjectNode().put("result", value);
    }

    private String register(String file) throws IOException, InterruptedException {
      Path code = Home.examples().resolve("python").resolve(file);
      System.out.printf(
          "%n$ curl --data-binary @examples/python/%s %s%n", file, url.resolve("/api/gen"));
      JsonNode reply =
          send(
              HttpRequest.newBuilder(url.resolve("/api/gen"))
                  .POST(HttpRequest.BodyPublishers.ofFile(code)));
      return reply.path("id").asText();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
      System.out.printf("%n$ curl %s%n", url.resolve(path));
      return send(HttpRequest.newBuilder(url.resolve(path)));
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
      HttpResponse<byte[]> response =
          client.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofByteArray());
      JsonNode json = Json.parse(response.body());
      System.out.println(json.toPrettyString());
      return json;
    }
  }
}
