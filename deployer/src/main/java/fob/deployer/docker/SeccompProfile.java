package fob.deployer.docker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.deployer.local.SystemCallFilter;
import fob.deployer.local.SystemCallFilter.Comparison;
import fob.deployer.local.SystemCallFilter.Condition;
import fob.deployer.local.SystemCallFilter.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The filter of system calls in the engine's form. A container has only one profile, so this one
 * refuses the calls that the engine's own profile refuses, too. It lists the allowed calls: those
 * that the engine's own profile allows without capabilities, less those that {@link
 * SystemCallFilter} refuses. So unknown calls are refused.
 */
final class SeccompProfile {

  /** The calls that the engine's own profile allows on 64-bit processors, as of Docker 23. */
  private static final List<String> ENGINES =
      List.of(
          """
          accept accept4 access alarm arch_prctl bind brk capget capset chdir chmod chown clock_getres
          clock_gettime clock_nanosleep clone clone3 close close_range connect copy_file_range creat
          dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2
          epoll_wait epoll_wait_old eventfd eventfd2 execve execveat exit exit_group faccessat
          faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchown fchownat fcntl fdatasync
          fgetxattr flistxattr flock fork fremovexattr fsetxattr fstat fstatfs fsync ftruncate futex
          futex_waitv futimesat get_robust_list get_thread_area getcpu getcwd getdents getdents64
          getegid geteuid getgid getgroups getitimer getpeername getpgid getpgrp getpid getppid
          getpriority getrandom getresgid getresuid getrlimit getrusage getsid getsockname getsockopt
          gettid gettimeofday getuid getxattr inotify_add_watch inotify_init inotify_init1
          inotify_rm_watch io_cancel io_destroy io_getevents io_pgetevents io_setup io_submit ioctl
          ioprio_get ioprio_set kill landlock_add_rule landlock_create_ruleset landlock_restrict_self
          lchown lgetxattr link linkat listen listxattr llistxattr lremovexattr lseek lsetxattr lstat
          madvise membarrier memfd_create mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall
          mmap mprotect mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink mremap
          msgctl msgget msgrcv msgsnd msync munlock munlockall munmap nanosleep newfstatat open openat
          openat2 pause personality pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free
          pkey_mprotect poll ppoll prctl pread64 preadv preadv2 prlimit64 pselect6 pwrite64 pwritev
          pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg remap_file_pages
          removexattr rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending
          rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
          sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
          sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
          sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop sendfile
          sendmmsg sendmsg sendto set_robust_list set_thread_area set_tid_address setfsgid setfsuid
          setgid setgroups setitimer setpgid setpriority setregid setresgid setresuid setreuid
          setrlimit setsid setsockopt setuid setxattr shmat shmctl shmdt shmget shutdown sigaltstack
          signalfd signalfd4 socket socketpair splice stat statfs statx symlink symlinkat sync
          sync_file_range syncfs sysinfo tee tgkill time timer_create timer_delete timer_getoverrun
          timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times tkill
          truncate umask uname unlink unlinkat utime utimensat utimes vfork wait4 waitid write writev
          """
              .strip()
              .split("\\s+"));

  private static final String ALLOW = "SCMP_ACT_ALLOW";
  private static final String REFUSE = "SCMP_ACT_ERRNO";
  private static final int BITS = Integer.SIZE;

  /** A set of arguments: those with these values in these bits. */
  private record Bits(long mask, long value) {}

  private SeccompProfile() {}

  static String of(SystemCallFilter filter) {
    ObjectNode profile = JsonNodeFactory.instance.objectNode().put("defaultAction", REFUSE);
    ArrayNode rules = profile.putArray("syscalls");
    ArrayNode always = rule(rules, ALLOW).putArray("names");
    for (String call : ENGINES) {
      List<Refusal> refusals =
          filter.refusals().stream().filter(refusal -> refusal.call().equals(call)).toList();
      if (refusals.isEmpty()) {
        always.add(call);
      } else if (refusals.getFirst().condition().isPresent()) {
        allowOthers(rules, call, refusals.stream().flatMap(r -> r.condition().stream()).toList());
      } else if (refusals.getFirst().error() != SystemCallFilter.EPERM) {
        ObjectNode other = rule(rules, REFUSE).put("errnoRet", refusals.getFirst().error());
        other.putArray("names").add(call);
      }
    }
    return profile.toString();
  }

  private static ObjectNode rule(ArrayNode rules, String action) {
    return rules.addObject().put("action", action);
  }

  /** Allows a call if none of the conditions holds. All conditions are on the same argument. */
  private static void allowOthers(ArrayNode rules, String call, List<Condition> refused) {
    for (Condition condition : refused) {
      if (condition.comparison() == Comparison.NOT_EQUAL) {
        allowEqual(rules, call, condition.argument(), condition.value());
        return;
      }
      if (condition.comparison() == Comparison.AT_LEAST) {
        LongStream.range(0, condition.value())
            .filter(value -> refused.stream().noneMatch(c -> c.value() == value))
            .forEach(value -> allowEqual(rules, call, condition.argument(), value));
        return;
      }
    }
    for (Bits bits : others(refused)) {
      argument(rules, call, refused.getFirst().argument(), "SCMP_CMP_MASKED_EQ")
          .put("value", bits.mask())
          .put("valueTwo", bits.value());
    }
  }

  private static void allowEqual(ArrayNode rules, String call, int argument, long value) {
    argument(rules, call, argument, "SCMP_CMP_EQ").put("value", value);
  }

  private static ObjectNode argument(ArrayNode rules, String call, int index, String operator) {
    ObjectNode allowed = rule(rules, ALLOW);
    allowed.putArray("names").add(call);
    return allowed.putArray("args").addObject().put("index", index).put("op", operator);
  }

  /**
   * A profile cannot say that two conditions must both not hold on one argument. So all other
   * arguments are told apart by their bits: each group differs in at least one from all refused.
   */
  private static List<Bits> others(List<Condition> refused) {
    List<Bits> groups = List.of(new Bits(0, 0));
    for (Condition condition : refused) {
      List<Bits> left = new ArrayList<>();
      groups.forEach(group -> left.addAll(without(group, condition)));
      groups = left;
    }
    return groups;
  }

  private static List<Bits> without(Bits group, Condition refused) {
    List<Bits> left = new ArrayList<>();
    Bits rest = group;
    for (int i = 0; i < BITS; i++) {
      long bit = 1L << i;
      if ((refused.mask() & bit) == 0) {
        continue;
      }
      long wanted = refused.value() & bit;
      if ((rest.mask() & bit) == 0) {
        left.add(new Bits(rest.mask() | bit, rest.value() | (bit ^ wanted)));
        rest = new Bits(rest.mask() | bit, rest.value() | wanted);
      } else if ((rest.value() & bit) != wanted) {
        return List.of(group); // no argument of the group is refused
      }
    }
    return left;
  }
}
