package fob.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import okhttp3.RequestBody;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadTest {

  @TempDir private Path folder;

  private static String text(RequestBody body) throws IOException {
    Buffer buffer = new Buffer();
    body.writeTo(buffer);
    return buffer.readUtf8();
  }

  @Test
  void namesOfFilesBecomeNamesOfFunctions() {
    assertThat(Upload.functionName("My_Function 2")).isEqualTo("my-function-2");
    assertThat(Upload.functionName("2nd.py")).isEqualTo("nd-py");
    assertThat(Upload.functionName("x".repeat(70))).hasSize(63);
    assertThat(Upload.functionName("日本")).isEmpty();
  }

  @Test
  void aFileIsSentWithItsName() throws IOException {
    Path file = Files.writeString(folder.resolve("add.py"), "def callme(): pass");

    Upload upload = Upload.of(file);

    assertThat(upload.name()).isEqualTo("add");
    assertThat(text(upload.body())).contains("filename=\"add.py\"", "def callme(): pass");
  }

  @Test
  void aZipFileIsSentAsItIs() throws IOException {
    Path file = Files.writeString(folder.resolve("prices.zip"), "PK");

    assertThat(text(Upload.of(file).body())).isEqualTo("PK");
    assertThat(Upload.of(file).name()).isEqualTo("prices");
  }

  @Test
  void aFolderIsSentWithoutWhatToolsMake() throws IOException {
    Path function = Files.createDirectories(folder.resolve("prices"));
    Files.writeString(function.resolve("main.py"), "1");
    Files.createDirectories(function.resolve("lib/__pycache__"));
    Files.writeString(function.resolve("lib/util.py"), "2");
    Files.writeString(function.resolve("lib/__pycache__/util.pyc"), "3");
    Files.createDirectories(function.resolve(".git"));
    Files.writeString(function.resolve(".env"), "4");

    Upload upload = Upload.of(function);

    assertThat(text(upload.body()))
        .contains("filename=\"main.py\"", "filename=\"lib/util.py\"")
        .doesNotContain("pyc", ".env");
    assertThat(upload.leftOut()).containsExactly(".env", ".git/", "lib/__pycache__/");
    assertThat(upload.name()).isEqualTo("prices");
  }

  @Test
  void whatIsTooLargeIsRefusedBeforeItIsRead() throws IOException {
    Path most = Files.write(folder.resolve("most.py"), new byte[1024 * 1024]);
    Upload.of(most);
    Path sparse = folder.resolve("sparse.zip");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      // More than fits into memory, and nothing on the disk.
      file.setLength(1L << 40);
    }

    assertThatThrownBy(() -> Upload.of(sparse))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("sparse.zip has more than 1 MiB")
        // As a refusal by the gateway, after which fob dev waits for the next save.
        .returns(ExitCodes.REFUSED, failure -> ((CommandFailure) failure).exitCode());
    Files.delete(sparse);
    Files.writeString(folder.resolve("one-more.py"), "x");
    assertThatThrownBy(() -> Upload.of(folder))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("has more than 1 MiB");
  }

  @Test
  void anEmptyFolderIsRefused() {
    assertThatThrownBy(() -> Upload.of(folder))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("has no files");
  }
}
