package fob.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {

  @TempDir Path dir;

  @Test
  void folderIsDeletedWithAllFilesButLinksAreNotFollowed() throws IOException {
    // Given
    Path outside = Files.writeString(dir.resolve("outside"), "kept");
    Path tree = dir.resolve("tree");
    Files.createDirectories(tree.resolve("a/b"));
    Files.writeString(tree.resolve("a/b/file"), "deleted");
    Files.createSymbolicLink(tree.resolve("link"), dir);
    Files.createSymbolicLink(tree.resolve("broken"), dir.resolve("missing"));

    // When
    FileTree.delete(tree);

    // Then
    assertThat(tree).doesNotExist();
    assertThat(outside).hasContent("kept");
  }

  @Test
  void missingFolderIsNoError() throws IOException {
    FileTree.delete(dir.resolve("missing"));
    assertThat(dir).isEmptyDirectory();
  }
}
