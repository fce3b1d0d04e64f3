package fob.gateway.function;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.bus.wire.RegistrationWire;
import fob.function.FunctionName;
import fob.function.NameChange;
import fob.function.NameState;
import fob.function.Registration;
import fob.function.Weights;
import fob.gateway.access.AuditLog;
import fob.gateway.access.Caller;
import fob.gateway.http.Body;
import fob.gateway.http.BodyReader;
import fob.gateway.http.Prefer;
import fob.gateway.http.Problem;
import fob.gateway.publish.ConfirmedPublisher;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/** Shows names and their versions, and changes where names lead. Thread-safe. */
public final class NameHandler {

  /** How long a change may take where the client does not say: versions may have to start. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Functions functions;
  private final NameJson json;
  private final BodyReader bodies;
  private final ConfirmedPublisher publisher;
  private final InstantSource clock;

  public NameHandler(
      Functions functions, BodyReader bodies, ConfirmedPublisher publisher, InstantSource clock) {
    this.functions = functions;
    this.json = new NameJson(functions);
    this.bodies = bodies;
    this.publisher = publisher;
    this.clock = clock;
  }

  /** Lists all names that the client may use. */
  public void list(Context http) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode names = answer.putArray("names");
    Caller caller = Caller.of(http);
    functions.names().all().stream()
        .filter(name -> caller.mayUse(name.name()))
        .forEach(name -> names.add(json.brief(name)));
    answer(http, answer);
  }

  /** Shows one name, with its history. */
  public void get(Context http) {
    answer(http, json.full(find(http)));
  }

  /** PUT: the body has the weights of the versions that the name is to lead to. */
  public void put(Context http) throws InterruptedException {
    NameState known = find(http);
    Duration wait = Prefer.of(http).waiting().orElse(PATIENCE);
    NameChange change =
        new NameChange(
            UUID.randomUUID().toString(),
            clock.instant(),
            Caller.of(http).text(),
            weights(http, known));
    AuditLog.about(http, "weights " + change.weights().percents());
    publisher.publish(RegistrationWire.encode(new Registration.ChangeName(known.name(), change)));
    Optional<Outcome> outcome =
        functions.names().await(known.name(), now -> outcome(now, change), wait);
    answer(http, json.full(effective(outcome, known, change)));
  }

  private Weights weights(Context http, NameState name) {
    try (Body body = bodies.read(http, "the weights")) {
      return new WeightsReader(name, functions::state).read(body.bytes());
    }
  }

  /** What has become of a change. */
  private sealed interface Outcome {
    record Effective(NameState name) implements Outcome {}

    record Refused(String why) implements Outcome {}
  }

  /** Returns what has become of a change; empty: it is to take effect later, or is not read yet. */
  private static Optional<Outcome> outcome(Optional<NameState> written, NameChange change) {
    if (written.isEmpty()) {
      return Optional.of(new Outcome.Refused("the name was removed meanwhile"));
    }
    NameState name = written.get();
    NameState.Refused refused = name.refused();
    if (name.history().stream().anyMatch(each -> each.id().equals(change.id()))) {
      return Optional.of(new Outcome.Effective(name));
    }
    return refused != null && refused.id().equals(change.id())
        ? Optional.of(new Outcome.Refused(refused.why()))
        : Optional.empty();
  }

  private NameState effective(Optional<Outcome> outcome, NameState before, NameChange change) {
    return switch (outcome.orElse(null)) {
      case Outcome.Effective(NameState name) -> name;
      case Outcome.Refused(String why) ->
          throw Problem.ofGateway(
              422, "not-changed", "'%s' was not changed: %s".formatted(before.name(), why));
      case null -> throw noAnswer(before, change);
    };
  }

  private Problem noAnswer(NameState before, NameChange change) {
    boolean isPending =
        functions
            .names()
            .get(before.name())
            .map(NameState::pending)
            .filter(pending -> pending.id().equals(change.id()))
            .isPresent();
    String why =
        isPending
            ? "not all versions are ready yet"
            : functions.unvouched().orElse("the deployer has not taken it up yet");
    return new Problem(
        504,
        "platform",
        "no-reply",
        "the change of '%s' is accepted and has not taken effect in time: %s; it takes effect once the versions are ready, and GET /api/names/%s tells"
            .formatted(before.name(), why, before.name()));
  }

  /** DELETE of a name and of all its versions. */
  public void delete(Context http) {
    NameState known = find(http);
    known.versions().values().forEach(functions::removing);
    try {
      publisher.publish(
          RegistrationWire.encode(
              new Registration.RemoveName(known.name(), Caller.of(http).text())));
    } catch (Problem e) {
      known.versions().values().forEach(functions::notRemoved);
      throw e;
    }
    http.status(204);
  }

  private NameState find(Context http) {
    String name = http.pathParam("function");
    return Optional.of(name)
        .filter(FunctionName::isValid)
        .flatMap(valid -> functions.names().get(new FunctionName(valid)))
        .orElseThrow(() ->
            Problem.notFound(
                "there is no name '%s'; GET /api/names lists those that there are, and POST /api/gen?name=NAME registers the first version of one"
                    .formatted(name)));
  }

  private static void answer(Context http, ObjectNode json) {
    http.contentType("application/json").result(Json.bytes(json));
  }
}
