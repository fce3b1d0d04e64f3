package fob.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ErrorDetailTest {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static JsonNode cut(JsonNode error) {
    return Objects.requireNonNull(new Reply.Failed(Failure.FUNCTION_ERROR, "why", error).error());
  }

  @Test
  void whatIsShortStaysAsItIs() {
    // Given
    ObjectNode error = JSON.objectNode().put("type", "ValueError").put("retry_after", 2.5);
    error.putArray("stack").add("line 1").add("line 2");
    error.putObject("deep").putObject("er").put("yes", true).putNull("none");

    // Then
    assertThat(cut(error)).isEqualTo(error);
  }

  @Test
  void aLongTextIsCutAndSaysSo() {
    assertThat(cut(JSON.textNode("x".repeat(2_001))).asText()).isEqualTo("x".repeat(2_000) + "…");
  }

  @Test
  void ofALongListTheFirstHundredStayAndTheRestIsCounted() {
    // Given
    ArrayNode stack = JSON.arrayNode();
    for (int i = 0; i < 150; i++) {
      stack.add(i);
    }

    // When
    JsonNode cut = cut(stack);

    // Then
    assertThat(cut).hasSize(101);
    assertThat(cut.get(99).asInt()).isEqualTo(99);
    assertThat(cut.get(100).asText()).isEqualTo("and 50 more");
  }

  @Test
  void whatIsTooMuchAltogetherIsCutButTypeAndReasonStayWhereverTheyStand() {
    // Given
    ObjectNode error = JSON.objectNode();
    ArrayNode stack = error.putArray("stack");
    for (int i = 0; i < 90; i++) {
      stack.add("y".repeat(2_000));
    }
    error.putObject("local variables").put("one", "z");
    error.put("type", "ValueError").put("retry_after", 7);

    // When
    JsonNode cut = cut(error);

    // Then
    assertThat(cut.toString().length()).isLessThan(36_000);
    assertThat(cut.path("stack").get(cut.path("stack").size() - 1).asText()).endsWith(" more");
    assertThat(cut.has("local variables")).isFalse();
    assertThat(cut.path("type").asText()).isEqualTo("ValueError");
    assertThat(cut.path("retry_after").asInt()).isEqualTo(7);
  }

  @Test
  void ofAnObjectWithThousandsOfMembersAHundredStay() {
    // Given
    ObjectNode error = JSON.objectNode();
    for (int i = 0; i < 5_000; i++) {
      error.put("member " + i, i);
    }

    // Then
    assertThat(cut(error)).hasSize(100);
  }

  @Test
  void aLongNameIsCut() {
    assertThat(cut(JSON.objectNode().put("n".repeat(300), 1)).fieldNames().next())
        .isEqualTo("n".repeat(200) + "…");
  }

  @Test
  void whatIsNestedTooDeepEndsThere() {
    // Given
    ArrayNode error = JSON.arrayNode();
    ArrayNode inner = error;
    for (int i = 0; i < 500; i++) {
      inner = inner.addArray();
    }

    // Then
    assertThat(cut(error).toString()).isEqualTo("[[[[[\"and 1 more\"]]]]]");
  }
}
