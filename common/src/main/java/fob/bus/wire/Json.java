package fob.bus.wire;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/** Reads and writes JSON strictly. Thread-safe. */
public final class Json {

  public static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final int DEEPEST_RESULT = 100_000;

  /** For results of functions: a language may write unusual JSON, such as very long numbers. */
  static final JsonFactory RESULTS =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST_RESULT)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private Json() {}

  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JacksonException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws IllegalArgumentException if the bytes are not one JSON value; the message names the
   *     place
   */
  public static JsonNode parse(byte[] bytes) {
    try {
      JsonNode node = MAPPER.readTree(bytes);
      if (node.isMissingNode()) {
        throw new IllegalArgumentException("expected a JSON value, but there is nothing");
      }
      return node;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(describe(e), e);
    } catch (IOException e) {
      // Reading from memory fails only if the bytes are not text.
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Checks that the bytes are one JSON object, without building a tree.
   *
   * @throws IllegalArgumentException if they are not; the message names the place
   */
  public static void requireObject(byte[] bytes) {
    var _ = requireObjectWithout(Set.of(), bytes);
  }

  /**
   * Checks that the bytes are one JSON object without certain members.
   *
   * @return how many members it has
   * @throws IllegalArgumentException if it has one of them; the message names it
   */
  public static int requireObjectWithout(Set<String> taken, byte[] bytes) {
    if (isOtherUnicode(bytes)) {
      throw new IllegalArgumentException("expected UTF-8 without a byte order mark, at its start");
    }
    try (JsonParser parser = MAPPER.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException(
            "expected a JSON object of named parameters, such as {\"param1\": 1}");
      }
      int members = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        members++;
        if (taken.contains(parser.currentName())) {
          throw new IllegalArgumentException(
              "'%s' is given twice, in the query and in the body".formatted(parser.currentName()));
        }
        parser.nextToken();
        parser.skipChildren();
      }
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException(
            "expected the end after the JSON object, at " + place(parser.currentLocation()));
      }
      return members;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(describe(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns whether the bytes are one JSON object with exactly this member. Builds no tree. */
  public static boolean isObjectOf(String name, byte[] bytes) {
    if (isOtherUnicode(bytes)) {
      return false;
    }
    try (JsonParser parser = RESULTS.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT || !name.equals(parser.nextFieldName())) {
        return false;
      }
      parser.nextToken();
      parser.skipChildren();
      return parser.nextToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    } catch (IOException notJson) {
      return false;
    }
  }

  /**
   * Returns whether the bytes are UTF-16, UTF-32 or start with a byte order mark. Jackson would
   * read them, but the driver of a function need not.
   */
  static boolean isOtherUnicode(byte[] bytes) {
    return bytes.length > 1 && (bytes[0] == 0 || bytes[1] == 0 || (bytes[0] & 0xff) >= 0xef);
  }

  private static String describe(JacksonException e) {
    // If one of the parser's own limits was reached, the exception names no place.
    return e.getLocation() == null
        ? e.getOriginalMessage()
        : e.getOriginalMessage() + ", at " + place(e.getLocation());
  }

  private static String place(JsonLocation at) {
    return "line " + at.getLineNr() + ", column " + at.getColumnNr();
  }
}
