package fob.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fob use}: chooses the gateway of the following commands. */
@Command(
    name = "use",
    description = "Sends the following commands to the gateway of a context.",
    footerHeading = "%nExample:%n",
    footer = "  fob use prod")
final class UseCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Parameters(paramLabel = "NAME", description = "The context: fob context ls lists them.")
  private String name = "";

  UseCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    Contexts contexts = new Contexts(surroundings);
    Contexts.Config config = contexts.read();
    config.get(name);
    contexts.write(config.using(name));
    return ExitCodes.OK;
  }
}
