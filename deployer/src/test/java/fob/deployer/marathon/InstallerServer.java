package fob.deployer.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.deployer.layer.Tar;
import fob.service.FileTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** Answers as the installer in a task does; what it answers to the step is the test's choice. */
final class InstallerServer implements AutoCloseable {

  private final MockWebServer server = new MockWebServer();
  private final BlockingQueue<RecordedRequest> steps = new LinkedBlockingQueue<>();

  /** Starts one. The answer to a step is computed while the request waits. */
  InstallerServer(Function<RecordedRequest, MockResponse> answer) throws IOException {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            if (request.getUrl().encodedPath().equals("/health")) {
              return json(200, "{\"state\":\"waiting\"}");
            }
            steps.add(request);
            return answer.apply(request);
          }
        });
    server.start();
  }

  int port() {
    return server.getPort();
  }

  RecordedRequest step() throws InterruptedException {
    RecordedRequest step = steps.poll(MarathonFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (step == null) {
      throw new AssertionError("no step was posted");
    }
    return step;
  }

  static MockResponse json(int status, String body) {
    return new MockResponse.Builder().code(status).body(body).build();
  }

  /** The reply to a step that failed. */
  static MockResponse failed(int status, @Nullable Integer exit, String... lines) {
    JsonNode body =
        Json.MAPPER
            .createObjectNode()
            .put("exit", exit)
            .set("lines", Json.MAPPER.valueToTree(List.of(lines)));
    return json(status, body.toString());
  }

  /** The reply to a step that wrote files. */
  static MockResponse wrote(Map<String, String> files) {
    return bytes(packed(files));
  }

  static MockResponse bytes(byte[] archive) {
    Buffer body = new Buffer();
    body.write(archive);
    return new MockResponse.Builder().code(200).body(body).build();
  }

  static byte[] packed(Map<String, String> files) {
    try {
      Path folder = Files.createTempDirectory("packed");
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      Tar.pack(folder, bytes);
      FileTree.delete(folder);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] body(RecordedRequest request) {
    ByteString body = request.getBody();
    return body == null ? new byte[0] : body.toByteArray();
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.close();
  }
}
