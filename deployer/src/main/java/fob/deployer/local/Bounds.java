package fob.deployer.local;

import fob.function.Limits;

/** What one sandbox may use beside its memory, the same on every platform. */
public final class Bounds {

  public static final int OPEN_FILES = 1024;

  private static final int PROCESSES = 64;

  /** A driver has one for each connection, and a client may open some before it drops others. */
  private static final int THREADS_FOR_A_CALL = 2;

  private static final long MIB = 1024 * 1024;

  private Bounds() {}

  /** How many processes and threads together. */
  public static int mostProcesses(Limits limits) {
    return PROCESSES + THREADS_FOR_A_CALL * limits.concurrency();
  }

  public static long memoryBytes(Limits limits) {
    return limits.memoryMiB() * MIB;
  }

  /** Half of the memory each: files there are memory too, and a full disk is an error to handle. */
  public static long temporaryBytes(Limits limits) {
    return memoryBytes(limits) / 2;
  }
}
