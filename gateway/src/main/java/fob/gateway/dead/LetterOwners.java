package fob.gateway.dead;

import fob.bus.wire.LetterQuestionWire;
import fob.call.LetterAnswer;
import fob.call.LetterQuestion;
import fob.call.RequestId;
import fob.gateway.http.Problem;
import fob.gateway.publish.ConfirmedPublisher;
import fob.gateway.reply.PendingCalls;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Asks the invokers that own partitions about the dead letters there. A question is a record of
 * {@code fob.call}, and its answer comes with the replies to calls. Thread-safe.
 */
final class LetterOwners {

  private final ConfirmedPublisher publisher;
  private final PendingCalls<LetterAnswer> answers;
  private final Supplier<RequestId> ids;
  private final int partitions;
  private final Duration patience;
  private final InstantSource clock;

  /** A question that was asked. */
  private record Asked(RequestId id, CompletableFuture<LetterAnswer> answer) {}

  /**
   * @param ids make ids whose replies come to this gateway
   * @param partitions how many {@code fob.call} has
   * @param patience how long a question may take; longer than it takes to replace an invoker
   */
  LetterOwners(
      ConfirmedPublisher publisher,
      PendingCalls<LetterAnswer> answers,
      Supplier<RequestId> ids,
      int partitions,
      Duration patience,
      InstantSource clock) {
    this.publisher = publisher;
    this.answers = answers;
    this.ids = ids;
    this.partitions = partitions;
    this.patience = patience;
    this.clock = clock;
  }

  /**
   * Asks the owner of one partition. Blocks.
   *
   * @throws Problem 504 if nobody answers in time, 503 if the owner cannot answer now
   */
  LetterAnswer ask(int partition, LetterQuestion question) throws InterruptedException {
    return ask(IntStream.of(partition), question, _ -> false).getFirst();
  }

  /**
   * Asks the owners of all partitions. Blocks.
   *
   * @param suffices an answer with which the others need not be waited for
   * @return that answer alone, or the answers of all
   * @throws Problem 504 if not all answer in time, 503 if one cannot answer now
   */
  List<LetterAnswer> askAll(LetterQuestion question, Predicate<LetterAnswer> suffices)
      throws InterruptedException {
    return ask(IntStream.range(0, partitions), question, suffices);
  }

  private List<LetterAnswer> ask(
      IntStream owned, LetterQuestion question, Predicate<LetterAnswer> suffices)
      throws InterruptedException {
    List<Asked> asked = new ArrayList<>();
    try {
      List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
      owned.forEach(partition -> {
        Asked one = register();
        asked.add(one);
        records.add(
            LetterQuestionWire.encode(
                partition, one.id(), clock.instant().plus(patience), question));
      });
      publisher.publish(records);
      return await(asked.stream().map(Asked::answer).toList(), suffices);
    } finally {
      asked.forEach(one -> answers.remove(one.id(), one.answer()));
    }
  }

  private Asked register() {
    RequestId id = ids.get();
    return new Asked(id, answers.add(id).orElseThrow(Problem::tooManyWait));
  }

  private List<LetterAnswer> await(
      List<CompletableFuture<LetterAnswer>> wanted, Predicate<LetterAnswer> suffices)
      throws InterruptedException {
    CompletableFuture<LetterAnswer> enough = new CompletableFuture<>();
    for (CompletableFuture<LetterAnswer> one : wanted) {
      var _ =
          one.thenAccept(answer -> {
            if (suffices.test(answer)) {
              enough.complete(answer);
            }
          });
    }
    CompletableFuture<Void> all = CompletableFuture.allOf(wanted.toArray(CompletableFuture[]::new));
    try {
      CompletableFuture.anyOf(enough, all).get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw noReply(wanted.stream().filter(one -> !one.isDone()).count());
    } catch (CancellationException | ExecutionException e) {
      throw Problem.ofGateway(503, "stopping", "this gateway is stopping");
    }
    return enough.isDone()
        ? List.of(enough.join())
        : wanted.stream().map(CompletableFuture::join).map(LetterOwners::usable).toList();
  }

  private Problem noReply(long missing) {
    return new Problem(
            504,
            "invoker",
            "no-reply",
            "the invokers of %d of %d partitions have not answered within %d s; dead letters are with the invokers, so see whether these run (/readyz). What was to be redriven or deleted may be or not: GET /api/dead tells"
                .formatted(missing, partitions, patience.toSeconds()))
        .header("Retry-After", "5");
  }

  private static LetterAnswer usable(LetterAnswer answer) {
    return switch (answer) {
      case LetterAnswer.NotNow _ ->
          throw new Problem(
                  503,
                  "invoker",
                  "not-read",
                  "an invoker cannot read its dead letters now; one that has just started or got partitions reads all of them first. Nothing was changed")
              .header("Retry-After", "2");
      case LetterAnswer.NotUnderstood _ ->
          throw new Problem(
              503,
              "invoker",
              "not-understood",
              "an invoker does not know the question, since it is of an earlier version than this gateway: upgrade all invokers. Nothing was changed");
      case LetterAnswer.Listed _,
          LetterAnswer.Found _,
          LetterAnswer.Unknown _,
          LetterAnswer.Done _ ->
          answer;
    };
  }
}
