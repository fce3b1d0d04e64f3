package fob.gateway.upload;

import fob.gateway.http.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files and the settings of a form ({@code multipart/form-data}), as {@code curl -F
 * file=@add.py -F settings=@settings.json} sends them. Used by one thread.
 */
final class FormFiles extends MultiPart.AbstractPartsListener {

  private static final String TYPE = "multipart/form-data";
  private static final String PART = "file";
  private static final String SETTINGS = "settings";
  private static final String EXPECTED =
      ": expected the parts of a form with the name '%s', as in curl -F file=@add.py, and at most"
              .formatted(PART)
          + " one with the name '%s', which is JSON".formatted(SETTINGS);

  private final List<Member.InMemory> files = new ArrayList<>();
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private byte @Nullable [] settings;
  private boolean complete;
  private @Nullable Throwable failure;

  /**
   * The parts of a form.
   *
   * @param files one or several; a file that is alone may have an empty name
   * @param settings JSON; null if the form has none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Form(List<Member.InMemory> files, byte @Nullable [] settings) {}

  private FormFiles() {}

  /** Whether a body of this content type is a form with files. */
  static boolean isForm(@Nullable String contentType) {
    return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(TYPE);
  }

  /**
   * Reads all parts.
   *
   * @throws Problem if the body is malformed or has other parts
   */
  static Form read(String contentType, byte[] body) {
    String boundary = MultiPart.extractBoundary(contentType);
    if (boundary == null || boundary.isBlank()) {
      throw Refusals.bad("the Content-Type of the form has no boundary" + EXPECTED);
    }
    FormFiles listener = new FormFiles();
    MultiPart.Parser parser = new MultiPart.Parser(boundary, listener);
    parser.setMaxParts(FileSet.MOST_FILES);
    try {
      parser.parse(Content.Chunk.from(ByteBuffer.wrap(body), true));
    } catch (RuntimeException malformed) {
      listener.onFailure(malformed);
    }
    return listener.result();
  }

  private Form result() {
    if (failure instanceof Problem problem) {
      throw problem;
    }
    if (failure != null || !complete) {
      throw Refusals.bad("the form is malformed or not complete" + EXPECTED);
    }
    if (files.isEmpty()) {
      throw Refusals.bad("the form has no file" + EXPECTED);
    }
    if (files.size() > 1 && files.stream().anyMatch(file -> file.path().isEmpty())) {
      throw Refusals.bad("a file of the form has no name, and there are several" + EXPECTED);
    }
    return new Form(files, settings);
  }

  @Override
  public void onPartContent(Content.Chunk chunk) {
    ByteBuffer bytes = chunk.getByteBuffer();
    while (bytes.hasRemaining()) {
      content.write(bytes.get());
    }
  }

  @Override
  public void onPart(String name, String fileName, HttpFields headers) {
    if (SETTINGS.equals(name) && settings == null) {
      settings = content.toByteArray();
      content.reset();
      return;
    }
    if (!PART.equals(name)) {
      String shown = Refusals.shown(Objects.requireNonNullElse(name, ""));
      // The parser would swallow an exception.
      onFailure(
          Refusals.bad(
              SETTINGS.equals(name)
                  ? "the form has two parts " + shown + EXPECTED
                  : "the form has a part " + shown + EXPECTED));
    }
    files.add(new Member.InMemory(Objects.requireNonNullElse(fileName, ""), content.toByteArray()));
    content.reset();
  }

  @Override
  public void onComplete() {
    complete = true;
  }

  @Override
  public void onFailure(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
  }
}
