package fob.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fob completion}: the script that lets shells complete commands. */
@Command(
    name = "completion",
    description = "Prints a script for bash and zsh that completes commands and options.",
    footerHeading = "%nExample:%n",
    footer = "  echo 'source <(fob completion)' >> ~/.bashrc")
final class CompletionCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    root.getOut().print(AutoComplete.bash("fob", root));
    root.getOut().flush();
    return ExitCodes.OK;
  }
}
