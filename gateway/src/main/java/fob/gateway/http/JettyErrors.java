package fob.gateway.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Writes problem JSON for requests that reach no route, such as malformed or too long ones. */
final class JettyErrors extends ErrorHandler {

  /** Without this, Jetty writes no body for methods other than GET and POST. */
  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    SecurityHeaders.put(response.getHeaders());
    write(problem(code, message), response, callback);
  }

  private static Problem problem(int code, @Nullable String message) {
    if (code == HttpStatus.NOT_FOUND_404) {
      return Problem.ofGateway(code, "no-such-path", "there is nothing here; GET / lists what is");
    }
    String why =
        message == null || message.equals(HttpStatus.getMessage(code)) ? "" : ": " + message;
    return Problem.ofGateway(code, "bad-request", "the request is not one that can be read" + why)
        .header("Connection", "close"); // where the next request begins is not known
  }

  static void write(Problem problem, Response response, Callback callback) {
    response.setStatus(problem.status());
    problem.headers().forEach(response.getHeaders()::put);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
    response.write(true, ByteBuffer.wrap(ReplyFinisher.line(problem.json())), callback);
  }
}
