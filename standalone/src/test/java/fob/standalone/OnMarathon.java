package fob.standalone;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that share one fob on a fake Marathon whose tasks are real containers. */
@RequiresDocker
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnMarathon {

  MarathonFob marathon;
  FobClient fob;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    marathon = new MarathonFob(folder);
    fob = marathon.client;
  }

  @AfterAll
  void stop() {
    if (marathon != null) {
      marathon.close();
    }
  }
}
