package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The list of a function's latest calls. */
@Timeout(120)
@ExtendWith(SharedFob.class)
class CallHistoryIT {

  private final FobClient fob;

  CallHistoryIT(FobClient fob) {
    this.fob = fob;
  }

  private List<JsonNode> calls(String function, String query) {
    Answer answer = fob.get("/api/calls/" + function + query);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    List<JsonNode> calls = new ArrayList<>();
    answer.json().path("calls").forEach(calls::add);
    return calls;
  }

  @Test
  void callsOfOneFunctionAreListedInTheirOrderWithTheirParameters() {
    String echo = fob.register("", Repository.example("echo.py"));
    String other = fob.register("", Repository.example("echo.py"));
    fob.get("/api/call/" + echo + "?a=1");
    fob.call(other, "{\"a\":0}");
    fob.call(echo, "{\"a\":1.10}");
    fob.post("/api/call/" + echo, "text", "Content-Type", "text/plain");

    List<JsonNode> calls = calls(echo, "");

    assertThat(calls).hasSize(3);
    assertThat(calls.get(0).path("payload")).hasToString("{\"a\":\"1\"}");
    assertThat(fob.get("/api/calls/" + echo).text()).contains("\"payload\":{\"a\":1.10}");
    assertThat(Base64.getDecoder().decode(calls.get(2).path("payload_base64").asText()))
        .isEqualTo("text".getBytes(UTF_8));
    assertThat(calls).allMatch(call -> call.path("kind").asText().equals("sync"));
    assertThat(calls(echo, "?limit=1"))
        .singleElement()
        .matches(call -> call.path("id").equals(calls.get(2).path("id")));
    assertThat(calls(echo, "?since=2100-01-01T00:00:00Z")).isEmpty();
  }

  @Test
  void aCallThatWasTriedAgainIsListedOnce() {
    String flaky =
        fob.register(
            "retries=1",
            "calls = []\ndef callme():\n  calls.append(1)\n  if len(calls) == 1: raise ValueError('not yet')\n  return 1\n");
    String id = fob.callAsync(flaky, "{}");
    assertThat(fob.result(id).text()).isEqualTo("{\"result\":1}");

    assertThat(calls(flaky, ""))
        .singleElement()
        .matches(call -> call.path("id").asText().equals(id))
        .matches(call -> call.path("kind").asText().equals("async"));
  }

  @Test
  void callsOfAllPartsAreListed() {
    String spread = fob.register("instances=2&spread=2", Repository.example("echo.py"));
    for (int a = 0; a < 20; a++) {
      fob.call(spread, "{\"a\":%d}".formatted(a));
    }

    List<JsonNode> calls = calls(spread, "");

    assertThat(calls).hasSize(20);
    for (int a = 0; a < 20; a++) {
      assertThat(calls.get(a).at("/payload/a").asInt()).isEqualTo(a);
    }
  }

  @Test
  void whatIsNoLimitOrTimeIsRefused() {
    String echo = fob.register("", Repository.example("echo.py"));
    for (String query : new String[] {"limit=0", "limit=1001", "limit=x", "since=x", "tail=1"}) {
      assertThat(fob.get("/api/calls/" + echo + "?" + query).status()).as(query).isEqualTo(400);
    }
    assertThat(fob.get("/api/calls/no-such-function").status()).isEqualTo(404);
  }
}
