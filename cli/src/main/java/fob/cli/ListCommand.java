package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
              FunctionText.age(function.path("registered").asText(), now),
              function.path("id").asText()));
    }
    output.table(List.of("NAME", "VERSION", "STATUS", "LANGUAGE", "INSTANCES", "AGE", "ID"), rows);
    return ExitCodes.OK;
  }
}
