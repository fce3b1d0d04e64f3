package fob.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Decodes percent-encoded text and refuses malformed UTF-8, which {@link java.net.URLDecoder}
 * replaces silently.
 */
final class UrlText {

  /** Jetty puts this character where a request line is not UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  private static final int ESCAPE = 3;

  private UrlText() {}

  /**
   * @throws IllegalArgumentException if the text is malformed; the message says how
   */
  static String decode(String text) {
    if (text.indexOf(REPLACEMENT) >= 0) {
      throw notText();
    }
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] raw = text.getBytes(UTF_8);
    ByteBuffer decoded = ByteBuffer.allocate(raw.length);
    for (int at = 0; at < raw.length; at++) {
      if (raw[at] == '%') {
        decoded.put(escaped(raw, at));
        at += ESCAPE - 1;
      } else {
        decoded.put(raw[at]);
      }
    }
    try {
      return UTF_8.newDecoder().decode(decoded.flip()).toString();
    } catch (CharacterCodingException e) {
      throw notText();
    }
  }

  private static byte escaped(byte[] raw, int at) {
    int high = at + 2 < raw.length ? Character.digit(raw[at + 1], 16) : -1;
    int low = at + 2 < raw.length ? Character.digit(raw[at + 2], 16) : -1;
    if (high < 0 || low < 0) {
      throw new IllegalArgumentException(
          "a '%' must be followed by two hex digits (a '%' itself is %25)");
    }
    return (byte) (high << 4 | low);
  }

  private static IllegalArgumentException notText() {
    return new IllegalArgumentException("expected UTF-8");
  }
}
