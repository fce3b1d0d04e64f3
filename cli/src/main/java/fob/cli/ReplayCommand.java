package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob replay}: makes past calls again, with another version. */
@Command(
    name = "replay",
    description = {
      "Makes the latest calls of a function again with another version, and compares the replies.",
      "The results of the past calls and their idempotency keys stay as they are. What the function"
          + " itself does, such as writing to a database, is done again."
    },
    footerHeading = "%nExample:%n",
    footer = "  fob replay add --to add@4 --last 1h --sample 100")
final class ReplayCommand implements Callable<Integer> {

  /** As many as the gateway lists at once. */
  private static final int MOST = 1_000;

  @Mixin private final Client client;

  @Parameters(
      paramLabel = "FUNCTION",
      description = "The version whose calls are made again: a name, version or id.")
  private String function = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "VERSION",
      description = "The version that runs them, such as add@4.")
  private String to = "";

  @Option(
      names = "--last",
      paramLabel = "TIME",
      description = "Calls of so long ago, such as 1h. Synchronous calls are kept for an hour.")
  private @Nullable String last;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "100",
      description = "How many calls, chosen at random; 100 without it, and at most 1000.")
  private int sample = 100;

  @Option(
      names = "--ignore",
      paramLabel = "MEMBER",
      description =
          "A member of results that may differ, such as time; may be given several times.")
  private List<String> ignored = List.of();

  ReplayCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    if (sample < 1 || sample > MOST) {
      throw CommandFailure.usage(
          "--sample=%d: expected a number from 1 to %d".formatted(sample, MOST));
    }
    Gateway gateway = client.gateway();
    requireOther(gateway);
    Output output = client.output();
    List<JsonNode> calls = calls(gateway, output);
    Replay replay = new Replay(gateway, to, ignored);
    List<Replay.Outcome> outcomes = new ArrayList<>();
    try {
      for (JsonNode call : calls) {
        output.progressOnly("fob: %d of %d calls".formatted(outcomes.size(), calls.size()));
        outcomes.add(replay.of(call));
      }
    } finally {
      output.endProgress();
    }
    return new ReplayReport(output, function, to).print(outcomes);
  }

  private void requireOther(Gateway gateway) throws IOException {
    JsonNode from = gateway.get("api", "meta", function);
    JsonNode other = gateway.get("api", "meta", to);
    if (from.path("id").equals(other.path("id"))) {
      throw CommandFailure.usage(
          "%s and %s are the same version, %s: expected two"
              .formatted(function, to, FunctionText.title(from)));
    }
  }

  /** A sample of the calls, in their order. */
  private List<JsonNode> calls(Gateway gateway, Output output) throws IOException {
    HttpUrl.Builder address = gateway.address("api", "calls", function);
    address.addQueryParameter("limit", Integer.toString(MOST));
    if (last != null) {
      Duration time = Client.duration("--last", last);
      address.addQueryParameter("since", time.toSeconds() + "s");
    }
    JsonNode found = gateway.accepted(gateway.request(address).build()).json();
    if (found.path("note").isTextual()) {
      output.say("fob: " + found.path("note").asText());
    }
    List<JsonNode> calls = new ArrayList<>();
    found.path("calls").forEach(calls::add);
    if (calls.isEmpty()) {
      throw new CommandFailure(
          ExitCodes.NOT_FOUND,
          "no calls of %s are in Kafka any more, or it had none; synchronous calls are kept for an hour, asynchronous ones for 7 days (--last)"
              .formatted(function));
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random());
    return order.stream().limit(sample).sorted().map(calls::get).toList();
  }
}
