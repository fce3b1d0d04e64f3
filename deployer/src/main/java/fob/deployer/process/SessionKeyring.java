package fob.deployer.process;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session keyring of a thread, see session-keyring(7). Processes inherit that of the thread
 * that starts them. A fob that was started from a login has the login's keyring, whose keys may be
 * an administrator's, so functions must not have it.
 */
final class SessionKeyring {

  private static final Logger LOGGER = LoggerFactory.getLogger(SessionKeyring.class);

  /** KEYCTL_JOIN_SESSION_KEYRING, see keyctl(2), which the C library has no function for. */
  private static final long JOIN = 1;

  private static final long CALL = "aarch64".equals(System.getProperty("os.arch")) ? 219 : 250;
  private static final long NO_NAME = 0;

  private SessionKeyring() {}

  /**
   * Gives the calling thread a new, empty session keyring. Where the kernel has no keyrings, or
   * allows none, as in many containers, the thread's keyring stays: functions cannot ask for its
   * keys all the same, since the filter of system calls refuses it.
   */
  static void join() {
    if (NativeLibrary.standard().call("syscall", CALL, JOIN, NO_NAME) < 0) {
      LOGGER.atDebug().log("no session keyring of its own: the kernel refuses it");
    }
  }
}
