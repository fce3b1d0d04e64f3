package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code fob secret}: the secrets of functions. A value is never an argument, which others see. */
@Command(
    name = "secret",
    aliases = "secrets",
    description = "Writes, lists and deletes secrets.",
    footerHeading = "%nExamples:%n",
    footer = {"  fob secret set API_TOKEN token.txt", "  pass show api | fob secret set API_TOKEN"})
final class SecretCommand extends CommandGroup {

  private static final int CREATED = 201;
  private static final String NAME = "The secret's name, such as API_TOKEN.";

  private final Surroundings surroundings;

  SecretCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(
      name = "set",
      description = "Writes a secret. The value is the file, or the standard input, as it is.")
  int set(
      @Mixin Client client,
      @Parameters(index = "0", paramLabel = "NAME", description = NAME) String name,
      @Parameters(
              index = "1",
              arity = "0..1",
              paramLabel = "FILE",
              description = "The file with the value; - or none: the standard input.")
          @Nullable Path file)
      throws IOException {
    byte[] value =
        file == null || file.toString().equals("-")
            ? surroundings.input().readAllBytes()
            : Files.readAllBytes(surroundings.resolve(file));
    Gateway gateway = client.gateway();
    Reply reply =
        gateway.accepted(
            gateway
                .request(gateway.address("api", "secrets", name))
                .put(RequestBody.create(value))
                .build());
    client
        .output()
        .say(
            "fob: %s the secret %s"
                .formatted(reply.status() == CREATED ? "wrote" : "changed", name));
    return ExitCodes.OK;
  }

  @Command(
      name = "ls",
      description = "Lists the names of secrets, and the functions that use them.")
  int list(@Mixin Client client) throws IOException {
    JsonNode secrets = client.gateway().get("api", "secrets");
    Output output = client.output();
    if (output.json()) {
      output.print(secrets);
      return ExitCodes.OK;
    }
    Instant now = Instant.now();
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode secret : secrets.path("secrets")) {
      List<String> functions = new ArrayList<>();
      secret.path("functions").forEach(function -> functions.add(function.asText()));
      if (secret.has("others")) {
        functions.add("%d of others".formatted(secret.path("others").asInt()));
      }
      rows.add(
          List.of(
              secret.path("name").asText(),
              FunctionText.age(secret.path("changed").asText(), now),
              functions.isEmpty() ? "-" : String.join(", ", functions)));
    }
    output.table(List.of("NAME", "CHANGED", "FUNCTIONS"), rows);
    return ExitCodes.OK;
  }

  @Command(name = "rm", description = "Deletes secrets that no function uses.")
  int remove(
      @Mixin Client client,
      @Parameters(arity = "1..*", paramLabel = "NAME", description = NAME) List<String> names)
      throws IOException {
    return client.delete("secrets", names);
  }
}
