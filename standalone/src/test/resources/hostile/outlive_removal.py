"""Tries to keep a process beyond its removal: it makes process 1 survive its parent, and leaves daemons behind."""
import ctypes, os, signal, time

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long
GETREGS, SETREGS, SINGLESTEP, ATTACH, DETACH = 12, 13, 9, 16, 17
RAX, RIP, RSI, RDI, ORIG_RAX = 10, 16, 13, 14, 15
PRCTL, PR_SET_PDEATHSIG = 157, 1


def make_process_one_survive():
    if libc.ptrace(ATTACH, 1, None, None) < 0:
        return os.strerror(ctypes.get_errno())
    os.waitpid(1, 0x40000000)  # __WALL
    registers = (ctypes.c_ulong * 27)()
    libc.ptrace(GETREGS, 1, None, ctypes.byref(registers))
    changed = (ctypes.c_ulong * 27)(*registers)
    # It waits in a system call, so the instruction that made it is just behind: it makes another one.
    changed[RIP], changed[RAX], changed[RDI], changed[RSI] = registers[RIP] - 2, PRCTL, PR_SET_PDEATHSIG, 0
    changed[ORIG_RAX] = 2**64 - 1
    libc.ptrace(SETREGS, 1, None, ctypes.byref(changed))
    libc.ptrace(SINGLESTEP, 1, None, None)
    os.waitpid(1, 0x40000000)
    libc.ptrace(SETREGS, 1, None, ctypes.byref(registers))
    libc.ptrace(DETACH, 1, None, None)
    return "made"


def daemon():
    if os.fork():
        os.wait()
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    for number in range(1, 32):
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            pass
    with open("/proc/self/comm", "w") as name:
        name.write("bwrap")
    while True:
        time.sleep(3600)


def callme():
    for _ in range(5):
        daemon()
    return make_process_one_survive()
