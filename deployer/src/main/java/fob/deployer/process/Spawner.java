package fob.deployer.process;

import fob.service.Loop;
import fob.service.Loops;
import fob.service.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Starts every process from one thread. A sandbox asks the kernel to be killed when its parent dies
 * (PR_SET_PDEATHSIG), and by "parent" the kernel means the <em>thread</em> that forked: were that a
 * thread of a pool, or the carrier of a virtual one, its end would kill healthy functions. This
 * thread lives as long as the platform, and dies with the JVM however that ends. What processes
 * inherit of it is {@linkplain OwnThread fob's choice}. Thread-safe.
 */
final class Spawner implements AutoCloseable {

  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

  private record Order(ProcessBuilder builder, CompletableFuture<Process> process) {}

  private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
  private final Loop loop;
  private final Thread thread;
  private volatile boolean closed;

  Spawner(Loops loops) {
    loop = loops.loop("spawner");
    thread = Thread.ofPlatform().daemon().name("fob-spawner").start(this::serve);
  }

  /**
   * Waits for the fork, some milliseconds.
   *
   * @throws IOException if the program cannot be started
   */
  Process start(ProcessBuilder builder) throws IOException {
    Order order = new Order(builder, new CompletableFuture<>());
    orders.add(order);
    if (closed) {
      refuseWaiting();
    }
    try {
      return order.process().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }

  private void serve() {
    OwnThread.reset();
    while (!closed) {
      try {
        Order order = orders.take();
        loop.perform(() -> fork(order));
      } catch (InterruptedException e) {
        break; // only close() interrupts
      }
    }
    refuseWaiting();
  }

  private static void fork(Order order) {
    try {
      order.process().complete(order.builder().start());
    } catch (IOException | RuntimeException e) {
      order.process().completeExceptionally(e);
    }
  }

  private void refuseWaiting() {
    for (Order order = orders.poll(); order != null; order = orders.poll()) {
      order.process().completeExceptionally(new IOException("the platform is closed"));
    }
  }

  /** What is still running of its children is killed by the kernel. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    Threads.join(thread, LONGEST_CLOSE);
  }
}
