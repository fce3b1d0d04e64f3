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
 * Builds the request {@code POST /run} of drivers/CONTRACT.md. The body is one-shot, so OkHttp
 * never sends it again, even if an answer asks for that (408, or 503 with {@code Retry-After: 0}).
 */
final class RunRequest {

  /** The header with the id of the call, in every request and in every answer. */
  static final String ID = "Fob-Request-Id";

  private static final MediaType JSON = MediaType.get("application/json");
  private static final MediaType BYTES = MediaType.get("application/octet-stream");
  private static final byte[] VALUE = "{\"value\":".getBytes(UTF_8);
  private static final byte[] NO_PARAMETERS = "{}".getBytes(UTF_8);

  private RunRequest() {}

  /**
   * @param call if its payload is JSON, the payload must be empty or one object
   * @param deadline the caller's deadline, for the function
   */
  static Request.Builder of(Call call, Instant deadline) {
    Request.Builder request = new Request.Builder();
    // The header is set also for JSON, whose body has the id too: the driver's answer then has the
    // id even if the driver cannot read the body.
    request.header(ID, call.id().value());
    if (call.isJson()) {
      return request.post(envelope(call, deadline));
    }
    request.header("Fob-Deadline", Long.toString(deadline.toEpochMilli()));
    if (call.headers().traceparent() != null) {
      request.header("traceparent", call.headers().traceparent());
    }
    if (call.headers().logBytes() > 0) {
      request.header("Fob-Log-Bytes", Integer.toString(call.headers().logBytes()));
    }
    // A driver would read a body without a content type as JSON of the contract.
    MediaType type = MediaType.parse(call.headers().contentType());
    return request.post(new OneShot(type != null ? type : BYTES, call.payload()));
  }

  /** Wraps the caller's JSON, which is not parsed. */
  private static RequestBody envelope(Call call, Instant deadline) {
    StringBuilder text =
        new StringBuilder(160)
            .append(",\"request_id\":")
            .append(quote(call.id().value()))
            .append(",\"deadline\":")
            .append(deadline.toEpochMilli());
    if (call.headers().traceparent() != null) {
      text.append(",\"traceparent\":").append(quote(call.headers().traceparent()));
    }
    if (call.headers().logBytes() > 0) {
      text.append(",\"log_bytes\":").append(call.headers().logBytes());
    }
    return enveloped(call.payload(), text.append('}').toString().getBytes(UTF_8));
  }

  /**
   * Wraps parameters, which are not parsed.
   *
   * @param value an object; empty: no parameters
   * @param others the text after it, beginning with a comma
   */
  private static RequestBody enveloped(byte[] value, byte[] others) {
    return new OneShot(JSON, VALUE, value.length == 0 ? NO_PARAMETERS : value, others);
  }

  /**
   * Wraps parameters, which are not parsed.
   *
   * @param value an object; empty: no parameters
   * @param context an object with other members, at least one
   */
  static RequestBody envelope(byte[] value, byte[] context) {
    byte[] others = context.clone();
    others[0] = ',';
    return enveloped(value, others);
  }

  private static String quote(String text) {
    return TextNode.valueOf(text).toString();
  }

  /** A body of several parts that can be sent only once. */
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
