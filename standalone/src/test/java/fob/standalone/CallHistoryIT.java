package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import java.time.Duration;
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

  private static final Duration SOON = Duration.ofSeconds(20);

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

  /** The calls that a client has got, in their order. */
  private static List<JsonNode> calls(Following following) {
    return following.got().stream()
        .filter(line -> line.startsWith("data: {"))
        .map(line -> Json.parse(line.substring("data: ".length()).getBytes(UTF_8)))
        .toList();
  }

  @Test
  void callsAreSentAsTheyCome() {
    String function =
        fob.register(
            "retries=1&instances=2&spread=2",
            "calls = []\ndef callme(a=0, body=''):\n  calls.append(1)\n  if a == 'flaky' and calls.count(1) % 2: raise ValueError('no')\n  return a\n");
    String other = fob.register("", Repository.example("echo.py"));
    fob.call(function, "{\"a\":\"before\"}");
    try (Following following = Following.of(fob, "/api/calls/" + function + "?follow=true")) {
      following.awaitLine(": calls follow");

      fob.call(other, "{\"a\":\"other\"}");
      Answer first = fob.call(function, "{\n  \"a\": 1.10\r\n}");
      String async = fob.callAsync(function, "{\"a\":\"flaky\"}");
      fob.result(async);
      for (int i = 0; i < 2; i++) {
        fob.post(
            "/api/call/" + function, "text", "Content-Type", "text/plain", "Idempotency-Key", "k");
      }
      fob.call(function, "{\"a\":\"last\"}");

      await().atMost(SOON).until(() -> calls(following).size() >= 4);
      List<JsonNode> calls = calls(following);
      assertThat(calls).hasSize(4);
      assertThat(calls)
          .filteredOn(call -> call.path("id").asText().equals(first.header("Fob-Request-Id")))
          .singleElement()
          .matches(call -> call.path("kind").asText().equals("sync"));
      assertThat(calls)
          .filteredOn(call -> call.path("id").asText().equals(async))
          .singleElement()
          .matches(call -> call.path("kind").asText().equals("async"));
      assertThat(calls).filteredOn(call -> call.has("payload_base64")).hasSize(1);

      assertThat(following.got()).anyMatch(line -> line.contains("\"a\": 1.10"));

      fob.delete("/api/gen/" + function);
      following.awaitLine("event: removed");
      assertThat(following.end()).succeedsWithin(SOON);
    }
  }

  @Test
  void aShareOfTheCallsIsSentToAllClientsAlike() {
    String echo = fob.register("", Repository.example("echo.py"));
    String path = "/api/calls/" + echo + "?follow=true&share=";
    try (Following all = Following.of(fob, path + "100");
        Following some = Following.of(fob, path + "30");
        Following same = Following.of(fob, path + "30")) {
      List.of(all, some, same).forEach(one -> one.awaitLine(": calls follow"));

      for (int a = 0; a < 300; a++) {
        fob.call(echo, "{\"a\":%d}".formatted(a));
      }

      await().atMost(SOON).until(() -> calls(all).size() == 300);
      await().atMost(SOON).until(() -> calls(some).equals(calls(same)) && !calls(some).isEmpty());
      // Less than one of a million shares is out of these bounds.
      assertThat(calls(some).size()).isBetween(45, 140);
    }
  }

  @Test
  void aGatewayHasABoundedNumberOfClientsThatFollowCalls() {
    String echo = fob.register("", Repository.example("echo.py"));
    String path = "/api/calls/" + echo + "?follow=true&share=1";
    List<Following> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        clients.add(Following.of(fob, path));
      }
      clients.forEach(one -> one.awaitLine(": calls follow"));

      Answer refused = fob.get(path);

      Problems.assertProblem(refused, 429, "gateway", "overloaded");
      assertThat(refused.header("Retry-After")).isEqualTo("5");
      assertThat(fob.get("/api/calls/" + echo).status()).isEqualTo(200);
      // With the function, all of them end.
      fob.delete("/api/gen/" + echo);
      clients.forEach(one -> assertThat(one.end()).succeedsWithin(SOON));
    } finally {
      clients.forEach(Following::close);
    }
  }

  @Test
  void whatIsNoLimitOrTimeIsRefused() {
    String echo = fob.register("", Repository.example("echo.py"));
    for (String query :
        new String[] {
          "limit=0",
          "limit=1001",
          "limit=x",
          "since=x",
          "tail=1",
          "share=5",
          "follow=1",
          "follow=true&since=1h",
          "follow=true&limit=1",
          "follow=true&share=0",
          "follow=true&share=0.0000",
          "follow=true&share=100.1",
          "follow=true&share=5%25",
          "follow=true&share=-5"
        }) {
      assertThat(fob.get("/api/calls/" + echo + "?" + query).status()).as(query).isEqualTo(400);
    }
    assertThat(fob.get("/api/calls/no-such-function").status()).isEqualTo(404);
  }
}
