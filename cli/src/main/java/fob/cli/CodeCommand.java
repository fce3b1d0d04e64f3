package fob.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    boolean isText = reply.header("Content-Type").startsWith("text/");
    Output output = client.output();
    if (file != null) {
      save(reply.body(), file);
    }
    if (output.json()) {
      output.print(json(reply, isText));
    } else if (file == null && isText) {
      output.out().print(new String(reply.body(), StandardCharsets.UTF_8));
      output.out().flush();
    } else if (file == null) {
      throw CommandFailure.usage(
          "the code of %s is an archive of files: save it with -o FILE".formatted(function));
    }
    return ExitCodes.OK;
  }

  private void save(byte[] code, Path in) throws IOException {
    Files.write(
        client.surroundings().resolve(in),
        code,
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE);
  }

  private ObjectNode json(Reply reply, boolean isText) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("content_type", reply.header("Content-Type"))
            .put("bytes", reply.body().length);
    if (file != null) {
      return json.put("file", file.toString());
    }
    return isText
        ? json.put("code", new String(reply.body(), StandardCharsets.UTF_8))
        : json.put("code_base64", reply.body());
  }
}
