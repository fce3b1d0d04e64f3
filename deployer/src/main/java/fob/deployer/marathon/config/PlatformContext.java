package fob.deployer.marathon.config;

import fob.service.Loops;
import java.time.InstantSource;

/**
 * What all parts of a platform share. Immutable.
 *
 * @param owner the value of the owner label, the same for every deployer of this fob
 * @param loops watches the platform's threads
 */
public record PlatformContext(
    MarathonConfig config,
    String owner,
    MarathonTimings timings,
    InstantSource clock,
    Loops loops) {

  public PlatformContext {
    if (owner.isBlank()) {
      throw new IllegalArgumentException("the owner is blank");
    }
  }
}
