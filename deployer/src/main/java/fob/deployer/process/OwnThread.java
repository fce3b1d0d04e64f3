package fob.deployer.process;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resets the attributes of a thread that the processes which it starts inherit: priority, blocked
 * signals, and the like. So functions do not depend on how fob was started. The set of processors
 * stays: whoever limits it for fob means fob's functions, too.
 */
final class OwnThread {

  private static final Logger LOGGER = LoggerFactory.getLogger(OwnThread.class);

  private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));
  private static final long IOPRIO_SET = ARM ? 30 : 251;
  private static final long THIS_THREAD = 0;
  private static final long IOPRIO_WHO_PROCESS = 1;
  private static final long BY_NICE_VALUE = 0;
  private static final int PRIO_PROCESS = 0;
  private static final int SCHED_OTHER = 0;
  private static final int PR_SET_TIMERSLACK = 29;
  private static final long USUAL_SLACK_NS = 50_000;
  private static final int SIG_SETMASK = 2;
  private static final long SIGNAL_SET_BYTES = 128;
  private static final long PER_LINUX = 0;

  private OwnThread() {}

  /**
   * Resets the attributes of the calling thread. Only to leave an idle scheduling class may need a
   * right that fob lacks. An attribute that the kernel refuses to change stays as it is.
   */
  static void reset() {
    SessionKeyring.join();
    NativeLibrary libc = NativeLibrary.standard();
    try (Arena arena = Arena.ofConfined()) {
      // The memory is zeroed: priority 0, and no signal.
      MemorySegment zeros = arena.allocate(SIGNAL_SET_BYTES, Long.BYTES);
      check("scheduling", libc.call("sched_setscheduler", (int) THIS_THREAD, SCHED_OTHER, zeros));
      check("signals", libc.call("pthread_sigmask", SIG_SETMASK, zeros, MemorySegment.NULL));
    }
    if (libc.call("getpriority", PRIO_PROCESS, (int) THIS_THREAD) < 0) {
      check("nice value", libc.call("setpriority", PRIO_PROCESS, (int) THIS_THREAD, 0));
    }
    check(
        "input and output",
        libc.call("syscall", IOPRIO_SET, IOPRIO_WHO_PROCESS, THIS_THREAD, BY_NICE_VALUE));
    check("timers", libc.call("prctl", PR_SET_TIMERSLACK, USUAL_SLACK_NS, 0L, 0L, 0L));
    check("personality", libc.call("personality", PER_LINUX));
  }

  private static void check(String what, int result) {
    if (result < 0) {
      LOGGER.atDebug().addKeyValue("what", what).log("functions inherit an attribute of fob");
    }
  }
}
