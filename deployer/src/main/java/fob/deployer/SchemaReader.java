package fob.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.deployer.local.DriverClient;
import fob.function.FunctionSchema;
import fob.function.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks drivers for the schemas of their functions, with four requests at a time of at most 2 s.
 * What an answer has beside the members of a schema is left out. Thread-safe.
 */
final class SchemaReader implements Schemas.Source, AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(SchemaReader.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int AT_A_TIME = 4;

  /** Deeper schemas could not be a part of other JSON, which has such a limit too. */
  private static final int DEEPEST = 100;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
              .build());

  private final DriverClient drivers = new DriverClient(PATIENCE);
  private final ExecutorService threads =
      Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().name("fob-schema-", 0).factory());

  @Override
  public void ask(Instance instance, Consumer<Optional<FunctionSchema>> answer) {
    try {
      threads.execute(() -> answer.accept(read(instance)));
    } catch (RejectedExecutionException closed) {
      answer.accept(Optional.empty());
    }
  }

  private Optional<FunctionSchema> read(Instance instance) {
    try {
      return Optional.of(
          drivers.schema(instance.address()).map(SchemaReader::parse).orElse(FunctionSchema.NONE));
    } catch (IOException | RuntimeException e) {
      LOGGER
          .atDebug()
          .addKeyValue("instance", instance.id())
          .log("the driver gave no schema: {}", e.toString());
      return Optional.empty();
    }
  }

  /** Returns the schema in a driver's answer; none if the answer is not one. */
  static FunctionSchema parse(byte[] answer) {
    try {
      JsonNode given = MAPPER.readTree(answer);
      if (!given.path("parameters").isObject()) {
        return FunctionSchema.NONE;
      }
      ObjectNode schema = JsonNodeFactory.instance.objectNode();
      if (given.path("description").isTextual()) {
        schema.set("description", given.path("description"));
      }
      schema.set("parameters", given.path("parameters"));
      if (given.path("result").isObject()) {
        schema.set("result", given.path("result"));
      }
      String text = schema.toString();
      // As strictly as the row of the function is read, which must not become unreadable.
      Json.parse(text.getBytes(UTF_8));
      return new FunctionSchema(text);
    } catch (IOException | IllegalArgumentException notASchema) {
      return FunctionSchema.NONE;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
