package fob.deployer.local;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.function.FunctionSchema;
import fob.service.Deadlines;
import fob.service.InstanceConnection;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * Speaks with drivers over their sockets. Each request has a connection of its own: an old
 * connection would not show that the driver accepts no new ones. Waits for answers. Thread-safe.
 */
public final class DriverClient {

  private static final int MOST_BYTES = SandboxOutput.LONGEST_EVENT;

  private final Duration longest;
  private final Deadlines deadlines = new Deadlines();

  private record Answer(int status, byte[] body) {}

  /**
   * Creates a client.
   *
   * @param longest how long an answer about the state may take
   */
  public DriverClient(Duration longest) {
    this.longest = longest;
  }

  /**
   * Returns the driver's answer, whatever state it names.
   *
   * @throws IOException if no answer comes in time, or it is not the answer of a driver
   */
  public JsonNode ask(URI address) throws IOException {
    ClassicHttpRequest request = new BasicClassicHttpRequest(Method.GET, "/health");
    try {
      JsonNode answer = Json.parse(exchange(address, request, longest).body());
      if (!answer.path("state").isTextual()) {
        throw new IOException("its answer names no state");
      }
      return answer;
    } catch (IllegalArgumentException e) {
      throw new IOException("its answer is not JSON", e);
    }
  }

  /**
   * Returns the driver's description of its function; empty if it has none.
   *
   * @return at most {@link FunctionSchema#LARGEST} bytes, which may not be a schema
   * @throws IOException if no answer comes in time
   */
  public Optional<byte[]> schema(URI address) throws IOException {
    ClassicHttpRequest request = new BasicClassicHttpRequest(Method.GET, "/schema");
    Answer answer = exchange(address, request, longest);
    return answer.status() == 200 && answer.body().length <= FunctionSchema.LARGEST
        ? Optional.of(answer.body())
        : Optional.empty();
  }

  /**
   * Gives code to a driver that waits for it. Waits until the code is loaded, or cannot be.
   *
   * @param body of {@code POST /init}
   * @param atMost how long the answer may take
   * @return the status of the answer, as the contract of drivers has it
   * @throws IOException if no answer comes in time
   */
  public int init(URI address, byte[] body, Duration atMost) throws IOException {
    ClassicHttpRequest request = new BasicClassicHttpRequest(Method.POST, "/init");
    request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
    request.setHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    request.setHeader(HttpHeaders.CONTENT_LENGTH, body.length);
    return exchange(address, request, atMost).status();
  }

  private Answer exchange(URI address, ClassicHttpRequest request, Duration atMost)
      throws IOException {
    request.setHeader(HttpHeaders.CONNECTION, "close");
    try (InstanceConnection connection = InstanceConnection.unconnected(address)) {
      Deadlines.Deadline end = deadlines.after(atMost, connection::close);
      try {
        connection.connect();
        connection.send(request);
        var response = connection.receive(request);
        return new Answer(response.getCode(), connection.body(request, response, MOST_BYTES));
      } catch (IOException | HttpException e) {
        throw end.cancel() ? failure(e) : new InterruptedIOException("timeout");
      } finally {
        end.cancel();
      }
    }
  }

  private static IOException failure(Exception e) {
    return e instanceof IOException known ? known : new IOException(e.getMessage(), e);
  }

  /**
   * Connects to an instance that cannot be asked.
   *
   * @throws IOException if nothing listens, or no connection comes about in time
   */
  public void connect(URI address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address.getHost(), address.getPort()), (int) longest.toMillis());
    }
  }
}
