package fob.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of all commands that talk to a gateway, and what they stand for. */
final class Client {

  private final Surroundings surroundings;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Address of the gateway, such as " + Target.DEFAULT_URL + ".")
  private @Nullable String url;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "The gateway of this name: see fob context.")
  private @Nullable String context;

  @Option(names = "--json", description = "Prints JSON, for programs.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  Client(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  Output output() {
    return new Output(
        spec.commandLine().getOut(),
        spec.commandLine().getErr(),
        json,
        surroundings.terminal() && !json);
  }

  /**
   * Returns the gateway that the command talks to.
   *
   * @throws CommandFailure if its address is malformed, or the context does not exist
   */
  Gateway gateway() throws IOException {
    return new Gateway(target());
  }

  /**
   * Deletes things.
   *
   * @param kind what they are, in the path of their requests
   * @return the exit code
   * @throws CommandFailure if the gateway refuses one; those before it are deleted
   */
  int delete(String kind, List<String> ids) throws IOException {
    Gateway gateway = gateway();
    for (String id : ids) {
      gateway.accepted(gateway.request(gateway.address("api", kind, id)).delete().build());
      output().say("fob: deleted " + id);
    }
    return ExitCodes.OK;
  }

  /** {@code --url} counts before {@code --context}, FOB_URL, and the context in use. */
  Target target() throws IOException {
    Optional<String> token = surroundings.variable("FOB_TOKEN").map(String::strip);
    Path ca = surroundings.variable("FOB_CA").map(Path::of).map(surroundings::resolve).orElse(null);
    if (url != null) {
      return Target.of(url, token.orElse(null), ca, "--url");
    }
    Contexts contexts = new Contexts(surroundings);
    if (context != null) {
      return of(contexts, context);
    }
    Optional<String> address = surroundings.variable("FOB_URL");
    if (address.isPresent()) {
      return Target.of(address.get(), token.orElse(null), ca, "FOB_URL");
    }
    String current = contexts.read().current();
    return current == null
        ? Target.of(Target.DEFAULT_URL, token.orElse(null), ca, "the default address")
        : of(contexts, current);
  }

  private static Target of(Contexts contexts, String name) throws IOException {
    Contexts.Context known = contexts.read().get(name);
    Path ca = known.ca() == null ? null : Path.of(known.ca());
    return Target.of(known.url(), known.token(), ca, "the context '%s'".formatted(name));
  }

  /**
   * Reads a duration as gateways do: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h} or {@code
   * 7d}. A test in the module standalone compares both, since this module depends on no other.
   *
   * @throws CommandFailure if it is malformed
   */
  static Duration duration(String option, String text) {
    Matcher form = DURATION.matcher(text);
    if (!form.matches()) {
      throw CommandFailure.usage(
          "%s=%s: expected a time such as 30s, 5m, 1h or 7d".formatted(option, text));
    }
    long number = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
