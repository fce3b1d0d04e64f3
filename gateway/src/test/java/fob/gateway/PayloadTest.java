package fob.gateway;

import static fob.gateway.EchoServer.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import fob.gateway.http.RawHttp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a POST carries reaches the function, the query and the body together. */
@Timeout(60)
class PayloadTest {

  @RegisterExtension static final EchoServer server = new EchoServer();

  private static RawHttp.Reply json(String query, String body) {
    return server.post("/echo" + query, "Content-Type: application/json\r\n", body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?a=1&b=2|{\"c\":3}|{\"a\":\"1\",\"b\":\"2\",\"c\":3}",
        "?a:1,b:2|{\"c\":3}|{\"a\":\"1\",\"b\":\"2\",\"c\":3}",
        "?a=1|{}|{\"a\":\"1\"}",
        "?a=1|{ }|{\"a\":\"1\"}",
        "?a=1|' \n { \"c\" : [1] } '|'{\"a\":\"1\", \"c\" : [1] } '",
        "?a=1|''|{\"a\":\"1\"}",
        "''|{\"c\":3}|{\"c\":3}",
        "?a=%22|{\"c\":3}|{\"a\":\"\\\"\",\"c\":3}"
      })
  void queryOfAPostIsMergedWithItsJsonBody(String query, String body, String merged) {
    assertThat(json(query, body).text().strip()).isEqualTo(merged.strip());
  }

  @Test
  void queryOfAPostWithoutABodyIsItsParameters() {
    assertThat(server.post("/echo?a=1", "", "").text()).isEqualTo("{\"a\":\"1\"}");
  }

  @Test
  void nameThatIsGivenTwiceIsRefusedByName() {
    assertThat(assertProblem(json("?a=1", "{\"b\":1,\"a\":2}"), 400).detail())
        .contains("'a' is given twice", "query", "body");
    assertThat(json("?a=1", "{\"b\":{\"a\":2}}").status()).isEqualTo(200);
    assertThat(assertProblem(json("?a=1", "{\"\\u0061\":2}"), 400).detail()).contains("'a'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "{\"b\":", "{} {}", "nonsense", "{\"b\":1,\"b\":2}"})
  void queryBesideABodyThatIsNoObjectIsRefused(String body) {
    assertProblem(json("?a=1", body), 400);
  }

  @Test
  void queryBesideARawBodyIsRefusedWithWhatToSend() {
    // When
    RawHttp.Reply reply = server.post("/echo?amount=250", "Content-Type: text/plain\r\n", "x");

    // Then
    assertThat(assertProblem(reply, 400).detail())
        .contains("amount", "text/plain", "application/json");
  }

  @Test
  void emptyBodyWithAContentTypeIsAnEmptyBody() {
    // When
    RawHttp.Reply reply = server.post("/echo", "Content-Type: text/plain\r\n", "");

    // Then
    assertThat(reply.header("Fob-Content-Type")).contains("text/plain");
    assertThat(reply.text()).isEmpty();
  }
}
