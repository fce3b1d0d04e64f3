package fob.gateway.secret;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.gateway.access.Caller;
import fob.gateway.http.Problem;
import java.util.Collection;
import java.util.List;

/**
 * The functions that use a secret, as far as a client may know of them. Immutable.
 *
 * @param own those that the client may use
 * @param others how many others there are
 */
record SecretUsers(List<FunctionId> own, int others) {

  /**
   * Finds the functions that use a secret.
   *
   * @param functions all functions
   */
  static SecretUsers of(String secret, Collection<FunctionSpec> functions, Caller client) {
    List<FunctionSpec> all =
        functions.stream()
            .filter(spec ->
                spec.environment().secrets().stream().anyMatch(use -> use.name().equals(secret)))
            .toList();
    List<FunctionId> own =
        all.stream().filter(spec -> client.mayUse(spec.name())).map(FunctionSpec::id).toList();
    return new SecretUsers(own, all.size() - own.size());
  }

  boolean isNone() {
    return own.isEmpty() && others == 0;
  }

  /** Adds the ids, and the number of others if there are any. */
  void putInto(ObjectNode json) {
    ArrayNode ids = json.putArray("functions");
    own.forEach(id -> ids.add(id.toString()));
    if (others > 0) {
      json.put("others", others);
    }
  }

  /** Why the secret cannot be deleted. */
  Problem inUse(String secret) {
    Problem problem = Problem.ofGateway(409, "secret-in-use", why(secret));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    putInto(json);
    json.properties().forEach(member -> problem.with(member.getKey(), member.getValue()));
    return problem;
  }

  private String why(String secret) {
    if (others == 0) {
      return "the secret '%s' is used by %d functions; remove them first, with DELETE /api/gen/%s"
          .formatted(secret, own.size(), own.getFirst());
    }
    if (own.isEmpty()) {
      return "the secret '%s' is used by functions that your key may not use (%d); ask somebody whose key may use them to remove them first"
          .formatted(secret, others);
    }
    return "the secret '%s' is used by functions that your key may use (%d), and by others (%d); remove the first ones with DELETE /api/gen/%s, and ask somebody whose key may use the others to remove these"
        .formatted(secret, own.size(), others, own.getFirst());
  }
}
