package fob.deployer.process;

import fob.deployer.local.SystemCallFilter;
import fob.deployer.local.SystemCallFilter.Condition;
import fob.deployer.local.SystemCallFilter.Refusal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Makes the program that the kernel runs at each system call of a sandbox. It uses the machine's
 * libseccomp, which knows the numbers of the calls on its processor.
 */
final class Seccomp {

  private static final String LIBRARY = "libseccomp.so.2";
  private static final int ALLOW = 0x7fff0000;
  private static final int REFUSE = 0x00050000;
  private static final int ATTRIBUTE_OTHER_ARCHITECTURE = 2;
  private static final int ATTRIBUTE_OPTIMIZE = 8;
  private static final int BINARY_TREE = 2;
  private static final int READABLE_BY_OWNER = 0600;

  /** From here on some processors have the numbers of another way to call. */
  private static final int END_OF_NUMBERS = 512;

  private static final long COMPARISON_BYTES = 24;

  private final NativeLibrary seccomp;
  private final NativeLibrary libc = NativeLibrary.standard();
  private final Arena arena;
  private final MemorySegment context;

  private Seccomp(Arena arena) throws IOException {
    this.arena = arena;
    try {
      this.seccomp = NativeLibrary.load(LIBRARY, arena);
    } catch (IllegalArgumentException missing) {
      throw new IOException(
          LIBRARY
              + " is missing, which makes the filter of system calls"
              + " (apt-get install libseccomp2, or dnf install libseccomp)",
          missing);
    }
    this.context = seccomp.callForAddress("seccomp_init", ALLOW);
  }

  /**
   * Writes the program to a new file.
   *
   * @throws IOException if that cannot be done; the message is for the user
   */
  static void write(SystemCallFilter filter, Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Seccomp seccomp = new Seccomp(arena);
      try {
        seccomp.compile(filter);
        seccomp.export(file);
        // Sandboxes of other users open it, whatever mask fob was started with.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      } finally {
        seccomp.seccomp.run("seccomp_release", seccomp.context);
      }
    }
  }

  private void compile(SystemCallFilter filter) throws IOException {
    int unknown = REFUSE | SystemCallFilter.ENOSYS;
    check(seccomp.call("seccomp_attr_set", context, ATTRIBUTE_OTHER_ARCHITECTURE, unknown));
    check(seccomp.call("seccomp_attr_set", context, ATTRIBUTE_OPTIMIZE, BINARY_TREE));
    for (Refusal refusal : filter.refusals()) {
      int number = seccomp.call("seccomp_syscall_resolve_name", arena.allocateFrom(refusal.call()));
      if (number >= 0) { // else this processor has no such call, or one with another name
        refuse(number, refusal);
      }
    }
    for (int number = filter.refusedFromNumber(); number < END_OF_NUMBERS; number++) {
      check(
          seccomp.call("seccomp_rule_add_array", context, unknown, number, 0, MemorySegment.NULL));
    }
  }

  private void refuse(int number, Refusal refusal) throws IOException {
    int action = REFUSE | refusal.error();
    MemorySegment conditions = refusal.condition().map(this::comparison).orElse(MemorySegment.NULL);
    int count = refusal.condition().isPresent() ? 1 : 0;
    check(seccomp.call("seccomp_rule_add_array", context, action, number, count, conditions));
  }

  /** A {@code struct scmp_arg_cmp}. */
  private MemorySegment comparison(Condition condition) {
    MemorySegment struct = arena.allocate(COMPARISON_BYTES, Long.BYTES);
    boolean masked = condition.comparison() == SystemCallFilter.Comparison.MASKED;
    int operator =
        switch (condition.comparison()) {
          case NOT_EQUAL -> 1;
          case EQUAL -> 4;
          case AT_LEAST -> 5;
          case MASKED -> 7;
        };
    struct.setAtIndex(ValueLayout.JAVA_INT, 0, condition.argument());
    struct.setAtIndex(ValueLayout.JAVA_INT, 1, operator);
    struct.setAtIndex(ValueLayout.JAVA_LONG, 1, masked ? condition.mask() : condition.value());
    struct.setAtIndex(ValueLayout.JAVA_LONG, 2, masked ? condition.value() : 0);
    return struct;
  }

  private void export(Path file) throws IOException {
    int descriptor = libc.call("creat", arena.allocateFrom(file.toString()), READABLE_BY_OWNER);
    check(descriptor);
    try {
      check(seccomp.call("seccomp_export_bpf", context, descriptor));
    } finally {
      libc.call("close", descriptor);
    }
  }

  private static void check(int result) throws IOException {
    if (result < 0) {
      throw new IOException("the filter of system calls could not be made: error " + -result);
    }
  }
}
