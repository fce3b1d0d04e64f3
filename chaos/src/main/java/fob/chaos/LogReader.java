package fob.chaos;

import fob.bus.Bus;
import fob.bus.wire.AsyncCallWire;
import fob.bus.wire.CallWire;
import fob.bus.wire.DeadLetterWire;
import fob.bus.wire.FunctionRowWire;
import fob.bus.wire.Json;
import fob.bus.wire.KeyAnswerWire;
import fob.bus.wire.LetterAnswerWire;
import fob.bus.wire.LetterQuestionWire;
import fob.bus.wire.ResponseWire;
import fob.bus.wire.Topic;
import fob.bus.wire.Topics;
import fob.call.AsyncCall;
import fob.call.Call;
import fob.call.DeadLetter;
import fob.call.Failure;
import fob.call.KeyAnswer;
import fob.call.Reply;
import fob.call.RequestId;
import fob.call.Response;
import fob.chaos.check.Log;
import fob.chaos.check.Result;
import fob.function.FunctionStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the topics of calls and replies from their beginning. Used by one thread. */
final class LogReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final List<Topic> TOPICS =
      List.of(Topics.CALL, Topics.ASYNC, Topics.RESPONSE, Topics.DEAD, Topics.FUNCTIONS);

  /** The runtime directory of a deployer, in the address of an instance. */
  private static final Pattern DEPLOYER = Pattern.compile("/(fob-[^/]+)/");

  private final Consumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Map<String, Log.Call> calls = new LinkedHashMap<>();
  private final List<Log.Response> responses = new ArrayList<>();
  private final Map<String, Log.Dead> dead = new LinkedHashMap<>();
  private final Set<String> answered = new HashSet<>();

  /** The answer ids of calls with a key, by their request ids. */
  private final Map<String, String> asked = new HashMap<>();

  /** The last answers to calls with a key, by the answer ids. */
  private final Map<String, KeyAnswer> answers = new HashMap<>();

  private final List<Log.Written> functions = new ArrayList<>();

  LogReader(Bus bus) {
    this.consumer = bus.reader();
    this.partitions =
        TOPICS.stream()
            .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads all records that have been written since the last read. */
  void catchUp() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        read(record);
      }
    }
  }

  private void read(ConsumerRecord<String, byte[]> record) {
    if (LetterQuestionWire.isQuestion(record) || LetterAnswerWire.isAnswer(record)) {
      return; // somebody lists dead letters
    }
    Instant at = Instant.ofEpochMilli(record.timestamp());
    if (record.topic().equals(Topics.RESPONSE.name()) && KeyAnswerWire.isAnswer(record)) {
      answers.put(record.key(), KeyAnswerWire.decode(record));
    } else if (record.topic().equals(Topics.RESPONSE.name())) {
      Response response = ResponseWire.decode(record);
      answered.add(response.id().value());
      responses.add(
          new Log.Response(at, response.id().value(), response.attempt(), result(response)));
    } else if (record.topic().equals(Topics.DEAD.name())) {
      if (record.value() != null) {
        addDead(at, record);
      }
    } else if (record.topic().equals(Topics.FUNCTIONS.name())) {
      addWriter(at, record);
    } else {
      Call call = CallWire.decode(record);
      String id = call.id().value();
      calls.putIfAbsent(id, new Log.Call(at, id, token(record.value())));
      Optional.ofNullable(call.headers().key())
          .ifPresent(key -> asked.put(id, key.answer().value()));
    }
  }

  /** A function that is ready has addresses in the directory of the deployer that wrote it. */
  private void addWriter(Instant at, ConsumerRecord<String, byte[]> record) {
    if (record.value() != null
        && FunctionRowWire.decode(record) instanceof FunctionRowWire.Row.OfFunction(var state)
        && state.status() instanceof FunctionStatus.Ready ready) {
      ready.instances().stream()
          .map(instance -> DEPLOYER.matcher(instance.address().toString()))
          .filter(Matcher::find)
          .map(found -> new Log.Written(at, found.group(1)))
          .findFirst()
          .ifPresent(functions::add);
    }
  }

  /** Keeps only the newest dead letter of a call, which is the one that users see. */
  private void addDead(Instant at, ConsumerRecord<String, byte[]> record) {
    DeadLetter letter = DeadLetterWire.decode(record);
    AsyncCall call = AsyncCallWire.decode(record);
    long unreachable =
        letter.history().stream().filter(one -> one.failure() == Failure.UNREACHABLE).count();
    String id = letter.id().value();
    dead.put(
        id,
        new Log.Dead(
            at, id, letter.failure().label(), call.call().headers().attempt(), (int) unreachable));
  }

  private static Result result(Response response) {
    return switch (response.reply()) {
      case Reply.Answered(byte[] body) -> Result.ok(new String(body, StandardCharsets.UTF_8));
      case Reply.Failed failed -> new Result(failed.failure().label(), failed.message());
    };
  }

  private static String token(byte[] payload) {
    return Json.parse(payload).path("token").asText();
  }

  /** Returns how many calls have no response yet. */
  long inFlight() {
    return calls.keySet().stream().filter(id -> !answered.contains(id) && isCall(id)).count();
  }

  /** Whether a record is a call of its own, and not one that its key has kept from running. */
  private boolean isCall(String id) {
    return switch (answers.get(asked.get(id))) {
      case null -> true;
      case KeyAnswer.First _ -> true;
      case KeyAnswer.Repeat(RequestId first, boolean _) -> first.value().equals(id);
      case KeyAnswer.Refused _ -> false;
    };
  }

  private boolean isRefused(String id) {
    return answers.get(asked.get(id)) instanceof KeyAnswer.Refused;
  }

  /** Returns all records that were read, and the runs that functions have logged in the folder. */
  Log log(Path functionLogs) throws IOException {
    return new Log(
        calls.values().stream().filter(call -> isCall(call.id())).toList(),
        calls.values().stream().filter(call -> isRefused(call.id())).toList(),
        responses,
        List.copyOf(dead.values()),
        Functions.runs(functionLogs),
        functions);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
