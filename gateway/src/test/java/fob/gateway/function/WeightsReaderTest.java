package fob.gateway.function;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fob.function.FunctionId;
import fob.function.FunctionName;
import fob.function.FunctionSpec;
import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.Limits;
import fob.function.NameState;
import fob.function.Weights;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightsReaderTest {

  private static final FunctionName ADD = new FunctionName("add");

  private final Map<FunctionId, FunctionState> states = new HashMap<>();
  private final FunctionId one = put(new FunctionStatus.Idle());
  private final FunctionId two = put(new FunctionStatus.Deploying("starting"));
  private final FunctionId three =
      put(
          new FunctionStatus.Failed(
              new FunctionStatus.FailureReason("invalid syntax", "SyntaxError", List.of())));
  private final WeightsReader reader =
      new WeightsReader(
          NameState.ofFirst(ADD, 1, one).with(new TreeMap<>(Map.of(1, one, 2, two, 3, three))),
          id -> Optional.ofNullable(states.get(id)));

  private FunctionId put(FunctionStatus status) {
    FunctionId id = FunctionId.random();
    states.put(
        id,
        new FunctionState(
            new FunctionSpec(id, "python", ADD, Limits.DEFAULT, "0".repeat(64), 1, Instant.EPOCH),
            status));
    return id;
  }

  private Weights read(String json) {
    return reader.read(json.getBytes(UTF_8));
  }

  @Test
  void weightsAreReadAndAVersionWithoutOneIsLeftOut() {
    assertThat(read("{\"add@1\":90,\"add@2\":10}"))
        .isEqualTo(new Weights(new TreeMap<>(Map.of(1, 90, 2, 10))));
    assertThat(read("{\"add@1\":0,\"add@2\":100}")).isEqualTo(Weights.allTo(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|expected a JSON value, but there is nothing",
        "{|Unexpected end-of-input",
        "[]|there are no weights in it",
        "{}|there are no weights in it",
        "{\"add@1\":\"100\"}|'add@1' has \"100\", which is no whole number from 0 to 100",
        "{\"add@1\":99.5}|'add@1' has 99.5, which is no whole number",
        "{\"add@1\":101}|'add@1' has 101, which is no whole number from 0 to 100",
        "{\"add@1\":-1}|'add@1' has -1, which is no whole number from 0 to 100",
        "{\"add\":100}|'add' is no version",
        "{\"1\":100}|'1' is no version",
        "{\"add@1\":50,\"add@1\":50}|Duplicate field 'add@1'"
      })
  void whatIsMalformedIsRefusedWithAnExample(String json, String why) {
    assertThatThrownBy(() -> read(json))
        .hasMessageContaining(why)
        .hasMessageContaining("such as {\"add@3\": 100}")
        .hasFieldOrPropertyWithValue("status", 400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"add@1\":90,\"add@2\":20}|the weights add up to 110; expected 100 together",
        "{\"add@1\":0}|the weights add up to 0; expected 100 together",
        "{\"add@9\":100}|there is no add@9; there are add@3, add@2, add@1",
        "{\"add@3\":100}|add@3 has failed, so the name cannot lead to it: SyntaxError: invalid",
        "{\"sub@1\":100}|sub@1 is a version of 'sub', and 'add' can lead to its own versions only:"
      })
  void whatNoNameCanHaveIsRefused(String json, String why) {
    assertThatThrownBy(() -> read(json))
        .hasMessageContaining(why)
        .hasFieldOrPropertyWithValue("status", 422);
  }
}
