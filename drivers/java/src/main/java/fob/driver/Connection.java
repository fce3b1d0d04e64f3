package fob.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One connection. The server's thread reads; the thread that has a response writes it, and the
 * server's thread writes what did not fit. Thread-safe where it says so.
 */
final class Connection {

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_AHEAD = Http1.LONGEST_BODY + 2 * Http1.LONGEST_HEAD;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final Server server;
  private final boolean spare;
  private final Http1 reader = new Http1(); // like the next two, of the server's thread
  private boolean ended; // the client sends nothing more
  private long since = System.nanoTime();
  private boolean once; // guarded by this, like the rest: the next response is the last
  private boolean busy; // a request is being answered
  private boolean more; // bytes have arrived meanwhile
  private boolean closing; // the last response was written; input is discarded
  private boolean closed;
  private @Nullable ByteBuffer unsent;
  private @Nullable Response response;

  Connection(SocketChannel channel, SelectionKey key, Server server, boolean once, boolean spare) {
    this.channel = channel;
    this.key = key;
    this.server = server;
    this.once = once;
    this.spare = spare;
  }

  boolean isSpare() {
    return spare;
  }

  /** Reads what has arrived, and handles it. Called by the server's thread. */
  void read(ByteBuffer space, byte[] chunk) throws IOException {
    space.clear();
    int count = channel.read(space);
    since = System.nanoTime();
    if (count < 0) {
      ended = true;
      key.interestOpsAnd(~SelectionKey.OP_READ);
      proceed();
      return;
    }
    synchronized (this) {
      if (closing) {
        return;
      }
      more = true;
    }
    space.flip();
    space.get(chunk, 0, count);
    reader.add(chunk, count);
    proceed();
    if (reader.size() > LONGEST_AHEAD) {
      key.interestOpsAnd(~SelectionKey.OP_READ); // the client sends requests without waiting
    }
  }

  /** Answers the requests that have arrived. Called by the server's thread. */
  void proceed() throws IOException {
    while (mayProceed()) {
      Http1.Request request;
      try {
        request = reader.next();
      } catch (Http1.Refused refused) {
        begin(true);
        respond(Response.of(refused.failure(), refused.callId()).closing(""));
        continue;
      }
      if (request == null) {
        if (reader.wantsContinue()) {
          channel.write(ByteBuffer.wrap(CONTINUE));
        }
        break;
      }
      begin(!request.keepAlive());
      server.handle(request, this);
    }
    finish();
  }

  private synchronized boolean mayProceed() {
    return !busy && !closing && !closed;
  }

  private synchronized void begin(boolean last) {
    busy = true;
    more = false;
    once |= last;
  }

  private void finish() {
    synchronized (this) {
      if (busy || closed) {
        return;
      }
      more = false;
    }
    if (ended) {
      server.close(this);
    } else if (reader.size() <= LONGEST_AHEAD && key.isValid()) {
      key.interestOpsOr(SelectionKey.OP_READ);
    }
  }

  /** Writes the response to the current request. Thread-safe. */
  void respond(Response answer) {
    synchronized (this) {
      response = answer;
      unsent = ByteBuffer.wrap(answer.toBytes(once || answer.close()));
    }
    write();
  }

  /** Writes as much as possible. Thread-safe. */
  void write() {
    Response done;
    synchronized (this) {
      done = response;
      if (unsent == null || done == null) {
        return;
      }
      try {
        int before = unsent.remaining();
        if (!closed) {
          channel.write(unsent);
          since = unsent.remaining() < before ? System.nanoTime() : since;
          if (unsent.hasRemaining()) {
            server.watchForSpace(this);
            return;
          }
          if (once || done.close()) {
            closing = true;
            channel.shutdownOutput();
          }
        }
      } catch (IOException e) { // the client has closed the connection
        closing = true;
        ended = true;
      }
      unsent = null;
      response = null;
      busy = false;
    }
    done.sent().run();
    server.answered(this, mustProceed());
  }

  private synchronized boolean mustProceed() {
    return more || ended || closing;
  }

  SelectionKey key() {
    return key;
  }

  /** Returns since when nothing has happened; Long.MAX_VALUE if a call is running. */
  synchronized boolean isIdleFor(long nanos, long shortNanos, long sendNanos) {
    long most = unsent != null ? sendNanos : once || closing ? shortNanos : nanos;
    return (!busy || unsent != null) && System.nanoTime() - since > most;
  }

  /** Closes it; a response that was not written counts as sent. Called by the server's thread. */
  void close() {
    Response lost;
    synchronized (this) {
      closed = true;
      lost = response;
      response = null;
      unsent = null;
    }
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
    if (lost != null) {
      lost.sent().run();
    }
  }
}
