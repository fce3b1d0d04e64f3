package fob.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob deploy}: registers a function. */
@Command(
    name = "deploy",
    aliases = "create",
    description = "Registers a function, and waits until it is ready.",
    footerHeading = "%nExample:%n",
    footer = {"  fob deploy add.py --timeout 5s --env MODE=test"})
final class DeployCommand implements Callable<Integer> {

  @Mixin private final Client client;

  @Mixin private final Settings settings = new Settings();

  @Parameters(
      paramLabel = "FILE",
      description = "A source file, a zip file, or a folder with the function's files.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path file;

  @Option(
      names = "--name",
      description = "The function's name; without it, the name of the file or folder.")
  private @Nullable String name;

  @Option(
      names = "--wait",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Waits until the function is ready or has failed; --no-wait does not.")
  private boolean wait;

  @Option(
      names = "--wait-for",
      paramLabel = "TIME",
      defaultValue = "5m",
      description = "How long to wait at most; 5m without it.")
  private String patience = "5m";

  DeployCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var longest = Client.duration("--wait-for", patience);
    Output output = client.output();
    Gateway gateway = client.gateway();
    Registration registration = new Registration(gateway, output);
    long start = System.nanoTime();
    Upload upload = Upload.of(client.surroundings().resolve(file));
    String id = registration.register(upload, settings, name);
    if (!wait) {
      if (output.json()) {
        output.print(JsonNodeFactory.instance.objectNode().put("id", id));
      } else {
        output.print(id);
      }
      return ExitCodes.OK;
    }
    JsonNode function = registration.await(id, longest);
    if (output.json()) {
      output.print(function);
    } else {
      String shown = function.path("name").asText(id);
      output.print(
          String.format(
              Locale.ROOT,
              "%s is ready after %.1f s: fob call %s",
              FunctionText.title(function),
              (System.nanoTime() - start) / 1e9,
              shown));
    }
    return ExitCodes.OK;
  }
}
