package fob.gateway.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * A response that says {@code Connection: close} if it begins before the request's body was read to
 * its end. Jetty then closes the connection. A client that did not know would send its next request
 * there, and lose it. Not thread-safe.
 */
final class EarlyReply extends Response.Wrapper {

  EarlyReply(Request request, Response response) {
    super(request, response);
  }

  @Override
  public void write(boolean last, ByteBuffer bytes, Callback callback) {
    if (!isCommitted() && !getRequest().consumeAvailable()) {
      getHeaders().put(HttpFields.CONNECTION_CLOSE);
    }
    super.write(last, bytes, callback);
  }
}
