package fob.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob dev}: deploys a function whenever its file is saved, and calls it. */
@Command(
    name = "dev",
    description = "Deploys a function each time that it is saved, calls it, and shows its output.",
    footerHeading = "%nExample:%n",
    footer = "  fob dev add.py param1=1 param2=1")
final class DevCommand implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Mixin private final Client client;

  @Mixin private final Settings settings = new Settings();

  @Parameters(index = "0", paramLabel = "FILE", description = "A source file, or a folder.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path file;

  @Parameters(
      index = "1..*",
      paramLabel = "NAME=VALUE",
      description = "Parameters of the calls, as those of fob call.")
  private List<String> parameters = List.of();

  @Option(names = "--name", description = "The function's name; without it, NAME-dev.")
  private @Nullable String name;

  @Option(names = "--once", description = "Deploys and calls once, and ends.")
  private boolean once;

  DevCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path path = client.surroundings().resolve(file).toRealPath();
    try (Saves saves = Saves.of(path)) {
      while (true) {
        int code = deployAndCall(path);
        if (once) {
          return code;
        }
        client.output().say("fob: waits until %s is saved; Ctrl-C ends it".formatted(file));
        saves.await();
      }
    }
  }

  /** A failure is shown and ends nothing: the next save may mend it. */
  private int deployAndCall(Path path) throws IOException, InterruptedException {
    Output output = client.output();
    try {
      Gateway gateway = client.gateway();
      long start = System.nanoTime();
      Upload upload = Upload.of(path);
      Registration registration = new Registration(gateway, output);
      String given = name == null ? upload.name() + "-dev" : name;
      String id = registration.register(upload, settings, given);
      registration.await(id, PATIENCE);
      output.say(
          String.format(
              Locale.ROOT,
              "fob: %s is ready after %.1f s",
              given,
              (System.nanoTime() - start) / 1e9));
      Request request =
          gateway
              .request(gateway.address("api", "call", id))
              .header("Fob-Log", "tail")
              .post(new Payload(client.surroundings(), "").of(parameters, false, null))
              .build();
      return new ResultOutput(output).print(gateway.send(request, PATIENCE));
    } catch (CommandFailure e) {
      if (e.exitCode() == ExitCodes.USAGE) {
        throw e;
      }
      output.err().println("fob: " + e.getMessage());
      return e.exitCode();
    } catch (NoSuchFileException e) {
      // An editor or Git is replacing it.
      output.err().println("fob: " + Messages.of(e));
      return ExitCodes.USAGE;
    }
  }
}
