package fob.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** What a function can read about its call, besides what the conformance tests look at. */
class ContextIT {

  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final String HEADERS =
      "Content-Type: image/png\r\nFob-Request-Id: raw-1\r\nFob-Deadline: %s\r\ntraceparent: %s\r\ntracestate: a=1\r\n";

  @Test
  void aBodyThatIsNotJsonHasItInHeaders() throws IOException {
    String code =
        "String callme(byte[] body) { return fob.Call.current().toString().replace(\"Optional\", \"\"); }";
    try (DriverProcess driver = DriverProcess.start(code)) {
      // When
      String right = HEADERS.formatted("1767225600000", TRACEPARENT);
      Answer told = driver.client().send("POST", "/run", right, new byte[1]);
      String wrong = HEADERS.formatted("soon", "00-1-2-3");
      Answer absent = driver.client().send("POST", "/run", wrong, new byte[1]);

      // Then
      assertThat(told.result().asText())
          .isEqualTo(
              "Call[requestId=[raw-1], deadline=[2026-01-01T00:00:00Z], traceparent=[%s], tracestate=[a=1]]"
                  .formatted(TRACEPARENT));
      assertThat(absent.result().asText())
          .isEqualTo(
              "Call[requestId=[raw-1], deadline=.empty, traceparent=.empty, tracestate=.empty]");
    }
  }

  @Test
  void threadsHaveThatOfTheirCallUntilItEnds() throws IOException {
    String code =
        """
        import fob.Call;
        import java.util.concurrent.*;

        class Threads {
          static final Call LOADED = Call.current();
          static final ExecutorService KEPT = Executors.newSingleThreadExecutor();

          static Object callme() throws Exception {
            var own = new CompletableFuture<Call>();
            Thread.startVirtualThread(() -> own.complete(Call.current()));
            return java.util.stream.Stream.of(own.get(), KEPT.submit(Call::current).get(), LOADED)
                .map(Call::requestId).toList();
          }
        }
        """;
    try (DriverProcess driver = DriverProcess.start(code)) {
      assertThat(driver.client().run("{}", "id-1").result())
          .isEqualTo(Json.of("['id-1','id-1',null]"));
      assertThat(driver.client().run("{}", "id-2").result())
          .as("the executor's thread is of the first call, which has ended")
          .isEqualTo(Json.of("['id-2',null,null]"));
    }
  }

  @Test
  void aClassOfTheFunctionsOwnComesFirst() throws IOException {
    // Given
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("Main.java"));
      zip.write("int callme() { return fob.Call.MINE; }".getBytes(UTF_8));
      zip.putNextEntry(new ZipEntry("fob/Call.java"));
      zip.write("package fob; public class Call { public static int MINE = 5; }".getBytes(UTF_8));
    }
    String code = Base64.getEncoder().encodeToString(bytes.toByteArray());

    // Then
    try (DriverProcess driver = DriverProcess.begin(null, Map.of()).listening()) {
      driver.client().init(Json.quoted("{'value':{'code':'" + code + "','binary':true}}"));
      assertThat(driver.client().run("{}").result().asInt()).isEqualTo(5);
    }
  }

  @Test
  void nothingElseOfTheDriverCanBeUsed() throws IOException {
    try (DriverProcess driver =
        DriverProcess.start("Object callme() { return fob.driver.Context.current(); }")) {
      assertThat(driver.client().run("{}").error("message")).contains("package fob.driver");
    }
  }
}
