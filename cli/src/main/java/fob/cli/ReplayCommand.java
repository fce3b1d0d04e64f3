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

/** {@code fob replay}: makes past or live calls again, with another version. */
@Command(
    name = "replay",
    description = {
      "Makes the latest calls of a function, or those that come, again with another version, and"
          + " compares the replies.",
      "The results of the first calls and their idempotency keys stay as they are. What the function"
          + " itself does, such as writing to a database, is done again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  fob replay add --to add@4 --last 1h --sample 100",
      "  fob replay add --to add@4 --shadow 5%% --for 10m"
    })
final class ReplayCommand implements Callable<Integer> {

  /** As many as the gateway lists at once. */
  private static final int MOST = 1_000;

  private static final int USUAL = 100;
  private static final Duration LONGEST = Duration.ofDays(7);

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
      description = "How many calls, chosen at random; 100 without it, and at most 1000.")
  private @Nullable Integer sample;

  @Option(
      names = "--shadow",
      paramLabel = "PERCENT",
      description =
          "Makes so many of the calls from now on also with the other version, as they come, until"
              + " Ctrl-C.")
  private @Nullable String shadow;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "How long --shadow goes on, such as 10m.")
  private @Nullable String longest;

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
    check();
    Gateway gateway = client.gateway();
    Output output = client.output();
    JsonNode from = gateway.get("api", "meta", function);
    JsonNode other = gateway.get("api", "meta", to);
    if (from.path("id").equals(other.path("id"))) {
      throw CommandFailure.usage(
          "%s and %s are the same version, %s: expected two"
              .formatted(function, to, FunctionText.title(from)));
    }
    // A name may move meanwhile. So both stay the versions that they are now.
    String target = other.path("id").asText();
    ReplayReport report = new ReplayReport(output, function, to);
    if (shadow != null) {
      output.say(
          "fob: makes %s %% of the calls of %s also with %s; Ctrl-C ends it"
              .formatted(
                  Shadow.percent(shadow), FunctionText.title(from), FunctionText.title(other)));
      Replay replay = new Replay(gateway, target, ignored, Shadow.LONGEST_WAIT);
      return new Shadow(gateway, output, replay, report)
          .run(from.path("id").asText(), Shadow.percent(shadow), longest());
    }
    List<JsonNode> calls = calls(gateway, output);
    Replay replay = new Replay(gateway, target, ignored, Duration.ZERO);
    try {
      for (JsonNode call : calls) {
        report.progress(" of %d calls".formatted(calls.size()));
        report.add(replay.of(call));
      }
    } finally {
      output.endProgress();
    }
    return report.print();
  }

  private void check() {
    if (sample != null && (sample < 1 || sample > MOST)) {
      throw CommandFailure.usage(
          "--sample=%d: expected a number from 1 to %d".formatted(sample, MOST));
    }
    if (shadow == null && longest != null) {
      throw CommandFailure.usage("--for is how long --shadow goes on: give --shadow too");
    }
    if (shadow != null && (last != null || sample != null)) {
      throw CommandFailure.usage(
          "--shadow is about calls from now on, --last and --sample about past ones: leave one out");
    }
    if (last != null) {
      Client.duration("--last", last);
    }
    if (shadow != null) {
      Shadow.percent(shadow);
      longest();
    }
  }

  private Duration longest() {
    if (longest == null) {
      return EventStream.FOREVER;
    }
    Duration time = Client.duration("--for", longest);
    if (!time.isPositive() || time.compareTo(LONGEST) > 0) {
      throw CommandFailure.usage("--for=%s: expected a time up to 7d".formatted(longest));
    }
    return time;
  }

  /** A sample of the calls, in their order. */
  private List<JsonNode> calls(Gateway gateway, Output output) throws IOException {
    HttpUrl.Builder address = gateway.address("api", "calls", function);
    address.addQueryParameter("limit", Integer.toString(MOST));
    if (last != null) {
      address.addQueryParameter("since", last);
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
    return order.stream().limit(sample == null ? USUAL : sample).sorted().map(calls::get).toList();
  }
}
