package fob.driver.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON, and refuses everything else. Integers become Long or BigInteger, other numbers {@link
 * JsonNumber}, objects LinkedHashMap and arrays ArrayList. Used by one thread.
 */
public final class JsonReader {

  public static final int DEEPEST = 500;

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /** Returns the value that these bytes are, in UTF-8. */
  public static @Nullable Object read(byte[] bytes) throws JsonException {
    try {
      return read(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new JsonException("it is not UTF-8");
    }
  }

  public static @Nullable Object read(String text) throws JsonException {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value(0);
    reader.skipSpace();
    if (reader.at < text.length()) {
      throw reader.error("there is more after the value");
    }
    return value;
  }

  private @Nullable Object value(int depth) throws JsonException {
    if (depth > DEEPEST) {
      throw error("it is nested deeper than " + DEEPEST + " levels");
    }
    char first = next();
    return switch (first) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> {
        if (first == '-' || isDigit(first)) {
          JsonNumbers numbers = new JsonNumbers(text, at);
          Number number = numbers.read();
          at = numbers.end();
          yield number;
        }
        throw error("a value is expected");
      }
    };
  }

  private Map<String, @Nullable Object> object(int depth) throws JsonException {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    at++;
    if (next() == '}') {
      at++;
      return members;
    }
    while (true) {
      if (next() != '"') {
        throw error("a name in double quotes is expected");
      }
      String name = string();
      if (next() != ':') {
        throw error("a colon is expected");
      }
      at++;
      members.put(name, value(depth + 1));
      if (ends('}')) {
        return members;
      }
    }
  }

  private List<@Nullable Object> array(int depth) throws JsonException {
    List<@Nullable Object> entries = new ArrayList<>();
    at++;
    if (next() == ']') {
      at++;
      return entries;
    }
    while (true) {
      entries.add(value(depth + 1));
      if (ends(']')) {
        return entries;
      }
    }
  }

  private boolean ends(char last) throws JsonException {
    char end = next();
    if (end != last && end != ',') {
      throw error("a comma or " + last + " is expected");
    }
    at++;
    return end == last;
  }

  private String string() throws JsonException {
    int start = ++at;
    while (at < text.length() && "\"\\".indexOf(text.charAt(at)) < 0 && text.charAt(at) >= ' ') {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '"') {
      return text.substring(start, at++);
    }
    StringBuilder parts = new StringBuilder(text.substring(start, at));
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return parts.toString();
      }
      if (c < ' ') {
        at--;
        throw error("a control character must be escaped");
      }
      parts.append(c == '\\' ? escaped() : c);
    }
    throw error("the text does not end");
  }

  private char escaped() throws JsonException {
    char c = at < text.length() ? text.charAt(at++) : '\0';
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hexadecimal();
      default -> throw error("this escape is unknown");
    };
  }

  private char hexadecimal() throws JsonException {
    int code = 0;
    for (int end = at + 4; at < end; at++) {
      int digit =
          at < text.length() && text.charAt(at) < 128 ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw error("four hexadecimal digits are expected");
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  private @Nullable Object word(String word, @Nullable Object value) throws JsonException {
    if (!text.startsWith(word, at)) {
      throw error("a value is expected");
    }
    at += word.length();
    return value;
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private char next() {
    skipSpace();
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private void skipSpace() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private JsonException error(String message) {
    return error(message, at);
  }

  static JsonException error(String message, int at) {
    return new JsonException(message + " (at character " + at + ")");
  }
}
