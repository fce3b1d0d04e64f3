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
import org.jspecify.annotations.Nullable;

/** {@code POST /run} of the driver contract. */
final class RunRequest {

  private static final MediaType JSON = MediaType.get("application/json");
  private static final MediaType BYTES = MediaType.get("application/octet-stream");
  private static final byte[] NO_PARAMETERS = "{}".getBytes(UTF_8);

  private RunRequest() {}

  /**
   * @param call whose payload, if it is JSON, was checked to be one object
   */
  static Request.Builder of(Call call, Instant deadline) {
    Request.Builder request = new Request.Builder();
    // Also of JSON, so that an answer names its call even if the driver cannot read the body.
    request.header("Fob-Request-Id", call.id().value());
    if (call.isJson()) {
      return request.post(new Envelope(call, deadline));
    }
    request.header("Fob-Deadline", Long.toString(deadline.toEpochMilli()));
    if (call.traceparent() != null) {
      request.header("traceparent", call.traceparent());
    }
    // A driver takes a body without a type for JSON of its own protocol.
    MediaType type = MediaType.parse(call.contentType());
    return request.post(RequestBody.create(call.payload(), type != null ? type : BYTES));
  }

  /** Wraps the caller's JSON as it is, without building it. */
  private static final class Envelope extends RequestBody {

    private static final byte[] VALUE = "{\"value\":".getBytes(UTF_8);

    private final byte[] value;
    private final byte[] rest;

    Envelope(Call call, Instant deadline) {
      this.value = call.payload().length == 0 ? NO_PARAMETERS : call.payload();
      StringBuilder text =
          new StringBuilder(160)
              .append(",\"request_id\":")
              .append(quote(call.id().value()))
              .append(",\"deadline\":")
              .append(deadline.toEpochMilli());
      if (call.traceparent() != null) {
        text.append(",\"traceparent\":").append(quote(call.traceparent()));
      }
      this.rest = text.append('}').toString().getBytes(UTF_8);
    }

    private static String quote(String text) {
      return TextNode.valueOf(text).toString();
    }

    @Override
    public @Nullable MediaType contentType() {
      return JSON;
    }

    @Override
    public long contentLength() {
      return (long) VALUE.length + value.length + rest.length;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(VALUE).write(value).write(rest);
    }
  }
}
