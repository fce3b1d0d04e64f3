package fob.deployer.process;

import fob.deployer.local.LimitBreakers;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A test for each limit that goes over it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessLimitsTest {

  private ProcessTestPlatform tested;
  private LimitBreakers breakers;

  @BeforeAll
  void start(@TempDir Path logs) throws IOException {
    tested = new ProcessTestPlatform(logs);
    breakers = new LimitBreakers(tested);
  }

  @AfterAll
  void stop() {
    if (tested != null) {
      tested.close();
    }
  }

  @Test
  void processesThatAreNeverIdleGetNoMoreProcessorTimeThanTheFunctionMayHave() throws IOException {
    breakers.processorTime();
  }

  @Test
  void threadsWithoutEndFail() throws IOException {
    breakers.threads();
  }

  @Test
  void openFilesWithoutEndFail() throws IOException {
    breakers.openFiles();
  }

  @Test
  void temporaryFilesWithoutEndFail() throws IOException {
    breakers.temporaryFiles();
  }

  @Test
  void resultThatIsTooLargeIsRefused() throws IOException {
    breakers.result();
  }

  @Test
  void callWithoutEndEndsWithItsInstanceAndTheReasonNamesTheTimeout() {
    breakers.runTime();
  }

  @Test
  void moreMemoryThanThereIsEndsTheInstanceAndTheReasonNamesTheSetting() {
    breakers.memory();
  }
}
