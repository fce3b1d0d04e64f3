package fob.deployer.process;

import static org.assertj.core.api.Assertions.assertThat;

import fob.function.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceLimitsTest {

  private static List<String> set(Map<String, Long> most) {
    return new ResourceLimits(most).set(Limits.DEFAULT, false);
  }

  @Test
  void everyLimitOfTheKernelIsSet() throws IOException {
    int kernels = Files.readAllLines(Path.of("/proc/self/limits")).size() - 1;

    assertThat(set(Map.of())).filteredOn(each -> each.contains("=")).hasSize(kernels);
  }

  @Test
  void noneIsMoreThanFobItselfMayHave() {
    assertThat(set(Map.of("Max open files", 100L, "Max stack size", 1L << 40)))
        .contains("--nofile=100", "--stack=8388608", "--cpu=unlimited");
  }

  @Test
  void whatFobMayHaveIsItsHardLimit(@TempDir Path self) throws IOException {
    Files.writeString(
        self.resolve("limits"),
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max cpu time              unlimited            unlimited            seconds
        Max open files            1024                 4096                 files
        Max nice priority         0                    0
        """);

    assertThat(ResourceLimits.of(self).most())
        .isEqualTo(Map.of("Max open files", 4096L, "Max nice priority", 0L));
  }
}
