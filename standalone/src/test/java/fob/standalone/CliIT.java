package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line with a whole fob. */
@Timeout(120)
@ExtendWith(SharedFob.class)
class CliIT {

  private static final Pattern TEST_COMMAND = Pattern.compile("\\| test it \\| `([^`]+)` \\|");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final FobClient fob;

  @TempDir private Path folder;

  private CliClient cli = new CliClient(URI.create("http://127.0.0.1:1"), Path.of(""));

  CliIT(FobClient fob) {
    this.fob = fob;
  }

  @BeforeEach
  void useTheFolder() {
    cli = new CliClient(fob.url(), folder);
  }

  private CliClient.Run run(String... args) {
    return cli.run(args);
  }

  private String right(String... args) {
    return cli.right(args);
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"python", "node", "java", "shell"})
  void aNewFunctionPassesItsTestAndRuns(String language) throws Exception {
    String name = "greet-" + language;
    right("new", language, name);

    // The command that the README of the function names
    Matcher test = TEST_COMMAND.matcher(Files.readString(folder.resolve(name + "/README.md")));
    assertThat(test.find()).isTrue();
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-c", test.group(1))
            .directory(folder.resolve(name).toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("test.log").toFile());
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    shell.environment().merge("PATH", java, (path, first) -> first + File.pathSeparator + path);
    assertThat(shell.start().waitFor()).as(() -> read(folder.resolve("test.log"))).isZero();

    assertThat(right("deploy", name)).contains("is ready after", "fob call " + name);
    assertThat(right("call", name, "name=Ada")).isEqualTo("Hello, Ada!");
    assertThat(run("new", language, name).err().toString()).contains("is there already");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void aFunctionThatDoesNotLoadEndsWithTheUsersLine() throws IOException {
    write("cli-broken.py", "def callme(:\n  pass\n");

    CliClient.Run deployed = run("deploy", "cli-broken.py");

    assertThat(deployed.code()).isEqualTo(1);
    assertThat(deployed.err().toString()).contains("SyntaxError", "def callme(:");
    assertThat(right("show", "cli-broken")).contains("status: failed");
  }

  @Test
  void aFunctionGoesFromItsFileToItsRemoval() throws IOException {
    String code =
        """
        import os
        def callme(a, b=1):
            print('adding', a)
            return [a + b, os.environ['MODE']]
        """;
    write("cli-add.py", code);
    right("deploy", "cli-add.py", "--env", "MODE=x,y", "--timeout", "5s", "--memory", "64");

    assertThat(right("call", "cli-add", "a=1", "b=41")).isEqualTo("[42,\"x,y\"]");
    assertThat(right("call", "cli-add", "--data", "{\"a\":1}")).isEqualTo("[2,\"x,y\"]");
    assertThat(right("call", "cli-add", "--async", "--wait", "a=2")).isEqualTo("[3,\"x,y\"]");
    assertThat(right("ls")).containsPattern("cli-add +\\S+ +ready +python");
    assertThat(right("show", "cli-add")).contains("timeout: 5s", "memory_mib: 64", "MODE: x,y");
    assertThat(run("code", "cli-add").out()).hasToString(code);
    assertThat(run("call", "cli-add", "a=1", "--log").err()).hasToString("adding 1\n");

    CliClient.Run failed = run("call", "cli-add", "a=x");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err().toString()).contains("TypeError", "return [a + b");

    right("rm", "cli-add");
    await().atMost(PATIENCE).until(() -> run("call", "cli-add", "a=1").code() == 4);
  }

  @Test
  void theCallsOfAFunctionAreShown() throws IOException {
    write("cli-busy.py", "def callme():\n  return 1\n");
    right("deploy", "cli-busy.py");
    right("call", "cli-busy");
    right("call", "cli-busy");

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(right("top", "cli-busy", "--once"))
              .containsPattern("cli-busy@1 +ready +0\\.[24] +0 ");
          assertThat(right("ls")).containsPattern("cli-busy .* python +1 +2 ");
        });
  }

  @Test
  void callsWithOneKeyAreOneCall() throws IOException {
    write("cli-count.py", "calls = []\ndef callme():\n  calls.append(1)\n  return len(calls)\n");
    right("deploy", "cli-count.py");

    assertThat(right("call", "cli-count", "--key", "k")).isEqualTo("1");
    assertThat(right("call", "cli-count", "--key", "k")).isEqualTo("1");
    assertThat(right("call", "cli-count")).isEqualTo("2");
  }

  @Test
  void aDeadLetterIsShownAndRunAgain() throws IOException {
    write(
        "cli-flaky.py",
        "calls = []\ndef callme():\n  calls.append(1)\n  if len(calls) == 1: raise ValueError('not yet')\n  return 'now'\n");
    right("deploy", "cli-flaky.py", "--retries", "0");
    String id = right("call", "cli-flaky", "--async");
    CliClient.Run result = run("result", id, "--wait");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err().toString()).contains("ValueError: not yet");

    assertThat(right("dead", "ls", "--function", "cli-flaky")).contains(id, "function-error");
    assertThat(right("dead", "show", id)).contains("not yet");
    String again = right("dead", "redrive", id);
    assertThat(right("result", again, "--wait")).isEqualTo("now");
    assertThat(run("dead", "rm", id).code()).isEqualTo(4);
  }

  @Test
  void aSecretReachesItsFunctionAndIsNeverPrinted() throws IOException {
    write("cli-secret.py", "import os\ndef callme():\n  return len(os.environ['CLI_TOKEN'])\n");
    assertThat(run("deploy", "cli-secret.py", "--secret", "CLI_TOKEN").code()).isEqualTo(3);

    CliClient.Run set = cli.runWith("s3cret-value", "secret", "set", "CLI_TOKEN");
    right("deploy", "cli-secret.py", "--secret", "CLI_TOKEN");

    assertThat(right("call", "cli-secret")).isEqualTo("12");
    assertThat(right("secret", "ls") + set.err()).contains("CLI_TOKEN").doesNotContain("s3cret");
    assertThat(run("secret", "rm", "CLI_TOKEN").err().toString()).contains("is used by");
    right("rm", "cli-secret");
    await().atMost(PATIENCE).until(() -> run("secret", "rm", "CLI_TOKEN").code() == 0);
  }

  @Test
  void anArchiveIsSavedAndNotPrinted() throws IOException {
    right("new", "python", "cli-files");
    right("deploy", "cli-files");

    assertThat(run("code", "cli-files").err().toString()).contains("-o FILE");
    right("code", "cli-files", "-o", "saved.tar.gz");
    assertThat(folder.resolve("saved.tar.gz")).isNotEmptyFile();
    assertThat(run("code", "cli-files", "-o", "saved.tar.gz").err().toString())
        .contains("is there already");
  }

  @Test
  void theLogIsFollowedUntilTheFunctionIsRemoved() throws Exception {
    write("cli-print.py", "def callme(text):\n  print(text)\n");
    right("deploy", "cli-print.py");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Thread follower =
        Thread.ofVirtual().start(() -> cli.execute("", out, err, "logs", "cli-print", "--follow"));

    await().atMost(PATIENCE).until(() -> out.toString().contains("is ready"));
    right("call", "cli-print", "text=first");
    await().atMost(PATIENCE).until(() -> out.toString().contains("first"));
    right("rm", "cli-print");

    assertThat(follower.join(PATIENCE)).isTrue();
    assertThat(err.toString()).contains("the function was removed");
  }

  @Test
  void aFunctionIsDeployedAgainWhenItsFileIsSaved() throws Exception {
    write("cli-dev.py", "def callme(a):\n  return a + 1\n");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Thread dev =
        Thread.ofVirtual().start(() -> cli.execute("", out, err, "dev", "cli-dev.py", "a=1"));
    try {
      await().atMost(PATIENCE).until(() -> err.toString().contains("waits until"));
      assertThat(out).hasToString("2" + System.lineSeparator());

      write("cli-dev.py", "def callme(a):\n  return a +\n");
      await().atMost(PATIENCE).until(() -> err.toString().contains("SyntaxError"));
      write("cli-dev.py", "def callme(a):\n  return a + 2\n");
      await().atMost(PATIENCE).until(() -> out.toString().contains("3"));
    } finally {
      dev.interrupt();
    }
    assertThat(dev.join(PATIENCE)).isTrue();
  }

  @Test
  void pastCallsAreMadeAgainWithAnotherVersion() throws IOException {
    write("cli-old.py", "def callme(a):\n  return {'twice': 2 * a, 'at': 1}\n");
    write(
        "cli-new.py",
        "def callme(a):\n  if a == 3: raise ValueError('three')\n  return {'twice': 2 * a, 'at': 2}\n");
    right("deploy", "cli-old.py");
    right("deploy", "cli-new.py");
    assertThat(run("replay", "cli-old", "--to", "cli-new").err().toString())
        .contains("no calls of cli-old");
    for (int a = 1; a <= 4; a++) {
      right("call", "cli-old", "a=" + a);
    }
    right("call", "cli-old", "--async", "--wait", "a=5");

    CliClient.Run run =
        run("replay", "cli-old", "--to", "cli-new", "--ignore", "at", "--last", "10m");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.text())
        .contains(
            "5 calls of cli-old with cli-new: 4 same, 1 different, 0 without",
            "{\"a\":3}",
            "before: {\"twice\":6}",
            "ValueError: three")
        .containsPattern("median: [0-9.]+ ms before, [0-9.]+ ms now");
    CliClient.Run sample = run("replay", "cli-old", "--to", "cli-new", "--sample", "2", "--json");
    assertThat(sample.text()).contains("\"calls\" : 2");
    assertThat(run("replay", "cli-old", "--to", "cli-old").err().toString())
        .contains("the same version");
  }

  @Test
  void aNameLeadsToTheVersionThatTheUserWants() throws IOException {
    write("cli-name.py", "def callme():\n  return 1\n");
    right("deploy", "cli-name.py");
    write("cli-name.py", "def callme():\n  return 2\n");
    assertThat(right("deploy", "cli-name.py")).startsWith("cli-name@2 is ready");
    assertThat(right("call", "cli-name")).isEqualTo("2");
    assertThat(right("call", "cli-name@1")).isEqualTo("1");

    assertThat(right("rollback", "cli-name")).isEqualTo("cli-name@1 100 %");
    assertThat(right("call", "cli-name")).isEqualTo("1");
    assertThat(run("rollback", "cli-name").err().toString()).contains("no version", "cli-name@1");
    CliClient.Run missing = run("rollback", "cli-name", "9");
    assertThat(missing.code()).isEqualTo(3);
    assertThat(missing.err().toString()).contains("cli-name@9");

    assertThat(right("promote", "cli-name@2", "--weight", "10"))
        .contains("cli-name@2 10 %", "cli-name@1 90 %");
    assertThat(right("promote", "cli-name@2")).isEqualTo("cli-name@2 100 %");
    assertThat(right("versions", "cli-name"))
        .containsPattern("cli-name@2 +ready +100 %")
        .containsPattern("cli-name@1 +ready +0 %");
    assertThat(right("versions", "cli-name", "--history").lines()).hasSizeGreaterThan(4);
    assertThat(right("ls")).containsPattern("cli-name +2 +ready");

    right("rm", "cli-name@1");
    await().atMost(PATIENCE).until(() -> run("call", "cli-name@1").code() == 4);
    right("rm", "cli-name");
    await().atMost(PATIENCE).until(() -> run("versions", "cli-name").code() == 4);
  }

  @Test
  void everySettingOfARegistrationIsAnOption() {
    String help = right("deploy", "--help");
    JsonNode parameters = fob.get("/openapi.json").json().at("/paths/~1api~1gen/post/parameters");

    assertThat(parameters).isNotEmpty();
    for (JsonNode parameter : parameters) {
      if (parameter.path("in").asText().equals("query")) {
        String option = "--" + parameter.path("name").asText().replace("env.NAME", "env");
        assertThat(help).containsPattern(option + "\\b");
      }
    }
  }

  @Test
  void doctorSaysThatTheGatewayIsReady() {
    assertThat(right("doctor"))
        .contains("ok ", fob.url() + " is ready", "the gateway needs no key");
  }
}
