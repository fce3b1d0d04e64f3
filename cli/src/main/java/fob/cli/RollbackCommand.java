package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fob rollback}: lets a name lead to an earlier version. */
@Command(
    name = "rollback",
    description = "Gives an earlier version all calls of a name. It is started first, if needed.",
    footerHeading = "%nExamples:%n",
    footer = {"  fob rollback add", "  fob rollback add 3"})
final class RollbackCommand implements Callable<Integer> {

  @Mixin private final Client client;

  @Parameters(index = "0", paramLabel = "NAME", description = "The function's name.")
  private String name = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VERSION",
      description = "The version's number; without it, the newest one before the present one.")
  private @Nullable Integer version;

  RollbackCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    Names names = new Names(client.gateway());
    int wanted = version == null ? previous(names.get(name)) : version;
    JsonNode moved = names.put(name, Map.of(wanted, Names.ALL));
    if (client.output().json()) {
      client.output().print(moved);
    } else {
      client.output().print(Names.shares(moved));
    }
    return ExitCodes.OK;
  }

  private int previous(JsonNode found) {
    int current =
        Names.current(found)
            .orElseThrow(() ->
                new CommandFailure(
                    ExitCodes.REFUSED,
                    "no version of %s gets calls; fob promote %s@VERSION gives one all of them"
                        .formatted(name, name)));
    for (JsonNode one : found.path("versions")) {
      int number = one.path("version").asInt();
      if (number < current && !one.path("status").asText().equals("failed")) {
        return number;
      }
    }
    throw new CommandFailure(
        ExitCodes.NOT_FOUND,
        "there is no version of %s before %s@%d that could run; fob versions %s lists them"
            .formatted(name, name, current, name));
  }
}
