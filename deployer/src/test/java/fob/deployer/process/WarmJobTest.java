package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.Environment;
import fob.function.FunctionId;
import fob.function.FunctionSpec;
import fob.function.Limits;
import fob.function.RetryPolicy;
import fob.function.SecretUse;
import fob.function.Upload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WarmJobTest {

  private static final Duration TIMEOUT = Limits.DEFAULT.timeout();

  private static FunctionSpec spec(
      Limits limits, Environment environment, Upload upload, int bytes) {
    return new FunctionSpec(
        FunctionId.random(),
        "python",
        null,
        limits,
        RetryPolicy.DEFAULT,
        environment,
        upload,
        "0".repeat(64),
        bytes,
        Instant.EPOCH);
  }

  private static boolean fits(Limits limits) {
    return WarmJob.fits(spec(limits, Environment.EMPTY, Upload.SOURCE, 10), null);
  }

  @Test
  void functionFitsWhateverItsNumberOfInstancesAndParts() {
    assertThat(fits(Limits.DEFAULT)).isTrue();
    assertThat(fits(new Limits(TIMEOUT, 8, 128, 6, false, 1000, 3))).isTrue();
  }

  @Test
  void functionWithAnotherSettingDoesNotFit() {
    assertThat(fits(new Limits(Duration.ofSeconds(29), 8, 128, 1, false))).isFalse();
    assertThat(fits(new Limits(TIMEOUT, 1, 128, 1, false))).isFalse();
    assertThat(fits(new Limits(TIMEOUT, 8, 64, 1, false))).isFalse();
    assertThat(fits(new Limits(TIMEOUT, 8, 128, 1, true))).isFalse();
    assertThat(fits(new Limits(TIMEOUT, 8, 128, 1, false, 500))).isFalse();
  }

  @Test
  void functionThatNeedsMoreThanItsCodeDoesNotFit() {
    Environment variables = new Environment(Map.of("A", "1"), List.of());
    Environment secrets = new Environment(Map.of(), List.of(new SecretUse("key", true)));
    Upload archive = new Upload("main.py", null);

    assertThat(WarmJob.fits(spec(Limits.DEFAULT, variables, Upload.SOURCE, 10), null)).isFalse();
    assertThat(WarmJob.fits(spec(Limits.DEFAULT, secrets, Upload.SOURCE, 10), null)).isFalse();
    assertThat(WarmJob.fits(spec(Limits.DEFAULT, Environment.EMPTY, archive, 10), null)).isFalse();
    FunctionSpec plain = spec(Limits.DEFAULT, Environment.EMPTY, Upload.SOURCE, 10);
    assertThat(WarmJob.fits(plain, Path.of("/layer"))).isFalse();
    FunctionSpec large = spec(Limits.DEFAULT, Environment.EMPTY, Upload.SOURCE, 2 << 20);
    assertThat(WarmJob.fits(large, null)).isFalse();
  }
}
