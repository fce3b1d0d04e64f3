package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob keys create}: makes a key. The gateway checks the values. */
@Command(
    name = "create",
    description = "Makes a key, and prints its text, which is shown once.",
    footerHeading = "%nExample:%n",
    footer = "  fob keys create ops --role admin --save local")
final class CreateKeyCommand implements Callable<Integer> {

  private static final MediaType JSON = MediaType.get("application/json");

  @Mixin private final Client client;

  @Parameters(paramLabel = "NAME", description = "A name for people, such as ops.")
  private String name = "";

  @Option(
      names = "--role",
      required = true,
      description = "What the key may do: metrics, call, deploy or admin.")
  private String role = "";

  @Option(
      names = "--functions",
      paramLabel = "PATTERN",
      description = "The functions that it may use, such as team-*; all without it.")
  private @Nullable String functions;

  @Option(
      names = "--secrets",
      paramLabel = "PATTERN",
      description = "The secrets that it may write and use, such as TEAM_*.")
  private @Nullable String secrets;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description = "Until when it holds: a time, or how long, such as 720h.")
  private @Nullable String expires;

  @Option(
      names = "--calls-per-second",
      paramLabel = "N",
      description = "How many calls it may make at each gateway.")
  private @Nullable Integer callsPerSecond;

  @Option(
      names = "--concurrent",
      paramLabel = "N",
      description = "How many of its calls may run at a time at each gateway.")
  private @Nullable Integer concurrent;

  @Option(
      names = "--max-functions",
      paramLabel = "N",
      description = "How many functions there may be under the pattern of --functions.")
  private @Nullable Integer maxFunctions;

  @Option(
      names = "--save",
      paramLabel = "CONTEXT",
      description = "Keeps the key in a context of this name, and uses it from now on.")
  private @Nullable String context;

  CreateKeyCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    Gateway gateway = client.gateway();
    Contexts contexts = new Contexts(client.surroundings());
    if (context != null) {
      // Before there is a key, since its text would be lost if it could not be saved.
      contexts.write(contexts.read());
    }
    RequestBody body = RequestBody.create(wanted().toString(), JSON);
    JsonNode made =
        gateway.accepted(gateway.request(gateway.address("api", "keys")).post(body).build()).json();
    String text = made.path("key").asText();
    if (context != null) {
      save(contexts, context, text);
    }
    if (client.output().json()) {
      client.output().print(made);
    } else if (context == null) {
      client.output().print(text);
      client.output().say("fob: keep this key, which is not shown again");
    }
    return ExitCodes.OK;
  }

  private ObjectNode wanted() {
    ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("name", name).put("role", role);
    put(wanted, "functions", functions);
    put(wanted, "secrets", secrets);
    put(wanted, "expires", expires);
    put(wanted, "calls-per-second", callsPerSecond);
    put(wanted, "concurrent", concurrent);
    put(wanted, "max-functions", maxFunctions);
    return wanted;
  }

  private static void put(ObjectNode json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static void put(ObjectNode json, String name, @Nullable Integer value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private void save(Contexts contexts, String contextName, String text) throws IOException {
    Target target = client.target();
    String ca = target.ca() == null ? null : target.ca().toString();
    Contexts.Context made = new Contexts.Context(target.url().toString(), text, ca);
    contexts.write(contexts.read().with(contextName, made).using(contextName));
    client
        .output()
        .say(
            "fob: the key is in the context %s, which is in use now unless FOB_URL is set"
                .formatted(contextName));
  }
}
