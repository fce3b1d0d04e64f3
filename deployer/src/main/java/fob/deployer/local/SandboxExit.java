package fob.deployer.local;

/** How a sandbox has ended. */
public sealed interface SandboxExit {

  /**
   * Its driver has ended.
   *
   * @param code the exit code of the driver; for a signal 128 + the signal's number
   * @param outOfMemory whether the kernel killed a process of the sandbox for lack of memory
   * @param outOfProcesses whether a process or thread was refused because of the bound
   */
  record Code(int code, boolean outOfMemory, boolean outOfProcesses) implements SandboxExit {}

  /**
   * The exit code is not known.
   *
   * @param reason for people, starts in lower case
   */
  record Lost(String reason) implements SandboxExit {}

  /** The sandbox has not ended: it runs on for the next deployer. */
  record LeftRunning() implements SandboxExit {}
}
