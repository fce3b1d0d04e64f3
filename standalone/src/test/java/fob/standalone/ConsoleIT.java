package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/**
 * The console in a real browser: runs the tests of {@code src/test/console}, which need Node, the
 * npm packages playwright-core and axe-core, and Chromium. Without these they are skipped, unless
 * {@code FOB_REQUIRE_BROWSER=true}.
 */
@Timeout(400)
@ExtendWith(SharedFob.class)
class ConsoleIT {

  private static final Path TESTS = Path.of("src/test/console").toAbsolutePath();
  private static final String REQUIRED = "FOB_REQUIRE_BROWSER";

  private final URI shared;

  @TempDir Path folder;

  ConsoleIT(SharedFob.Running running) {
    this.shared = running.fob().url();
  }

  @BeforeAll
  static void requireBrowser() throws Exception {
    boolean there =
        Files.isExecutable(Path.of(chromium()))
            && Commands.succeed(
                List.of("node", "-e", "require('playwright-core'); require('axe-core')"));
    if (!there && "true".equals(System.getenv(REQUIRED))) {
      throw new IllegalStateException(
          "%s=true, but there is no %s, no node, or NODE_PATH has no playwright-core and axe-core"
              .formatted(REQUIRED, chromium()));
    }
    if (!there) {
      String reason = "ConsoleIT needs Chromium, Node, playwright-core and axe-core";
      System.out.println("skipped: " + reason);
      throw new TestAbortedException(reason);
    }
  }

  private static String chromium() {
    return System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium");
  }

  @ParameterizedTest
  @ValueSource(strings = {"write", "calls", "page", "live"})
  void works(String what) throws Exception {
    assertPasses(what, shared);
  }

  /** Has a fob of its own, since a fob with keys refuses all others. */
  @Test
  void asksForAKey() throws Exception {
    Path data = folder.resolve("data");
    try (FobProcess fob = FobProcess.up(folder, data)) {
      assertPasses("keys", fob.awaitUp().url());
    }
  }

  private void assertPasses(String tests, URI fob) throws Exception {
    Path out = folder.resolve(tests + ".txt");
    ProcessBuilder node =
        new ProcessBuilder(List.of("node", "--test", TESTS.resolve(tests + ".test.mjs").toString()))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    node.environment().putAll(Map.of("FOB_URL", fob.toString(), "CHROMIUM", chromium()));
    Process process = node.start();
    try {
      assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("they end").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String printed = Files.readString(out);
    assertThat(process.exitValue()).as(printed).isZero();
    // A run without any test would succeed too.
    assertThat(printed).containsPattern("# pass [1-9]").contains("# skipped 0");
    printed.lines().filter(line -> line.startsWith("# first page")).forEach(System.out::println);
  }
}
