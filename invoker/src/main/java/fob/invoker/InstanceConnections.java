package fob.invoker;

import fob.service.Deadlines;
import fob.service.InstanceConnection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The idle connections to one instance. Thread-safe. */
final class InstanceConnections implements AutoCloseable {

  private static final Duration KEEP_ALIVE = Duration.ofMinutes(5);

  private record Idle(InstanceConnection connection, Deadlines.Deadline end) {}

  private final URI address;
  private final int most;
  private final Deadlines deadlines;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Idle> idle = new ArrayDeque<>(); // guarded by lock
  private boolean isClosed; // guarded by lock

  /**
   * @param most how many idle connections are kept, for 5 minutes at most
   */
  InstanceConnections(URI address, int most, Deadlines deadlines) {
    this.address = address;
    this.most = most;
    this.deadlines = deadlines;
  }

  /** Returns the connection that was used last, or else a new one. */
  InstanceConnection take() throws IOException {
    for (Idle last = last(); last != null; last = last()) {
      // If its deadline has passed just now, another thread is about to close it.
      if (last.end.cancel() && last.connection.isQuiet()) {
        return last.connection;
      }
      last.connection.close();
    }
    return InstanceConnection.open(address);
  }

  private @Nullable Idle last() {
    lock.lock();
    try {
      return idle.pollLast();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a connection back. It is closed if it cannot take a further call. */
  void giveBack(InstanceConnection connection) {
    if (!connection.isReusable() || !keep(connection)) {
      connection.close();
    }
  }

  private boolean keep(InstanceConnection connection) {
    lock.lock();
    try {
      if (isClosed || idle.size() >= most) {
        return false;
      }
      idle.addLast(new Idle(connection, deadlines.after(KEEP_ALIVE, () -> expire(connection))));
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void expire(InstanceConnection connection) {
    lock.lock();
    try {
      idle.removeIf(one -> one.connection == connection);
    } finally {
      lock.unlock();
    }
    connection.close();
  }

  /** Closes all idle connections. */
  void closeIdle() {
    for (Idle last = last(); last != null; last = last()) {
      last.end.cancel();
      last.connection.close();
    }
  }

  /** Closes all idle connections, and those that are given back from now on. */
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
    } finally {
      lock.unlock();
    }
    closeIdle();
  }
}
