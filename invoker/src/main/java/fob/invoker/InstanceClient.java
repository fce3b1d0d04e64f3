package fob.invoker;

import fob.bus.wire.Topics;
import fob.call.Call;
import fob.function.Instance;
import fob.service.Deadlines;
import fob.service.InstanceConnection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

/**
 * Runs calls in one instance, over HTTP on the instance's Unix or TCP socket. Each call is sent
 * once, whatever the instance answers. The outcome of a failure says whether the call was sent. An
 * answer counts only if it is for the call, which its {@link Dialect} tells. Thread-safe.
 */
final class InstanceClient implements AutoCloseable {

  /** How many bytes of JSON a byte of the log may take: an escaped character, or an empty line. */
  private static final int LOG_IN_JSON = 10;

  private final InstanceConnections connections;
  private final Deadlines deadlines;
  private final Dialect dialect;

  /**
   * @param deadlines ends calls that take too long
   * @param concurrency how many idle connections to the instance are kept
   */
  InstanceClient(Deadlines deadlines, Instance instance, int concurrency) {
    this.connections = new InstanceConnections(instance.address(), concurrency, deadlines);
    this.deadlines = deadlines;
    this.dialect = Dialect.of(instance.protocol());
  }

  /**
   * Runs a call. Blocks until the instance has answered, for {@code timeout} at most, and 2 s more
   * if it does not take a connection.
   *
   * @param callerDeadline the caller's deadline, which is sent to the function
   */
  RunOutcome run(Call call, Instant callerDeadline, Duration timeout) {
    ClassicHttpRequest request;
    InstanceConnection connection;
    try {
      request = dialect.request(call, callerDeadline);
      connection = connections.take();
    } catch (IOException | RuntimeException e) {
      return InstanceFailures.notSent(e);
    }
    RunOutcome outcome = new Run(call, timeout, connection).outcome(request);
    connections.giveBack(connection);
    if (outcome.health() == InstanceHealth.ANSWERS_OTHERS) {
      // Further answers on the other connections may be wrong too.
      connections.closeIdle();
    }
    return outcome;
  }

  /** A call on its connection. Used by one thread. */
  private final class Run {

    private final Call call;
    private final Duration timeout;
    private final InstanceConnection connection;
    private boolean isAnswered;

    Run(Call call, Duration timeout, InstanceConnection connection) {
      this.call = call;
      this.timeout = timeout;
      this.connection = connection;
    }

    RunOutcome outcome(ClassicHttpRequest request) {
      Deadlines.Deadline deadline = deadlines.after(timeout, connection::close);
      try {
        connection.send(request);
        ClassicHttpResponse response = connection.receive(request);
        isAnswered = true;
        return dialect.isFor(call, response)
            ? read(request, response)
            : InstanceFailures.answerToAnotherCall(response.containsHeader(RunRequest.ID));
      } catch (HttpException | IOException | RuntimeException e) {
        return deadline.cancel()
            ? InstanceFailures.broken(e, isAnswered)
            : InstanceFailures.timedOut(isAnswered, timeout, dialect.afterTimeout());
      } finally {
        if (!deadline.cancel()) {
          // Another thread closes it now or later, when it must not run a further call.
          connection.close();
        }
      }
    }

    private RunOutcome read(ClassicHttpRequest request, ClassicHttpResponse response)
        throws IOException {
      int logBytes = call.headers().logBytes();
      int most = Topics.MAX_VALUE_BYTES + LOG_IN_JSON * logBytes;
      byte[] body = connection.body(request, response, most + 1);
      return body.length > most
          ? DriverAnswer.tooLarge(response.getCode())
          : dialect.outcome(response.getCode(), body, logBytes > 0);
    }
  }

  /** Closes idle connections. Calls that are running go on. */
  @Override
  public void close() {
    connections.close();
  }
}
