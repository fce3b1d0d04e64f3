package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Live calls that are made with another version too. */
@Timeout(120)
@ExtendWith(SharedFob.class)
class ShadowIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String OLD = "def callme(a):\n  return {'twice': 2 * a}\n";

  /** It differs at every tenth number, and counts its calls. */
  private static final String NEW =
      """
      calls = []
      def callme(a=None):
        if a is None: return len(calls)
        calls.append(a)
        if a % 10 == 3: raise ValueError('three')
        return {'twice': 2 * a}
      """;

  private final FobClient fob;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  ShadowIT(FobClient fob) {
    this.fob = fob;
  }

  private CliClient cli;

  @BeforeEach
  void useTheFolder() {
    cli = new CliClient(fob.url(), folder);
  }

  private void deploy(String name) {
    fob.register("name=" + name, OLD);
    fob.register("name=" + name, NEW);
    cli.right("promote", name + "@1");
  }

  /** Waits until the command gets calls: the first ones may come before it listens. */
  private void awaitCalls(String name) {
    await()
        .atMost(PATIENCE)
        .until(() -> {
          assertThat(fob.call(name, "{\"a\":0}").status()).isEqualTo(200);
          return !fob.call(name + "@2", "{}").text().contains("\"result\":0}");
        });
  }

  private int call(String name, AtomicInteger next, int number) {
    int failed = 0;
    for (int i = 0; i < number; i++) {
      int a = next.incrementAndGet();
      Answer answer = fob.call(name, "{\"a\":%d}".formatted(a));
      if (!answer.text().equals("{\"result\":{\"twice\":%d}}".formatted(2 * a))) {
        failed++;
      }
    }
    return failed;
  }

  @Test
  void repliesThatDifferAreShownUnderLoadAndCallersNoticeNothing() throws Exception {
    deploy("shadow-load");
    Thread command =
        Thread.ofVirtual()
            .start(() ->
                cli.execute(
                    "",
                    out,
                    err,
                    "replay",
                    "shadow-load",
                    "--to",
                    "shadow-load@2",
                    "--shadow",
                    "100%",
                    "--json"));
    awaitCalls("shadow-load");

    AtomicInteger next = new AtomicInteger();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> failures =
          List.of(
              callers.submit(() -> call("shadow-load", next, 100)),
              callers.submit(() -> call("shadow-load", next, 100)));
      for (Future<Integer> failed : failures) {
        assertThat(failed.get()).isZero();
      }
    }
    fob.call("shadow-load@1", "{\"a\":1000}");
    await()
        .atMost(PATIENCE)
        .until(() ->
            Integer.parseInt(fob.call("shadow-load@2", "{}").text().replaceAll("\\D", "")) > 150);
    command.interrupt();

    assertThat(command.join(PATIENCE)).isTrue();
    JsonNode report = Json.parse(out.toString().getBytes(UTF_8));
    int different = report.path("different").size();
    assertThat(report.path("calls").asInt() + report.path("left_out").asInt()).isGreaterThan(200);
    assertThat(report.path("unknown").asInt()).isZero();
    assertThat(different).isBetween(1, 20);
    assertThat(report.path("same").asInt()).isEqualTo(report.path("calls").asInt() - different);
    assertThat(report.path("different"))
        .allMatch(each -> each.path("before").asText().matches("\\{\"twice\":\\d*6}"))
        .allMatch(each -> each.path("now").asText().contains("ValueError: three"));
    assertThat(report.path("run_ms_before").asDouble()).isPositive();
    assertThat(report.path("run_ms_now").asDouble()).isPositive();
  }

  @Test
  void keysAndAsynchronousCallsKeepTheirOneRun() throws Exception {
    deploy("shadow-keys");
    Thread command =
        Thread.ofVirtual()
            .start(() ->
                cli.execute(
                    "",
                    out,
                    err,
                    "replay",
                    "shadow-keys",
                    "--to",
                    "shadow-keys@2",
                    "--shadow",
                    "100"));
    awaitCalls("shadow-keys");

    for (int i = 0; i < 3; i++) {
      cli.right("call", "shadow-keys", "--key", "once", "a=13");
    }
    await().atMost(PATIENCE).until(() -> out.toString().contains("{\"a\":13}"));
    assertThat(cli.right("call", "shadow-keys@2", "--key", "once", "a=12"))
        .isEqualTo("{\"twice\":24}");
    String id = cli.right("call", "shadow-keys", "--async", "a=23");
    await().atMost(PATIENCE).until(() -> out.toString().contains("{\"a\":23}"));
    assertThat(cli.right("result", id, "--wait")).isEqualTo("{\"twice\":46}");
    command.interrupt();

    assertThat(command.join(PATIENCE)).isTrue();
    assertThat(out.toString())
        .containsOnlyOnce("{\"a\":13}")
        .containsOnlyOnce("{\"a\":23}")
        .containsPattern(" 2 different, 0 without")
        .containsPattern("median: [0-9.]+ ms before, [0-9.]+ ms now");
  }

  @Test
  void itEndsAfterItsTimeOrWithTheOtherVersion() throws Exception {
    deploy("shadow-end");
    String[] shadow = {"replay", "shadow-end", "--to", "shadow-end@2", "--shadow", "100%"};

    CliClient.Run timed =
        cli.run("replay", "shadow-end", "--to", "shadow-end@2", "--shadow", "5%", "--for", "1s");
    assertThat(timed.code()).as(timed.err().toString()).isZero();
    assertThat(timed.text()).contains("0 calls of shadow-end with shadow-end@2");

    AtomicInteger code = new AtomicInteger(-1);
    Thread command = Thread.ofVirtual().start(() -> code.set(cli.execute("", out, err, shadow)));
    awaitCalls("shadow-end");
    cli.right("rm", "shadow-end@2");
    await()
        .atMost(PATIENCE)
        .until(() -> {
          fob.call("shadow-end", "{\"a\":0}");
          return !command.isAlive();
        });

    assertThat(code).hasValue(4);
    assertThat(out.toString()).contains("run time, median");
  }

  @Test
  void ctrlCPrintsWhatWasFound() throws Exception {
    deploy("shadow-int");
    Path output = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(
                // A program that a shell starts in the background ignores SIGINT, and so do its
                // children.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "fob.cli.Main",
                "replay",
                "shadow-int",
                "--to",
                "shadow-int@2",
                "--shadow",
                "100%")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("FOB_URL", fob.url().toString());
    Process process = builder.start();
    try {
      awaitCalls("shadow-int");
      assertThat(fob.call("shadow-int", "{\"a\":3}").status()).isEqualTo(200);
      await().atMost(PATIENCE).until(() -> read(output.toFile()).contains("ValueError: three"));

      assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor())
          .isZero();

      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(read(output.toFile())).contains("1 different", "run time, median");
      assertThat(process.exitValue()).isEqualTo(130);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String read(File file) throws IOException {
    return Files.readString(file.toPath());
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    deploy("shadow-bad");
    for (String share : List.of("0", "0%", "100.1%", "-1", "five", "5%%", "1e1")) {
      CliClient.Run run =
          cli.run("replay", "shadow-bad", "--to", "shadow-bad@2", "--shadow=" + share);
      assertThat(run.code()).as(share).isEqualTo(2);
      assertThat(run.err().toString()).contains("more than 0% and at most 100%");
    }
    String[][] wrong = {
      {"--last and --sample about past ones", "--shadow", "5%", "--last", "1h"},
      {"--last and --sample about past ones", "--shadow", "5%", "--sample", "10"},
      {"give --shadow too", "--for", "10m"},
      {"expected a time up to 7d", "--shadow", "5%", "--for", "8d"},
      {"expected a time such as", "--shadow", "5%", "--for", "soon"},
    };
    for (String[] each : wrong) {
      String[] args = new String[each.length + 3];
      System.arraycopy(
          new String[] {"replay", "shadow-bad", "--to", "shadow-bad@2"}, 0, args, 0, 4);
      System.arraycopy(each, 1, args, 4, each.length - 1);
      CliClient.Run run = cli.run(args);
      assertThat(run.code()).as(each[0]).isEqualTo(2);
      assertThat(run.err().toString()).contains(each[0]);
    }
    CliClient.Run missing =
        cli.run("replay", "shadow-bad", "--to", "shadow-bad@9", "--shadow", "5%");
    assertThat(missing.code()).isEqualTo(4);
    assertThat(missing.err().toString()).contains("no version 9 of 'shadow-bad'");
  }
}
