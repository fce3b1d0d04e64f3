package fob.gateway.function;

import fob.function.Environment;
import fob.function.FunctionName;
import fob.function.Limits;
import fob.function.RetryPolicy;
import fob.function.Upload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@code POST /api/gen}, read from its query parameters.
 *
 * @param language null: the upload shows it
 * @param upload the image and the entry file, as far as the registration names them; the upload
 *     shows the rest
 * @param mcp whether the function is a tool of MCP
 */
record RegistrationSettings(
    @Nullable String language,
    Upload upload,
    @Nullable FunctionName name,
    Limits limits,
    RetryPolicy retry,
    Environment environment,
    boolean mcp) {

  private static final Set<String> KNOWN =
      new TreeSet<>(
          List.of(
              "lang",
              "entry",
              "image",
              "main",
              "name",
              "timeout",
              "concurrency",
              "memory",
              "instances",
              "spread",
              "idle",
              "keep",
              "network",
              "mcp",
              "cpus",
              "retries",
              "max-age",
              "env.NAME",
              EnvironmentSettings.SECRET));

  /**
   * @throws IllegalArgumentException naming every parameter that is wrong
   */
  static RegistrationSettings from(Map<String, String> parameters) {
    List<String> problems = new ArrayList<>();
    Set<String> unknown = new TreeSet<>(parameters.keySet());
    unknown.removeAll(KNOWN);
    unknown.removeIf(EnvironmentSettings::reads);
    unknown.forEach(name ->
        problems.add("'" + name + "' is no setting; there are " + String.join(", ", KNOWN)));
    SettingReader reader = new SettingReader(parameters, problems);
    Limits standard = Limits.DEFAULT;
    Duration timeout =
        reader.read(
            "timeout",
            standard.timeout(),
            "a duration from 100ms to 15m, such as 30s",
            text -> SettingReader.duration(text, Limits.MIN_TIMEOUT, Limits.MAX_TIMEOUT));
    Upload upload = upload(parameters, problems);
    int concurrency =
        reader.number(
            "concurrency",
            upload.image() == null ? standard.concurrency() : Limits.CONCURRENCY_OF_IMAGES,
            1,
            Limits.MAX_CONCURRENCY);
    int memory =
        reader.number("memory", standard.memoryMiB(), Limits.MIN_MEMORY_MIB, Limits.MAX_MEMORY_MIB);
    int instances = reader.number("instances", standard.instances(), 1, Limits.MAX_INSTANCES);
    int spread =
        reader.read(
            "spread",
            standard.spread(),
            "a whole number from 1 to the number of instances, which is " + instances,
            text -> SettingReader.within(Integer.parseInt(text), 1, instances));
    boolean network =
        reader.read("network", standard.network(), "true or false", SettingReader::trueOrFalse);
    int cpuMillis =
        reader.read(
            "cpus",
            standard.cpuMillis(),
            "a number of cores from 0.01 to 64 with at most three decimals, such as 0.5",
            SettingReader::cpuMillis);
    Duration idle =
        parameters.containsKey("idle")
            ? reader.read(
                "idle",
                null,
                "a duration from 5s to 24h, such as 10m; leave it out for instances that run always",
                text -> SettingReader.duration(text, Limits.MIN_IDLE, Limits.MAX_IDLE))
            : null;
    RetryPolicy usual = RetryPolicy.DEFAULT;
    int retries = reader.number("retries", usual.retries(), 0, RetryPolicy.MAX_RETRIES);
    Duration maxAge =
        reader.read(
            "max-age",
            usual.maxAge(),
            "a duration from 1s to 24h, such as 10m",
            text -> SettingReader.duration(text, RetryPolicy.MIN_AGE, RetryPolicy.MAX_AGE));
    String named = parameters.get("name");
    FunctionName name = named == null ? null : name(named, reader);
    Duration keep =
        reader.read(
            "keep",
            standard.keep(),
            "a duration from 5s to 24h, such as 10m",
            text -> SettingReader.duration(text, Limits.MIN_IDLE, Limits.MAX_IDLE));
    if (parameters.containsKey("keep") && named == null) {
      problems.add(
          "keep='%s': only a version that loses its name is stopped then; give the function a name, or leave keep out"
              .formatted(parameters.get("keep")));
    }
    boolean mcp = reader.read("mcp", false, "true or false", SettingReader::trueOrFalse);
    if (mcp && named == null) {
      problems.add("mcp='true': a tool is called by the function's name; give the function a name");
    }
    Environment environment = EnvironmentSettings.from(parameters, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new RegistrationSettings(
        parameters.get("lang"),
        upload,
        name,
        new Limits(timeout, concurrency, memory, instances, network, cpuMillis, spread, idle, keep),
        new RetryPolicy(retries, maxAge),
        environment,
        mcp);
  }

  private static @Nullable FunctionName name(String text, SettingReader reader) {
    return reader.read(
        "name",
        null,
        "a letter a-z, then up to 62 of a-z, 0-9 and '-', and not the form of an id"
            + (text.contains("@")
                ? "; there is no '@' in a name, since fob numbers its versions itself: the first one of 'add' is add@1"
                : ""),
        FunctionName::new);
  }

  private static Upload upload(Map<String, String> parameters, List<String> problems) {
    String image = parameters.get("image");
    String language = parameters.get("lang");
    if (image != null && language != null) {
      problems.add(
          "lang='%s': the image says how the code runs; leave lang or image out"
              .formatted(language));
    }
    try {
      return new Upload(parameters.get("entry"), image, parameters.get("main"));
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
      return Upload.SOURCE;
    }
  }
}
