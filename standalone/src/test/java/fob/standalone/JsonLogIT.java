package fob.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With FOB_LOG=json, each line of a service's log is one JSON object. */
@Timeout(180)
class JsonLogIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @TempDir Path dir;

  /** Reads lines, each of which must be one whole object with the fields that all lines have. */
  private static List<JsonNode> events(String log, String service) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : log.lines().toList()) {
      JsonNode event = MAPPER.readTree(line);
      assertThat(event.path("@timestamp").asText())
          .as(line)
          .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
      assertThat(event.path("service.name").asText()).as(line).isEqualTo(service);
      assertThat(List.of("log.level", "log.logger", "process.thread.name", "message"))
          .as(line)
          .allMatch(field -> event.path(field).isTextual());
      events.add(event);
    }
    return events;
  }

  private static Optional<JsonNode> withMessage(List<JsonNode> events, String text) {
    return events.stream().filter(each -> each.path("message").asText().contains(text)).findFirst();
  }

  /** Waits for an event; the last line may still be written. */
  private static JsonNode awaitEvent(FobProcess process, String service, String text) {
    return await()
        .atMost(SOON)
        .until(
            () -> {
              String log = process.err();
              String whole = log.substring(0, log.lastIndexOf('\n') + 1);
              return withMessage(events(whole, service), text).orElse(null);
            },
            Objects::nonNull);
  }

  @Test
  void fobUpLogsObjectsToStderrAndToItsFileAndNamesTheCall() throws Exception {
    Path data = dir.resolve("data");
    try (FobProcess fob =
        FobProcess.start(
            dir,
            FobProcess.FOB,
            Map.of("FOB_LOG", "json"),
            List.of("up", "--port", "0", "--kafka-port", "0", "--data", data.toString()))) {
      String url = awaitEvent(fob, "up", "fob is up at").path("message").asText();
      String broker =
          awaitEvent(fob, "up", "Kafka listens at")
              .path("message")
              .asText()
              .replaceAll(".*listens at ([^;]+);.*", "$1");
      try (FobClient client = new FobClient(URI.create(url.replace("fob is up at ", "")))) {
        String id = client.register("", Repository.example("helloworld.py"));

        // When
        call(broker, id);

        // Then
        JsonNode line = awaitEvent(fob, "up", "no reply can be written to the topic");
        assertThat(line.path("log.level").asText()).isEqualTo("WARN");
        assertThat(line.path("http.request.id").asText()).isEqualTo("my-request");
        assertThat(line.path("labels").path("topic").asText()).isEqualTo("no-such-topic");
      }
      assertThat(fob.out()).isEmpty();
      fob.terminate();
      assertThat(fob.awaitExit(SOON)).isZero();
      List<JsonNode> file = events(Files.readString(data.resolve("fob.log")), "up");
      assertThat(withMessage(file, "no reply can be written")).isPresent();
    }
  }

  /** Calls a function, and asks for the reply on a topic that does not exist. */
  private static void call(String broker, String function) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker),
            new StringSerializer(),
            new StringSerializer())) {
      var record = new ProducerRecord<>("fob.call", function, "{}");
      record.headers().add("fob-request-id", "my-request".getBytes(UTF_8));
      record.headers().add("fob-reply-to", "no-such-topic".getBytes(UTF_8));
      producer.send(record).get();
    }
  }

  @Test
  void stackTraceIsOneTextInTheLineOfItsEvent() throws Exception {
    try (FatalGateway gateway = new FatalGateway(dir, Map.of("FOB_LOG", "json"))) {
      awaitEvent(gateway.process(), "gateway", "gateway is up");

      // When
      gateway.writeAndEnd();

      // Then
      JsonNode last = events(gateway.process().err(), "gateway").getLast();
      assertThat(last.path("log.level").asText()).isEqualTo("ERROR");
      assertThat(last.path("error.type").asText()).isEqualTo("java.lang.NoClassDefFoundError");
      assertThat(last.path("error.message").asText()).isEqualTo("on purpose");
      assertThat(last.path("error.stack_trace").asText().lines())
          .hasSizeGreaterThan(3)
          .anyMatch(frame -> frame.contains("at fob.standalone.FatalAcknowledgement."));
    }
  }

  @Test
  void reasonWhyAServiceDoesNotStartIsAnObjectToo() throws Exception {
    // When
    try (FobProcess gateway =
        FobProcess.start(
            dir, "fob.gateway.Main", Map.of("FOB_LOG", "json", "FOB_PORT", "many"), List.of())) {

      // Then
      assertThat(gateway.awaitExit(SOON)).isEqualTo(1);
      assertThat(events(gateway.err(), "gateway"))
          .singleElement()
          .satisfies(
              event -> assertThat(event.path("message").asText()).startsWith("FOB_PORT='many': "));
    }
  }

  @Test
  void unknownFormatIsRefused() {
    // When
    try (FobProcess gateway =
            FobProcess.start(dir, "fob.gateway.Main", Map.of("FOB_LOG", "xml"), List.of());
        FobProcess up =
            FobProcess.start(dir, FobProcess.FOB, Map.of("FOB_LOG", "xml"), List.of("up"))) {

      // Then
      assertThat(gateway.awaitExit(SOON)).isEqualTo(1);
      assertThat(gateway.err()).contains("FOB_LOG='xml': expected text or json");
      assertThat(up.awaitExit(SOON)).isEqualTo(2);
      assertThat(up.err()).contains("--log=xml: expected text or json");
    }
  }
}
