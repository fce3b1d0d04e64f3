package fob.gateway.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import fob.bus.wire.Json;
import fob.gateway.http.Problem;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message of a client. The arguments of a tool are taken out first and reach the function as they
 * are, so that no tree of a large body is built.
 *
 * @param envelope the message, with empty arguments
 * @param arguments a JSON object; an empty one if the message has none
 */
record Message(JSONRPCMessage envelope, byte[] arguments) {

  static final McpJsonMapper MAPPER = new JacksonMcpJsonMapper(Json.MAPPER);

  private static final byte[] NONE = {'{', '}'};

  /** The most bytes of a message without the arguments. */
  private static final int LARGEST = 64 * 1024;

  /**
   * Reads a message.
   *
   * @throws Problem 400 if it is none, or 413 if it is too large without the arguments
   */
  static Message read(byte[] bytes) {
    try {
      Range arguments = Range.ofArguments(bytes);
      byte[] rest = bytes;
      byte[] given = NONE;
      if (arguments != null) {
        given = Arrays.copyOfRange(bytes, arguments.begin, arguments.end);
        rest = without(bytes, arguments);
      }
      if (rest.length > LARGEST) {
        throw Problem.ofGateway(
            413,
            "too-large",
            "the message has %d bytes without the arguments of the tool, the most is %d"
                .formatted(rest.length, LARGEST));
      }
      return new Message(
          McpSchema.deserializeJsonRpcMessage(MAPPER, new String(rest, UTF_8)), given);
    } catch (JacksonException e) {
      throw refused(e.getOriginalMessage());
    } catch (IOException | IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private static Problem refused(String why) {
    return Problem.badRequest(
        "the body is not one message of JSON-RPC 2.0, such as {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}: "
            + why);
  }

  private static byte[] without(byte[] bytes, Range arguments) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.write(bytes, 0, arguments.begin);
    rest.writeBytes(NONE);
    rest.write(bytes, arguments.end, bytes.length - arguments.end);
    return rest.toByteArray();
  }

  /** Where the arguments are in a message. */
  private record Range(int begin, int end) {

    /** Returns the place of {@code params.arguments}; null if there are none. */
    static @Nullable Range ofArguments(byte[] bytes) throws IOException {
      Range found = null;
      try (JsonParser parser = Json.MAPPER.createParser(bytes)) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          throw new IllegalArgumentException("expected a JSON object");
        }
        if (parser.currentTokenLocation().getByteOffset() < 0) {
          throw new IllegalArgumentException("expected JSON in UTF-8, it is in UTF-16 or UTF-32");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          boolean isParams = parser.currentName().equals("params");
          if (parser.nextToken() == JsonToken.START_OBJECT && isParams) {
            found = inParams(parser);
          } else {
            parser.skipChildren();
          }
        }
      }
      return found;
    }

    private static @Nullable Range inParams(JsonParser parser) throws IOException {
      Range found = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isArguments = parser.currentName().equals("arguments");
        JsonToken value = parser.nextToken();
        int begin = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        if (isArguments && value == JsonToken.START_OBJECT) {
          found = new Range(begin, (int) parser.currentLocation().getByteOffset());
        } else if (isArguments && value != JsonToken.VALUE_NULL) {
          throw new IllegalArgumentException("'params.arguments' is no JSON object");
        }
      }
      return found;
    }
  }
}
