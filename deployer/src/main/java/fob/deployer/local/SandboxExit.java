package fob.deployer.local;

/** How a sandbox has ended, as its platform sees it. */
public sealed interface SandboxExit {

  /**
   * @param code as a shell says it: 128 + its number for a signal
   * @param outOfMemory whether the kernel killed something in it for want of memory
   * @param outOfProcesses whether it wanted more processes or threads than it may have
   */
  record Code(int code, boolean outOfMemory, boolean outOfProcesses) implements SandboxExit {}

  /**
   * Nobody knows how.
   *
   * @param reason for people, starts in lower case
   */
  record Lost(String reason) implements SandboxExit {}

  /** It has not ended: it was let go of, for the next deployer. */
  record LeftRunning() implements SandboxExit {}
}
