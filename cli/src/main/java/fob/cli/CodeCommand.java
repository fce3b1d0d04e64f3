package fob.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fob code}: gets a function's code. */
@Command(
    name = "code",
    description = "Prints a function's code, or saves it.",
    footerHeading = "%nExample:%n",
    footer = "  fob code prices -o prices.tar.gz")
final class CodeCommand implements Callable<Integer> {

  @Mixin private final Client client;

  @Parameters(paramLabel = "FUNCTION", description = "Its name, version or id.")
  private String function = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The file to save the code in. It must not be there yet.")
  private @Nullable Path file;

  CodeCommand(Surroundings surroundings) {
    this.client = new Client(surroundings);
  }

  @Override
  public Integer call() throws IOException {
    Gateway gateway = client.gateway();
    Reply reply = gateway.accepted(gateway.request(gateway.address("api", "cs", function)).build());
    if (file != null) {
      Files.write(
          client.surroundings().resolve(file),
          reply.body(),
          java.nio.file.StandardOpenOption.CREATE_NEW,
          java.nio.file.StandardOpenOption.WRITE);
    } else if (reply.header("Content-Type").startsWith("text/")) {
      client.output().out().print(new String(reply.body(), StandardCharsets.UTF_8));
      client.output().out().flush();
    } else {
      throw CommandFailure.usage(
          "the code of %s is an archive of files: save it with -o FILE".formatted(function));
    }
    return ExitCodes.OK;
  }
}
