package fob.gateway.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of events of a gateway. Each client has a thread, which looks for news twice a
 * second. Thread-safe.
 */
public final class EventStreams implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(EventStreams.class);
  private static final int MOST = 100;
  private static final Duration TICK = Duration.ofMillis(500);

  private final Semaphore free = new Semaphore(MOST);
  private final CountDownLatch stopping = new CountDownLatch(1);

  /**
   * Answers with events until the client goes, may not go on, or this is closed.
   *
   * @throws Problem 429 if 100 clients follow something already
   */
  public void follow(Context http, List<Followed> subjects) throws InterruptedException {
    if (HandlerType.HEAD.equals(http.method())) {
      http.contentType("text/event-stream");
      return;
    }
    if (!free.tryAcquire()) {
      throw Problem.ofGateway(
              429, "overloaded", "%d clients follow events at this gateway".formatted(MOST))
          .header("Retry-After", "5");
    }
    try {
      ServerEvents events = ServerEvents.replyTo(http);
      events.comment("events follow");
      do {
        for (Followed subject : subjects) {
          subject.tell(events);
        }
        events.flush();
      } while (!stopping.await(TICK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (IOException gone) {
      LOGGER.atDebug().log("a client that followed events has gone");
    } finally {
      free.release();
    }
  }

  /** Ends all streams. */
  @Override
  public void close() {
    stopping.countDown();
  }
}
