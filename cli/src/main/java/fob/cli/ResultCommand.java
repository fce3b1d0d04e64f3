package fob.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob result}: shows what became of an asynchronous call. */
@Command(
    name = "result",
    description = "Prints the result of a call, or its progress.",
    footerHeading = "%nExample:%n",
    footer = "  fob result 01a21069-5ecd-70e8-a22c-27856f516056 --wait")
final class ResultCommand implements Callable<Integer> {

  @Mixin private final Client client;

  @Parameters(paramLabel = "ID", description = "The call's id, which fob call --async prints.")
  private String id = "";

  @Option(
      names = {"-w", "--wait"},
      description = "Waits until the call has ended.")
  private boolean wait;

  @Option(
      names = "--wait-for",
      paramLabel = "TIME",
      defaultValue = "1h",
      description = "With --wait: how long at most; 1h without it.")
  private String longest = "1h";

  ResultCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    Results results = new Results(client.gateway());
    Reply reply =
        wait ? results.await(id, Client.duration("--wait-for", longest)) : results.get(id);
    return new ResultOutput(client.output()).print(reply);
  }
}
