package fob.deployer.process;

import fob.deployer.local.LimitBreakers;
import fob.deployer.local.TestPlatform;
import java.io.IOException;
import java.nio.file.Path;

/** The limits of sandboxes with bubblewrap. */
class ProcessLimitsTest extends LimitBreakers {

  @Override
  protected TestPlatform platform(Path logs) throws IOException {
    return new ProcessTestPlatform(logs);
  }
}
