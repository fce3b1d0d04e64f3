package fob.deployer.marathon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeploymentQueueTest {

  private final DeploymentQueue queue = new DeploymentQueue(2);
  private final List<String> woken = new ArrayList<>();

  private DeploymentQueue.Entrant entrant(String name) {
    return new DeploymentQueue.Entrant() {
      @Override
      public void wake() {
        woken.add(name);
      }
    };
  }

  private final DeploymentQueue.Entrant a = entrant("a");
  private final DeploymentQueue.Entrant b = entrant("b");
  private final DeploymentQueue.Entrant c = entrant("c");
  private final DeploymentQueue.Entrant d = entrant("d");

  @Test
  void whoeverLeavesLetsTheFirstInThatWaits() {
    // Given
    assertThat(queue.enter(a)).isTrue();
    assertThat(queue.enter(b)).isTrue();
    assertThat(queue.enter(c)).isFalse();
    assertThat(queue.enter(d)).isFalse();
    assertThat(queue.enter(c)).isFalse();

    // When
    queue.leave(a);

    // Then
    assertThat(woken).containsExactly("c");
    assertThat(queue.enter(c)).isTrue();
    assertThat(queue.enter(d)).isFalse();
    assertThat(queue.inside()).containsExactly(b, c);
  }

  @Test
  void whoeverNoLongerWaitsIsPassedOver() {
    // Given
    queue.enter(a);
    queue.enter(b);
    queue.enter(c);
    queue.enter(d);

    // When
    queue.leave(c);
    queue.leave(a);

    // Then
    assertThat(woken).containsExactly("d");
  }

  @Test
  void whatRunsAlreadyCountsThoughThereIsNoPlace() {
    // Given
    queue.adopt(a);
    queue.adopt(b);
    queue.adopt(c);
    assertThat(queue.enter(d)).isFalse();

    // When
    queue.leave(a);

    // Then
    assertThat(woken).isEmpty();
    queue.leave(b);
    assertThat(woken).containsExactly("d");
  }

  @Test
  void leavingTwiceFreesOnePlace() {
    // Given
    queue.enter(a);
    queue.enter(b);
    queue.enter(c);
    queue.enter(d);

    // When
    queue.leave(a);
    queue.leave(a);

    // Then
    assertThat(woken).containsExactly("c");
  }
}
