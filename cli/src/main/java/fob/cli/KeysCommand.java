package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fob keys}: the keys that clients of the gateway need. */
@Command(
    name = "keys",
    aliases = "key",
    description = "Makes, lists and deletes keys. With the first key, the gateway asks for keys.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  fob keys create ops --role admin --save local",
      "  fob keys create shop --role call --functions 'shop-*' --expires 720h"
    })
final class KeysCommand implements Runnable {

  private static final MediaType JSON = MediaType.get("application/json");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "expected what to do: create, ls or rm");
  }

  @Command(name = "create", description = "Makes a key, and prints its text, which is shown once.")
  int create(
      @Mixin Client client,
      @Parameters(paramLabel = "NAME", description = "A name for people, such as ops.") String name,
      @Option(
              names = "--role",
              required = true,
              description = "What the key may do: call, deploy or admin.")
          String role,
      @Option(
              names = "--functions",
              paramLabel = "PATTERN",
              description = "The functions that it may use, such as team-*; all without it.")
          @Nullable String functions,
      @Option(
              names = "--secrets",
              paramLabel = "PATTERN",
              description = "The secrets that it may write and use, such as TEAM_*.")
          @Nullable String secrets,
      @Option(
              names = "--expires",
              paramLabel = "TIME",
              description = "Until when it holds: a time, or how long, such as 720h.")
          @Nullable String expires,
      @Option(
              names = "--save",
              paramLabel = "CONTEXT",
              description = "Keeps the key in a context of this name, and uses it from now on.")
          @Nullable String context)
      throws IOException {
    ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("name", name).put("role", role);
    put(wanted, "functions", functions);
    put(wanted, "secrets", secrets);
    put(wanted, "expires", expires);
    Gateway gateway = client.gateway();
    JsonNode made =
        gateway
            .accepted(
                gateway
                    .request(gateway.address("api", "keys"))
                    .post(RequestBody.create(wanted.toString(), JSON))
                    .build())
            .json();
    String text = made.path("key").asText();
    if (context != null) {
      save(client, context, text);
    }
    if (client.output().json()) {
      client.output().print(made);
    } else if (context == null) {
      client.output().print(text);
      client.output().say("fob: keep this key, which is not shown again");
    }
    return ExitCodes.OK;
  }

  private static void save(Client client, String name, String text) throws IOException {
    Contexts contexts = new Contexts(client.surroundings());
    String url = client.target().url().toString();
    contexts.write(contexts.read().with(name, new Contexts.Context(url, text)).using(name));
    client.output().say("fob: the key is in the context %s, which is in use now".formatted(name));
  }

  private static void put(ObjectNode json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

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
    Gateway gateway = client.gateway();
    for (String id : ids) {
      gateway.accepted(gateway.request(gateway.address("api", "keys", id)).delete().build());
      client.output().say("fob: deleted " + id);
    }
    return ExitCodes.OK;
  }
}
