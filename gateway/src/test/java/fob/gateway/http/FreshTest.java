package fob.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FreshTest {

  private final AtomicInteger made = new AtomicInteger();

  private Fresh<String> value(Duration age) {
    return new Fresh<>(age, before -> before + " " + made.incrementAndGet());
  }

  @Test
  void nothingIsMadeBeforeSomebodyAsks() {
    value(Duration.ZERO);

    assertThat(made).hasValue(0);
  }

  @Test
  void isMadeOnceForAllWhoAsk() throws Exception {
    Fresh<String> value = value(Duration.ofHours(1));

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var got : threads.invokeAll(Collections.<Callable<String>>nCopies(50, value::get))) {
        assertThat(got.get()).isEqualTo("null 1");
      }
    }
  }

  @Test
  void isMadeAgainFromTheLastOneWhenItIsTooOld() throws Exception {
    Fresh<String> value = value(Duration.ZERO);

    assertThat(value.get()).isEqualTo("null 1");
    assertThat(value.get()).isEqualTo("null 1 2");
  }

  @Test
  void isMadeAgainAfterAFailure() throws Exception {
    Fresh<String> value =
        new Fresh<>(
            Duration.ofHours(1),
            _ -> {
              if (made.incrementAndGet() == 1) {
                throw new IllegalStateException("not now");
              }
              return "made";
            });

    assertThatThrownBy(value::get).hasMessage("not now");
    assertThat(value.get()).isEqualTo("made");
  }
}
