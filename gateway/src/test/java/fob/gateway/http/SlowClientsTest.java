package fob.gateway.http;

import static fob.gateway.http.CrowdedServer.BIG;
import static fob.gateway.http.CrowdedServer.CONNECTIONS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that take their time, at the headers or at the reply, and those that do nothing. */
@Timeout(60)
class SlowClientsTest {

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
  void headersThatTrickleEndTheConnection() throws IOException {
    // Given
    Socket client = server.connect();
    OutputStream out = client.getOutputStream();
    out.write("GET /wait HTTP/1.1\r\nHost: localhost\r\nX: ".getBytes(ISO_8859_1));

    // When, then
    await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(Duration.ofSeconds(10))
        .until(() -> hasEnded(client));
  }

  @Test
  void callThatTakesLongerThanAllLimitsIsAnswered() throws IOException {
    // Given
    Socket client = server.connect();
    client
        .getOutputStream()
        .write("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));

    // When: the limits of a body, the longest, have passed.
    await().atLeast(Duration.ofMillis(1500)).until(() -> beginUploadHasEnded());
    server.go();

    // Then
    assertThat(RawHttp.read(client.getInputStream()).text()).isEqualTo("true");
  }

  @Test
  void repliesThatNobodyReadsAreBoundedAndLetGo() throws IOException {
    // Given
    server.get("/big");
    await().until(() -> server.replyBytes() == BIG);

    // When
    RawHttp.Reply refused = RawHttp.send(server.port(), "GET", "/big");

    // Then
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.reason()).isEqualTo("overloaded");
    assertThat(refused.detail()).contains("FOB_MAX_REPLY_BYTES", "/api/result/");
    await().until(() -> server.replyBytes() == 0);
    server.get("/big");
    await().until(() -> server.replyBytes() == BIG);
  }

  @Test
  void idleConnectionsMakeRoomWhenThereAreTooMany() throws IOException {
    // Given
    for (int i = 0; i < CONNECTIONS + 50; i++) {
      server.connect();
    }

    // When, then
    assertThat(server.upload(10)).isEqualTo("10");
  }

  private static boolean hasEnded(Socket client) {
    try {
      client.getOutputStream().write('x');
      return false;
    } catch (IOException ended) {
      return true;
    }
  }

  private boolean beginUploadHasEnded() throws IOException {
    return RawHttp.read(server.beginUpload(10, 3).getInputStream()).status() == 408;
  }
}
