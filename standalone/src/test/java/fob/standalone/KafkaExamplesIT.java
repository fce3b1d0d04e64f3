package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;

/**
 * Runs the programs of {@code examples/kafka} as a user does. Programs whose Kafka library is not
 * installed are skipped, unless {@code FOB_REQUIRE_EXAMPLES=true}.
 */
@Timeout(120)
@ExtendWith(SharedFob.class)
class KafkaExamplesIT {

  private static final Path EXAMPLES = Repository.ROOT.resolve("examples/kafka");

  private final FobClient fob;
  private final String bootstrapServers;

  @TempDir Path folder;

  KafkaExamplesIT(SharedFob.Running running) {
    this.fob = running.client();
    this.bootstrapServers = running.fob().bootstrapServers();
  }

  /**
   * An example.
   *
   * @param check a command that succeeds if the library is installed; empty if it always is
   */
  record Example(String file, List<String> command, List<String> check) {
    @Override
    public String toString() {
      return file;
    }
  }

  static List<Example> examples() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = jar(KafkaProducer.class) + File.pathSeparator + jar(Logger.class);
    List<Example> found = new ArrayList<>();
    for (Example example :
        List.of(
            new Example("Call.java", List.of(java, "-cp", classPath), List.of()),
            new Example("call.sh", List.of("sh"), List.of("kcat", "-V")),
            new Example(
                "call.py",
                List.of("/usr/bin/python3"),
                List.of("/usr/bin/python3", "-c", "import confluent_kafka")),
            new Example("call.js", List.of("node"), List.of("node", "-e", "require('kafkajs')")))) {
      if ("true".equals(System.getenv("FOB_REQUIRE_EXAMPLES"))
          || Commands.succeed(example.check())) {
        found.add(example);
      }
    }
    return found;
  }

  private static String jar(Class<?> of) throws URISyntaxException {
    return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void callsAFunctionAndPrintsItsReply(Example example) throws Exception {
    // Given
    String add = fob.register("", Repository.example("add.py"));
    String id = "example-" + UUID.randomUUID();
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    List<String> command =
        Stream.of(
                example.command(),
                List.of(EXAMPLES.resolve(example.file()).toString(), bootstrapServers, add),
                List.of("{\"param1\": 20, \"param2\": 22}", id))
            .flatMap(List::stream)
            .toList();

    // When
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }

    // Then
    assertThat(process.exitValue()).as(Files.readString(err)).isZero();
    assertThat(Files.readString(out).strip()).isEqualTo("{\"result\":42}");
    assertThat(fob.get("/api/result/" + id).text()).isEqualTo("{\"result\":42}");
  }
}
