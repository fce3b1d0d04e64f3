package fob.deployer.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.deployer.Driver;
import fob.deployer.Drivers;
import fob.function.Code;
import fob.function.Environment;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Limits;
import fob.function.RetryPolicy;
import fob.function.Upload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclarationsTest {

  private static final String BLOCK = "# /// script\\n# dependencies = []\\n# ///\\n";

  private static boolean mayBeIn(String language, byte[] bytes, @Nullable String entry)
      throws IOException {
    Code code = new Code(bytes);
    return Declarations.mayBeIn(code, spec(language, code, entry), driver(language));
  }

  private static Driver driver(String language) throws IOException {
    return Drivers.in(Path.of("../drivers")).get(language).orElseThrow();
  }

  private static FunctionSpec spec(String language, Code code, @Nullable String entry) {
    return new FunctionSpec(
        FunctionId.random(),
        language,
        null,
        Limits.DEFAULT,
        RetryPolicy.DEFAULT,
        Environment.EMPTY,
        new Upload(entry, null),
        code.sha256(),
        code.bytes().length,
        Instant.EPOCH);
  }

  private static String declarations(String language, String source) throws IOException {
    Code code = new Code(source.getBytes(UTF_8));
    return new String(Declarations.of(code, spec(language, code, null), driver(language)), UTF_8);
  }

  /** An archive of a file beside others. */
  private static byte[] archive(String name, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(bytes), "UTF-8")) {
      for (String[] file : new String[][] {{"a.txt", BLOCK}, {name, text}, {"z.txt", "//DEPS x"}}) {
        TarArchiveEntry entry = new TarArchiveEntry(file[0]);
        byte[] content = file[1].replace("\\n", "\n").getBytes(UTF_8);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "python, src/job.py, src/job.py, '" + BLOCK + "', true",
    "python, src/job.py, src/job.py, 'def callme(): pass', false",
    "python, src/job.py, other.py, '" + BLOCK + "', false",
    "python, main.py, requirements.txt, 'x==1', true",
    "python, main.py, sub/requirements.txt, 'x==1', false",
    "java, app/Start.java, app/Start.java, '//DEPS a:b:1', true",
    "java, Main.java, Main.java, 'int callme() { return 1; }', false",
    "node, main.js, package.json, '{}', true",
    "shell, main.sh, main.sh, '//DEPS a:b:1', false"
  })
  void anArchiveDeclaresInItsEntryFileOrInAManifest(
      String language, String entry, String file, String text, boolean declares)
      throws IOException {
    assertThat(mayBeIn(language, archive(file, text), entry)).isEqualTo(declares);
  }

  @ParameterizedTest
  @CsvSource({
    "python, 'import x\\n# /// script\\n# dependencies = []\\n# ///\\n# more\\nx = 1\\n', '\\n# /// script\\n# dependencies = []\\n# ///\\n# more\\n'",
    "python, '# /// other\\n# /// script\\n# ///\\n\\n# /// script\\r\\n#\\r\\nx', '# /// other\\n# /// script\\n# ///\\n\\n# /// script\\r\\n#\\r\\n'",
    "java, 'class A {}\\n//DEPS a:b:1 // why\\n //DEPS no\\n//JAVA 25+\\n//DEPSX\\n', '\\n//DEPS a:b:1 // why\\n\\n//JAVA 25+\\n'",
    "node, 'import a, {\\n  b } from \"npm:a@1\"; require( ''npm:b'' )\\nlet c = \"npm:c\"', '\\nfrom \"npm:a@1\"require( ''npm:b''\\n'",
    "shell, 'all\\nof it', 'all\\nof it'"
  })
  void anInstallerGetsTheDeclarationsOfASourceFileEachInItsLine(
      String language, String source, String declarations) throws IOException {
    assertThat(declarations(language, unescaped(source))).isEqualTo(unescaped(declarations));
  }

  private static String unescaped(String text) {
    return text.replace("\\n", "\n").replace("\\r", "\r");
  }

  @Test
  void ofAnArchiveAnInstallerGetsAll() throws IOException {
    // Given
    Code code = new Code(archive("main.py", BLOCK));

    // Then
    assertThat(Declarations.of(code, spec("python", code, "main.py"), driver("python")))
        .isEqualTo(code.bytes());
  }

  @Test
  void aSourceFileDeclaresAndAnArchiveThatIsBrokenDoesNot() throws IOException {
    // Given
    byte[] declares = archive("main.py", BLOCK);

    // Then
    assertThat(mayBeIn("java", "//DEPS a:b:1\n".getBytes(UTF_8), null)).isTrue();
    assertThat(mayBeIn("python", Arrays.copyOf(declares, 20), "main.py")).isFalse();
  }
}
