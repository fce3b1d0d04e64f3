"""Executes a command with everything odd that a process can inherit, as far as this user may set it."""
import ctypes, os, resource, signal, sys

libc = ctypes.CDLL(None, use_errno=True)
ADD_KEY, KEYCTL, JOIN_SESSION_KEYRING, SESSION = 248, 250, 1, -3
PR_SET_TIMERSLACK, IOPRIO_SET, IDLE_CLASS = 29, 251, 3 << 13

libc.syscall(KEYCTL, JOIN_SESSION_KEYRING, b"fob-odd")
libc.syscall(ADD_KEY, b"user", os.environb.get(b"HOST_SECRET", b"none"), b"content", 7, SESSION)
libc.personality(0x0040000)  # ADDR_NO_RANDOMIZE
libc.prctl(PR_SET_TIMERSLACK, 777_000)
libc.syscall(IOPRIO_SET, 1, 0, IDLE_CLASS)
os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
os.umask(0o077)
LIMITS = {resource.RLIMIT_STACK: (16 << 20, 32 << 20), resource.RLIMIT_MEMLOCK: (65536, 131072),
          resource.RLIMIT_CORE: (0, 1 << 20), resource.RLIMIT_NOFILE: (9000, 9000),
          resource.RLIMIT_SIGPENDING: (777, 7777), resource.RLIMIT_MSGQUEUE: (4096, 8192)}
for limit, values in LIMITS.items():
    resource.setrlimit(limit, values)
for number in signal.SIGHUP, signal.SIGUSR1, signal.SIGCHLD, signal.SIGRTMIN + 3:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2, signal.SIGWINCH, signal.SIGRTMIN + 5})
if os.getuid() == 0:
    os.nice(-3)
    os.setgroups([4, 27, 44])
with open("/proc/self/oom_score_adj", "w") as score:
    score.write("100")
os.open("/etc/passwd", os.O_RDONLY)
os.set_inheritable(3, True)
os.execvp(sys.argv[1], sys.argv[1:])
