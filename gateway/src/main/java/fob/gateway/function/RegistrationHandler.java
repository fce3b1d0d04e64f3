package fob.gateway.function;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.bus.wire.PartChoice;
import fob.bus.wire.RegistrationWire;
import fob.function.Code;
import fob.function.Environment;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
import fob.function.Registration;
import fob.gateway.access.AuditLog;
import fob.gateway.access.Caller;
import fob.gateway.http.Body;
import fob.gateway.http.BodyReader;
import fob.gateway.http.Prefer;
import fob.gateway.http.Problem;
import fob.gateway.publish.ConfirmedPublisher;
import fob.gateway.upload.Posted;
import fob.gateway.upload.Submission;
import fob.gateway.upload.Wanted;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Registers and removes functions. Status 2xx means that Kafka has replicated the request.
 * Thread-safe.
 */
public final class RegistrationHandler {

  private final Functions functions;
  private final BodyReader bodies;
  private final ConfirmedPublisher publisher;
  private final Consumer<Environment> secrets;
  private final RegistrationCheck check;
  private final FunctionQuota quota;
  private final InstantSource clock;

  /**
   * @param secrets throws a {@link Problem} if a secret of the environment does not exist
   * @param parts knows how many partitions the topics of calls have
   */
  public RegistrationHandler(
      Functions functions,
      BodyReader bodies,
      ConfirmedPublisher publisher,
      Consumer<Environment> secrets,
      PartChoice parts,
      InstantSource clock) {
    this.functions = functions;
    this.bodies = bodies;
    this.publisher = publisher;
    this.secrets = secrets;
    this.check = new RegistrationCheck(functions, parts);
    this.quota = new FunctionQuota(functions);
    this.clock = clock;
  }

  /** POST: the body is the code. */
  public void register(Context http) throws InterruptedException {
    Prefer prefer = Prefer.of(http);
    FunctionSpec spec = publish(http);
    Optional<Duration> wait = prefer.waiting();
    if (wait.isPresent()) {
      http.header("Preference-Applied", "wait=" + wait.get().toSeconds());
      functions
          .awaitSettled(spec.id(), wait.get())
          .ifPresent(status -> RegistrationFailure.throwIfFailed(spec.id(), status));
    }
    ObjectNode id = JsonNodeFactory.instance.objectNode().put("id", spec.id().toString());
    if (wait.isPresent()) {
      functions.state(spec.id()).ifPresent(state -> FunctionJson.putName(id, state));
    }
    http.status(201)
        .header("Location", "/api/meta/" + spec.id())
        .contentType("application/json")
        .result(Json.bytes(id));
  }

  /** Reads the code and writes it to Kafka. The code is not in memory any more after that. */
  private FunctionSpec publish(Context http) {
    RegistrationQuery query = RegistrationQuery.of(http);
    RegistrationSettings ofQuery = settings(http, query);
    Wanted wanted = check.wanted(ofQuery); // refuses wrong settings before the body is read
    try (Body body = bodies.read(http, "the code")) {
      Posted posted = Posted.of(http.header("Content-Type"), body.bytes());
      RegistrationSettings settings =
          posted.settings().map(json -> settings(http, query.with(json))).orElse(ofQuery);
      require(Caller.of(http), settings);
      Submission submission =
          Submission.read(posted, settings.equals(ofQuery) ? wanted : check.wanted(settings));
      Code code = submission.code();
      FunctionSpec spec =
          new FunctionSpec(
              FunctionId.random(),
              submission.language(),
              settings.name(),
              settings.limits(),
              settings.retry(),
              settings.environment(),
              submission.upload(),
              code.sha256(),
              code.bytes().length,
              clock.instant().truncatedTo(ChronoUnit.MILLIS),
              settings.mcp());
      AuditLog.about(http, text(spec));
      Caller caller = Caller.of(http);
      publish(new Registration.Register(spec, code, caller.text()), caller);
      return spec;
    }
  }

  /** Notes the name before the check, so that the entry of a refusal on the audit log has it. */
  private static RegistrationSettings settings(Context http, RegistrationQuery query) {
    AuditLog.about(http, query.name());
    return query.settings();
  }

  private static void require(Caller caller, RegistrationSettings settings) {
    caller.requireName(settings.name());
    settings.environment().secrets().forEach(use -> caller.requireSecret(use.name()));
  }

  private static String text(FunctionSpec spec) {
    return spec.name() == null ? spec.id().toString() : "%s (%s)".formatted(spec.name(), spec.id());
  }

  private void publish(Registration.Register registration, Caller caller) {
    FunctionSpec spec = registration.spec();
    secrets.accept(spec.environment());
    quota.register(caller, spec);
    try {
      publisher.publish(RegistrationWire.encode(registration));
    } catch (Problem e) {
      functions.notRegistered(spec);
      throw e;
    }
  }

  /** DELETE of one function, by id, name or version. */
  public void remove(Context http) {
    remove(List.of(functions.require(http.pathParam("function")).spec().id()), Caller.of(http));
    http.status(204);
  }

  /** DELETE of all functions that have failed, and that the client may use. */
  public void removeFailed(Context http) {
    if (!"status=failed".equals(http.queryString())) {
      throw Problem.ofGateway(
          400,
          "bad-request",
          "DELETE /api/gen/ID removes one function, by id or name, and DELETE"
              + " /api/gen?status=failed all that have failed; expected one of the two");
    }
    Caller caller = Caller.of(http);
    List<FunctionId> failed =
        functions.all().stream()
            .filter(state -> caller.mayUse(state.spec().name()))
            .filter(state -> state.status() instanceof FunctionStatus.Failed)
            .map(state -> state.spec().id())
            .toList();
    AuditLog.about(http, failed);
    remove(failed, caller);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode ids = json.putArray("removed");
    failed.forEach(id -> ids.add(id.toString()));
    http.contentType("application/json").result(Json.bytes(json));
  }

  private void remove(List<FunctionId> ids, Caller by) {
    ids.forEach(functions::removing);
    try {
      publisher.publish(
          ids.stream()
              .map(id -> RegistrationWire.encode(new Registration.Remove(id, by.text())))
              .toList());
    } catch (Problem e) {
      ids.forEach(functions::notRemoved);
      throw e;
    }
  }
}
