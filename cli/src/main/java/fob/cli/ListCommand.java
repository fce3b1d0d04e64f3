package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fob ls}: lists functions. */
@Command(
    name = "ls",
    aliases = "list",
    description = "Lists the functions, the oldest first.",
    footerHeading = "%nExample:%n",
    footer = "  fob ls --json")
final class ListCommand implements Callable<Integer> {

  @Mixin private final Client client;

  ListCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    JsonNode stats = client.gateway().get("api", "stats");
    Output output = client.output();
    if (output.json()) {
      output.print(stats.path("details"));
      return ExitCodes.OK;
    }
    Map<String, Long> calls = callsOfLastMinute();
    Instant now = Instant.now();
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode function : stats.path("details")) {
      rows.add(
          List.of(
              function.path("name").asText("-"),
              function.path("version").asText("-"),
              function.path("status").asText(),
              function.path("language").asText(),
              function.path("instances").asText("-"),
              calls == null
                  ? "-"
                  : Long.toString(calls.getOrDefault(function.path("id").asText(), 0L)),
              FunctionText.age(function.path("registered").asText(), now),
              function.path("id").asText()));
    }
    output.table(
        List.of("NAME", "VERSION", "STATUS", "LANGUAGE", "INSTANCES", "CALLS/MIN", "AGE", "ID"),
        rows);
    return ExitCodes.OK;
  }

  /** Returns the calls by function id; null if the gateway is older and does not tell. */
  private @Nullable Map<String, Long> callsOfLastMinute() throws IOException {
    JsonNode live;
    try {
      live = client.gateway().get("api", "live");
    } catch (CommandFailure e) {
      if (e.exitCode() == ExitCodes.NOT_FOUND) {
        return null;
      }
      throw e;
    }
    // The last step is not complete, and a step is shown when it is over.
    Instant begin =
        Instant.parse(live.path("at").asText())
            .minusSeconds(60)
            .minusMillis(live.path("step_ms").asLong());
    Map<String, Long> calls = new HashMap<>();
    for (JsonNode step : live.path("steps")) {
      if (Instant.parse(step.path("at").asText()).isAfter(begin)) {
        step.path("functions")
            .properties()
            .forEach(
                one -> calls.merge(one.getKey(), one.getValue().path("calls").asLong(), Long::sum));
      }
    }
    return calls;
  }
}
