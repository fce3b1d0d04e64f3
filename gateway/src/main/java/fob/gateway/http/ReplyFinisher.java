package fob.gateway.http;

import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Completes every reply: ends JSON with a newline, sets Content-Length, and counts replies of over
 * 8 KiB against a byte budget until the client has read them. Thread-safe.
 */
final class ReplyFinisher {

  /** Smaller replies fit into the socket's buffer, so they do not stay in memory. */
  private static final int COUNTED = 8 * 1024;

  private static final byte[] NEWLINE = {'\n'};

  private final ByteBudget budget;
  private final Set<SlowClients.Reading> reading;
  private final Duration longest;

  /**
   * @param longest how long a client may take to read a reply
   */
  ReplyFinisher(ByteBudget budget, Set<SlowClients.Reading> reading, Duration longest) {
    this.budget = budget;
    this.reading = reading;
    this.longest = longest;
  }

  /** Runs after every handler, also if it threw a problem. */
  void finish(Context http) {
    InputStream body = http.resultInputStream();
    if (body == null) {
      return;
    }
    int length = size(body);
    if (length > COUNTED && !hold(http, length)) {
      HttpReplies.write(http, tooMany(length));
      finish(http);
      return;
    }
    if (isJson(http.res().getContentType())) {
      http.result(new SequenceInputStream(body, new ByteArrayInputStream(NEWLINE)));
      length++;
    }
    http.res().setContentLength(length);
  }

  /** Adds a newline. */
  static byte[] line(byte[] json) {
    byte[] line = Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  /** Handlers only set byte arrays, so all bytes are available. */
  private static int size(InputStream bytes) {
    try {
      return bytes.available();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isJson(@Nullable String contentType) {
    return contentType != null && contentType.contains("json");
  }

  /** Counts the reply until it is written or its connection has ended. */
  private boolean hold(Context http, int length) {
    ByteBudget.Lease lease = budget.lease();
    if (!lease.grow(length, length)) {
      return false;
    }
    var client = SlowClients.Reading.of(http, longest);
    reading.add(client);
    Request.addCompletionListener(
        SlowClients.Reading.request(http),
        _ -> {
          reading.remove(client);
          lease.close();
        });
    return true;
  }

  private Problem tooMany(int length) {
    return Problem.ofGateway(
            503,
            "overloaded",
            "the reply of %d bytes was dropped: replies that clients have not read yet have reached"
                    .formatted(length)
                + " their bound of %d bytes (%s); the result of a call is at /api/result/ and its"
                    .formatted(budget.max(), Bounds.REPLY_BYTES)
                + " request id")
        .header("Retry-After", "1");
  }
}
