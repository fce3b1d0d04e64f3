package fob.gateway.function;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.bus.wire.RegistrationWire;
import fob.function.Code;
import fob.function.Environment;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
import fob.function.Language;
import fob.function.PlatformInfo;
import fob.function.Registration;
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
  private final Consumer<Environment> secrets; // throws a Problem if one does not exist
  private final InstantSource clock;

  public RegistrationHandler(
      Functions functions,
      BodyReader bodies,
      ConfirmedPublisher publisher,
      Consumer<Environment> secrets,
      InstantSource clock) {
    this.functions = functions;
    this.bodies = bodies;
    this.publisher = publisher;
    this.secrets = secrets;
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
    http.status(201)
        .header("Location", "/api/meta/" + spec.id())
        .contentType("application/json")
        .result(Json.bytes(id));
  }

  /** Reads the code and writes it to Kafka. The code is not in memory any more after that. */
  private FunctionSpec publish(Context http) {
    RegistrationQuery query = RegistrationQuery.of(http);
    RegistrationSettings ofQuery = query.settings();
    Wanted wanted = wanted(ofQuery); // refuses wrong settings before the body is read
    try (Body body = bodies.read(http, "the code")) {
      Posted posted = Posted.of(http.header("Content-Type"), body.bytes());
      RegistrationSettings settings =
          posted.settings().map(json -> query.with(json).settings()).orElse(ofQuery);
      Submission submission =
          Submission.read(posted, settings.equals(ofQuery) ? wanted : wanted(settings));
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
              clock.instant().truncatedTo(ChronoUnit.MILLIS));
      publish(spec, code);
      return spec;
    }
  }

  private void publish(FunctionSpec spec, Code code) {
    secrets.accept(spec.environment());
    functions.registering(spec);
    try {
      publisher.publish(RegistrationWire.encode(new Registration.Register(spec, code)));
    } catch (Problem e) {
      functions.notRegistered(spec);
      throw e;
    }
  }

  /** DELETE of one function, by id or name. */
  public void remove(Context http) {
    String function = http.pathParam("function");
    FunctionId id =
        functions.resolve(function).orElseThrow(() -> Problem.unknownFunction(function));
    if (functions.spec(id).isEmpty()) {
      throw Problem.unknownFunction(function);
    }
    remove(List.of(id));
    http.status(204);
  }

  /** DELETE of all functions that have failed. */
  public void removeFailed(Context http) {
    if (!"status=failed".equals(http.queryString())) {
      throw Problem.ofGateway(
          400,
          "bad-request",
          "DELETE /api/gen/ID removes one function, by id or name, and DELETE"
              + " /api/gen?status=failed all that have failed; expected one of the two");
    }
    List<FunctionId> failed =
        functions.all().stream()
            .filter(state -> state.status() instanceof FunctionStatus.Failed)
            .map(state -> state.spec().id())
            .toList();
    remove(failed);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode ids = json.putArray("removed");
    failed.forEach(id -> ids.add(id.toString()));
    http.contentType("application/json").result(Json.bytes(json));
  }

  private void remove(List<FunctionId> ids) {
    ids.forEach(functions::removing);
    try {
      publisher.publish(
          ids.stream().map(id -> RegistrationWire.encode(new Registration.Remove(id))).toList());
    } catch (Problem e) {
      ids.forEach(functions::notRemoved);
      throw e;
    }
  }

  /** Returns what the upload may be, if the platform can run a function with these settings. */
  private Wanted wanted(RegistrationSettings settings) {
    PlatformInfo platform =
        functions
            .platform()
            .orElseThrow(() ->
                Problem.ofGateway(
                        503,
                        "no-deployer",
                        "no deployer has run on this bus yet, so no language is known; start one")
                    .header("Retry-After", "5"));
    String language = settings.language();
    List<Language> languages =
        language == null
            ? platform.languages()
            : List.of(platform.language(language).orElseThrow(() -> unknown(language, platform)));
    platform
        .refusalOfImage(settings.upload().image())
        .ifPresent(why -> {
          throw Problem.ofGateway(422, "no-images", why);
        });
    platform
        .refusal(settings.limits())
        .ifPresent(why -> {
          throw Problem.ofGateway(422, "over-capacity", why);
        });
    return new Wanted(languages, language != null, settings.upload());
  }

  private static Problem unknown(String language, PlatformInfo platform) {
    return Problem.ofGateway(
        422,
        "unknown-language",
        "there is no driver for lang='%s'; there are drivers for %s"
            .formatted(language, platform.languageNames()));
  }
}
