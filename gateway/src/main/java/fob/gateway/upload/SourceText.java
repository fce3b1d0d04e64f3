package fob.gateway.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.gateway.http.Problem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The rules for the text of one source file. */
final class SourceText {

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final String FORM = "application/x-www-form-urlencoded";

  /** A function that somebody types into one line is shorter than this. */
  private static final int LONG_LINE = 100;

  private static final String LINES_LOST =
      "the code has no line feed: curl -d removes them; use curl --data-binary @FILE or curl -F"
          + " file=@FILE";

  private SourceText() {}

  /** Returns the bytes without a byte order mark of UTF-8, which some languages do not take. */
  static byte[] withoutMark(byte[] bytes) {
    return startsWith(bytes, BYTE_ORDER_MARK)
        ? Arrays.copyOfRange(bytes, BYTE_ORDER_MARK.length, bytes.length)
        : bytes;
  }

  /**
   * Reads the text.
   *
   * @throws Problem if the bytes are not UTF-8; it says what was seen
   */
  static String decode(byte[] bytes) {
    if (startsWith(bytes, (byte) 0xff, (byte) 0xfe, (byte) 0, (byte) 0)
        || startsWith(bytes, (byte) 0, (byte) 0, (byte) 0xfe, (byte) 0xff)) {
      throw other("UTF-32 (it begins with its byte order mark)");
    }
    if (startsWith(bytes, (byte) 0xff, (byte) 0xfe)
        || startsWith(bytes, (byte) 0xfe, (byte) 0xff)) {
      throw other("UTF-16 (it begins with its byte order mark)");
    }
    if (startsWith(bytes, (byte) 0x1f, (byte) 0x8b)) {
      throw Refusals.bad(
          "the code is a gzip file: expected source text, or several files as a zip file");
    }
    int nul = 0;
    while (nul < bytes.length && bytes[nul] != 0) {
      nul++;
    }
    if (nul < bytes.length) {
      throw other(
          "UTF-16 without a byte order mark, or no text: it has a NUL character in line "
              + line(bytes, nul));
    }
    CharBuffer text = CharBuffer.allocate(bytes.length);
    ByteBuffer from = ByteBuffer.wrap(bytes);
    if (UTF_8.newDecoder().decode(from, text, true).isError()) {
      throw other(
          "another encoding or no text: byte 0x%02x in line %d cannot be there"
              .formatted(bytes[from.position()], line(bytes, from.position())));
    }
    return text.flip().toString();
  }

  private static Problem other(String seen) {
    return Refusals.bad("the code is " + seen + "; expected source text in UTF-8");
  }

  private static long line(byte[] bytes, int position) {
    long line = 1;
    for (int i = 0; i < position; i++) {
      line += bytes[i] == '\n' ? 1 : 0;
    }
    return line;
  }

  private static boolean startsWith(byte[] bytes, byte... start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  /**
   * Refuses a long text that has lost its line feeds. curl sends this content type for {@code -d}
   * and {@code --data-binary} alike.
   */
  static void requireLines(@Nullable String contentType, String text) {
    if (text.length() >= LONG_LINE && !lostLines(contentType, text).isEmpty()) {
      throw Refusals.bad(
          LINES_LOST + ". If the code is one line indeed, add -H 'Content-Type: text/plain'");
    }
  }

  /** Returns what to do if {@code curl -d} has removed the line feeds; empty if it has not. */
  static String lostLines(@Nullable String contentType, String text) {
    boolean ofCurl = contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(FORM);
    return ofCurl && text.indexOf('\n') < 0 ? LINES_LOST : "";
  }
}
