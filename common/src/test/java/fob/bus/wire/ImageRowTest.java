package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.function.Environment;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.Limits;
import fob.function.PlatformInfo;
import fob.function.Protocol;
import fob.function.RetryPolicy;
import fob.function.Upload;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Rows of functions that run in an image of their own. */
class ImageRowTest {

  private static final FunctionId ID =
      new FunctionId(UUID.fromString("3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b"));
  private static final Instant REGISTERED = Instant.ofEpochMilli(1_767_225_600_123L);
  private static final FunctionState STATE =
      new FunctionState(
          new FunctionSpec(
              ID,
              "image",
              null,
              new Limits(Duration.ofSeconds(30), 1, 128, 1, false),
              RetryPolicy.DEFAULT,
              Environment.EMPTY,
              new Upload(null, "openwhisk/action-python-v3.12:1.1", "hey"),
              "ab".repeat(32),
              25,
              REGISTERED),
          new FunctionStatus.Ready(
              List.of(
                  new Instance("i-1", URI.create("http://172.20.0.2:8080"), Protocol.OPENWHISK),
                  new Instance("i-2", URI.create("http://172.20.0.3:8080"), Protocol.FOB))));

  @Test
  void goldenFunctionWithAnImage() {
    Golden.assertSame("function-image", FunctionRowWire.encode(STATE));
  }

  @Test
  void imageAndProtocolComeBack() {
    assertThat(FunctionRowWire.decode(Golden.received(FunctionRowWire.encode(STATE), 0)))
        .isEqualTo(new FunctionRowWire.Row.OfFunction(STATE));
  }

  @Test
  void numberOfFilesComesBack() {
    FunctionSpec spec = STATE.spec();
    FunctionSpec counted =
        new FunctionSpec(
            ID,
            spec.language(),
            null,
            spec.limits(),
            spec.retry(),
            spec.environment(),
            spec.upload().with(7),
            spec.codeSha256(),
            spec.codeBytes(),
            REGISTERED);
    FunctionState state = new FunctionState(counted, STATE.status());
    assertThat(FunctionRowWire.decode(Golden.received(FunctionRowWire.encode(state), 0)))
        .isEqualTo(new FunctionRowWire.Row.OfFunction(state));
  }

  @Test
  void unknownProtocolIsRefused() {
    ProducerRecord<String, byte[]> record = FunctionRowWire.encode(STATE);
    String later = new String(record.value(), UTF_8).replace("openwhisk\"}", "smoke\"}");
    ProducerRecord<String, byte[]> changed =
        new ProducerRecord<>(record.topic(), record.key(), later.getBytes(UTF_8));
    assertThatThrownBy(() -> FunctionRowWire.decode(Golden.received(changed, 0)))
        .hasMessage("'smoke' is no protocol");
  }

  @Test
  void registrationWithAnImageNeedsNoLanguageAndRunsOneCallAtATime() {
    // When
    FunctionSpec spec =
        SpecJson.read(
            ID, Json.parse("{\"image\":\"a/b\"}".getBytes(UTF_8)), "ab".repeat(32), 1, REGISTERED);

    // Then
    assertThat(spec.language()).isEqualTo("image");
    assertThat(spec.limits().concurrency()).isEqualTo(1);
  }

  @Test
  void platformThatRunsNoImagesRefusesThem() {
    PlatformInfo process =
        new PlatformInfo("process", List.of(), "none", false, OptionalInt.empty());
    PlatformInfo docker =
        new PlatformInfo("docker", List.of(), "none", true, OptionalInt.empty(), false, true);
    assertThat(process.refusal(STATE.spec()).orElse(""))
        .startsWith("image=openwhisk/action-python-v3.12:1.1: the platform 'process' runs no");
    assertThat(docker.refusal(STATE.spec())).isEmpty();
  }
}
