package fob.gateway.http;

import static fob.gateway.http.CrowdedServer.MIB;
import static fob.gateway.http.CrowdedServer.REQUEST_BYTES;
import static fob.gateway.http.CrowdedServer.head;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many uploads at once: what they hold is bounded, slow ones are cut, and others go on. */
@Timeout(60)
class UploadsTest {

  private CrowdedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new CrowdedServer();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void uploadsThatStayOpenHoldNoMoreThanTheBudgetAndDoNotKeepOthersOut() throws IOException {
    // When
    for (int i = 0; i < 1_000; i++) {
      server.beginUpload(MIB, 16 * 1024);
      if (i % 100 == 0) {
        server.beginUpload(MIB, MIB - 1);
      }
    }

    // Then
    assertThat(server.requestBytes()).isPositive().isLessThanOrEqualTo(6 * MIB);
    assertThat(server.upload(1_000)).isEqualTo("1000");
    assertThat(server.upload(ByteBudget.SMALL)).isEqualTo(Integer.toString(ByteBudget.SMALL));
    await().atMost(Duration.ofSeconds(20)).until(() -> server.requestBytes() == 0);
    assertThat(server.upload(MIB)).isEqualTo(Integer.toString(MIB));
  }

  @Test
  void uploadOverTheBudgetIsToldItsBound() throws IOException {
    // Given
    for (int i = 0; i < 6; i++) {
      server.beginUpload(MIB, MIB - 1);
    }
    await().until(() -> server.requestBytes() == 6 * MIB);

    // When
    RawHttp.Reply reply = RawHttp.send(server.port(), head(MIB) + "x");

    // Then
    assertThat(reply.status()).isEqualTo(429);
    assertThat(reply.reason()).isEqualTo("overloaded");
    assertThat(reply.detail()).contains("FOB_MAX_REQUEST_BYTES", Integer.toString(REQUEST_BYTES));
    assertThat(reply.header("Retry-After")).contains("1");
  }

  @Test
  void replyBeforeTheWholeBodyHasArrivedSaysThatTheConnectionCloses() throws IOException {
    // When
    RawHttp.Reply early =
        RawHttp.send(server.port(), head(MIB).replaceFirst(" /[a-z]*", " /nothing-here") + "x");
    RawHttp.Reply tooLong = RawHttp.send(server.port(), "GET", "/wait?a=" + "x".repeat(100_000));
    RawHttp.Reply whole =
        RawHttp.send(server.port(), head(1).replaceFirst(" /[a-z]*", " /nothing-here") + "x");

    // Then
    assertThat(early.status()).isEqualTo(404);
    assertThat(early.header("Connection")).contains("close");
    assertThat(tooLong.status()).isEqualTo(414);
    assertThat(tooLong.header("Connection")).contains("close");
    assertThat(whole.status()).isEqualTo(404);
    assertThat(whole.header("Connection")).isEmpty();
  }

  @Test
  void slowUploadIsToldThatItIsTooSlow() throws IOException {
    // Given
    Socket stalled = server.beginUpload(10, 3);

    // When
    RawHttp.Reply reply = RawHttp.read(stalled.getInputStream());

    // Then
    assertThat(reply.status()).isEqualTo(408);
    assertThat(reply.reason()).isEqualTo("too-slow");
    assertThat(reply.detail()).contains("within 2 s");
    assertThat(server.requestBytes()).isZero();
  }

  @Test
  void uploadThatTricklesIsCutToo() throws IOException {
    // Given
    Socket client = server.beginUpload(MIB, 1);
    long begun = System.nanoTime();

    // When
    await()
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          client.getOutputStream().write('x');
          return client.getInputStream().available() > 0;
        });

    // Then
    assertThat(RawHttp.read(client.getInputStream()).status()).isEqualTo(408);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void longRequestLinesCountAsLongAsTheirRequestsLast() throws IOException {
    // Given
    Socket client = server.connect();
    String request = "GET /wait?a=" + "x".repeat(50_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";

    // When
    client.getOutputStream().write(request.getBytes(ISO_8859_1));

    // Then
    await().until(() -> server.requestBytes() > 50_000);
    server.go();
    assertThat(RawHttp.read(client.getInputStream()).text()).isEqualTo("true");
    await().until(() -> server.requestBytes() == 0);
  }
}
