package fob.deployer.local;

import fob.function.Limits;

/** The bounds of one sandbox that are the same on every platform. */
public final class Bounds {

  public static final int OPEN_FILES = 1024;

  private static final int PROCESSES = 64;

  /** A driver has a thread for each connection, and clients open new ones before they close old. */
  private static final int THREADS_FOR_A_CALL = 2;

  private static final long MIB = 1024 * 1024;

  private Bounds() {}

  /** Returns the most processes and threads together. */
  public static int mostProcesses(Limits limits) {
    return PROCESSES + THREADS_FOR_A_CALL * limits.concurrency();
  }

  /** Returns the memory in bytes. */
  public static long memoryBytes(Limits limits) {
    return limits.memoryMiB() * MIB;
  }

  /** Returns the most bytes in {@code /tmp}, and in {@code /dev/shm}: half of the memory each. */
  public static long temporaryBytes(Limits limits) {
    return memoryBytes(limits) / 2;
  }
}
