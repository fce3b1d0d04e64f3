package fob.chaos;

import fob.bus.wire.CallWire;
import fob.bus.wire.Topics;
import fob.chaos.check.Behaviour;
import fob.chaos.check.CallKind;
import fob.chaos.check.Event;
import fob.chaos.check.Result;
import fob.service.Threads;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Makes calls and adds the requests and replies to the history. Thread-safe. */
final class Client {

  private static final Duration KEYED_PATIENCE = Duration.ofSeconds(90);
  private static final Duration REST = Duration.ofMillis(500);
  private static final int LOOK_UP_WAIT = 5;
  private static final String RESPOND_ASYNC = "respond-async";

  private final Api api;
  private final Producer<String, byte[]> producer;
  private final List<URI> gateways;
  private final Functions functions;
  private final Consumer<Event> history;

  Client(
      Api api,
      Producer<String, byte[]> producer,
      List<URI> gateways,
      Functions functions,
      Consumer<Event> history) {
    this.api = api;
    this.producer = producer;
    this.gateways = List.copyOf(gateways);
    this.functions = functions;
    this.history = history;
  }

  /**
   * Makes one call. Blocks until the reply is there or until it is clear that none will come.
   *
   * @param token identifies the call; begins with the client's name and a dash
   */
  void call(CallKind kind, Behaviour behaviour, String token, Random random)
      throws InterruptedException {
    String function = functions.id(behaviour, token.substring(0, token.indexOf('-')));
    Runnable invoked =
        () -> history.accept(new Event.Invoked(Instant.now(), token, kind, behaviour));
    URI gateway = gateways.get(random.nextInt(gateways.size()));
    switch (kind) {
      case SYNC_HTTP -> {
        invoked.run();
        http(gateway, function, token);
      }
      case ASYNC_HTTP -> {
        invoked.run();
        Instant since = Instant.now();
        Api.Answer answer = http(gateway, function, token, "Prefer", RESPOND_ASYNC);
        if (answer.status() == 202 && random.nextInt(3) == 0) {
          lookUp(gateways.get(random.nextInt(gateways.size())), answer.id(), since);
        }
      }
      case KEYED_HTTP ->
          keyed(function, token, random.nextInt(gateways.size()), invoked, "Prefer", RESPOND_ASYNC);
      case KEYED_SYNC -> keyed(function, token, random.nextInt(gateways.size()), invoked);
      case ASYNC_KAFKA -> {
        invoked.run();
        produce(Topics.ASYNC.name(), function, token, random.nextBoolean());
      }
      case SYNC_KAFKA -> {
        invoked.run();
        produce(Topics.CALL.name(), function, token, random.nextBoolean());
      }
    }
  }

  private static final Api.Answer NONE = new Api.Answer(0, "", "{}");

  private Api.Answer http(URI gateway, String function, String token, String... headers)
      throws InterruptedException {
    try {
      Api.Answer answer = api.call(gateway, function, token, headers);
      history.accept(event(answer, token));
      return answer;
    } catch (ConnectException e) {
      history.accept(new Event.Refused(Instant.now(), token, "not connected"));
    } catch (IOException e) {
      history.accept(new Event.Unknown(Instant.now(), token, e.toString()));
    }
    return NONE;
  }

  private static Event event(Api.Answer answer, String token) {
    Instant now = Instant.now();
    if (answer.status() == 202) {
      return new Event.Accepted(now, token, answer.id());
    }
    if (answer.isReply()) {
      return new Event.Answered(now, token, answer.id(), answer.result());
    }
    return answer.isRefusal()
        ? new Event.Refused(now, token, answer.body())
        : new Event.Unknown(now, token, answer.body());
  }

  /** Repeats the request until both gateways have accepted or answered it, 90 s at most. */
  private void keyed(String function, String token, int first, Runnable invoked, String... more)
      throws InterruptedException {
    List<String> headers = new ArrayList<>(List.of("Idempotency-Key", token));
    headers.addAll(List.of(more));
    Instant end = Instant.now().plus(KEYED_PATIENCE);
    int accepted = 0;
    for (int i = first; accepted < gateways.size() && Instant.now().isBefore(end); i++) {
      invoked.run();
      URI gateway = gateways.get(i % gateways.size());
      Api.Answer answer = http(gateway, function, token, headers.toArray(String[]::new));
      if (answer.status() == 202 || answer.isReply()) {
        accepted++;
      } else {
        Threads.pause(REST);
      }
    }
  }

  /**
   * Makes a call over Kafka.
   *
   * @param chosen whether the client chooses the request id; otherwise the id consists of the
   *     record's topic, partition and offset
   */
  private void produce(String topic, String function, String token, boolean chosen)
      throws InterruptedException {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic, function, Api.payload(token).getBytes(StandardCharsets.UTF_8));
    if (chosen) {
      record.headers().add(CallWire.REQUEST_ID, token.getBytes(StandardCharsets.UTF_8));
    }
    try {
      RecordMetadata written = producer.send(record).get();
      String place = topic + "-" + written.partition() + "-" + written.offset();
      history.accept(new Event.Accepted(Instant.now(), token, chosen ? token : place));
    } catch (ExecutionException | KafkaException e) {
      history.accept(new Event.Unknown(Instant.now(), token, e.toString()));
    }
  }

  private void lookUp(URI gateway, String id, Instant since) throws InterruptedException {
    try {
      Api.Answer answer = api.result(gateway, id, since, LOOK_UP_WAIT);
      Result result = resultOf(answer);
      if (result != null) {
        history.accept(new Event.LookedUp(Instant.now(), gateway.toString(), id, result, false));
      }
    } catch (IOException gatewayIsDown) {
      // The call is looked up again at the end of the run.
    }
  }

  /** Returns the state of the call according to a look-up, or null if the answer has none. */
  static @Nullable Result resultOf(Api.Answer answer) {
    if (answer.status() == 202) {
      // A search that was stopped does not know whether the call is over.
      return answer.json().has("searched-until") ? null : Result.IN_PROGRESS;
    }
    if (answer.isReply()) {
      return answer.result();
    }
    return answer.status() == 404 ? Result.UNKNOWN : null;
  }
}
