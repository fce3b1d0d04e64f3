package fob.bus.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A driver's answer {@code {"result": …, "log": […]}}, taken apart without a tree, since a result
 * may be large. Used by one thread.
 */
public final class AnswerJson {

  private static final String RESULT = "result";
  private static final String LOG = "log";

  /**
   * What the answer has.
   *
   * @param body the answer without the log
   * @param log the lines of the log
   */
  public record Parts(byte[] body, List<String> log) {}

  private final byte[] bytes;
  private final List<String> log = new ArrayList<>();
  private boolean hasLog;
  private int resultBegin = -1;
  private int resultEnd = -1;

  private AnswerJson(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes an answer apart; empty if it has another form. */
  public static Optional<Parts> parts(byte[] bytes) {
    if (Json.isOtherUnicode(bytes)) {
      return Optional.empty();
    }
    AnswerJson answer = new AnswerJson(bytes);
    try (JsonParser parser = Json.RESULTS.createParser(bytes)) {
      return answer.read(parser) ? Optional.of(answer.parts()) : Optional.empty();
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  private boolean read(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return false;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      int begin = separatorBefore(parser) + 1;
      endResult(begin - 1);
      switch (parser.currentName()) {
        case RESULT -> {
          if (resultBegin >= 0) {
            return false;
          }
          resultBegin = begin;
          parser.nextToken();
          parser.skipChildren();
        }
        case LOG -> {
          if (hasLog || !readLog(parser)) {
            return false;
          }
          hasLog = true;
        }
        default -> {
          return false;
        }
      }
    }
    boolean isWhole = parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    if (isWhole) {
      int last = bytes.length - 1;
      while (bytes[last] != '}') {
        last--;
      }
      endResult(last);
    }
    return isWhole && resultBegin >= 0;
  }

  private void endResult(int end) {
    if (resultBegin >= 0 && resultEnd < 0) {
      resultEnd = end;
    }
  }

  /** Between the separator and the member's name there is nothing but white space. */
  private int separatorBefore(JsonParser parser) {
    int at = (int) Math.min(parser.currentTokenLocation().getByteOffset(), bytes.length - 1);
    while (bytes[at] != ',' && bytes[at] != '{') {
      at--;
    }
    return at;
  }

  private boolean readLog(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      return false;
    }
    while (parser.nextToken() == JsonToken.VALUE_STRING) {
      log.addAll(List.of(parser.getText().split("\n", -1)));
    }
    return parser.currentToken() == JsonToken.END_ARRAY;
  }

  private Parts parts() {
    if (!hasLog) {
      return new Parts(bytes, List.of());
    }
    byte[] body = new byte[resultEnd - resultBegin + 2];
    body[0] = '{';
    System.arraycopy(bytes, resultBegin, body, 1, resultEnd - resultBegin);
    body[body.length - 1] = '}';
    return new Parts(body, List.copyOf(log));
  }
}
