package fob.gateway.upload;

import fob.function.Code;
import fob.function.Language;
import fob.function.Upload;
import fob.gateway.http.Problem;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The code of a registration, after all checks.
 *
 * @param language the name of its language
 */
public record Submission(Code code, String language, Upload upload) {

  private static final String ZIP = "application/zip";

  /**
   * Reads the code of a registration: source text, a zip file, or the files of a form.
   *
   * @throws Problem if it is none of them, or is refused
   */
  public static Submission read(Posted posted, Wanted wanted) {
    List<Member.InMemory> files = posted.files();
    if (files.size() > 1) {
      return archive(files, wanted);
    }
    if (!files.isEmpty()) {
      Member.InMemory only = files.getFirst();
      return ZipFiles.isZip(only.content())
          ? zip(only.content(), wanted)
          : source(only.path(), only.content(), null, wanted);
    }
    String contentType = posted.contentType();
    byte[] body = posted.body();
    boolean saysZip = contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(ZIP);
    return saysZip || ZipFiles.isZip(body)
        ? zip(body, wanted)
        : source("", body, contentType, wanted);
  }

  private static Submission source(
      String fileName, byte[] body, @Nullable String contentType, Wanted wanted) {
    byte[] bytes = SourceText.withoutMark(body);
    String text = SourceText.decode(bytes);
    if (text.isBlank()) {
      throw Problem.ofGateway(
          400, "empty-code", "the body is empty: expected the function's code as it is");
    }
    if (wanted.entry() != null) {
      throw Refusals.bad(
          "entry=%s: only an archive has an entry file, and the code is one source file"
              .formatted(wanted.entry()));
    }
    SourceText.requireLines(contentType, text);
    if (wanted.isForImage()) {
      return new Submission(new Code(bytes), Upload.LANGUAGE, wanted.upload());
    }
    String hint = SourceText.lostLines(contentType, text);
    Language language = LanguageChoice.of(fileName, text, wanted, hint);
    return new Submission(new Code(bytes), language.name(), Upload.SOURCE);
  }

  private static Submission zip(byte[] body, Wanted wanted) {
    try (ZipFile zip = ZipFiles.open(body)) {
      return archive(ZipFiles.members(zip), wanted);
    } catch (IOException e) {
      throw Refusals.bad(
          "the zip file is broken or not complete: expected a zip file (send it with curl --data-binary or -F)");
    }
  }

  private static Submission archive(Collection<? extends Member> members, Wanted wanted) {
    FileSet files = FileSet.of(members);
    int count = files.files().size();
    if (wanted.isForImage()) {
      EntryFile.requireThere(files, wanted);
      return new Submission(
          new Code(Zip.pack(files)), Upload.LANGUAGE, wanted.upload().with(count));
    }
    EntryFile entry = EntryFile.of(files, wanted);
    return new Submission(
        new Code(TarGz.pack(files)),
        entry.language().name(),
        new Upload(entry.path(), null).with(count));
  }
}
