package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {

  private static final List<String> KNOWN = List.of("FOB_HOST", "FOB_PORT", "FOB_MAX_PENDING");

  @Test
  void mostSimilarNameIsSuggested() {
    assertThat(Spelling.nearest("FOB_PRT", KNOWN)).contains("FOB_PORT");
    assertThat(Spelling.nearest("FOB_MAXPENDING", KNOWN)).contains("FOB_MAX_PENDING");
    assertThat(Spelling.nearest("FOB_MAX_PENDINGS", KNOWN)).contains("FOB_MAX_PENDING");
  }

  @Test
  void dissimilarNameGetsNoSuggestion() {
    assertThat(Spelling.nearest("FOB_DRAIN", KNOWN)).isEmpty();
    assertThat(Spelling.nearest("", KNOWN)).isEmpty();
  }
}
