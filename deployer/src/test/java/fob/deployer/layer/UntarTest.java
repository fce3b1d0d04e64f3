package fob.deployer.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UntarTest {

  private static final Untar BOUNDS = new Untar(10, 1000);

  @TempDir Path folder;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

  private void add(String path, String text) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(path, true);
    entry.setSize(text.length());
    tar.putArchiveEntry(entry);
    tar.write(text.getBytes(UTF_8));
    tar.closeArchiveEntry();
  }

  private void add(String path, byte kind, String target) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(path, kind, true);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private void unpack() throws IOException {
    tar.close();
    BOUNDS.into(folder, new ByteArrayInputStream(bytes.toByteArray()));
  }

  @Test
  void filesFoldersAndLinksThatStayInsideAreUnpacked() throws IOException {
    // Given
    add("./", "");
    add("./a/b.txt", "text");
    add("bin/tool", TarConstants.LF_SYMLINK, "../a/b.txt");

    // When
    unpack();

    // Then
    assertThat(folder.resolve("a/b.txt")).hasContent("text");
    assertThat(folder.resolve("bin/tool")).isSymbolicLink().hasContent("text");
  }

  @ParameterizedTest
  @CsvSource({"../out", "/out", "a/../../out", "a/../b"})
  void aPathThatIsNotPlainlyInsideIsRefused(String path) throws IOException {
    // Given
    add(path, "text");

    // Then
    assertThatThrownBy(this::unpack)
        .isInstanceOf(InstallFailed.class)
        .hasMessageContaining("leads out");
    assertThat(folder.resolveSibling("out")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"/etc", "..", "../..", "b/../../..", "../../x"})
  void aLinkThatMayLeadOutIsRefused(String target) throws IOException {
    // Given
    add("link", TarConstants.LF_SYMLINK, target);

    // Then
    assertThatThrownBy(this::unpack)
        .isInstanceOf(InstallFailed.class)
        .hasMessageContaining("'link' leads out");
  }

  @Test
  void nothingIsWrittenThroughALink() throws IOException {
    // Given
    Path outside = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-outside"));
    add("sub", TarConstants.LF_SYMLINK, "a");
    add("sub/file", "text");

    // Then
    assertThatThrownBy(this::unpack).isInstanceOf(InstallFailed.class);
    assertThat(outside).isEmptyDirectory();
    Files.delete(outside);
  }

  @Test
  void noLinkIsMadeThroughALink() throws IOException {
    // Given a link in a folder that is itself a link to a folder higher up
    add("p/q/a", TarConstants.LF_SYMLINK, "../..");
    add("p/q/a/x", TarConstants.LF_SYMLINK, "../../..");

    // Then
    assertThatThrownBy(this::unpack).isInstanceOf(InstallFailed.class);
  }

  @Test
  void hardLinksDevicesAndPipesAreRefused() throws IOException {
    for (byte kind : new byte[] {TarConstants.LF_LINK, TarConstants.LF_FIFO, TarConstants.LF_CHR}) {
      ByteArrayOutputStream one = new ByteArrayOutputStream();
      try (TarArchiveOutputStream archive = new TarArchiveOutputStream(one, "UTF-8")) {
        TarArchiveEntry entry = new TarArchiveEntry("odd", kind);
        entry.setLinkName("/etc/passwd");
        archive.putArchiveEntry(entry);
        archive.closeArchiveEntry();
      }
      assertThatThrownBy(() -> BOUNDS.into(folder, new ByteArrayInputStream(one.toByteArray())))
          .isInstanceOf(InstallFailed.class)
          .hasMessageContaining("'odd' is no file");
    }
  }

  @Test
  void tooManyFilesAndTooManyBytesAreRefused() throws IOException {
    // Given
    add("large", "x".repeat(1001));

    // Then
    assertThatThrownBy(this::unpack).isInstanceOf(InstallFailed.class).hasMessageContaining("MiB");
  }

  @ParameterizedTest
  @ValueSource(bytes = {TarConstants.LF_GNUTYPE_LONGNAME, TarConstants.LF_PAX_EXTENDED_HEADER_LC})
  void aHeaderThatWouldFillTheMemoryIsRefused(byte kind) throws IOException {
    // Given
    TarArchiveEntry header = new TarArchiveEntry("header", kind, true);
    byte[] path = ("70000 path=" + "x".repeat(69_988) + "\n").getBytes(UTF_8);
    header.setSize(path.length);
    tar.putArchiveEntry(header);
    tar.write(path);
    tar.closeArchiveEntry();
    add("file", "");

    // Then
    assertThatThrownBy(this::unpack)
        .isInstanceOf(InstallFailed.class)
        .hasMessage(
            "the path and the attributes of a file have more than 64 KiB, which is the limit");
  }

  @Test
  void longPathsAreUnpacked() throws IOException {
    // Given
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    String path = "folder/".repeat(300) + "file";
    add(path, "text");

    // Then
    unpack();
    assertThat(folder.resolve(path)).hasContent("text");
  }

  @Test
  void aFileThatIsThereTwiceIsRefused() throws IOException {
    // Given
    add("a", "1");
    add("a", "2");

    // Then
    assertThatThrownBy(this::unpack)
        .isInstanceOf(InstallFailed.class)
        .hasMessageContaining("twice");
  }
}
