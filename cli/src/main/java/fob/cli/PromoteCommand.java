package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob promote}: gives a version a share of the calls of its name. */
@Command(
    name = "promote",
    description = "Gives a version all calls of its name, or a share of them.",
    footerHeading = "%nExamples:%n",
    footer = {"  fob promote add@4 --weight 10", "  fob promote add@4"})
final class PromoteCommand implements Callable<Integer> {

  private static final Pattern FORM = Pattern.compile("([^@]+)@([0-9]{1,9})");

  @Mixin private final Client client;

  @Parameters(paramLabel = "NAME@VERSION", description = "The version, such as add@4.")
  private String version = "";

  @Option(
      names = "--weight",
      paramLabel = "PERCENT",
      defaultValue = "100",
      description =
          "The share of the calls; the version that has had all of them keeps the rest. 100 without"
              + " it.")
  private int weight = Names.ALL;

  PromoteCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    Matcher parts = FORM.matcher(version);
    if (!parts.matches()) {
      throw CommandFailure.usage("'%s': expected a version such as add@4".formatted(version));
    }
    if (weight < 1 || weight > Names.ALL) {
      throw CommandFailure.usage(
          "--weight=%d: expected a percentage from 1 to 100".formatted(weight));
    }
    String name = parts.group(1);
    int number = Integer.parseInt(parts.group(2));
    Names names = new Names(client.gateway());
    TreeMap<Integer, Integer> percents = new TreeMap<>();
    if (weight < Names.ALL) {
      percents.put(other(names.get(name), number), Names.ALL - weight);
    }
    percents.put(number, weight);
    JsonNode moved = names.put(name, percents);
    if (client.output().json()) {
      client.output().print(moved);
    } else {
      client.output().print(Names.shares(moved));
    }
    return ExitCodes.OK;
  }

  /** The one other version that gets calls, which keeps the rest of them. */
  private int other(JsonNode found, int number) {
    int other = 0;
    for (JsonNode one : found.path("versions")) {
      if (one.path("weight").asInt() > 0 && one.path("version").asInt() != number) {
        if (other != 0) {
          throw new CommandFailure(
              ExitCodes.REFUSED,
              "%s already leads to several versions (%s); give one of them all calls first"
                  .formatted(found.path("name").asText(), Names.shares(found)));
        }
        other = one.path("version").asInt();
      }
    }
    if (other == 0) {
      throw new CommandFailure(
          ExitCodes.REFUSED,
          "%s has all calls, so no other version can take the rest".formatted(version));
    }
    return other;
  }
}
