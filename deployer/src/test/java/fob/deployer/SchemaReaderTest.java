package fob.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import fob.function.FunctionSchema;
import fob.function.Instance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // set before the tests
class SchemaReaderTest {

  private static final String SCHEMA =
      "{\"description\":\"Adds.\",\"parameters\":{\"type\":\"object\"},\"result\":{}}";

  private final SchemaReader reader = new SchemaReader();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer driver;

  /** The status and body of the driver's answer; status 0: it gives none. */
  private int status = 200;

  private String body = SCHEMA;

  @BeforeEach
  void start() throws IOException {
    driver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    driver.setExecutor(threads);
    driver.createContext(
        "/schema",
        exchange -> {
          if (status == 0) {
            awaitEnd();
          } else {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
          exchange.close();
        });
    driver.start();
  }

  @Test
  void aSchemaThatTheRowOfAFunctionCannotHaveIsNone() {
    // Both keys become "?" in UTF-8
    String twice = "{\"parameters\":{\"\\ud800\":1,\"?\":2}}";

    assertThat(SchemaReader.parse(twice.getBytes(UTF_8))).isEqualTo(FunctionSchema.NONE);
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    end.countDown();
    driver.stop(0);
    threads.shutdownNow();
    reader.close();
  }

  private Optional<FunctionSchema> read() throws Exception {
    CompletableFuture<Optional<FunctionSchema>> answer = new CompletableFuture<>();
    reader.ask(
        new Instance("i-1", URI.create("http://127.0.0.1:" + driver.getAddress().getPort())),
        answer::complete);
    return answer.get(20, TimeUnit.SECONDS);
  }

  @Test
  void theSchemaIsThatOfTheAnswerWithoutOtherMembers() throws Exception {
    assertThat(read()).contains(new FunctionSchema(SCHEMA));
    body = "{\"other\":1,\"result\":5,\"parameters\":{\"type\":\"object\"},\"description\":[]}";
    assertThat(read()).contains(new FunctionSchema("{\"parameters\":{\"type\":\"object\"}}"));
  }

  @Test
  void otherAnswersAreNoSchema() throws Exception {
    status = 404;
    assertThat(read()).contains(FunctionSchema.NONE);
    status = 200;
    for (String other :
        new String[] {
          "",
          "[]",
          "{",
          "{\"parameters\":1}",
          "{\"parameters\":{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}}",
          "{\"parameters\":{\"a\":\"" + "x".repeat(FunctionSchema.LARGEST) + "\"}}"
        }) {
      body = other;
      assertThat(read()).as(other).contains(FunctionSchema.NONE);
    }
  }

  @Test
  void aDriverThatGivesNoAnswerMayBeAskedAgain() throws Exception {
    status = 0;
    assertThat(read()).isEmpty();
    driver.stop(0);
    assertThat(read()).isEmpty();
  }
}
