package fob.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallTest {

  private static final Instant SENT = Instant.parse("2026-01-01T00:00:00Z");

  private static Call call(@Nullable Instant deadline) {
    return new Call(
        new RequestId("r"), "add", SENT, CallHeaders.of(deadline, Call.JSON, null), new byte[0]);
  }

  @Test
  void deadlineOfTheCallerIsUsed() {
    // Given
    Instant deadline = SENT.plusSeconds(1);

    // Then
    assertThat(call(deadline).deadlineOr(Duration.ofSeconds(30))).isEqualTo(deadline);
  }

  @Test
  void withoutDeadlineTheTimeoutCountsFromTheWrite() {
    assertThat(call(null).deadlineOr(Duration.ofSeconds(30))).isEqualTo(SENT.plusSeconds(30));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json ;x=y"
      })
  void jsonIsJsonWhateverItsCaseAndParameters(String contentType) {
    assertThat(Call.isJson(contentType)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";", "text/plain", "application/json5", "text/plain; a=json"})
  void otherContentTypesAreNotJson(String contentType) {
    assertThat(Call.isJson(contentType)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "!", "~", "0198c0de-0000-7000-8000-000000000001"})
  void aRequestIdIsAnyVisibleAscii(String id) {
    assertThat(new RequestId(id).value()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\n", "ü", "\u007f"})
  void otherTextIsNoRequestId(String id) {
    assertThatThrownBy(() -> new RequestId(id)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRequestIdHasAtMost200Characters() {
    assertThat(RequestId.isValid("x".repeat(200))).isTrue();
    assertThat(RequestId.isValid("x".repeat(201))).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void everyFailureIsFoundByItsLabel(Failure failure) {
    assertThat(Failure.ofLabel(failure.label())).contains(failure);
  }

  @Test
  void anUnknownLabelIsNoFailure() {
    assertThat(Failure.ofLabel("ok")).isEmpty();
  }
}
