package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob call}: calls a function. */
@Command(
    name = "call",
    aliases = "invoke",
    description = "Calls a function, and prints its result.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  fob call add param1=1 param2=1",
      "  fob call add --data @parameters.json --async --wait"
    })
final class CallCommand implements Callable<Integer> {

  /** Longer than any call may take: the gateway ends calls itself. */
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  @Mixin private final Client client;

  @Parameters(index = "0", paramLabel = "FUNCTION", description = "Its name, version or id.")
  private String function = "";

  @Parameters(
      index = "1..*",
      paramLabel = "NAME=VALUE",
      description =
          "Parameters. A value that is JSON, such as 1, true or [1,2], is sent as it is; any other"
              + " is a text.")
  private List<String> parameters = List.of();

  @Option(names = "--text", description = "Sends the values of all parameters as texts.")
  private boolean text;

  @Option(
      names = {"-d", "--data"},
      paramLabel = "JSON",
      description = "A JSON object of parameters; @FILE reads a file, - or @- the standard input.")
  private @Nullable String data;

  @Option(
      names = "--content-type",
      defaultValue = "application/json",
      description =
          "The type of the data. If it is not JSON, the function gets the bytes as its parameter"
              + " body.")
  private String contentType = "";

  @Option(
      names = {"-a", "--async"},
      description = "Makes an asynchronous call, and prints its id.")
  private boolean async;

  @Option(
      names = {"-w", "--wait"},
      description = "With --async: waits for the result, and prints it.")
  private boolean wait;

  @Option(
      names = "--wait-for",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "With --wait: how long at most; 1h without it.")
  private String longest = "1h";

  @Option(
      names = "--key",
      description = "The idempotency key: all calls with it are one call within 24 h.")
  private @Nullable String key;

  @Option(
      names = {"-l", "--log"},
      description = "Prints the end of what the call has printed, too.")
  private boolean log;

  CallCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    Duration patience = Client.duration("--wait-for", longest);
    Gateway gateway = client.gateway();
    Request.Builder request =
        gateway
            .request(gateway.address("api", "call", function))
            .post(new Payload(client.surroundings(), contentType).of(parameters, text, data));
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    if (log) {
      request.header("Fob-Log", "tail");
    }
    ResultOutput output = new ResultOutput(client.output());
    if (!async) {
      return output.print(gateway.send(request.build(), PATIENCE));
    }
    JsonNode accepted = gateway.accepted(request.header("Prefer", "respond-async").build()).json();
    String id = accepted.path("id").asText();
    if (wait) {
      client.output().say("fob: the call is " + id);
      return output.print(new Results(gateway).await(id, patience));
    }
    if (client.output().json()) {
      client.output().print(accepted);
    } else {
      client.output().print(id);
    }
    return ExitCodes.OK;
  }

  private void check() {
    if (wait && !async) {
      throw CommandFailure.usage("--wait: expected only with --async; other calls wait anyway");
    }
    if (log && async) {
      throw CommandFailure.usage(
          "--log, --async: expected only one of the two; fob logs --request ID has the lines of an"
              + " asynchronous call");
    }
    if (data != null && !parameters.isEmpty()) {
      throw CommandFailure.usage(
          "--data, %s: expected only one of the two".formatted(parameters.getFirst()));
    }
  }
}
