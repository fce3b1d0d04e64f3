package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.TextNode;
import fob.call.Call;
import java.io.IOException;
import java.time.Instant;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;

/**
 * {@code POST /run} of the driver contract. Its body is one-shot: OkHttp then never sends it again,
 * whatever the answer asks for (408, 503 with {@code Retry-After: 0} and the like).
 */
final class RunRequest {

  /** Names the call, in every request and in every answer. */
  static final String ID = "Fob-Request-Id";

  private static final MediaType JSON = MediaType.get("application/json");
  private static final MediaType BYTES = MediaType.get("application/octet-stream");
  private static final byte[] VALUE = "{\"value\":".getBytes(UTF_8);
  private static final byte[] NO_PARAMETERS = "{}".getBytes(UTF_8);

  private RunRequest() {}

  /**
   * @param call whose payload, if it is JSON, was checked to be one object
   */
  static Request.Builder of(Call call, Instant deadline) {
    Request.Builder request = new Request.Builder();
    // Also of JSON, so that an answer names its call even if the driver cannot read the body.
    request.header(ID, call.id().value());
    if (call.isJson()) {
      return request.post(envelope(call, deadline));
    }
    request.header("Fob-Deadline", Long.toString(deadline.toEpochMilli()));
    if (call.headers().traceparent() != null) {
      request.header("traceparent", call.headers().traceparent());
    }
    // A driver takes a body without a type for JSON of its own protocol.
    MediaType type = MediaType.parse(call.headers().contentType());
    return request.post(new OneShot(type != null ? type : BYTES, call.payload()));
  }

  /** Wraps the caller's JSON as it is, without building it. */
  private static RequestBody envelope(Call call, Instant deadline) {
    byte[] value = call.payload().length == 0 ? NO_PARAMETERS : call.payload();
    StringBuilder text =
        new StringBuilder(160)
            .append(",\"request_id\":")
            .append(quote(call.id().value()))
            .append(",\"deadline\":")
            .append(deadline.toEpochMilli());
    if (call.headers().traceparent() != null) {
      text.append(",\"traceparent\":").append(quote(call.headers().traceparent()));
    }
    return new OneShot(JSON, VALUE, value, text.append('}').toString().getBytes(UTF_8));
  }

  private static String quote(String text) {
    return TextNode.valueOf(text).toString();
  }

  /** Parts that are sent one after the other, once. */
  private static final class OneShot extends RequestBody {

    private final MediaType type;
    private final byte[][] parts;

    OneShot(MediaType type, byte[]... parts) {
      this.type = type;
      this.parts = parts;
    }

    @Override
    public MediaType contentType() {
      return type;
    }

    @Override
    public long contentLength() {
      long length = 0;
      for (byte[] part : parts) {
        length += part.length;
      }
      return length;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      for (byte[] part : parts) {
        sink.write(part);
      }
    }
  }
}
