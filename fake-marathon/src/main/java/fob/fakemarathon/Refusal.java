package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A request that is answered with an error; {@link Router} turns it into the answer. */
final class Refusal extends RuntimeException {

  private final int status;
  private final transient ObjectNode body;

  private Refusal(int status, ObjectNode body) {
    super(body.path("message").asText());
    this.status = status;
    this.body = body;
  }

  static Refusal of(int status, String message) {
    return new Refusal(status, Json.object().put("message", message));
  }

  static Refusal badJson(String message, String details) {
    return new Refusal(400, Json.object().put("message", message).put("details", details));
  }

  static Refusal unknownApp(String id) {
    return of(404, "App '" + id + "' does not exist");
  }

  static Refusal unknownGroup(String id) {
    return of(404, "Group '" + id + "' does not exist");
  }

  /** 422 for a body of the wrong types. */
  static Refusal wrongTypes(List<Problem> problems) {
    return withDetails("Invalid JSON", problems);
  }

  /** 422 for a well-typed body that breaks rules. */
  static Refusal invalid(List<Problem> problems) {
    return withDetails("Object is not valid", problems);
  }

  static Refusal locked(Iterable<String> deployments) {
    ObjectNode body =
        Json.object()
            .put(
                "message",
                "App is locked by one or more deployments. Override with the option '?force=true'."
                    + " View details at '/v2/deployments/<DEPLOYMENT_ID>'.");
    ArrayNode ids = body.putArray("deployments");
    deployments.forEach(id -> ids.addObject().put("id", id));
    return new Refusal(409, body);
  }

  static Refusal tooManyDeployments(int max) {
    return of(
        403,
        "Max number ("
            + max
            + ") of running deployments is achieved. Wait for existing deployments to complete or"
            + " cancel one using force=true parameter. You can increase max deployment number by"
            + " using --max_running_deployments parameter, current value is "
            + max);
  }

  private static Refusal withDetails(String message, List<Problem> problems) {
    Map<String, List<String>> byPath = new LinkedHashMap<>();
    for (Problem problem : problems) {
      byPath.computeIfAbsent(problem.path(), path -> new ArrayList<>()).add(problem.message());
    }
    ObjectNode body = Json.object().put("message", message);
    ArrayNode details = body.putArray("details");
    byPath.forEach((path, errors) ->
        details.addObject().put("path", path).set("errors", Json.strings(errors)));
    return new Refusal(422, body);
  }

  Answer answer() {
    return Answer.json(status, body);
  }
}
