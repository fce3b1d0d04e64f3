"""Makes system calls that give power over the machine or over others. Returns those that were not refused."""
import ctypes, os, socket, stat

libc = ctypes.CDLL(None, use_errno=True)
CALLS = {
    "mount": (165, b"none", b"/tmp", b"tmpfs", 0, None), "umount": (166, b"/tmp", 0), "pivot_root": (155, b"/tmp", b"/tmp"),
    "chroot": (161, b"/tmp"), "fsopen": (430, b"tmpfs", 0), "open_tree": (428, -100, b"/", 1), "acct": (163, b"/tmp/a"),
    "swapon": (167, b"/tmp/a", 0), "quotactl": (179, 0, None, 0, None), "open_by_handle_at": (304, -100, None, 0),
    "bpf": (321, 0, None, 0), "perf_event_open": (298, None, 0, -1, -1, 0), "userfaultfd": (323, 0),
    "io_uring_setup": (425, 1, ctypes.create_string_buffer(256)), "init_module": (175, None, 0, b""),
    "delete_module": (176, b"x", 0), "kexec_load": (246, 0, 0, None, 0), "reboot": (169, 0xfee1dead, 672274793, 0, None),
    "sethostname": (170, b"nest", 4), "settimeofday": (164, ctypes.create_string_buffer(16), None), "iopl": (172, 3),
    "syslog": (103, 3, ctypes.create_string_buffer(64), 64), "add_key": (248, b"user", b"a", b"b", 1, -3),
    "keyctl": (250, 0, -3, 0), "fanotify_init": (300, 0, 0), "personality": (135, 0x0040000),
    "setuid": (105, 0), "setgid": (106, 0), "setgroups": (116, 1, ctypes.create_string_buffer(4)),
    "ptrace": (101, 16, 1, None, None), "process_vm_readv": (310, 1, None, 0, None, 0, 0), "vhangup": (153,),
    "capset": (126, (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[0xffffffff] * 6))}
NAMESPACES = {"mount": 17, "cgroup": 25, "uts": 26, "ipc": 27, "user": 28, "pid": 29, "net": 30}
SOCKETS = {"raw": (2, 3, 1), "raw6": (10, 3, 58), "packet": (17, 3, 0), "vsock": (40, 1, 0), "netlink": (16, 3, 0),
           "bluetooth": (31, 3, 0), "alg": (38, 5, 0), "tipc": (30, 1, 0), "can": (29, 3, 1)}


def made(call):
    return libc.syscall(*[ctypes.c_long(a) if type(a) is int else a for a in call]) >= 0


def in_child(action):
    """So that what works changes nothing here."""
    child = os.fork()
    if not child:
        try:
            os._exit(0 if action() else 1)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def opened(family, kind, protocol):
    try:
        return bool(socket.socket(family, kind, protocol))
    except OSError:
        return False


def device():
    try:
        return os.mknod("/tmp/disk", stat.S_IFBLK | 0o666, os.makedev(8, 0)) is None
    except OSError:
        return False


def callme():
    attempts = {name: lambda call=call: made(call) for name, call in CALLS.items()}
    for name, bit in NAMESPACES.items():
        attempts["unshare " + name] = lambda bit=bit: made((272, 1 << bit))
        attempts["setns " + name] = lambda bit=bit: made((308, os.open("/proc/self/ns/pid", 0), 0))
    attempts |= {name + " socket": lambda how=how: opened(*how) for name, how in SOCKETS.items()}
    attempts["mknod"] = device
    assert in_child(lambda: made((39,))), "getpid must work"
    return sorted(name for name, attempt in attempts.items() if in_child(attempt))
