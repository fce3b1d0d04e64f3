package fob.gateway.upload;

import static fob.gateway.upload.Refused.ANY;
import static fob.gateway.upload.Refused.PYTHON;
import static fob.gateway.upload.Refused.assertRefused;
import static fob.gateway.upload.Refused.entry;
import static fob.gateway.upload.Refused.read;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fob.function.Language;
import fob.function.Upload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTest {

  private static final String CODE = "def callme():\n    return 'é'\n";
  private static final String OF_CURL = "application/x-www-form-urlencoded";
  private static final String FORM = "multipart/form-data; boundary=xyz";

  private static byte[] form(String... namesFilesAndTexts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int i = 0; i < namesFilesAndTexts.length; i += 3) {
      String head =
          "--xyz\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n\r\n"
              .formatted(namesFilesAndTexts[i], namesFilesAndTexts[i + 1]);
      body.writeBytes(head.getBytes(UTF_8));
      body.writeBytes((namesFilesAndTexts[i + 2] + "\r\n").getBytes(ISO_8859_1));
    }
    body.writeBytes("--xyz--\r\n".getBytes(UTF_8));
    return body.toByteArray();
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  @Test
  void aBodyThatIsNoArchiveIsTheSource() {
    // When
    Submission submission = read(CODE);

    // Then
    assertThat(new String(submission.code().bytes(), UTF_8)).isEqualTo(CODE);
    assertThat(submission.upload().isArchive()).isFalse();
    assertThat(submission.language()).isEqualTo("python");
  }

  @Test
  void aByteOrderMarkOfUtf8IsRemoved() {
    assertThat(new String(read("\ufeff" + CODE).code().bytes(), UTF_8)).isEqualTo(CODE);
  }

  @Test
  void anotherEncodingIsToldWithWhatWasSeen() {
    assertRefused(CODE.getBytes(UTF_16), "bad-upload", "UTF-16", "byte order mark", "UTF-8");
    assertRefused(CODE.getBytes(UTF_16LE), "bad-upload", "NUL", "line 1");
    assertRefused(CODE.getBytes(Charset.forName("UTF-32LE")), "bad-upload", "NUL");
    assertRefused(CODE.getBytes(ISO_8859_1), "bad-upload", "byte 0xe9 in line 2");
    assertRefused(new byte[] {0x1f, (byte) 0x8b, 8, 0}, "bad-upload", "gzip", "zip file");
  }

  @ParameterizedTest
  @CsvSource({
    "'#!/usr/bin/env node\nx', node",
    "'#!/bin/bash\necho', shell",
    "'#!/usr/bin/python3.11 -u\nx', python",
    "'import a\nasync def callme(x):\n', python",
    "'const a = 1\nexport function callme() {}', node",
    "'exports.callme = () => 1', node"
  })
  void theFirstLineOrASignShowsTheLanguage(String text, String language) {
    assertThat(read(text).language()).isEqualTo(language);
  }

  @Test
  void aTextOfNoLanguageIsRefusedWithWhatEachLooksFor() {
    assertRefused(
        "print(1)\n".getBytes(UTF_8),
        "unknown-language",
        "lang=",
        "*.py",
        "def callme",
        "*.js, *.mjs",
        "#!(ba|da)?sh");
  }

  @Test
  void aTextOfTwoLanguagesIsAskedAbout() {
    // Given
    byte[] both = "export x\ndef callme(a):\n".getBytes(UTF_8);

    // Then
    assertRefused(both, "ambiguous-language", "node, python", "lang=node");
    assertThat(
            Refused.read(null, both, new Wanted(List.of(PYTHON), true, Upload.SOURCE)).language())
        .isEqualTo("python");
  }

  @Test
  void theOnlyLanguageOfADeployerThatTellsNoSignsIsTaken() {
    // Given
    Wanted wanted = new Wanted(List.of(Language.named("python")), false, Upload.SOURCE);

    // Then
    assertThat(Refused.read(null, "x = 1".getBytes(UTF_8), wanted).language()).isEqualTo("python");
  }

  @Test
  void textThatHasLostItsLineFeedsIsToldHowToSendIt() {
    // Given
    byte[] joined =
        "def callme(param1, param2):    total = int(param1) + int(param2)    if total > 10:        return total    return 0"
            .getBytes(UTF_8);

    // Then
    assertRefused(OF_CURL, joined, ANY, "bad-upload", "curl -d", "--data-binary", "-F file=@FILE");
    assertThat(Refused.read("text/plain", joined, ANY).language()).isEqualTo("python");
    assertRefused(
        OF_CURL, "# add  def callme()".getBytes(UTF_8), ANY, "unknown-language", "--data-binary");
    assertThat(Refused.read(OF_CURL, "def callme(): return 1".getBytes(UTF_8), ANY).language())
        .isEqualTo("python");
    assertThat(Refused.read(OF_CURL, CODE.repeat(9).getBytes(UTF_8), ANY).language())
        .isEqualTo("python");
  }

  @Test
  void anEntryFileOfASourceFileIsRefused() {
    assertRefused(null, CODE.getBytes(UTF_8), entry("a.py"), "bad-upload", "entry=a.py");
  }

  @Test
  void oneFileOfAFormIsTheSourceAndItsNameShowsTheLanguage() {
    // When
    Submission submission = Refused.read(FORM, form("file", "add.js", "x = 1"), ANY);

    // Then
    assertThat(submission.language()).isEqualTo("node");
    assertThat(latin(submission.code().bytes())).isEqualTo("x = 1");
    assertThat(submission.upload().isArchive()).isFalse();
  }

  @Test
  void severalFilesOfAFormAreAnArchive() {
    // When
    Submission submission =
        Refused.read(
            FORM,
            form("file", "main.py", "x = 1\r\n", "file", "lib/data.bin", "\u0000\u00ff"),
            ANY);

    // Then
    assertThat(submission.upload().entry()).isEqualTo("main.py");
    assertThat(Zips.unpacked(submission.code().bytes()).keySet())
        .containsExactly("lib/", "lib/data.bin", "main.py");
    assertThat(Zips.unpacked(submission.code().bytes())).containsEntry("main.py", "x = 1\r\n");
  }

  @Test
  void aFormMayHaveSettingsOnceAndNoOtherParts() {
    // Given
    byte[] form = form("settings", "s.json", "{}", "file", "add.js", "x = 1");

    // Then
    assertThat(Posted.of(FORM, form).settings()).hasValue("{}".getBytes(UTF_8));
    assertRefused(
        FORM,
        form("settings", "", "{}", "settings", "", "{}", "file", "a.js", "x"),
        ANY,
        "bad-upload",
        "two parts 'settings'");
    assertRefused(
        FORM, form("name", "", "add", "file", "a.js", "x"), ANY, "bad-upload", "a part 'name'");
  }

  @Test
  void aZipFileInAFormIsAnArchive() {
    // Given
    byte[] form = form("file", "project.zip", latin(Zips.of("main.py", CODE)));

    // Then
    assertThat(Refused.read(FORM, form, ANY).upload().entry()).isEqualTo("main.py");
  }

  @Test
  void aFormThatIsNotOnlyFilesIsRefused() {
    assertRefused(FORM, form("code", "a.py", CODE), ANY, "bad-upload", "'code'", "'file'");
    assertRefused(FORM, form(), ANY, "bad-upload", "-F file=@");
    assertRefused(FORM, form("file", "a.py", CODE, "file", "", ""), ANY, "bad-upload", "no name");
    assertRefused(FORM, form("file", "../a.py", "", "file", "b.py", ""), ANY, "bad-upload", "'..'");
    assertRefused(FORM, "--xyz\r\nContent".getBytes(UTF_8), ANY, "bad-upload", "malformed");
    assertRefused("multipart/form-data", form(), ANY, "bad-upload", "boundary");
  }
}
