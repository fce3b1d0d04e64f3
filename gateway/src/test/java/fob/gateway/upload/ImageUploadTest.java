package fob.gateway.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.function.Upload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Code for an image, which needs no language. */
class ImageUploadTest {

  private static Wanted wanted(@Nullable String entry) {
    return new Wanted(Refused.ALL, false, new Upload(entry, "some/image", "go"));
  }

  @Test
  void textIsTakenAsItIsWhateverItsLanguage() {
    // When
    Submission read = Refused.read(null, "fn main() {}".getBytes(UTF_8), wanted(null));

    // Then
    assertThat(new String(read.code().bytes(), UTF_8)).isEqualTo("fn main() {}");
    assertThat(read.code().isZip()).isFalse();
    assertThat(read.language()).isEqualTo("image");
    assertThat(read.upload()).isEqualTo(new Upload(null, "some/image", "go"));
  }

  @Test
  void zipFileNeedsNoEntryFileAndStaysAZipFileWithTheSameBytesEachTime() throws IOException {
    // Given
    byte[] zip = Zips.of("b/exec", "run", "a.txt", "text");

    // When
    Submission first = Refused.read("application/zip", zip, wanted(null));
    Submission second = Refused.read("application/zip", zip, wanted(null));

    // Then
    assertThat(first.code()).isEqualTo(second.code());
    assertThat(first.code().isZip()).isTrue();
    assertThat(first.upload()).isEqualTo(new Upload(null, "some/image", "go", 2));
    List<String> names = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(first.code().bytes()))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName() + "=" + new String(in.readAllBytes(), UTF_8));
      }
    }
    assertThat(names).containsExactly("a.txt=text", "b/exec=run");
  }

  @Test
  void entryFileThatIsNamedMustBeThere() {
    Refused.assertRefused(
        null, Zips.of("a.txt", "text"), wanted("b.txt"), "no-entry", "entry='b.txt'", "'a.txt'");
  }
}
