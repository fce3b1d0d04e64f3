package fob.fakemarathon;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Who leads: this server, another one, or nobody. Thread-safe. */
final class Leadership {

  private final URI self;
  private @Nullable URI leader;

  Leadership(URI self) {
    this.self = self;
    this.leader = self;
  }

  synchronized void lead(@Nullable URI newLeader) {
    leader = newLeader;
    notifyAll();
  }

  synchronized @Nullable URI leader() {
    return leader;
  }

  synchronized @Nullable String hostAndPort() {
    return leader == null ? null : leader.getAuthority();
  }

  synchronized boolean isSelf() {
    return self.equals(leader);
  }

  URI self() {
    return self;
  }

  /** The leader, waited for a while when there is none. */
  synchronized @Nullable URI await(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (leader == null) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return null;
      }
      wait(left);
    }
    return leader;
  }
}
