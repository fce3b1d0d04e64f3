package fob.driver;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors in reserve, so that clients are served even if the function has opened as many files
 * as it may. Used by the server's thread alone.
 */
final class SpareDescriptors {

  private static final int COUNT = 16;

  private final Deque<FileInputStream> reserve = new ArrayDeque<>();
  private boolean taken;

  SpareDescriptors() throws IOException {
    for (int i = 0; i < COUNT; i++) {
      reserve.add(new FileInputStream("/dev/null"));
    }
  }

  /**
   * Accepts a connection; null if no client is waiting. A client for whom there is no place is
   * closed at once.
   *
   * @param places how many more connections may be open; some above are answered once
   */
  @Nullable SocketChannel accept(ServerSocketChannel listener, int places) throws IOException {
    taken = false;
    while (true) {
      SocketChannel channel = next(listener);
      if (channel == null || places > -COUNT) {
        return channel;
      }
      channel.close();
    }
  }

  private @Nullable SocketChannel next(ServerSocketChannel listener) throws IOException {
    try {
      return listener.accept();
    } catch (IOException e) {
      FileInputStream one = reserve.poll();
      if (one == null) {
        throw e;
      }
      one.close();
      SocketChannel channel = listener.accept();
      taken = channel != null;
      if (channel == null) {
        refill();
      }
      return channel;
    }
  }

  boolean takenByLast() {
    return taken;
  }

  void refill() {
    try {
      reserve.add(new FileInputStream("/dev/null"));
    } catch (IOException e) {
      // The function has taken the descriptor.
    }
  }
}
