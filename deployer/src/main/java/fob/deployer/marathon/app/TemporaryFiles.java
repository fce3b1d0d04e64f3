package fob.deployer.marathon.app;

import fob.function.Limits;

/**
 * The {@code /tmp} of a container, which is in its memory. Immutable.
 *
 * @param mib its size
 * @param runs whether programs and libraries in it can be run
 */
public record TemporaryFiles(int mib, boolean runs) {

  /**
   * Returns those of a function, which may have up to half of its memory. Its driver also fetches
   * and unpacks its dependencies there, and these may be libraries of native code.
   */
  static TemporaryFiles of(Limits limits, Access access) {
    return new TemporaryFiles(limits.memoryMiB() / 2 + access.layerMiB(), access.layer() != null);
  }

  /** Returns those of a function in an image of its own, as large as for other functions. */
  static TemporaryFiles ofImage(Limits limits) {
    return new TemporaryFiles(limits.memoryMiB() / 2, true);
  }

  /** Returns the value of Docker's option {@code tmpfs}. */
  String option() {
    return option("/tmp");
  }

  /** Returns the value of Docker's option {@code tmpfs} for another folder. */
  String option(String folder) {
    return "%s:rw,%s,nosuid,nodev,mode=1777,size=%dm"
        .formatted(folder, runs ? "exec" : "noexec", mib);
  }
}
