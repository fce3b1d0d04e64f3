package fob.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import okhttp3.HttpUrl;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options for the settings of a function. The gateway checks their values. */
final class Settings {

  /**
   * A setting of {@code POST /api/gen}, which is an option of the same name.
   *
   * @param label what its value is
   */
  private record Row(String name, String label, String description) {
    String option() {
      return "--" + name;
    }
  }

  /** Settings that are true or false. */
  private static final Set<String> FLAGS = Set.of("network", "mcp");

  private static final List<Row> ROWS =
      List.of(
          new Row("lang", "LANGUAGE", "The language, if fob does not recognise it."),
          new Row("entry", "PATH", "The entry file of a folder."),
          new Row("image", "IMAGE", "An image that runs the code."),
          new Row("main", "NAME", "The entry point in the image."),
          new Row("timeout", "TIME", "How long one call may run, such as 5s."),
          new Row("concurrency", "N", "How many calls an instance runs at a time."),
          new Row("instances", "N", "How many instances run."),
          new Row("spread", "N", "Among how many partitions the calls are divided."),
          new Row("idle", "TIME", "After how long without a call the instances stop, such as 10m."),
          new Row("keep", "TIME", "How long the version runs on when its name has left it."),
          new Row("memory", "MIB", "Memory of an instance, in MiB."),
          new Row("cpus", "CORES", "The most processor time of an instance, such as 0.5."),
          new Row("network", "BOOLEAN", "Gives the function a network."),
          new Row("mcp", "BOOLEAN", "Makes the function a tool of MCP clients."),
          new Row("retries", "N", "How often a failed asynchronous call is tried again."),
          new Row("max-age", "TIME", "How old an asynchronous call may be when it begins."));

  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--env",
      paramLabel = "NAME=VALUE",
      description = "An environment variable; may be given several times.")
  private Map<String, String> environment = new LinkedHashMap<>();

  @Option(
      names = "--secret",
      paramLabel = "NAME[:file]",
      description = "A secret that the function gets; may be given several times.")
  private List<String> secrets = List.of();

  /** Picocli calls it with the command that has these options. */
  @Spec(Spec.Target.MIXEE)
  void addOptionsTo(CommandSpec command) {
    spec = command;
    for (Row row : ROWS) {
      OptionSpec.Builder option =
          OptionSpec.builder(row.option())
              .type(String.class)
              .paramLabel(row.label())
              .description(row.description());
      if (FLAGS.contains(row.name())) {
        // Without a value, so that the file after it is none; --network=false works too.
        option.type(Boolean.class).arity("0");
      }
      command.addOption(option.build());
    }
  }

  /** Adds the settings that the user gave to a registration. */
  void addTo(HttpUrl.Builder address) {
    for (Row row : ROWS) {
      Object value = Objects.requireNonNull(spec.findOption(row.option())).getValue();
      if (value != null) {
        address.addQueryParameter(row.name(), value.toString());
      }
    }
    environment.forEach((name, value) -> address.addQueryParameter("env." + name, value));
    secrets.forEach(secret -> address.addQueryParameter("secret", secret));
  }
}
