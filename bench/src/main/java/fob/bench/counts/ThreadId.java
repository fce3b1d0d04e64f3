package fob.bench.counts;

/**
 * Identifies a thread of a process.
 *
 * @param process the id of the process
 * @param thread the kernel's id of the thread
 */
record ThreadId(Owner owner, long process, long thread) {

  /** Whose process it is. */
  enum Owner {
    FOB,
    FUNCTION,
    GENERATOR
  }
}
