package fob.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob context}: names of gateways. */
@Command(
    name = "context",
    aliases = "contexts",
    description = "Keeps names of gateways, with their keys.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  fob context set prod --url https://fob.example.org --token-file key.txt",
      "  fob use prod"
    })
final class ContextCommand extends CommandGroup {

  private final Surroundings surroundings;

  ContextCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(name = "set", description = "Writes a context.")
  int set(
      @Parameters(paramLabel = "NAME", description = "Its name.") String name,
      @Option(names = "--url", required = true, description = "Address of the gateway.") String url,
      @Option(
              names = "--token-file",
              paramLabel = "FILE",
              description = "A file with the key for the gateway; - is the standard input.")
          @Nullable Path tokenFile,
      @Option(
              names = "--ca",
              paramLabel = "FILE",
              description = "A PEM file with the only certificates that are trusted for it.")
          @Nullable Path ca)
      throws IOException {
    Target.of(url, null, null, "--url");
    Contexts contexts = new Contexts(surroundings);
    Contexts.Config config = contexts.read();
    contexts.write(
        config.with(name, new Contexts.Context(url, token(tokenFile), certificates(ca))));
    spec()
        .commandLine()
        .getErr()
        .println("fob: wrote the context %s to %s".formatted(name, contexts.file()));
    return ExitCodes.OK;
  }

  /** The path is kept, not the certificates, so that the file may be renewed. */
  private @Nullable String certificates(@Nullable Path file) throws IOException {
    if (file == null) {
      return null;
    }
    Path resolved = surroundings.resolve(file).toAbsolutePath().normalize();
    var _ = Tls.certificates(resolved);
    return resolved.toString();
  }

  private @Nullable String token(@Nullable Path file) throws IOException {
    if (file == null) {
      return null;
    }
    byte[] bytes =
        file.toString().equals("-")
            ? surroundings.input().readAllBytes()
            : Files.readAllBytes(surroundings.resolve(file));
    String token = new String(bytes, UTF_8).strip();
    if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw CommandFailure.usage(
          "--token-file=%s: expected a file with one key, such as fob_…".formatted(file));
    }
    return token;
  }

  @Command(name = "ls", description = "Lists the contexts. * marks the one in use.")
  int list() throws IOException {
    Contexts.Config config = new Contexts(surroundings).read();
    List<List<String>> rows = new ArrayList<>();
    config
        .contexts()
        .forEach((name, context) ->
            rows.add(
                List.of(
                    (name.equals(config.current()) ? "* " : "  ") + name,
                    context.url(),
                    context.token() == null ? "no" : "yes")));
    CommandLine command = spec().commandLine();
    new Output(command.getOut(), command.getErr(), false, false)
        .table(List.of("  NAME", "URL", "KEY"), rows);
    return ExitCodes.OK;
  }

  @Command(name = "rm", description = "Removes a context.")
  int remove(@Parameters(paramLabel = "NAME", description = "Its name.") String name)
      throws IOException {
    Contexts contexts = new Contexts(surroundings);
    Contexts.Config config = contexts.read();
    config.get(name);
    contexts.write(config.without(name));
    return ExitCodes.OK;
  }
}
