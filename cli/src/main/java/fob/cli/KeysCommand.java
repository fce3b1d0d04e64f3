package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fob keys}: the keys that clients of the gateway need. */
@Command(
    name = "keys",
    aliases = "key",
    subcommands = CreateKeyCommand.class,
    description = "Makes, lists and deletes keys. With the first key, the gateway asks for keys.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  fob keys create ops --role admin --save local",
      "  fob keys create shop --role call --functions 'shop-*' --expires 720h"
    })
final class KeysCommand extends CommandGroup {

  @Command(name = "ls", description = "Lists the keys, the oldest first.")
  int list(@Mixin Client client) throws IOException {
    JsonNode keys = client.gateway().get("api", "keys");
    if (client.output().json()) {
      client.output().print(keys);
      return ExitCodes.OK;
    }
    Instant now = Instant.now();
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode key : keys.path("keys")) {
      rows.add(
          List.of(
              key.path("id").asText(),
              key.path("name").asText(),
              key.path("role").asText(),
              key.path("functions").asText(),
              key.path("status").asText(),
              FunctionText.age(key.path("made").asText(), now),
              key.path("expires").asText("-")));
    }
    client
        .output()
        .table(List.of("ID", "NAME", "ROLE", "FUNCTIONS", "STATUS", "AGE", "EXPIRES"), rows);
    return ExitCodes.OK;
  }

  @Command(name = "rm", description = "Deletes keys. They are refused from then on.")
  int remove(
      @Mixin Client client,
      @Parameters(
              arity = "1..*",
              paramLabel = "ID",
              description = "The key's id, as in fob keys ls.")
          List<String> ids)
      throws IOException {
    return client.delete("keys", ids);
  }
}
