package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob dead}: the calls that fob has given up. */
@Command(
    name = "dead",
    description = "Lists dead letters, runs them again, and deletes them.",
    footerHeading = "%nExamples:%n",
    footer = {"  fob dead ls --function add", "  fob dead redrive ID"})
final class DeadCommand extends CommandGroup {

  private static final String ID = "The call's id.";
  private static final int LONGEST_MESSAGE = 60;

  @Command(name = "ls", description = "Lists dead letters, the newest first.")
  int list(
      @Mixin Client client,
      @Option(names = "--function", description = "Those of this function alone.")
          @Nullable String function,
      @Option(names = "--reason", description = "Those with this reason alone, such as timeout.")
          @Nullable String reason,
      @Option(
              names = "--limit",
              paramLabel = "N",
              description = "At most that many; 100 without it.")
          @Nullable String limit)
      throws IOException {
    Gateway gateway = client.gateway();
    HttpUrl.Builder address = gateway.address("api", "dead");
    Gateway.add(address, "function", function);
    Gateway.add(address, "reason", reason);
    Gateway.add(address, "limit", limit);
    JsonNode dead = gateway.accepted(gateway.request(address).build()).json();
    Output output = client.output();
    if (output.json()) {
      output.print(dead);
      return ExitCodes.OK;
    }
    Instant now = Instant.now();
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode letter : dead.path("dead")) {
      String message = letter.path("message").asText().lines().findFirst().orElse("");
      rows.add(
          List.of(
              letter.path("id").asText(),
              letter.path("function").asText(),
              letter.path("reason").asText(),
              FunctionText.age(letter.path("died").asText(), now),
              message.length() > LONGEST_MESSAGE
                  ? message.substring(0, LONGEST_MESSAGE) + "…"
                  : message));
    }
    output.table(List.of("ID", "FUNCTION", "REASON", "AGE", "MESSAGE"), rows);
    if (dead.path("total").asInt() > rows.size()) {
      output.say("fob: %d of %s; --limit shows more".formatted(rows.size(), dead.path("total")));
    }
    return ExitCodes.OK;
  }

  @Command(name = "show", description = "Shows a dead letter: its reason, attempts and payload.")
  int show(@Mixin Client client, @Parameters(paramLabel = "ID", description = ID) String id)
      throws IOException {
    client.output().print(client.gateway().get("api", "dead", id));
    return ExitCodes.OK;
  }

  @Command(name = "redrive", description = "Runs the calls again. Prints the ids of the new calls.")
  int redrive(
      @Mixin Client client,
      @Parameters(arity = "1..*", paramLabel = "ID", description = ID) List<String> ids)
      throws IOException {
    Gateway gateway = client.gateway();
    for (String id : ids) {
      Request request =
          gateway
              .request(gateway.address("api", "dead", id, "redrive"))
              .post(RequestBody.EMPTY)
              .build();
      JsonNode made = gateway.accepted(request).json();
      if (client.output().json()) {
        client.output().printCompact(made);
      } else {
        client.output().print(made.path("id").asText());
      }
    }
    return ExitCodes.OK;
  }

  @Command(name = "rm", description = "Deletes dead letters.")
  int remove(
      @Mixin Client client,
      @Parameters(arity = "1..*", paramLabel = "ID", description = ID) List<String> ids)
      throws IOException {
    return client.delete("dead", ids);
  }
}
