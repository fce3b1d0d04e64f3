package fob.gateway.http;

import static fob.gateway.http.CrowdedServer.BIG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replies that are sent piece by piece. */
@Timeout(60)
class DownloadsTest {

  private CrowdedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new CrowdedServer();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private RawHttp.Reply get(String target) {
    return RawHttp.send(server.port(), "GET", target);
  }

  @Test
  void theWholeContentIsSentWithItsLengthAndStaysOutOfTheBudgetOfReplies() {
    // When
    RawHttp.Reply whole = get("/download");
    RawHttp.Reply head = RawHttp.send(server.port(), "HEAD", "/download");

    // Then
    assertThat(whole.status()).isEqualTo(200);
    assertThat(whole.header("Content-Length")).contains(Integer.toString(BIG));
    assertThat(whole.body()).hasSize(BIG);
    assertThat(head.status()).isEqualTo(200);
    assertThat(server.replyBytes()).isZero();
  }

  @Test
  void onlySomeAreSentAtATimeAndThoseThatNobodyReadsAreCutOff() throws IOException {
    // Given
    Socket stalled = begun();
    for (int i = 1; i < Downloads.MOST; i++) {
      begun();
    }

    // When, then
    await()
        .untilAsserted(() -> {
          RawHttp.Reply refused = get("/download");
          assertThat(refused.status()).isEqualTo(429);
          assertThat(refused.detail()).contains("16 large replies");
          assertThat(refused.header("Retry-After")).contains("1");
        });
    await().untilAsserted(() -> assertThat(get("/download").status()).isEqualTo(200));
    assertThat(length(stalled.getInputStream())).isLessThan(BIG);
  }

  @Test
  void aSourceThatFailsEndsTheConnectionSoThatTheReplyIsNotTakenForWhole() {
    assertThat(get("/broken").body().length).isLessThan(BIG);
  }

  @Test
  void aSourceThatFailsBeforeItsFirstByteIsAProblem() {
    // When
    RawHttp.Reply lost = get("/lost");

    // Then
    assertThat(lost.status()).isEqualTo(503);
    assertThat(lost.detail()).isEqualTo("nothing can be read");
    assertThat(get("/download").body()).hasSize(BIG);
  }

  /** Returns the connection of a reply of which the first byte has arrived. */
  private Socket begun() throws IOException {
    Socket client = server.get("/download");
    assertThat(client.getInputStream().read()).isEqualTo('H');
    return client;
  }

  private static int length(InputStream in) {
    int length = 0;
    byte[] piece = new byte[64 * 1024];
    try {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        length += read;
      }
    } catch (IOException reset) {
      return length;
    }
    return length;
  }
}
