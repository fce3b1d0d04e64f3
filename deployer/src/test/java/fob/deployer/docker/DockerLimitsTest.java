package fob.deployer.docker;

import fob.deployer.local.LimitBreakers;
import fob.deployer.local.TestPlatform;
import java.io.IOException;
import java.nio.file.Path;

/** The limits of containers. */
class DockerLimitsTest extends LimitBreakers {

  @Override
  protected TestPlatform platform(Path logs) throws IOException {
    return new DockerTestPlatform(logs);
  }
}
