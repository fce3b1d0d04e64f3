package fob.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Dispatcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
@SuppressWarnings("NullAway.Init") // set before each test
class EventStreamTest {

  private static final String END = "event: removed\ndata: it was removed\n\n";

  private final MockWebServer server = new MockWebServer();
  private final StringWriter err = new StringWriter();
  private final List<String> got = new ArrayList<>();
  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    server.start();
    gateway =
        new Gateway(Target.of("http://127.0.0.1:" + server.getPort(), null, null, "the test"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void stream(String events) {
    server.enqueue(events(events).build());
  }

  private static MockResponse.Builder events(String events) {
    return new MockResponse.Builder().addHeader("Content-Type", "text/event-stream").body(events);
  }

  private void refuse(int status) {
    server.enqueue(new MockResponse.Builder().code(status).build());
  }

  private void follow(Consumer<String> sink, Duration longest) throws InterruptedException {
    PrintWriter text = new PrintWriter(err, true);
    new EventStream(gateway, new Output(text, text, false, false), sink)
        .follow(gateway.request(gateway.address("stream")), longest);
  }

  @Test
  void aProxyThatAnswersWhileTheGatewayStartsEndsNothing() throws Exception {
    stream("id: 7\ndata: first\n\n");
    refuse(502);
    stream("data: second\n\n" + END);

    follow(got::add, EventStream.FOREVER);

    assertThat(got).containsExactly("first", "second");
    server.takeRequest();
    assertThat(server.takeRequest().getHeaders().get("Last-Event-ID")).isEqualTo("7");
    assertThat(err.toString()).contains("502", "it was removed");
  }

  @Test
  void aProxyWithoutAGatewayEndsItAtOnce() {
    refuse(502);

    assertThatThrownBy(() -> follow(got::add, EventStream.FOREVER))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("502");
  }

  @Test
  void aNoteEndsNothing() throws Exception {
    stream("event: note\ndata: earlier lines are left out\n\ndata: first\n\n" + END);

    follow(got::add, EventStream.FOREVER);

    assertThat(got).containsExactly("first");
    assertThat(err.toString()).contains("fob: earlier lines are left out");
  }

  @Test
  void aFailureToPrintClosesTheConnection() throws Exception {
    // More messages than the queue holds, and then a server that goes on.
    server.enqueue(
        events("data: x\n\n".repeat(20_000)).throttleBody(150_000, 1, TimeUnit.HOURS).build());
    Dispatcher dispatcher = gateway.client(Gateway.PATIENCE).dispatcher();
    CountDownLatch idle = new CountDownLatch(1);
    dispatcher.setIdleCallback(idle::countDown);

    assertThatThrownBy(() ->
            follow(
                _ -> {
                  throw new CommandFailure(ExitCodes.FAILED, "the output cannot be written");
                },
                EventStream.FOREVER))
        .hasMessage("the output cannot be written");

    assertThat(idle.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(dispatcher.runningCallsCount()).isZero();
  }

  @Test
  void itEndsWhenItsTimeIsOver() throws Exception {
    server.enqueue(events("data: x\n\ndata: y\n\n").throttleBody(9, 1, TimeUnit.HOURS).build());

    follow(got::add, Duration.ofMillis(300));

    assertThat(got).containsExactly("x");
  }
}
