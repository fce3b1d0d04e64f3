package fob.gateway.result;

import static org.assertj.core.api.Assertions.assertThat;

import fob.call.RequestId;
import fob.gateway.result.IdempotencyClaims.Claim;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Which of two claims of one key counts, by the log alone. */
class IdempotencyClaimsTest {

  private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Claim FIRST = claim("first", MADE, false);

  private static Claim claim(String id, Instant made, boolean published) {
    return new Claim(new RequestId(id), "payload of " + id, made, published);
  }

  @Test
  void theFirstOneCounts() {
    assertThat(IdempotencyClaims.after(FIRST, claim("second", MADE.plusMillis(1), false)))
        .isEqualTo(FIRST);
  }

  @Test
  void itsOwnWordThatItIsPublishedIsTakenAndItsAgeStays() {
    assertThat(IdempotencyClaims.after(FIRST, claim("first", MADE.plusSeconds(1), true)))
        .isEqualTo(claim("first", MADE, true));
  }

  @Test
  void anothersWordThatItIsPublishedChangesNothing() {
    assertThat(IdempotencyClaims.after(FIRST, claim("second", MADE.plusSeconds(1), true)))
        .isEqualTo(FIRST);
  }

  @Test
  void oneThatWasMadeAgainUnpublishedStaysPublished() {
    // Given
    Claim published = claim("first", MADE, true);

    // Then
    assertThat(IdempotencyClaims.after(published, claim("first", MADE.plusSeconds(1), false)))
        .isEqualTo(published);
  }

  @Test
  void afterADayTheNextOneCounts() {
    // Given
    Claim next = claim("second", MADE.plus(IdempotencyClaims.KEPT), false);

    // Then
    assertThat(IdempotencyClaims.after(FIRST, next)).isEqualTo(next);
    assertThat(IdempotencyClaims.after(FIRST, claim("second", next.made().minusMillis(1), false)))
        .isEqualTo(FIRST);
  }
}
