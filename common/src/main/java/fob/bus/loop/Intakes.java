package fob.bus.loop;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The topics that a loop reads, with what is in flight of each. So a topic that is full does not
 * stop the others. Used by the poll thread alone.
 */
final class Intakes {

  /** A topic at work. */
  private record Open(Intake intake, Dispatcher dispatcher) {}

  private final Commits commits;
  private final Map<String, Open> topics;

  /**
   * @param handOver empty if records are so short that the next owner need not hear of them
   */
  Intakes(
      Collection<Intake> intakes,
      Commits commits,
      Optional<HandOver> handOver,
      Membership membership) {
    this.commits = commits;
    this.topics =
        intakes.stream()
            .map(intake -> new Open(intake, new Dispatcher(intake.handler(), handOver, membership)))
            .collect(Collectors.toMap(open -> open.intake().topic().name(), Function.identity()));
  }

  List<String> names() {
    return topics.keySet().stream().sorted().toList();
  }

  /** The topics of which so much is in flight that reading them must pause. */
  Set<String> full() {
    return topics.values().stream()
        .filter(this::isFull)
        .map(open -> open.intake().topic().name())
        .collect(Collectors.toSet());
  }

  private boolean isFull(Open open) {
    return commits.inFlight(open.intake().topic().name()) >= open.intake().inFlight()
        || open.dispatcher().bytesInFlight() >= open.intake().bytesInFlight();
  }

  /** Starts a record, unless it was done before a restart. Does not block. */
  void dispatch(ConsumerRecord<String, byte[]> record) {
    CommitTracker tracker = commits.tracker(new TopicPartition(record.topic(), record.partition()));
    if (tracker.start(record.offset())) {
      open(record.topic()).dispatcher().dispatch(record, commits.topicId(record.topic()), tracker);
    }
  }

  private Open open(String topic) {
    return Objects.requireNonNull(topics.get(topic), topic);
  }
}
