package fob.gateway.upload;

import static fob.gateway.upload.Refused.ANY;
import static fob.gateway.upload.Refused.PYTHON;
import static fob.gateway.upload.Refused.assertRefused;
import static fob.gateway.upload.Refused.entry;
import static fob.gateway.upload.Refused.read;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.function.Upload;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchiveTest {

  private static final String CODE = "def callme():\n    return 1\n";
  private static final int FILE = 0100644;

  @Test
  void aZipFileBecomesAnArchiveWithItsFoldersInOrder() {
    // Given
    byte[] zip = Zips.of("main.py", CODE, "lib/ü/data.txt", "x", "lib/a.py", "y = 1\n");

    // When
    Submission submission = read(zip);

    // Then
    assertThat(submission.language()).isEqualTo("python");
    assertThat(submission.upload().entry()).isEqualTo("main.py");
    assertThat(Zips.unpacked(submission.code().bytes()))
        .containsExactly(
            Map.entry("lib/", "/"),
            Map.entry("lib/a.py", "y = 1\n"),
            Map.entry("lib/ü/", "/"),
            Map.entry("lib/ü/data.txt", "x"),
            Map.entry("main.py", CODE));
  }

  @Test
  void theSameFilesGiveTheSameBytesWhateverTheirOrderAndTimes() {
    // Given
    byte[] zip = Zips.of("main.py", CODE, "b.txt", "b");
    byte[] other = Zips.of("b.txt", "b", "main.py", CODE);

    // Then
    assertThat(read(zip).code()).isEqualTo(read(other).code());
    for (TarArchiveEntry each : Zips.entries(read(zip).code().bytes(), new LinkedHashMap<>())) {
      assertThat(each.getLastModifiedTime().toMillis()).isZero();
      assertThat(each.getLongUserId()).isZero();
      assertThat(each.getMode()).isEqualTo(FILE);
    }
  }

  @Test
  void programsStayExecutable() {
    // Given
    byte[] zip = new Zips().add("main.py", CODE, FILE).add("bin/tool", "x", 0100755).bytes();

    // When
    List<TarArchiveEntry> entries = Zips.entries(read(zip).code().bytes(), new LinkedHashMap<>());

    // Then
    assertThat(entries).extracting(TarArchiveEntry::getMode).containsExactly(040755, 0100755, FILE);
  }

  @Test
  void filesThatAreAllInOneFolderAreTakenOutOfIt() {
    // Given
    byte[] zip =
        Zips.of("project/main.py", CODE, "project/lib/a.py", "", "__MACOSX/project/._main.py", "x");

    // When
    Submission submission = read(zip);

    // Then
    assertThat(submission.upload().entry()).isEqualTo("main.py");
    assertThat(Zips.unpacked(submission.code().bytes()).keySet())
        .containsExactly("lib/", "lib/a.py", "main.py");
  }

  @ParameterizedTest
  @CsvSource({
    "../main.py, '..'",
    "lib/../../x, '..'",
    "/etc/passwd, absolute",
    "C:/x, absolute",
    "a//b, empty name",
    "./a, '.'",
    "a\u0007b, control character"
  })
  void aPathThatIsNotPlainlyInsideIsRefused(String path, String why) {
    // When
    byte[] zip = Zips.of("main.py", CODE, path, "x");

    // Then
    assertRefused(zip, "bad-upload", why);
  }

  @Test
  void aBackslashIsRefused() {
    // The library that makes the zip file would turn it into a slash.
    byte[] zip = Zips.replace(Zips.of("main.py", CODE, "..!x.py", ""), "..!x.py", "..\\x.py");

    assertRefused(zip, "bad-upload", "backslash", "'..\\x.py'");
  }

  @Test
  void aPathThatIsTooLongIsRefused() {
    assertRefused(Zips.of("main.py", CODE, "x".repeat(300), ""), "bad-upload", "too long");
  }

  @Test
  void aSymbolicLinkIsRefused() {
    // Given
    byte[] zip = new Zips().add("main.py", CODE, FILE).add("link", "/etc", 0120777).bytes();

    // Then
    assertRefused(zip, "bad-upload", "'link'", "symbolic link");
  }

  @ParameterizedTest
  @CsvSource({"0010644", "0020644", "0060644", "0140644"})
  void aSpecialFileIsRefused(String mode) {
    // Given
    byte[] zip =
        new Zips().add("main.py", CODE, FILE).add("odd", "", Integer.parseInt(mode, 8)).bytes();

    // Then
    assertRefused(zip, "bad-upload", "'odd'", "special file");
  }

  @Test
  void aPathThatIsThereTwiceIsRefused() {
    // Given
    byte[] zip = Zips.replace(Zips.of("main.py", CODE, "nain.py", "x"), "nain.py", "main.py");

    // Then
    assertRefused(zip, "bad-upload", "'main.py'", "twice");
  }

  @Test
  void aFileThatIsAlsoAFolderIsRefused() {
    assertRefused(Zips.of("main.py", CODE, "a", "", "a/b", ""), "bad-upload", "'a'", "a folder");
  }

  @Test
  void aNameThatIsNotUtf8IsRefused() {
    // Given
    byte[] zip = Zips.replace(Zips.of("main.py", CODE, "caf!.txt", ""), "caf!", "caf\u00e9");

    // Then
    assertRefused(zip, "bad-upload", "not UTF-8");
  }

  @Test
  void anEncryptedFileIsRefused() {
    // Given
    byte[] zip = Zips.of("main.py", CODE);
    String all = new String(zip, ISO_8859_1);
    zip[all.indexOf("PK\1\2") + 8] |= 1; // the flag in the central directory

    // Then
    assertRefused(zip, "bad-upload", "'main.py'", "encrypted");
  }

  @Test
  void aFileThatNoProgramCanUnpackIsRefused() {
    // Given
    byte[] zip = Zips.of("main.py", CODE);
    zip[new String(zip, ISO_8859_1).indexOf("PK\1\2") + 10] = 97; // the method

    // Then
    assertRefused(zip, "bad-upload", "'main.py'", "method 97");
  }

  @Test
  void anArchiveWithoutFilesIsRefused() {
    assertRefused(Zips.of(), "bad-upload", "no file");
    assertRefused(new Zips().add("empty/", "", 040755).bytes(), "bad-upload", "no file");
  }

  @Test
  void aZipFileThatIsCutIsRefused() {
    // Given
    byte[] zip = Zips.of("main.py", CODE);

    // Then
    assertRefused(Arrays.copyOf(zip, zip.length / 2), "bad-upload", "broken or not complete");
    assertRefused("application/zip", "no zip".getBytes(UTF_8), ANY, "bad-upload", "broken");
  }

  @Test
  void aFileWithAnotherChecksumIsRefused() {
    // Given
    byte[] zip = Zips.of("main.py", CODE);
    zip[new String(zip, ISO_8859_1).indexOf("PK\1\2") + 16] ^= 1;

    // Then
    assertRefused(zip, "bad-upload", "'main.py'", "broken");
  }

  @Test
  void aFileThatIsLargerThanItSaysIsRefused() {
    // Given
    byte[] zip = new Zips().add("main.py", CODE, FILE).add("z", new byte[100_000], FILE).bytes();
    int size = new String(zip, ISO_8859_1).lastIndexOf("PK\1\2") + 24;
    Arrays.fill(zip, size, size + 4, (byte) 0);

    // Then
    assertRefused(zip, "bad-upload", "'z'", "broken");
  }

  @Test
  void aBombIsRefusedByWhatItSays() {
    // Given
    byte[] zip =
        new Zips()
            .add("main.py", CODE, FILE)
            .add("a", new byte[40 << 20], FILE)
            .add("b", new byte[40 << 20], FILE)
            .bytes();

    // Then
    assertThat(zip.length).isLessThan(1 << 20);
    assertRefused(zip, "too-large", "64 MiB");
  }

  @Test
  void tooManyFilesAreRefused() {
    // Given
    Zips zips = new Zips();
    for (int i = 0; i <= 4096; i++) {
      zips.add("f" + i, "", FILE);
    }

    // Then
    assertRefused(zips.bytes(), "too-large", "4096 files");
  }

  @Test
  void filesThatDoNotPackIntoTheLimitAreRefused() {
    // Given
    byte[] noise = new byte[2 << 20];
    new Random(1).nextBytes(noise);

    // Then
    assertRefused(
        new Zips().add("main.py", CODE, FILE).add("noise", noise, FILE).bytes(),
        "too-large",
        "1048576 bytes when they are packed");
  }

  @Test
  void theEntryFileIsTheFirstOfTheUsualNames() {
    assertThat(read(Zips.of("callme.py", CODE, "main.py", CODE)).upload().entry())
        .isEqualTo("main.py");
    assertThat(read(Zips.of("callme.py", CODE, "x.py", CODE)).upload().entry())
        .isEqualTo("callme.py");
  }

  @Test
  void theOnlySourceAtTheTopIsTheEntryFile() {
    assertThat(read(Zips.of("add.py", CODE, "requirements.txt", "", "lib/b.py", "")).upload())
        .hasFieldOrPropertyWithValue("entry", "add.py");
    Submission shell = read(Zips.of("run", "#!/bin/sh\necho 1\n", "data/x.txt", ""));
    assertThat(shell.upload().entry()).isEqualTo("run");
    assertThat(shell.language()).isEqualTo("shell");
  }

  @Test
  void severalCandidatesAreAskedAbout() {
    // Given
    byte[] zip = Zips.of("a.py", CODE, "b.py", CODE, "sub/c.js", "");

    // Then
    assertRefused(zip, "ambiguous-entry", "'a.py'", "'b.py'", "entry=a.py");
    assertThat(Refused.read(null, zip, entry("b.py")).upload().entry()).isEqualTo("b.py");
    assertThat(Refused.read(null, zip, entry("sub/c.js")).language()).isEqualTo("node");
    assertRefused(null, zip, entry("c.py"), "no-entry", "entry='c.py'", "'a.py'");
  }

  @Test
  void entryFilesOfTwoLanguagesAreAskedAboutUnlessTheLanguageIsGiven() {
    // Given
    byte[] zip = Zips.of("main.py", CODE, "index.js", "");

    // Then
    assertRefused(zip, "ambiguous-entry", "'main.py'", "'index.js'");
    assertThat(Refused.read(null, zip, new Wanted(List.of(PYTHON), true, Upload.SOURCE)).language())
        .isEqualTo("python");
  }

  @Test
  void anArchiveWithoutEntryFileIsRefusedWithWhatWasLookedFor() {
    assertRefused(
        Zips.of("lib/a.py", CODE, "x.txt", "", "y.txt", ""),
        "no-entry",
        "main.py or callme.py",
        "index.js",
        "'lib/a.py'",
        "entry=");
  }
}
