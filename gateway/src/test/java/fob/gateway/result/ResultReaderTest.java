package fob.gateway.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import fob.bus.wire.ProgressWire;
import fob.bus.wire.ResponseWire;
import fob.call.Progress;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.RequestIds;
import fob.call.Response;
import fob.call.Timing;
import fob.gateway.http.Problem;
import fob.gateway.reply.PendingCalls;
import fob.gateway.reply.Replies;
import fob.gateway.reply.StoredLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResultReaderTest {

  private static final String RESPONSE = "fob.response";
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  private static final Duration NO_WAIT = Duration.ZERO;

  /** The gateway's own partition is one of two. */
  private static final int PARTITIONS = 2;

  private final StoredLog log = new StoredLog(PARTITIONS);
  private final PendingCalls<Response> pending = new PendingCalls<>(1_000, ResponseWire::decode);
  private final Replies replies = log.replies(pending, now.plusSeconds(3600), 7);
  private final ResultReader reader =
      new ResultReader(log::reader, replies, InstantSource.system());

  @AfterEach
  void close() {
    reader.close();
    replies.close();
  }

  private RequestId idFrom(Instant time, boolean mine) {
    return new RequestIds(() -> time, Random::new, id -> replies.listener().isMine(id) == mine)
        .next();
  }

  private static ProducerRecord<String, byte[]> reply(RequestId id, String body) {
    Reply reply = new Reply.Answered(body.getBytes(StandardCharsets.UTF_8));
    return ResponseWire.encode(RESPONSE, new Response(id, "add", 1, Timing.NONE, reply));
  }

  private static ProducerRecord<String, byte[]> progress(RequestId id, int attempt) {
    return ProgressWire.encode(
        new Progress(id, "add", Progress.State.ACCEPTED, attempt, null, List.of()));
  }

  private Finding find(RequestId id, Duration wait) throws InterruptedException {
    return reader.find(Wanted.made(id, Instant.now()), wait);
  }

  private static String body(Finding finding) {
    assertThat(finding).isInstanceOf(Finding.Over.class);
    Response response = ((Finding.Over) finding).response();
    return new String(((Reply.Answered) response.reply()).body(), StandardCharsets.UTF_8);
  }

  /** Both topics get so many records of other calls in every partition, spread over that time. */
  private void fill(int records, Instant from, Instant to) {
    Duration apart = Duration.between(from, to).dividedBy(records);
    ProducerRecord<String, byte[]> reply = reply(new RequestId("other"), "{\"result\":1}");
    ProducerRecord<String, byte[]> progress = progress(new RequestId("other"), 1);
    for (int i = 0; i < records; i++) {
      Instant time = from.plus(apart.multipliedBy(i));
      for (int partition = 0; partition < PARTITIONS; partition++) {
        log.append(partition, reply, time);
        log.append(partition, progress, time);
      }
    }
  }

  @Test
  void firstReplyIsTheResultAndOthersCallsAreNot() throws InterruptedException {
    // Given
    RequestId id = idFrom(now, true);
    log.append(reply(idFrom(now, true), "another"), now);
    log.append(reply(id, "first"), now);
    log.append(reply(id, "second"), now);

    // When, then
    assertThat(body(find(id, NO_WAIT))).isEqualTo("first");
  }

  @Test
  void latestAttemptIsTheProgressWhateverTheOrder() throws InterruptedException {
    // Given
    RequestId id = idFrom(now, true);
    log.append(progress(id, 2), now);
    log.append(progress(id, 1), now);

    // When, then
    assertThat(find(id, NO_WAIT)).isEqualTo(going(id, 2));
  }

  private static Finding going(RequestId id, int attempt) {
    return new Finding.Going(
        new Progress(id, "add", Progress.State.ACCEPTED, attempt, null, List.of()), null);
  }

  @Test
  void recordOfAnotherProgramIsSkipped() throws InterruptedException {
    // Given
    RequestId id = idFrom(now, true);
    log.append(new ProducerRecord<>("fob.progress", id.value(), new byte[] {1}), now);
    log.append(new ProducerRecord<>(RESPONSE, id.value(), new byte[] {1}), now);
    log.append(progress(id, 1), now);

    // When, then
    assertThat(find(id, NO_WAIT)).isEqualTo(going(id, 1));
  }

  @Test
  void anIdThatWasNeverAcceptedTakesNoLongerInALongLog() throws InterruptedException {
    // Given
    fill(100_000, now.minus(Duration.ofHours(20)), now);

    // When
    Finding found = find(idFrom(now.minus(Duration.ofHours(10)), true), NO_WAIT);

    // Then: of 200,000 records a minute's, which is 83 of each topic
    assertThat(found).isEqualTo(new Finding.Unknown());
    assertThat(log.delivered()).isBetween(150L, 300L);
  }

  @Test
  void acceptedCallIsFoundHoweverLateItsReply() throws InterruptedException {
    // Given
    Instant made = now.minus(Duration.ofHours(10));
    RequestId id = idFrom(made, true);
    log.append(progress(id, 1), made.plusSeconds(39));
    fill(1_000, made.plusSeconds(40), now);
    log.append(progress(id, 2), now);

    // When
    Finding before = find(id, NO_WAIT);
    long read = log.delivered();
    Finding again = find(id, NO_WAIT);

    // Then: who asks again does not read again
    assertThat(before).isEqualTo(going(id, 2));
    assertThat(again).isEqualTo(going(id, 2));
    assertThat(read).isGreaterThan(2_000);
    assertThat(log.delivered()).isEqualTo(read);

    // When
    log.append(reply(id, "late"), now);

    // Then
    assertThat(body(find(id, NO_WAIT))).isEqualTo("late");
  }

  @Test
  void recordBehindTheRangeThatCameWithTheSamePollIsReadLater() throws InterruptedException {
    // Given
    Instant made = now.minus(Duration.ofHours(1));
    RequestId id = idFrom(made, true);
    log.append(progress(id, 1), made);
    log.append(progress(id, 2), made.plus(Duration.ofMinutes(10)));

    // When, then
    assertThat(find(id, NO_WAIT)).isEqualTo(going(id, 2));
  }

  @Test
  void idOfAKafkaClientIsLookedForEverywhere() throws InterruptedException {
    // Given
    RequestId own = new RequestId("my-own");
    fill(100, now.minus(Duration.ofHours(20)), now.minus(Duration.ofHours(19)));
    log.append(reply(own, "old"), now.minus(Duration.ofHours(19)));

    // When, then
    assertThat(body(find(own, NO_WAIT))).isEqualTo("old");
    assertThat(find(new RequestId("nobodys"), NO_WAIT)).isEqualTo(new Finding.Unknown());
  }

  @Test
  void searchIsStoppedAtItsDeadlineAndContinuedByTheNextRequest() throws InterruptedException {
    // Given
    Instant begin = now.minus(Duration.ofHours(1));
    fill(2_000, begin, now.minusSeconds(1));
    RequestId own = new RequestId("my-own");
    log.append(reply(own, "found"), now);
    log.pollTakes(Duration.ofMillis(20));

    // When
    Finding stopped = find(own, Duration.ofSeconds(1));

    // Then
    assertThat(stopped).isInstanceOf(Finding.Stopped.class);
    assertThat(log.delivered()).isGreaterThan(500);
    log.pollTakes(Duration.ZERO);
    assertThat(body(find(own, NO_WAIT))).isEqualTo("found");
    assertThat(log.delivered()).isLessThan(2 * 2_000L + 100);
  }

  @Test
  void acceptedCallWhoseSearchIsStoppedIsGoingAsFarAsWasRead() throws InterruptedException {
    // Given
    Instant made = now.minus(Duration.ofHours(1));
    RequestId id = idFrom(made, true);
    log.append(progress(id, 1), made);
    fill(5_000, made, now);
    log.pollTakes(Duration.ofMillis(20));

    // When
    Finding stopped = find(id, Duration.ofSeconds(1));

    // Then
    assertThat(stopped)
        .isInstanceOfSatisfying(
            Finding.Going.class,
            going -> assertThat(going.readTo()).isBetween(made.minusSeconds(10), now));
  }

  @Test
  void whoWaitsHearsOfTheReplyInTheOwnPartitionAndInOthers() throws Exception {
    // Given
    RequestId own = idFrom(now, true);
    RequestId others = idFrom(now, false);
    log.append(progress(own, 1), now);
    log.append(progress(others, 1), now);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Finding>> waiting = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        RequestId id = i % 2 == 0 ? own : others;
        waiting.add(clients.submit(() -> find(id, Duration.ofSeconds(50))));
      }
      await().until(() -> pending.size() == 40);

      // When
      log.append(reply(own, "reply"), now);
      log.append(reply(others, "reply"), now);

      // Then
      for (Future<Finding> each : waiting) {
        assertThat(body(each.get())).isEqualTo("reply");
      }
    }
    assertThat(pending.size()).isZero();
  }

  @Test
  void manyWhoWaitCostNoReadingEach() throws Exception {
    // Given
    RequestId id = idFrom(now, false);
    log.append(progress(id, 1), now);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Finding>> waiting = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        waiting.add(clients.submit(() -> find(id, Duration.ofSeconds(50))));
      }
      await().until(() -> pending.size() == 100);

      // When
      fill(1_000, now, now);
      log.append(reply(id, "reply"), now);

      // Then
      for (Future<Finding> each : waiting) {
        assertThat(body(each.get())).isEqualTo("reply");
      }
    }
    // Each topic and partition is read about once, not once for each client.
    assertThat(log.delivered()).isLessThan(10_000);
  }

  @Test
  void waitForAnIdThatCannotBeAcceptedAnyMoreEndsAtOnce() throws InterruptedException {
    assertThat(find(idFrom(now.minusSeconds(60), false), Duration.ofSeconds(50)))
        .isEqualTo(new Finding.Unknown());
  }

  @Test
  void shortSearchIsServedBesideFiftyLongOnes() throws Exception {
    // Given
    Instant made = now.minus(Duration.ofHours(1));
    RequestId quick = idFrom(now, true);
    fill(20_000, made, now.minusSeconds(60));
    log.append(reply(quick, "quick"), now);
    log.pollTakes(Duration.ofMillis(2));
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Finding>> searches = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        RequestId own = new RequestId("my-own-" + i);
        searches.add(clients.submit(() -> find(own, Duration.ofSeconds(2))));
      }
      await().until(() -> log.delivered() > 1_000);

      // When
      String body = body(find(quick, NO_WAIT));

      // Then
      assertThat(body).isEqualTo("quick");
      assertThat(searches).anySatisfy(search -> assertThat(search.isDone()).isFalse());
      for (Future<Finding> each : searches) {
        assertThat(each.get()).isInstanceOf(Finding.Stopped.class);
      }
    }
  }

  @Test
  void tooManySearchesAreRefused() throws Exception {
    // Given
    fill(20_000, now.minus(Duration.ofHours(1)), now);
    log.pollTakes(Duration.ofMillis(2));
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      // When
      List<Future<Finding>> searches = new ArrayList<>();
      for (int i = 0; i < 2 * SearchTurns.MOST_SEARCHES; i++) {
        RequestId own = new RequestId("my-own-" + i);
        searches.add(clients.submit(() -> find(own, Duration.ofSeconds(2))));
      }

      // Then
      assertThat(searches)
          .anySatisfy(refused ->
              assertThat(refused)
                  .failsWithin(Duration.ofSeconds(20))
                  .withThrowableOfType(ExecutionException.class)
                  .withCauseInstanceOf(Problem.class)
                  .withMessageContaining("too many clients search"));
    }
    assertThat(pending.size()).isZero();
  }
}
