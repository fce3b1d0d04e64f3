package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob versions}: lists the versions of a name. */
@Command(
    name = "versions",
    description = "Lists the versions of a name, the newest first, and their shares of the calls.",
    footerHeading = "%nExamples:%n",
    footer = {"  fob versions add", "  fob versions add --history"})
final class VersionsCommand implements Callable<Integer> {

  @Mixin private final Client client;

  @Parameters(paramLabel = "NAME", description = "The function's name.")
  private String name = "";

  @Option(names = "--history", description = "Lists who moved the name where, and when.")
  private boolean history;

  VersionsCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    JsonNode found = new Names(client.gateway()).get(name);
    Output output = client.output();
    if (output.json()) {
      output.print(found);
    } else if (history) {
      printHistory(output, found);
    } else {
      printVersions(output, found);
    }
    return ExitCodes.OK;
  }

  private void printVersions(Output output, JsonNode found) {
    Instant now = Instant.now();
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode version : found.path("versions")) {
      rows.add(
          List.of(
              name + "@" + version.path("version").asText(),
              version.path("status").asText(),
              version.path("weight").asText() + " %",
              FunctionText.age(version.path("registered").asText(), now),
              version.path("by").asText("-"),
              version.path("id").asText()));
    }
    output.table(List.of("VERSION", "STATUS", "CALLS", "AGE", "BY", "ID"), rows);
    JsonNode pending = found.path("pending");
    if (!pending.isMissingNode()) {
      output.say("fob: a change waits until its versions are ready: " + pending.path("weights"));
    }
  }

  private static void printHistory(Output output, JsonNode found) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode change : found.path("history")) {
      List<String> shares = new ArrayList<>();
      change
          .path("weights")
          .properties()
          .forEach(share -> shares.add(share.getKey() + " " + share.getValue() + " %"));
      rows.add(
          List.of(
              change.path("at").asText(), change.path("by").asText(), String.join(", ", shares)));
    }
    output.table(List.of("AT", "BY", "CALLS"), rows);
  }
}
