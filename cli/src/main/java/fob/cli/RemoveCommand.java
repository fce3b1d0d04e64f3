package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob rm}: removes functions. */
@Command(
    name = "rm",
    aliases = {"delete", "remove"},
    description = "Stops and removes functions.",
    footerHeading = "%nExamples:%n",
    footer = {"  fob rm add hello@2", "  fob rm --failed"})
final class RemoveCommand implements Callable<Integer> {

  private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-.*");

  @Mixin private final Client client;

  @Parameters(
      arity = "0..*",
      paramLabel = "FUNCTION",
      description = "Names with all their versions, single versions such as add@3, or ids.")
  private List<String> functions = List.of();

  @Option(names = "--failed", description = "Removes all functions that have failed.")
  private boolean failed;

  RemoveCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    if (failed == !functions.isEmpty()) {
      throw CommandFailure.usage("expected functions to remove, or --failed");
    }
    Gateway gateway = client.gateway();
    if (failed) {
      removeFailed(gateway);
      return ExitCodes.OK;
    }
    ArrayNode removed = JsonNodeFactory.instance.arrayNode();
    for (String function : functions) {
      // A name stands for all its versions, as a folder does for its files.
      String kind = isName(function) ? "names" : "gen";
      gateway.accepted(gateway.request(gateway.address("api", kind, function)).delete().build());
      removed.add(function);
      client.output().say("fob: removed " + function);
    }
    if (client.output().json()) {
      client.output().print(JsonNodeFactory.instance.objectNode().set("removed", removed));
    }
    return ExitCodes.OK;
  }

  private static boolean isName(String function) {
    return !function.contains("@") && !ID.matcher(function).matches();
  }

  private void removeFailed(Gateway gateway) throws IOException {
    HttpUrl.Builder address = gateway.address("api", "gen").addQueryParameter("status", "failed");
    JsonNode removed = gateway.accepted(gateway.request(address).delete().build()).json();
    if (client.output().json()) {
      client.output().print(removed);
    } else {
      removed.path("removed").forEach(id -> client.output().print(id.asText()));
      client.output().say("fob: removed " + removed.path("removed").size());
    }
  }
}
