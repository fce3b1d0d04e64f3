package fob.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob top}: shows how functions are called now. */
@Command(
    name = "top",
    description = {
      "Shows how functions are called now, every 5 s, until Ctrl-C.",
      "QUEUE, WAIT and RUN are means: in Kafka, waiting for an instance, and in the instance."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  fob top", "  fob top add --once"})
final class TopCommand implements Callable<Integer> {

  private static final String CLEAR = "\033[H\033[2J";

  @Mixin private final Client client;

  @Parameters(
      arity = "0..1",
      paramLabel = "FUNCTION",
      description = "Its name, version or id; all functions without it.")
  private @Nullable String function;

  @Option(names = "--once", description = "Shows the last step with calls, and ends.")
  private boolean once;

  private @Nullable LiveTable table;
  private long stepMillis;

  TopCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Gateway gateway = client.gateway();
    Output output = client.output();
    HttpUrl.Builder address = gateway.address("api", "live");
    Gateway.add(address, "function", function);
    JsonNode live = gateway.accepted(gateway.request(address).build()).json();
    stepMillis = live.path("step_ms").asLong();
    JsonNode steps = live.path("steps");
    if (once) {
      show(gateway, output, steps.path(steps.size() - 1));
      return ExitCodes.OK;
    }
    if (output.terminal() && !output.json()) {
      show(gateway, output, steps.path(steps.size() - 1));
    }
    address.addQueryParameter("follow", "true");
    new EventStream(
            gateway, output, step -> show(gateway, output, Reply.parse(step.getBytes(UTF_8))))
        .follow(gateway.request(address), EventStream.FOREVER);
    return ExitCodes.OK;
  }

  private void show(Gateway gateway, Output output, JsonNode step) {
    if (output.json()) {
      if (!step.isMissingNode()) {
        output.printCompact(step);
      }
      return;
    }
    LiveTable known = table;
    if (known == null || known.isOutdated(step)) {
      known = new LiveTable(stats(gateway), stepMillis);
      table = known;
    }
    if (output.terminal() && !once) {
      output.out().print(CLEAR);
    }
    output.print(
        step.isMissingNode()
            ? "no calls in the last 15 minutes"
            : step.path("at").asText() + (step.path("functions").isEmpty() ? ": no calls" : ""));
    if (!step.path("functions").isEmpty()) {
      output.table(LiveTable.TITLES, known.rows(step));
    }
  }

  private static JsonNode stats(Gateway gateway) {
    try {
      return gateway.get("api", "stats");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
