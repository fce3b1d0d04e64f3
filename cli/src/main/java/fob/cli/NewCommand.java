package fob.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fob new}: makes a folder with a function. */
@Command(
    name = "new",
    aliases = "init",
    description = "Makes a folder with a function that runs, a test of it, and a README.",
    footerHeading = "%nExample:%n",
    footer = "  fob new python greet && fob deploy greet && fob call greet name=Ada")
final class NewCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "LANGUAGE", description = "Such as python.")
  private String language = "";

  @Parameters(
      index = "1",
      paramLabel = "NAME",
      description = "Name of the function and the folder.")
  private Path name = Path.of("");

  NewCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = surroundings.resolve(name);
    String function = Upload.functionName(String.valueOf(folder.getFileName()));
    if (function.isEmpty()) {
      throw CommandFailure.usage("'%s': expected a name such as add".formatted(name));
    }
    try (Templates templates = Templates.open()) {
      Path template = templates.of(language);
      if (Files.exists(folder)) {
        throw new FileAlreadyExistsException(folder.toString());
      }
      templates.copy(template, folder, function);
    }
    spec.commandLine()
        .getErr()
        .println(
            "fob: wrote %s; %s says what to do next".formatted(name, name.resolve("README.md")));
    return ExitCodes.OK;
  }
}
