package fob.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Serves all connections with one thread, which {@link #run} occupies. It parses requests and
 * answers what needs no function; calls run on threads of their own. So an idle connection occupies
 * no thread.
 */
final class Server implements Runnable {

  private static final int MOST_CONNECTIONS = 512;
  private static final int MOST_FAILED_ACCEPTS = 50;
  private static final long SWEEP_MS = 1000;
  private static final long PAUSE_MS = 100;
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(600); // clients close sooner
  private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long SEND_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Answers requests. */
  interface Handler {
    void handle(Http1.Request request, Connection connection);
  }

  private final ServerSocketChannel listener;
  private final Selector selector;
  private final Handler handler;
  private final Consumer<Throwable> giveUp;
  private final SpareDescriptors spares;
  private final Set<Connection> open = new HashSet<>();
  private final Queue<Connection> attention = new ConcurrentLinkedQueue<>();
  private final ByteBuffer space = ByteBuffer.allocateDirect(1 << 16);
  private final byte[] chunk = new byte[1 << 16];
  private final SelectionKey listening;
  private int failedAccepts;
  private long swept = System.nanoTime();

  /**
   * Creates the server of a listening socket.
   *
   * @param giveUp gets the reason why the driver cannot serve any more
   */
  Server(ServerSocketChannel listener, Handler handler, Consumer<Throwable> giveUp)
      throws IOException {
    this.listener = listener;
    this.handler = handler;
    this.giveUp = giveUp;
    this.spares = new SpareDescriptors();
    this.selector = Selector.open();
    listener.configureBlocking(false);
    this.listening = listener.register(selector, SelectionKey.OP_ACCEPT);
  }

  @Override
  public void run() {
    while (true) {
      try {
        selector.select(this::serve, open.isEmpty() ? 0 : SWEEP_MS);
        for (Connection connection = attention.poll();
            connection != null;
            connection = attention.poll()) {
          guarded(connection, connection::proceed);
        }
        sweep();
      } catch (Throwable e) { // no memory, or the function has closed a descriptor
        giveUp.accept(e);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      // The function interrupts threads that are not its own.
    }
  }

  private void serve(SelectionKey key) {
    if (!(key.attachment() instanceof Connection connection)) {
      accept();
      return;
    }
    guarded(
        connection,
        () -> {
          if (key.isValid() && key.isWritable()) {
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
            connection.write();
          }
          if (key.isValid() && key.isReadable()) {
            connection.read(space, chunk);
          }
        });
  }

  /** Something that is done for one connection. */
  private interface Action {
    void run() throws IOException;
  }

  private void guarded(Connection connection, Action action) {
    try {
      action.run();
    } catch (IOException | CancelledKeyException e) { // the client has gone
      close(connection);
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = spares.accept(listener, MOST_CONNECTIONS - open.size());
        if (channel == null) {
          break;
        }
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        boolean spare = spares.takenByLast();
        Connection connection =
            new Connection(channel, key, this, spare || open.size() >= MOST_CONNECTIONS, spare);
        key.attach(connection);
        open.add(connection);
      }
      failedAccepts = 0;
    } catch (IOException e) {
      failedAccepts++;
      if (failedAccepts == MOST_FAILED_ACCEPTS || !listener.isOpen()) {
        giveUp.accept(e);
      }
      pause();
    }
  }

  /** Shuts down connections that have been idle for too long. */
  private void sweep() {
    if (System.nanoTime() - swept < SHORT_NANOS / 2) {
      return;
    }
    swept = System.nanoTime();
    for (Connection connection : List.copyOf(open)) {
      if (connection.isIdleFor(IDLE_NANOS, SHORT_NANOS, SEND_NANOS)) {
        close(connection);
      }
    }
  }

  void handle(Http1.Request request, Connection connection) {
    handler.handle(request, connection);
  }

  /** Called when a response has been written, by any thread. */
  void answered(Connection connection, boolean mustProceed) {
    if (mustProceed) {
      attention.add(connection);
      selector.wakeup();
    }
  }

  /** Called when a response did not fit into the socket's buffer, by any thread. */
  void watchForSpace(Connection connection) {
    try {
      connection.key().interestOpsOr(SelectionKey.OP_WRITE);
    } catch (CancelledKeyException e) {
      attention.add(connection);
    }
    selector.wakeup();
  }

  void close(Connection connection) {
    connection.close();
    if (open.remove(connection) && connection.isSpare()) {
      spares.refill();
    }
  }

  /** Whether it still listens. */
  boolean isIntact() {
    return listener.isOpen() && selector.isOpen() && listening.isValid();
  }
}
