package fob.deployer.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fob.deployer.Driver;
import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Runs a program that does nothing in a sandbox, when the platform starts. */
final class Preflight {

  private static final int MOST_SAID = 2000;
  private static final JsonNode TRIAL =
      JsonNodeFactory.instance
          .objectNode()
          .set("args", JsonNodeFactory.instance.arrayNode().add("true"));

  private Preflight() {}

  /**
   * Runs the trial.
   *
   * @throws IOException if the trial failed; the message quotes the program's output
   */
  static void run(ProcessContext context, Limits limits) throws IOException {
    Driver driver = new Driver("trial", context.runtime().common().empty(), TRIAL);
    Code code = new Code("\n".getBytes(StandardCharsets.UTF_8));
    FunctionSpec spec =
        new FunctionSpec(
            FunctionId.random(), "trial", null, limits, code.sha256(), 1, Instant.EPOCH);
    FunctionHome home = FunctionHome.create(spec, () -> code, driver, context, 0);
    try {
      Launcher.Launched trial = home.launch(home.location(0));
      String said =
          new String(
              trial.process().getErrorStream().readNBytes(MOST_SAID), StandardCharsets.UTF_8);
      int exitCode = trial.process().waitFor();
      trial.helper().ifPresent(NetworkHelper::close);
      trial.cgroup().ifPresent(Cgroup::delete);
      if (exitCode != 0) {
        throw new IOException(
            said.isBlank() ? "exit code " + exitCode : said.strip().replaceAll("\\s*\n\\s*", "; "));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      home.delete();
    }
  }
}
