package fob.deployer.layer;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.FunctionId;
import fob.function.Layer;
import org.junit.jupiter.api.Test;

class LayerUsesTest {

  private static final String ID = "a".repeat(64);
  private static final FunctionId ONE = FunctionId.random();
  private static final FunctionId TWO = FunctionId.random();

  private final LayerUses uses = new LayerUses();

  private static Layer layer(String copy) {
    return new Layer(ID, copy, 1, "b".repeat(64), 1, 1);
  }

  @Test
  void aLayerThatIsMadeAnewIsMadeOnceForAllThatHadTheLostOne() {
    // Given
    uses.add(ONE, layer("1"));

    // When
    LayerUses.Use first = uses.replace(ONE, layer("1"), ID);
    uses.add(TWO, layer("1"));
    LayerUses.Use second = uses.replace(TWO, layer("1"), ID);
    first.layer().complete(layer("2"));

    // Then
    assertThat(first.isFirst()).isTrue();
    assertThat(second.isFirst()).isFalse();
    assertThat(second.layer()).isCompletedWithValue(layer("2"));
    assertThat(uses.all()).containsExactly(layer("2"));
  }

  @Test
  void theSecondFunctionWaitsForTheFirst() {
    // When
    LayerUses.Use first = uses.use(ONE, ID);
    LayerUses.Use second = uses.use(TWO, ID);
    first.layer().complete(layer("1"));

    // Then
    assertThat(first.isFirst()).isTrue();
    assertThat(second.isFirst()).isFalse();
    assertThat(second.layer()).isCompletedWithValue(layer("1"));
  }

  @Test
  void theLayerIsUnusedWhenItsLastFunctionIsReleased() {
    // Given
    uses.add(ONE, layer("1"));
    uses.add(TWO, layer("1"));

    // Then
    assertThat(uses.release(ONE)).isEmpty();
    assertThat(uses.all()).containsExactly(layer("1"));
    assertThat(uses.release(TWO)).containsExactly(layer("1"));
    assertThat(uses.all()).isEmpty();
    assertThat(uses.release(TWO)).isEmpty();
  }

  @Test
  void aFunctionThatIsAboutToUseALayerKeepsIt() {
    // Given
    uses.add(ONE, layer("1"));
    LayerUses.Use second = uses.use(TWO, ID);

    // Then
    assertThat(second.layer()).isCompletedWithValue(layer("1"));
    assertThat(uses.release(ONE)).isEmpty();
  }

  @Test
  void aLayerThatCouldNotBeMadeIsMadeByTheNextFunction() {
    // Given
    LayerUses.Use first = uses.use(ONE, ID);
    first.layer().cancel(false);

    // Then
    assertThat(uses.use(TWO, ID).isFirst()).isTrue();
    assertThat(uses.release(ONE)).isEmpty();
  }

  @Test
  void aLostLayerIsMadeAgainOnce() {
    // Given
    uses.add(ONE, layer("1"));
    uses.add(TWO, layer("1"));

    // When
    LayerUses.Use first = uses.replace(ONE, layer("1"), ID);
    LayerUses.Use second = uses.replace(TWO, layer("1"), ID);
    first.layer().complete(layer("2"));

    // Then
    assertThat(first.isFirst()).isTrue();
    assertThat(second.isFirst()).isFalse();
    assertThat(second.layer()).isCompletedWithValue(layer("2"));
  }
}
