package fob.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob logs}: shows what a function has printed. */
@Command(
    name = "logs",
    aliases = "log",
    description = "Prints what a function has printed.",
    footerHeading = "%nExamples:%n",
    footer = {"  fob logs add --tail 20 --follow", "  fob logs add --since 10m --level WARN"})
final class LogsCommand implements Callable<Integer> {

  @Mixin private final Client client;

  @Parameters(paramLabel = "FUNCTION", description = "Its name, version or id.")
  private String function = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Goes on with lines as they are printed, until Ctrl-C.")
  private boolean follow;

  @Option(names = "--request", paramLabel = "ID", description = "Lines of this call alone.")
  private @Nullable String request;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "N",
      description = "The last N lines; 100 without it.")
  private @Nullable String tail;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Lines since then, such as 10m or 2026-01-31T12:00:00Z.")
  private @Nullable String since;

  @Option(names = "--level", description = "Lines of this level or above, such as WARN.")
  private @Nullable String level;

  LogsCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Gateway gateway = client.gateway();
    Output output = client.output();
    HttpUrl.Builder address = gateway.address("api", "logs", function);
    Gateway.add(address, "request", request);
    Gateway.add(address, "tail", tail);
    Gateway.add(address, "since", since);
    Gateway.add(address, "level", level);
    if (follow) {
      address.addQueryParameter("follow", "true");
      Request.Builder request =
          gateway
              .request(address)
              .header("Accept", output.json() ? "application/json" : "text/event-stream");
      new EventStream(gateway, output, output::print).follow(request, EventStream.FOREVER);
      return ExitCodes.OK;
    }
    Request.Builder get = gateway.request(address);
    if (!output.json()) {
      output.out().print(new String(gateway.accepted(get.build()).body(), UTF_8));
      output.out().flush();
      return ExitCodes.OK;
    }
    JsonNode lines = gateway.accepted(get.header("Accept", "application/json").build()).json();
    output.print(lines);
    return ExitCodes.OK;
  }
}
