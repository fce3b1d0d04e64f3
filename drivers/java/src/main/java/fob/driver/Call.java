package fob.driver;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One call. A thread of the driver runs it and writes the response. */
final class Call implements Runnable {

  /** What every call needs. */
  record Parts(Calls calls, Log log, Function function) {}

  private final Parts parts;
  private final Connection connection;
  private final Reading.Run request;
  private volatile @Nullable Thread thread;
  private volatile long start;

  Call(Parts parts, Connection connection, Reading.Run request) {
    this.parts = parts;
    this.connection = connection;
    this.request = request;
  }

  void start() {
    start = System.nanoTime();
  }

  long startedAt() {
    return start;
  }

  String requestId() {
    String id = request.requestId();
    return id == null ? "-" : id;
  }

  /** Returns the stack of the call, if it is running. */
  StackTraceElement[] stack() {
    Thread current = thread;
    return current == null ? new StackTraceElement[0] : current.getStackTrace();
  }

  @Override
  @SuppressWarnings("ThreadPriorityCheck") // the function may have changed it
  public void run() {
    Thread current = Thread.currentThread();
    thread = current;
    String name = current.getName();
    current.setContextClassLoader(parts.function.loader());
    CallLog log = new CallLog(requestId(), request.logBytes());
    parts.log.begin(log);
    request.context().begin();
    Response response;
    try {
      response = response(log);
    } catch (Throwable e) { // such as no memory for the response
      response = Response.of(Failure.ofDriver(500, "driver-error", e), request.requestId());
    } finally {
      Thread.interrupted(); // an interrupted thread would close the connection when it writes
      current.setName(name);
      current.setPriority(Thread.NORM_PRIORITY);
      thread = null;
      request.context().end();
      parts.log.end();
      parts.calls.end(this);
    }
    connection.respond(response.andThen(parts.calls::sent));
  }

  private Response response(CallLog log) {
    boolean wantsLog = request.logBytes() > 0;
    String id = request.requestId();
    Failure failure;
    try {
      byte[] result = parts.function.call(request.parameters());
      parts.log.flush();
      return Response.ofResult(result, id, wantsLog ? log.lines() : null);
    } catch (Failure failed) {
      failure = failed;
    } catch (RuntimeException | LinkageError e) {
      parts.log.report(e);
      failure = Failure.ofDriver(500, "driver-error", e);
    }
    parts.log.flush();
    List<String> lines = wantsLog ? log.lines() : null;
    parts.log.report(failure);
    return Response.of(failure, id, lines);
  }

  /** The parameters of a request whose body is not JSON. */
  static Map<String, Object> raw(byte[] body, String contentType) {
    return Map.of("body", body, "content_type", contentType);
  }
}
