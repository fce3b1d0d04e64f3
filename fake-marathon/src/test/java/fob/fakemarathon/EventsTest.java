package fob.fakemarathon;

import static fob.fakemarathon.Client.sleeper;
import static org.assertj.core.api.Assertions.assertThat;

import fob.fakemarathon.Client.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EventsTest {

  private final MarathonFixture fixture =
      new MarathonFixture(new MarathonOptions().heartbeat(Duration.ofMillis(50)));
  private final Client client = fixture.client;

  @AfterEach
  void close() {
    fixture.close();
  }

  private void publish(String type, int number) {
    fixture.marathon.publish(Json.object().put("eventType", type).put("number", number));
  }

  @Test
  @DisplayName("40: event_type filters by exact name; a plan in deployment_success has no original")
  void filters() {
    try (EventLog some = fixture.events("deployment_success");
        EventLog all = fixture.events()) {
      // When
      client.deploy(sleeper("/a"));
      all.await("deployment_success");

      // Then
      assertThat(some.await("deployment_success").path("plan").has("original")).isFalse();
      assertThat(some.types()).containsOnly("deployment_success");
      assertThat(all.types()).startsWith("event_stream_attached").contains("status_update_event");
      assertThat(all.all().getFirst().has("remoteAddress")).isTrue();
    }
  }

  @Test
  @DisplayName("40: without Accept: text/event-stream the stream is 405")
  void needsAccept() {
    // When
    Reply reply = client.send("GET", "/v2/events", "", "Accept", "application/json");

    // Then
    assertThat(reply.status()).isEqualTo(405);
  }

  @Test
  @DisplayName("41: a consumer that does not read is disconnected")
  void disconnectsSlowConsumer() throws IOException {
    try (MarathonFixture small = new MarathonFixture(new MarathonOptions().eventBuffer(4));
        Socket socket = new Socket()) {
      // Given
      socket.setReceiveBufferSize(1024);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), small.marathon.url().getPort()));
      socket
          .getOutputStream()
          .write(
              "GET /v2/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      Awaitility.await().until(() -> small.marathon.eventStreams() == 1);
      String big = "x".repeat(1 << 20);

      // When
      Awaitility.await()
          .atMost(Client.DEADLINE)
          .until(() -> {
            small.marathon.publish(Json.object().put("eventType", "big").put("filler", big));
            return small.marathon.eventStreams() == 0;
          });

      // Then
      assertThat(small.client.get("/ping").body()).isEqualTo("pong");
    }
  }

  @Test
  @DisplayName("events can be dropped, doubled and reordered")
  void eventFaults() {
    try (EventLog log = fixture.events("lost", "doubled", "late", "end")) {
      // Given
      fixture.marathon.eventFaults().drop("lost"::equals);
      fixture.marathon.eventFaults().duplicate("doubled"::equals);
      fixture.marathon.eventFaults().reorder("late"::equals);

      // When
      publish("lost", 1);
      publish("doubled", 2);
      publish("late", 3);
      publish("end", 4);
      fixture.marathon.eventFaults().none();
      publish("lost", 5);
      log.await("lost");

      // Then
      assertThat(log.all().stream().map(event -> event.path("number").asInt()))
          .containsExactly(2, 2, 4, 3, 5);
    }
  }

  @Test
  @DisplayName("streams can be closed; a reader that comes back gets no replay")
  void closesStreams() {
    // Given
    try (EventLog first = fixture.events()) {
      publish("before", 1);
      first.await("before");

      // When
      fixture.marathon.closeEventStreams();
      first.awaitEnd();
      try (EventLog second = fixture.events()) {
        publish("after", 2);
        second.await("after");

        // Then
        assertThat(second.types()).containsExactly("event_stream_attached", "after");
      }
    }
  }

  @Test
  @DisplayName("frames are event, data, blank line, with CRLF; a heartbeat is a bare CRLF")
  void frames() throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), fixture.marathon.url().getPort())) {
      // Given
      socket.setSoTimeout((int) Client.DEADLINE.toMillis());
      socket
          .getOutputStream()
          .write(
              "GET /v2/events?event_type=x HTTP/1.0\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      Awaitility.await().until(() -> fixture.marathon.eventStreams() == 1);

      // When
      publish("x", 1);
      StringBuilder read = new StringBuilder();
      while (!read.toString().endsWith("}\r\n\r\n\r\n")) {
        int next = socket.getInputStream().read();
        assertThat(next).as("ended after: " + read).isNotNegative();
        read.append((char) next);
      }

      // Then
      assertThat(read.toString())
          .contains("event: x\r\ndata: {\"eventType\":\"x\",\"number\":1}\r\n\r\n");
    }
  }
}
