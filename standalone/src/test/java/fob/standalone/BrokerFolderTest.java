package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerFolderTest {
  @TempDir Path dir;

  @Test
  void formatsOnceAndKeepsTheClusterId() throws IOException {
    // Given
    Path folder = dir.resolve("not/yet/there");
    BrokerFolder.open(folder).close();
    String formatted = Files.readString(folder.resolve("log/meta.properties"));

    // When
    BrokerFolder.open(folder).close();

    // Then
    assertThat(folder.resolve("log/meta.properties")).hasContent(formatted);
    assertThat(formatted).contains("cluster.id=");
  }

  @Test
  void formatThatWasKilledHalfwayIsDoneAfresh() throws IOException {
    Path leftover = Files.createDirectories(dir.resolve("formatting/deep")).resolve("half-written");
    Files.writeString(leftover, "leftover");

    BrokerFolder.open(dir).close();

    assertThat(dir.resolve("log/meta.properties")).exists();
    assertThat(dir.resolve("formatting")).doesNotExist();
  }

  @Test
  void folderIsHeldUntilClosed() {
    BrokerFolder held = BrokerFolder.open(dir);
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(() -> BrokerFolder.open(dir))
        .withMessageContaining("in use by another running fob");

    held.close();

    BrokerFolder.open(dir).close();
  }

  @Test
  void placeThatCannotBeWrittenIsRefusedByName() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "not a folder");
    Path under = file.resolve("data");

    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(() -> BrokerFolder.open(under))
        .withMessageContaining("cannot be written")
        .withMessageContaining(under.toString());
  }
}
