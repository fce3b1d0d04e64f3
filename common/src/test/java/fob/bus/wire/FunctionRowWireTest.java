package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.bus.TestConsumer;
import fob.function.Code;
import fob.function.Environment;
import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSchema;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Instance;
import fob.function.Language;
import fob.function.Layer;
import fob.function.Limits;
import fob.function.NameState;
import fob.function.PlatformInfo;
import fob.function.Registration;
import fob.function.SecretUse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionRowWireTest {

  private static final FunctionId ID =
      new FunctionId(UUID.fromString("3f2b8a10-1c2d-4e3f-8a9b-0c1d2e3f4a5b"));
  private static final long REGISTERED = 1_767_225_600_123L;
  private static final Code CODE = new Code("def callme(a):\n  return a".getBytes(UTF_8));

  private static FunctionSpec spec(@Nullable String name, Limits limits) {
    return new FunctionSpec(
        ID,
        "python",
        name == null ? null : new FunctionName(name),
        limits,
        CODE.sha256(),
        CODE.bytes().length,
        Instant.ofEpochMilli(REGISTERED));
  }

  private static FunctionState state(FunctionStatus status) {
    return new FunctionState(
        spec("add", new Limits(Duration.ofMillis(1500), 4, 256, 2, true)), status);
  }

  private static Registration.Register register() {
    return new Registration.Register(
        spec("add", new Limits(Duration.ofMillis(1500), 4, 256, 2, true)), CODE);
  }

  private static FunctionStatus.Ready ready() {
    return new FunctionStatus.Ready(
        List.of(
            new Instance("i-1", URI.create("unix:/run/fob/1/socket")),
            new Instance("i-2", URI.create("http://10.0.0.7:31001"))));
  }

  private static FunctionStatus.Failed failed() {
    return new FunctionStatus.Failed(
        new FunctionStatus.FailureReason(
            "the code does not load", "SyntaxError", List.of("line 1")));
  }

  @Test
  void goldenRegistration() {
    Golden.assertSame("registration", RegistrationWire.encode(register()));
  }

  @Test
  void goldenRegistrationWithItsActor() {
    Golden.assertSame(
        "registration-actor",
        RegistrationWire.encode(new Registration.Register(register().spec(), CODE, "ci (k1)")));
  }

  @Test
  void goldenRemoval() {
    Golden.assertSame("removal", RegistrationWire.encode(new Registration.Remove(ID)));
  }

  @Test
  void goldenFunctionReady() {
    Golden.assertSame("function-ready", FunctionRowWire.encode(state(ready())));
  }

  @Test
  void goldenFunctionWithALastEnd() {
    Golden.assertSame("function-last-end", FunctionRowWire.encode(stateWithAnEnd()));
  }

  private static FunctionState described() {
    return state(ready())
        .with(
            new FunctionSchema(
                "{\"description\":\"Adds.\",\"parameters\":{\"type\":\"object\"},\"result\":{}}"));
  }

  @Test
  void goldenFunctionWithASchema() {
    Golden.assertSame("function-schema", FunctionRowWire.encode(described()));
  }

  @Test
  void theSchemaComesBackAndSoDoesThatThereIsNone() {
    for (FunctionState state :
        List.of(described(), state(ready()).with(FunctionSchema.NONE), state(ready()))) {
      assertThat(decode(FunctionRowWire.encode(state)))
          .isEqualTo(new FunctionRowWire.Row.OfFunction(state));
    }
  }

  @Test
  void theLastEndComesBack() {
    assertThat(decode(FunctionRowWire.encode(stateWithAnEnd())))
        .isEqualTo(new FunctionRowWire.Row.OfFunction(stateWithAnEnd()));
  }

  private static FunctionState stateWithAnEnd() {
    Instant at = Instant.ofEpochMilli(REGISTERED + 1000);
    return state(ready()).ended("exit code 1", at).ended("killed", at).ended("out of memory", at);
  }

  @Test
  void goldenFunctionDeploying() {
    Golden.assertSame(
        "function-deploying",
        FunctionRowWire.encode(state(new FunctionStatus.Deploying("starting"))));
  }

  @Test
  void goldenFunctionFailed() {
    Golden.assertSame("function-failed", FunctionRowWire.encode(state(failed())));
  }

  private static FunctionState stateWithLayer() {
    Layer layer =
        new Layer("a".repeat(64), "0123456789abcdef", 17, "b".repeat(64), 2_097_153, 8192);
    return new FunctionState(spec(null, Limits.DEFAULT), ready()).with(layer);
  }

  @Test
  void installedDependenciesComeBack() {
    assertThat(decode(FunctionRowWire.encode(stateWithLayer())))
        .isEqualTo(new FunctionRowWire.Row.OfFunction(stateWithLayer()));
    assertThat(new String(FunctionRowWire.encode(stateWithLayer()).value(), UTF_8))
        .endsWith(
            ",\"layer\":{\"id\":\"%s\",\"copy\":\"0123456789abcdef\",\"offset\":17,\"sha256\":\"%s\",\"bytes\":2097153,\"unpackedBytes\":8192}}"
                .formatted("a".repeat(64), "b".repeat(64)));
  }

  @Test
  void dependenciesThatAnEarlierFobInstalledHaveNoUnpackedSize() {
    // Given
    var record = FunctionRowWire.encode(stateWithLayer());
    String row = new String(record.value(), UTF_8).replace(",\"unpackedBytes\":8192", "");

    // When
    FunctionRowWire.Row decoded = FunctionRowWire.decode(record(record.key(), row.getBytes(UTF_8)));

    // Then
    Layer layer = new Layer("a".repeat(64), "0123456789abcdef", 17, "b".repeat(64), 2_097_153, 0);
    assertThat(decoded).isInstanceOf(FunctionRowWire.Row.OfFunction.class);
    assertThat(((FunctionRowWire.Row.OfFunction) decoded).state().layer()).isEqualTo(layer);
  }

  @Test
  void goldenLayer() {
    LayerWire.Description description =
        new LayerWire.Description(List.of(15L, 16L), "{\"packages\":[]}");
    String key = LayerWire.key("a".repeat(64), "0123456789abcdef");
    Golden.assertSame("layer", LayerWire.encode(key, LayerWire.encode(description)));
    assertThat(LayerWire.archiveOf(LayerWire.key("a".repeat(64), "0123456789abcdef", 1)))
        .isEqualTo(key);
    assertThat(LayerWire.archiveOf(key)).isEqualTo(key);
  }

  @Test
  void goldenPlatform() {
    Golden.assertSame(
        "platform",
        FunctionRowWire.encode(
            new PlatformInfo(
                "process",
                List.of(Language.named("node"), Language.named("python")),
                "a sandbox for each",
                false,
                OptionalInt.of(24_064)),
            Instant.ofEpochMilli(REGISTERED)));
  }

  private static final Language PYTHON =
      new Language(
          "python",
          List.of(".py"),
          "python[0-9.]*",
          List.of("(?m)^def callme\\("),
          List.of("main.py", "callme.py"),
          List.of("(?m)^# /// script"),
          List.of("requirements.txt"));

  private static PlatformInfo infoWithHints() {
    return new PlatformInfo(
        "process", List.of(Language.named("node"), PYTHON), "none", false, OptionalInt.empty());
  }

  @Test
  void goldenPlatformWithLanguages() {
    Golden.assertSame(
        "platform-languages",
        FunctionRowWire.encode(infoWithHints(), Instant.ofEpochMilli(REGISTERED)));
  }

  @Test
  void itIsKnownWhetherLogsComeWithCalls() {
    PlatformInfo info =
        new PlatformInfo("marathon", List.of(), "none", true, OptionalInt.empty(), true, true);
    assertThat(
            FunctionRowWire.decode(
                Golden.received(FunctionRowWire.encode(info, Instant.ofEpochMilli(REGISTERED)), 0)))
        .isEqualTo(new FunctionRowWire.Row.OfPlatform(info, Instant.ofEpochMilli(REGISTERED)));
  }

  @Test
  void theHintsOfLanguagesComeBack() {
    // Given
    Instant at = Instant.ofEpochMilli(REGISTERED);

    // Then
    assertThat(decode(FunctionRowWire.encode(infoWithHints(), at)))
        .isEqualTo(new FunctionRowWire.Row.OfPlatform(infoWithHints(), at));
  }

  @Test
  void goldenCode() {
    Golden.assertSame("code", CodeWire.encode(ID, CODE));
  }

  @Test
  void aForgottenKeyIsATombstone() {
    // When
    ProducerRecord<String, byte[]> record = FunctionRowWire.delete("add");

    // Then
    assertThat(record.topic()).isEqualTo("fob.functions");
    assertThat(record.key()).isEqualTo("add");
    assertThat(record.value()).isNull();
  }

  static Stream<FunctionStatus> statuses() {
    return Stream.of(
        new FunctionStatus.Deploying("starting"),
        new FunctionStatus.Deploying(""),
        ready(),
        failed(),
        new FunctionStatus.Failed(FunctionStatus.FailureReason.of("no such driver")));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void everyStatusComesBack(FunctionStatus status) {
    assertThat(decode(FunctionRowWire.encode(state(status))))
        .isEqualTo(new FunctionRowWire.Row.OfFunction(state(status)));
  }

  @Test
  void aFunctionWithoutNameComesBackWithoutOne() {
    // Given
    FunctionState state = new FunctionState(spec(null, Limits.DEFAULT), ready());

    // When
    FunctionRowWire.Row row = decode(FunctionRowWire.encode(state));

    // Then
    assertThat(row).isEqualTo(new FunctionRowWire.Row.OfFunction(state));
  }

  @Test
  void aToolComesBackAsOne() {
    // Given
    FunctionSpec plain = spec("add", Limits.DEFAULT);
    FunctionState tool =
        new FunctionState(
            new FunctionSpec(
                ID,
                plain.language(),
                plain.name(),
                plain.limits(),
                plain.retry(),
                plain.environment(),
                plain.upload(),
                plain.codeSha256(),
                plain.codeBytes(),
                plain.registered(),
                true),
            ready());

    // When
    FunctionRowWire.Row row = decode(FunctionRowWire.encode(tool));

    // Then
    assertThat(row).isEqualTo(new FunctionRowWire.Row.OfFunction(tool));
  }

  @Test
  void aNameOfADeployerThatNumbersNoVersionsIsRead() {
    NameState expected = NameState.notNumbered(new FunctionName("add"), ID);

    assertThat(FunctionRowWire.decode(Golden.record("name")))
        .isEqualTo(new FunctionRowWire.Row.OfName(expected));
    assertThat(expected.target()).isEqualTo(ID);
    assertThat(expected.isNumbered()).isFalse();
  }

  @Test
  void thePlatformComesBack() {
    // Given
    PlatformInfo info =
        new PlatformInfo(
            "process",
            List.of(Language.named("python")),
            "bubblewrap",
            false,
            OptionalInt.of(24_064));
    Instant at = Instant.ofEpochMilli(REGISTERED);

    // Then
    assertThat(decode(FunctionRowWire.encode(info, at)))
        .isEqualTo(new FunctionRowWire.Row.OfPlatform(info, at));
  }

  @Test
  void aPlatformOfADeployerThatHasNoHeartbeatIsRead() {
    // Given
    String row =
        "{\"v\":1,\"platform\":\"process\",\"isolation\":\"none\",\"languages\":[\"python\"]}";

    // When
    FunctionRowWire.Row decoded = FunctionRowWire.decode(record("_platform", row.getBytes(UTF_8)));

    // Then
    assertThat(decoded)
        .isEqualTo(
            new FunctionRowWire.Row.OfPlatform(
                new PlatformInfo(
                    "process",
                    List.of(Language.named("python")),
                    "none",
                    true,
                    OptionalInt.empty()),
                Instant.EPOCH));
  }

  @Test
  void aRegistrationComesBackWithTheTimeOfItsRecord() {
    assertThat(decodeRegistration(RegistrationWire.encode(register()))).isEqualTo(register());
  }

  @Test
  void aRemovalComesBack() {
    assertThat(decodeRegistration(RegistrationWire.encode(new Registration.Remove(ID))))
        .isEqualTo(new Registration.Remove(ID));
  }

  @Test
  void settingsThatAreMissingAreTheStandardOnes() {
    // Given
    ConsumerRecord<String, byte[]> record = record(ID.toString(), CODE.bytes());
    record.headers().add("fob-spec", "{\"language\":\"node\"}".getBytes(UTF_8));

    // When
    Registration registration = RegistrationWire.decode(record);

    // Then
    assertThat(registration)
        .isInstanceOfSatisfying(
            Registration.Register.class,
            register -> {
              assertThat(register.spec().limits()).isEqualTo(Limits.DEFAULT);
              assertThat(register.spec().name()).isNull();
              assertThat(register.spec().language()).isEqualTo("node");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"language\":7}",
        "{\"language\":\"Python!\"}",
        "{\"language\":\"python\",\"name\":\"Not A Name\"}",
        "{\"language\":\"python\",\"name\":null}",
        "{\"language\":\"python\",\"timeout_ms\":0}",
        "{\"language\":\"python\",\"memory_mib\":1}",
        "{\"language\":\"python\",\"concurrency\":-1}",
        "{\"language\":\"python\",\"instances\":101}",
        "{\"language\":\"python\",\"instances\":\"2\"}",
        "{\"language\":\"python\",\"instances\":4294967297}",
        "{\"language\":\"python\",\"concurrency\":1.5}",
        "{\"language\":\"python\",\"memory_mib\":null}",
        "{\"language\":\"python\",\"network\":\"yes\"}",
        "{\"language\":\"python\",\"max_age_ms\":[1000]}",
        "{\"language\":\"python\",\"idle_ms\":1}",
        "{\"language\":\"python\",\"idle_ms\":\"10m\"}",
        "{\"language\":\"python\",\"keep_ms\":1}",
        "{\"language\":\"python\",\"name\":\"add@2\"}",
        "{\"language\":\"python\",\"env\":5}",
        "{\"language\":\"python\",\"env\":{\"A\":1}}",
        "{\"language\":\"python\",\"env\":{\"PATH\":\"/x\"}}",
        "{\"language\":\"python\",\"secrets\":\"A\"}",
        "{\"language\":\"python\",\"secrets\":[\"A\",\"A\"]}",
        "{\"language\":\"python\",\"memory\":64}"
      })
  void aSpecThatIsWrongIsRefused(String spec) {
    // Given
    ConsumerRecord<String, byte[]> record = record(ID.toString(), CODE.bytes());
    record.headers().add("fob-spec", spec.getBytes(UTF_8));

    // Then
    assertThatThrownBy(() -> RegistrationWire.decode(record))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEnvironmentIsReadAsItWasWritten() {
    // Given
    ConsumerRecord<String, byte[]> record = record(ID.toString(), CODE.bytes());
    String spec = "{\"language\":\"python\",\"env\":{\"A\":\"1\"},\"secrets\":[\"B\",\"C:file\"]}";
    record.headers().add("fob-spec", spec.getBytes(UTF_8));

    // When
    FunctionSpec read = ((Registration.Register) RegistrationWire.decode(record)).spec();

    // Then
    assertThat(read.environment())
        .isEqualTo(
            new Environment(
                Map.of("A", "1"), List.of(new SecretUse("B", false), new SecretUse("C", true))));
    String again =
        new String(
            RegistrationWire.encode(new Registration.Register(read, CODE))
                .headers()
                .lastHeader("fob-spec")
                .value(),
            UTF_8);
    assertThat(again).contains("\"env\":{\"A\":\"1\"},\"secrets\":[\"B\",\"C:file\"]");
  }

  @Test
  void aSettingThatDoesNotExistIsNamedWithThoseThatDo() {
    // Given
    ConsumerRecord<String, byte[]> record = record(ID.toString(), CODE.bytes());
    record.headers().add("fob-spec", "{\"language\":\"python\",\"memory\":64}".getBytes(UTF_8));

    // Then
    assertThatThrownBy(() -> RegistrationWire.decode(record))
        .hasMessageStartingWith(
            "memory is no setting; there are concurrency, cpu_millis, entry, env, files, idle_ms, image,");
  }

  @Test
  void aRegistrationWithTooMuchCodeIsRefused() {
    // Given
    ConsumerRecord<String, byte[]> record =
        record(ID.toString(), new byte[Topics.MAX_VALUE_BYTES + 1]);
    record.headers().add("fob-spec", "{\"language\":\"python\"}".getBytes(UTF_8));

    // Then
    assertThatThrownBy(() -> RegistrationWire.decode(record))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the code has 1048577 bytes, the most is 1048576");
  }

  @Test
  void aVersionThatHasServedStaysOneThatHas() {
    // Given
    FunctionState restarting = state(ready()).with(new FunctionStatus.Deploying("starting"));

    // Then
    assertThat(restarting.served()).isTrue();
    assertThat(decode(FunctionRowWire.encode(restarting)))
        .isEqualTo(new FunctionRowWire.Row.OfFunction(restarting));
  }

  @Test
  void aRowOfBeforeSaysByItsStatusWhetherItHasServed() {
    // Given
    String row = new String(FunctionRowWire.encode(state(ready())).value(), UTF_8);
    byte[] old = row.replace(",\"served\":true", "").getBytes(UTF_8);

    // Then
    assertThat(old).isNotEqualTo(row.getBytes(UTF_8));
    assertThat(FunctionRowWire.decode(record(ID.toString(), old)))
        .isEqualTo(new FunctionRowWire.Row.OfFunction(state(ready())));
  }

  @Test
  void aRegistrationWithoutSpecIsRefused() {
    assertThatThrownBy(() -> RegistrationWire.decode(record(ID.toString(), CODE.bytes())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no fob-spec header");
  }

  @Test
  void aRegistrationWithoutCodeInItIsRefused() {
    // Given
    ConsumerRecord<String, byte[]> record = record(ID.toString(), new byte[0]);
    record.headers().add("fob-spec", "{\"language\":\"python\"}".getBytes(UTF_8));

    // Then
    assertThatThrownBy(() -> RegistrationWire.decode(record))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the code is empty");
  }

  @Test
  void aRegistrationUnderNoIdIsRefused() {
    assertThatThrownBy(() -> RegistrationWire.decode(record("add@1", null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'add@1' is not a function id");
    assertThatThrownBy(() -> RegistrationWire.decode(record(null, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'null' is not a function id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "null",
        "[]",
        "{}",
        "{\"v\":2}",
        "{\"v\":1}",
        "{\"v\":1,\"points_to\":7}",
        "{\"v\":1,\"points_to\":\"add\"}",
        "{\"v\":1,\"spec\":{\"language\":\"python\"},\"status\":{\"state\":\"ready\"}}"
      })
  void aRowThatIsNoneIsRefused(String row) {
    assertThatThrownBy(() -> FunctionRowWire.decode(record(ID.toString(), row.getBytes(UTF_8))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"state\":\"sleeping\"}",
        "{\"state\":\"deploying\"}",
        "{\"state\":\"ready\",\"instances\":[]}",
        "{\"state\":\"ready\",\"instances\":[{\"id\":\"1\"}]}",
        "{\"state\":\"ready\",\"instances\":[{\"id\":\"1\",\"address\":\"ftp://x\"}]}",
        "{\"state\":\"ready\",\"instances\":[{\"id\":\"1\",\"address\":\"not a uri\"}]}",
        "{\"state\":\"failed\"}"
      })
  void aStatusThatIsNoneIsRefused(String status) {
    // Given
    String good = new String(FunctionRowWire.encode(state(ready())).value(), UTF_8);
    String row = good.substring(0, good.indexOf("\"status\":")) + "\"status\":" + status + "}";

    // Then
    assertThatThrownBy(() -> FunctionRowWire.decode(record(ID.toString(), row.getBytes(UTF_8))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void fieldsOfANewerWriterAreIgnored() {
    // Given
    String row =
        new String(
                FunctionRowWire.encode(NameState.notNumbered(new FunctionName("add"), ID)).value(),
                UTF_8)
            .replace("{\"v\":1", "{\"v\":1,\"weight\":[{}]");

    // When
    FunctionRowWire.Row decoded = FunctionRowWire.decode(record("add", row.getBytes(UTF_8)));

    // Then
    assertThat(decoded)
        .isEqualTo(
            new FunctionRowWire.Row.OfName(NameState.notNumbered(new FunctionName("add"), ID)));
  }

  @Test
  void aPointerUnderWhatIsNoNameIsRefused() {
    // Given
    byte[] row = FunctionRowWire.encode(NameState.notNumbered(new FunctionName("add"), ID)).value();

    // Then
    assertThatThrownBy(() -> FunctionRowWire.decode(record("Not A Name", row)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ConsumerRecord<String, byte[]> record(
      @Nullable String key, byte @Nullable [] value) {
    return TestConsumer.record(new TopicPartition("fob.functions", 0), 1, key, value);
  }

  private static FunctionRowWire.Row decode(ProducerRecord<String, byte[]> record) {
    return FunctionRowWire.decode(Golden.received(record, REGISTERED + 999));
  }

  private static Registration decodeRegistration(ProducerRecord<String, byte[]> record) {
    return RegistrationWire.decode(Golden.received(record, REGISTERED));
  }

  @Test
  void spreadAndPartsAreReadBackAndRowsWithoutThemHaveOnePart() {
    Limits divided = new Limits(Duration.ofSeconds(1), 1, 64, 2, false, 1000, 2);
    FunctionState state =
        new FunctionState(
            spec("add", divided),
            new FunctionStatus.Ready(
                List.of(
                    new Instance("i-1", URI.create("unix:/1")),
                    new Instance("i-2", URI.create("unix:/2")).of(1))));

    ProducerRecord<String, byte[]> row = FunctionRowWire.encode(state);

    assertThat(FunctionRowWire.decode(Golden.received(row, 0)))
        .isEqualTo(new FunctionRowWire.Row.OfFunction(state));
  }

  @Test
  void anIdleFunctionIsReadBack() {
    Limits idle =
        new Limits(Duration.ofSeconds(1), 1, 64, 1, false, 1000, 1, Duration.ofMinutes(10));
    FunctionState state =
        new FunctionState(spec("add", idle), new FunctionStatus.Idle(), true, null);

    ProducerRecord<String, byte[]> row = FunctionRowWire.encode(state);

    assertThat(new String(row.value(), UTF_8))
        .contains("\"idle_ms\":600000", "\"status\":{\"state\":\"idle\"}");
    assertThat(FunctionRowWire.decode(Golden.received(row, 0)))
        .isEqualTo(new FunctionRowWire.Row.OfFunction(state));
  }
}
