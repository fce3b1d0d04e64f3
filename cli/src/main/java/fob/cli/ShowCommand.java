package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fob show}: shows one function. */
@Command(
    name = "show",
    aliases = {"describe", "get"},
    description = "Shows a function: its status, settings, limits and instances.",
    footerHeading = "%nExample:%n",
    footer = "  fob show add")
final class ShowCommand implements Callable<Integer> {

  @Mixin private final Client client;

  @Parameters(paramLabel = "FUNCTION", description = "Its name, version or id.")
  private String function = "";

  ShowCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    JsonNode meta = client.gateway().get("api", "meta", function);
    Output output = client.output();
    if (output.json()) {
      output.print(meta);
    } else {
      print(output, "", meta);
    }
    return ExitCodes.OK;
  }

  /** Prints a line for each value, indented by its depth. */
  private static void print(Output output, String indent, JsonNode values) {
    for (var field : values.properties()) {
      JsonNode value = field.getValue();
      if (value.isContainerNode()) {
        if (!value.isEmpty()) {
          output.print(indent + field.getKey() + ":");
          printContainer(output, indent + "  ", value);
        }
      } else {
        output.print(indent + field.getKey() + ": " + value.asText());
      }
    }
  }

  private static void printContainer(Output output, String indent, JsonNode value) {
    if (value.isObject()) {
      print(output, indent, value);
      return;
    }
    for (JsonNode one : value) {
      if (one.isObject()) {
        output.print(indent + "-");
        print(output, indent + "  ", one);
      } else {
        output.print(indent + one.asText());
      }
    }
  }
}
