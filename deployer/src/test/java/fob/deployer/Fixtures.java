package fob.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.function.Code;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.Limits;
import fob.function.Registration;
import fob.service.Loops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Functions for the tests of this package. */
final class Fixtures {

  static final Code CODE = new Code("def callme(): pass".getBytes(UTF_8));

  /** The drivers of this checkout. */
  static final Drivers DRIVERS = repository();

  private Fixtures() {}

  private static Drivers repository() {
    try {
      return Drivers.in(Path.of("../drivers"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FunctionSpec spec(String language, @Nullable String name, long registered) {
    return new FunctionSpec(
        FunctionId.random(),
        language,
        name == null ? null : new FunctionName(name),
        Limits.DEFAULT,
        CODE.sha256(),
        CODE.bytes().length,
        Instant.ofEpochMilli(registered));
  }

  /** A folder with a driver for python alone. */
  static Drivers drivers(Path folder) throws IOException {
    Path python = folder.resolve("python");
    Files.createDirectories(python);
    Files.writeString(python.resolve("driver.json"), "{\"args\":[\"python3\"]}");
    return Drivers.in(folder);
  }

  static Registration.Register register(FunctionSpec spec) {
    return new Registration.Register(spec, CODE);
  }

  static FunctionStatus.Ready ready(String instance) {
    return new FunctionStatus.Ready(
        List.of(new Instance(instance, URI.create("unix:/run/" + instance))));
  }

  /** Returns a producer that confirms a transaction at once. */
  static MockProducer<String, byte[]> producer() {
    return new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  }

  /** Returns a writer of an active deployer, which writes at once. */
  static FunctionWriter writer(MockProducer<String, byte[]> producer) {
    return writer(producer, Runnable::run);
  }

  /** Returns a writer of an active deployer, which writes when the executor runs its task. */
  static FunctionWriter writer(MockProducer<String, byte[]> producer, Executor thread) {
    FencedProducer fenced = new FencedProducer(() -> producer, () -> {});
    fenced.begin();
    return new FunctionWriter(fenced, thread, new Loops().loop("writer"));
  }
}
