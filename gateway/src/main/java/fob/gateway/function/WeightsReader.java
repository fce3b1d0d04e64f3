package fob.gateway.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.function.FunctionId;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.NameState;
import fob.function.VersionName;
import fob.function.Weights;
import fob.gateway.http.Problem;
import fob.service.Text;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the weights that a name is to have, and refuses those that no name can have.
 *
 * @param states what is known of a function
 */
record WeightsReader(NameState name, Function<FunctionId, Optional<FunctionState>> states) {

  private static final int LONGEST_SHOWN = 100;

  /**
   * @throws Problem 400 if it is no JSON object of versions and whole numbers, 422 if a version
   *     does not exist, has failed or is another name's, or if the sum is not 100
   */
  Weights read(byte[] body) {
    SortedMap<Integer, Integer> percents = new TreeMap<>();
    int sum = 0;
    for (Map.Entry<String, JsonNode> each : object(body).properties()) {
      int percent = percent(each.getKey(), each.getValue());
      sum += percent;
      int version = version(each.getKey());
      if (percent > 0) {
        percents.put(version, percent);
      }
    }
    if (sum != Weights.ALL) {
      throw refused(
          "the weights add up to %d; expected 100 together, such as %s".formatted(sum, example()));
    }
    return new Weights(percents);
  }

  private ObjectNode object(byte[] body) {
    try {
      if (Json.parse(body) instanceof ObjectNode object && !object.isEmpty()) {
        return object;
      }
      throw malformed("there are no weights in it");
    } catch (IllegalArgumentException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private Problem malformed(String why) {
    return Problem.badRequest(
        "the weights: %s; expected a JSON object of versions and percentages, such as %s"
            .formatted(why, example()));
  }

  private int percent(String version, JsonNode value) {
    if (!value.isInt() || value.intValue() < 0 || value.intValue() > Weights.ALL) {
      throw malformed(
          "'%s' has %s, which is no whole number from 0 to 100"
              .formatted(shown(version), shown(value.toString())));
    }
    return value.intValue();
  }

  private int version(String text) {
    VersionName wanted =
        VersionName.parse(text)
            .orElseThrow(() -> malformed("'%s' is no version".formatted(shown(text))));
    if (!wanted.name().equals(name.name())) {
      throw refused(
          "%s is a version of '%s', and '%s' can lead to its own versions only: %s"
              .formatted(wanted, wanted.name(), name.name(), name.versionNames()));
    }
    FunctionState version =
        name.find(wanted.version())
            .flatMap(states)
            .orElseThrow(() ->
                refused("there is no %s; there are %s".formatted(wanted, name.versionNames())));
    if (version.status() instanceof FunctionStatus.Failed(var failure)) {
      throw refused(
          "%s has failed, so the name cannot lead to it: %s".formatted(wanted, failure.summary()));
    }
    return wanted.version();
  }

  private static Problem refused(String why) {
    return Problem.ofGateway(422, "bad-weights", why);
  }

  private String example() {
    return "{\"%s@%d\": 100}".formatted(name.name(), Math.max(1, name.versions().lastKey()));
  }

  private static String shown(String text) {
    return Text.printable(text, LONGEST_SHOWN);
  }
}
