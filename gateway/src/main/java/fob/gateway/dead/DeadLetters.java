package fob.gateway.dead;

import fob.bus.Bus;
import fob.bus.table.PlacesReader;
import fob.bus.wire.DeadLetterWire;
import fob.bus.wire.Topics;
import fob.call.DeadLetter;
import fob.call.LetterAnswer;
import fob.call.LetterPlace;
import fob.call.LetterQuestion;
import fob.call.RequestId;
import fob.gateway.http.Problem;
import fob.gateway.publish.ConfirmedPublisher;
import fob.gateway.reply.PendingCalls;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The dead letters of all partitions. Their owners know where they are, and the letters themselves
 * are read from Kafka: nothing is kept here. Thread-safe.
 */
public final class DeadLetters implements AutoCloseable {

  /** How many pages are made at a time, since each may have the places of many letters. */
  private static final int MOST_LISTINGS = 8;

  /** Longer than it takes to replace an invoker that was killed. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration LISTING_WAITS = Duration.ofSeconds(5);

  private final Semaphore listings = new Semaphore(MOST_LISTINGS, true);
  private final LetterOwners owners;
  private final PlacesReader reader;

  /**
   * Some of the letters.
   *
   * @param total how many match, on all pages
   * @param letters the newest first
   * @param next the last place of this page, if there is another one
   * @param leftOut how many older letters the owners have no memory for. They are not in the total,
   *     and some may be gone from the topic
   */
  record Page(long total, List<DeadLetter> letters, Optional<LetterPlace> next, long leftOut) {}

  /**
   * @param reader of {@code fob.dead}; this closes it
   */
  DeadLetters(LetterOwners owners, PlacesReader reader) {
    this.owners = owners;
    this.reader = reader;
  }

  /**
   * @param answers get what the owners of partitions answer
   * @param ids make ids whose replies come to this gateway
   */
  public static DeadLetters on(
      Bus bus,
      ConfirmedPublisher publisher,
      PendingCalls<LetterAnswer> answers,
      Supplier<RequestId> ids,
      InstantSource clock)
      throws InterruptedException {
    String calls = Topics.CALL.name();
    int partitions = Objects.requireNonNull(bus.partitions(List.of(Topics.CALL)).get(calls));
    return new DeadLetters(
        new LetterOwners(publisher, answers, ids, partitions, PATIENCE, clock),
        new PlacesReader(Topics.DEAD, bus.searcher()));
  }

  /**
   * Lists letters that were written up to now, the newest first. Blocks.
   *
   * @throws Problem if not all owners answer, or too many pages are asked for
   * @throws org.apache.kafka.common.KafkaException if the letters cannot be read now
   */
  Page list(LetterQuestion.Listing question) throws InterruptedException {
    if (!listings.tryAcquire(LISTING_WAITS.toMillis(), TimeUnit.MILLISECONDS)) {
      throw Problem.ofGateway(
              503, "overloaded", "too many requests list dead letters at this gateway")
          .header("Retry-After", "2");
    }
    try {
      return page(question);
    } finally {
      listings.release();
    }
  }

  private Page page(LetterQuestion.Listing question) throws InterruptedException {
    List<LetterAnswer.Listed> listed =
        owners.askAll(question, _ -> false).stream().map(LetterAnswer.Listed.class::cast).toList();
    List<LetterPlace> newest =
        listed.stream()
            .map(LetterAnswer.Listed::newest)
            .flatMap(Collection::stream)
            .sorted(Comparator.reverseOrder())
            .toList();
    List<LetterPlace> page = newest.stream().limit(question.limit()).toList();
    boolean isLast =
        newest.size() <= question.limit() && listed.stream().noneMatch(LetterAnswer.Listed::more);
    return new Page(
        listed.stream().mapToLong(LetterAnswer.Listed::total).sum(),
        read(page),
        isLast ? Optional.empty() : Optional.of(page.getLast()),
        listed.stream().mapToLong(LetterAnswer.Listed::leftOut).sum());
  }

  private List<DeadLetter> read(List<LetterPlace> places) {
    return reader.read(
        places.stream()
            .map(place -> new PlacesReader.Place(place.partition(), place.offset()))
            .toList(),
        DeadLetterWire::decode);
  }

  /** Finds a letter. Blocks; see {@link #list}. */
  Optional<DeadLetter> get(RequestId id) throws InterruptedException {
    return place(id).stream()
        .flatMap(place -> read(List.of(place)).stream())
        .filter(letter -> letter.id().equals(id))
        .findFirst();
  }

  /**
   * Has the owner make a new call from a letter and delete the letter. Blocks; see {@link #list}.
   *
   * @param as the request id of the new call
   * @return false if there is no such letter
   */
  boolean redrive(RequestId id, RequestId as) throws InterruptedException {
    return change(id, new LetterQuestion.Redrive(id, as));
  }

  /** Has the owner delete a letter. Blocks; see {@link #redrive}. */
  boolean delete(RequestId id) throws InterruptedException {
    return change(id, new LetterQuestion.Delete(id));
  }

  private boolean change(RequestId id, LetterQuestion change) throws InterruptedException {
    Optional<LetterPlace> place = place(id);
    return place.isPresent()
        && owners.ask(place.get().partition(), change) instanceof LetterAnswer.Done;
  }

  /** The id does not tell the partition, so all owners are asked. */
  private Optional<LetterPlace> place(RequestId id) throws InterruptedException {
    return owners.askAll(new LetterQuestion.Find(id), LetterAnswer.Found.class::isInstance).stream()
        .filter(LetterAnswer.Found.class::isInstance)
        .map(found -> ((LetterAnswer.Found) found).place())
        .findFirst();
  }

  @Override
  public void close() {
    reader.close();
  }
}
