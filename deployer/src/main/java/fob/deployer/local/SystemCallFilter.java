package fob.deployer.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The system calls that every sandbox refuses. Programs need none of them: they watch or change
 * other processes, keep keys, mount, make namespaces, administer the machine, or are little-used
 * parts of the kernel. All other calls are allowed. Nothing here touches the machine. Immutable.
 *
 * @param refusals the refused calls; one match is enough
 * @param refusedFromNumber the first of the numbers that are unknown here; all of them are refused
 */
public record SystemCallFilter(List<Refusal> refusals, int refusedFromNumber) {

  public static final int EPERM = 1;
  public static final int ENOSYS = 38;

  /** The first call that is newer than this list. */
  private static final int FIRST_UNKNOWN = 463;

  private static final List<String> NEVER =
      List.of(
          // Other processes: their memory, their descriptors, what they are.
          "ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp"
              + " pidfd_getfd",
          // Keys of the kernel.
          "keyctl add_key request_key",
          // File systems and roots.
          "mount umount umount2 fsopen fsconfig fsmount fspick move_mount open_tree mount_setattr",
          "pivot_root chroot statmount listmount quotactl quotactl_fd acct swapon swapoff",
          "name_to_handle_at open_by_handle_at fanotify_init fanotify_mark lookup_dcookie"
              + " nfsservctl",
          // Namespaces.
          "unshare setns",
          // Programs in the kernel, and ways past its other checks.
          "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register",
          "memfd_secret vmsplice modify_ldt iopl ioperm vm86 vm86old uselib",
          "mbind set_mempolicy set_mempolicy_home_node get_mempolicy migrate_pages move_pages",
          // The machine.
          "kexec_load kexec_file_load init_module finit_module delete_module create_module",
          "get_kernel_syms query_module reboot syslog vhangup sethostname setdomainname",
          "settimeofday stime clock_settime clock_settime64 clock_adjtime clock_adjtime64 adjtimex",
          "sysfs _sysctl ustat");

  private static final long AF_UNIX = 1;
  private static final long AF_INET = 2;
  private static final long AF_INET6 = 10;
  private static final long AF_NETLINK = 16;
  private static final long TIOCSTI = 0x5412;
  private static final long TIOCLINUX = 0x541C;
  private static final long QUERY_PERSONALITY = 0xffffffffL;

  /** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
  private static final List<Long> NEW_NAMESPACES =
      List.of(
          0x0002_0000L,
          0x0200_0000L,
          0x0400_0000L,
          0x0800_0000L,
          0x1000_0000L,
          0x2000_0000L,
          0x4000_0000L);

  public SystemCallFilter {
    refusals = List.copyOf(refusals);
  }

  /**
   * A refused call.
   *
   * @param error the number of the error that the call returns
   * @param condition when the call is refused; empty: always
   */
  public record Refusal(String call, int error, Optional<Condition> condition) {}

  /**
   * A condition on one argument of a call.
   *
   * @param argument the argument's index, from 0
   * @param mask the bits that are compared, if {@code MASKED}
   */
  public record Condition(int argument, Comparison comparison, long value, long mask) {}

  /** How an argument is compared with a value. */
  public enum Comparison {
    EQUAL,
    NOT_EQUAL,
    AT_LEAST,
    MASKED
  }

  /**
   * Returns the filter of a sandbox.
   *
   * @param network whether the sandbox has a network, whose addresses programs may then ask for
   */
  public static SystemCallFilter of(boolean network) {
    List<Refusal> all = new ArrayList<>();
    for (String line : NEVER) {
      for (String call : line.split(" ", -1)) {
        all.add(new Refusal(call, EPERM, Optional.empty()));
      }
    }
    // A filter cannot read the flags of clone3, which are in memory. Programs use clone instead.
    all.add(new Refusal("clone3", ENOSYS, Optional.empty()));
    NEW_NAMESPACES.forEach(flag -> all.add(on("clone", 0, Comparison.MASKED, flag, flag)));
    for (long request : new long[] {TIOCSTI, TIOCLINUX}) {
      all.add(on("ioctl", 1, Comparison.MASKED, request, 0xffffffffL));
    }
    all.add(on("personality", 0, Comparison.NOT_EQUAL, QUERY_PERSONALITY, 0));
    addSockets(all, network);
    return new SystemCallFilter(all, FIRST_UNKNOWN);
  }

  private static void addSockets(List<Refusal> all, boolean network) {
    for (long family = 0; family <= AF_NETLINK; family++) {
      boolean usual = family == AF_UNIX || family == AF_INET || family == AF_INET6;
      if (!usual && !(network && family == AF_NETLINK)) {
        all.add(on("socket", 0, Comparison.EQUAL, family, 0));
      }
    }
    all.add(on("socket", 0, Comparison.AT_LEAST, AF_NETLINK + 1, 0));
  }

  private static Refusal on(
      String call, int argument, Comparison comparison, long value, long mask) {
    return new Refusal(call, EPERM, Optional.of(new Condition(argument, comparison, value, mask)));
  }
}
