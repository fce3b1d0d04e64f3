package fob.gateway.log;

import fob.bus.LogReader;
import fob.bus.ReaderPool;
import fob.function.FunctionId;
import fob.gateway.function.Functions;
import fob.gateway.http.Problem;
import fob.gateway.http.ServerEvents;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows what a function has printed, and what it prints from now on. Thread-safe. */
public final class LogHandler implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(LogHandler.class);
  private static final int MOST_SEARCHES = 4;
  private static final int MOST_FOLLOWERS = 100;
  private static final int MOST_FOUND = 8 * 1024 * 1024;
  private static final Duration LONGEST_QUEUE = Duration.ofSeconds(5);
  private static final Duration LONGEST_JOIN = Duration.ofSeconds(10);

  private final Functions functions;
  private final ReaderPool readers;
  private final LogFeed feed;
  private final InstantSource clock;
  private final Semaphore followers = new Semaphore(MOST_FOLLOWERS);

  /**
   * @param readers makes consumers for {@code assign()}; this closes them
   */
  public LogHandler(
      Functions functions, Supplier<LogReader> readers, LogFeed feed, InstantSource clock) {
    this.functions = functions;
    this.readers = new ReaderPool(readers, MOST_SEARCHES);
    this.feed = feed;
    this.clock = clock;
  }

  /** The query parameters of {@link #get}. */
  public static String[] parameters() {
    return LogQuery.PARAMETERS.clone();
  }

  public void get(Context http, Map<String, String> parameters)
      throws InterruptedException, IOException {
    LogQuery query = LogQuery.of(parameters, clock.instant());
    FunctionId function = functions.require(http.pathParam("function")).spec().id();
    http.header("Cache-Control", "no-store");
    if (!query.follow()) {
      LogForm.wantedBy(http).write(http, find(function, query, PlacedLine.Place.START, MOST_FOUND));
    } else if (HandlerType.HEAD.equals(http.method())) {
      http.contentType("text/event-stream");
    } else {
      follow(http, function, query);
    }
  }

  private boolean exists(FunctionId function) {
    return functions.spec(function).isPresent();
  }

  private LogSearch.Found find(
      FunctionId function, LogQuery query, PlacedLine.Place after, int mostBytes)
      throws InterruptedException {
    LogReader reader = readers.take(LONGEST_QUEUE);
    if (reader == null) {
      throw tooMany("too many clients read logs at this gateway at once");
    }
    try {
      return new LogSearch(
              reader, feed.partition(function), function, query, mostBytes, readers::isClosed)
          .find(after);
    } catch (KafkaException e) {
      throw Problem.busUnavailable("the log cannot be read: " + e.getMessage());
    } finally {
      readers.giveBack(reader);
    }
  }

  private void follow(Context http, FunctionId function, LogQuery query)
      throws InterruptedException, IOException {
    PlacedLine.Place last = lastOf(http);
    LogForm form = LogForm.wantedBy(http);
    if (!followers.tryAcquire()) {
      throw tooMany("%d clients follow logs at this gateway".formatted(MOST_FOLLOWERS));
    }
    try {
      Follower follower = join(function);
      try {
        LogQuery past =
            last.equals(PlacedLine.Place.START) ? query : query.withTail(LogQuery.MOST_LINES);
        LogSearch.Found before = find(function, past, last, Follower.MOST_BYTES);
        new LogStream(ServerEvents.replyTo(http), form, query, last)
            .run(before, follower, () -> exists(function), feed::isStopping);
      } catch (IOException gone) {
        LOGGER.atDebug().addKeyValue("function", function).log("a follower has gone");
      } finally {
        feed.leave(follower);
      }
    } finally {
      followers.release();
    }
  }

  private static PlacedLine.Place lastOf(Context http) {
    String id = http.header("Last-Event-ID");
    return id == null || id.isEmpty()
        ? PlacedLine.Place.START
        : PlacedLine.Place.parse(id)
            .orElseThrow(() ->
                Problem.badRequest(
                    "Last-Event-ID: '%s': expected the id of an event of this log".formatted(id)));
  }

  private Follower join(FunctionId function) throws InterruptedException {
    try {
      return feed.follow(function).get(LONGEST_JOIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw Problem.busUnavailable("the log cannot be read now");
    }
  }

  private static Problem tooMany(String why) {
    return Problem.ofGateway(429, "overloaded", why).header("Retry-After", "5");
  }

  @Override
  public void close() {
    readers.close();
    feed.close();
  }
}
