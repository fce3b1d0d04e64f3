package fob.invoker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.TextNode;
import fob.call.Call;
import fob.call.TraceContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.jspecify.annotations.Nullable;

/** Builds the request {@code POST /run} of drivers/CONTRACT.md, without its host. */
final class RunRequest {

  /** The header with the id of the call, in every request and in every answer. */
  static final String ID = "Fob-Request-Id";

  private static final String BYTES = "application/octet-stream";
  private static final byte[] VALUE = "{\"value\":".getBytes(UTF_8);
  private static final byte[] NO_PARAMETERS = "{}".getBytes(UTF_8);

  private static final String TOKEN = "[a-zA-Z0-9!#$%&'*+.^_`{|}~-]+";

  /** A type, a subtype, and parameters. */
  private static final Pattern CONTENT_TYPE =
      Pattern.compile("T/T( *; *(T=(T|\"[ !#-~]*\"))?)*".replace("T", TOKEN));

  private RunRequest() {}

  /**
   * @param call if its payload is JSON, the payload must be empty or one object
   * @param deadline the caller's deadline, for the function
   */
  static ClassicHttpRequest of(Call call, Instant deadline) {
    ClassicHttpRequest request = call.isJson() ? envelope(call, deadline) : raw(call, deadline);
    // The header is set also for JSON, whose body has the id too: the driver's answer then has the
    // id even if the driver cannot read the body.
    request.setHeader(ID, call.id().value());
    return request;
  }

  private static ClassicHttpRequest raw(Call call, Instant deadline) {
    // A driver would read a body without a content type as JSON of the contract.
    String type = call.headers().contentType();
    ClassicHttpRequest request =
        post(CONTENT_TYPE.matcher(type).matches() ? type : BYTES, call.payload());
    request.setHeader("Fob-Deadline", deadline.toEpochMilli());
    members(call.headers().trace()).forEach(request::setHeader);
    if (call.headers().logBytes() > 0) {
      request.setHeader("Fob-Log-Bytes", call.headers().logBytes());
    }
    return request;
  }

  /** Returns the headers of a trace, which are also the names of members. */
  static Map<String, String> members(@Nullable TraceContext trace) {
    if (trace == null) {
      return Map.of();
    }
    return trace.state() == null
        ? Map.of(TraceContext.PARENT, trace.parent())
        : Map.of(TraceContext.PARENT, trace.parent(), TraceContext.STATE, trace.state());
  }

  /** Wraps the caller's JSON, which is not parsed. */
  private static ClassicHttpRequest envelope(Call call, Instant deadline) {
    StringBuilder text =
        new StringBuilder(160)
            .append(",\"request_id\":")
            .append(quote(call.id().value()))
            .append(",\"deadline\":")
            .append(deadline.toEpochMilli());
    members(call.headers().trace())
        .forEach(
            (name, value) -> text.append(",\"").append(name).append("\":").append(quote(value)));
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
  private static ClassicHttpRequest enveloped(byte[] value, byte[] others) {
    return post(Call.JSON, VALUE, value.length == 0 ? NO_PARAMETERS : value, others);
  }

  /**
   * Wraps parameters, which are not parsed.
   *
   * @param value an object; empty: no parameters
   * @param context an object with other members, at least one
   */
  static ClassicHttpRequest envelope(byte[] value, byte[] context) {
    byte[] others = context.clone();
    others[0] = ',';
    return enveloped(value, others);
  }

  private static String quote(String text) {
    return TextNode.valueOf(text).toString();
  }

  private static ClassicHttpRequest post(String contentType, byte[]... parts) {
    ClassicHttpRequest request = new BasicClassicHttpRequest(Method.POST, "/run");
    Parts body = new Parts(contentType, parts);
    request.setEntity(body);
    request.setHeader(HttpHeaders.CONTENT_TYPE, contentType);
    request.setHeader(HttpHeaders.CONTENT_LENGTH, body.getContentLength());
    return request;
  }

  /** A body of several parts, which are not copied. */
  private static final class Parts extends AbstractHttpEntity {

    private final byte[][] parts;

    Parts(String contentType, byte[]... parts) {
      super(contentType, null);
      this.parts = parts;
    }

    @Override
    public long getContentLength() {
      long length = 0;
      for (byte[] part : parts) {
        length += part.length;
      }
      return length;
    }

    @Override
    public boolean isStreaming() {
      return false;
    }

    @Override
    public InputStream getContent() {
      throw new UnsupportedOperationException("the parts are written");
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      for (byte[] part : parts) {
        out.write(part);
      }
    }

    @Override
    public void close() {}
  }
}
