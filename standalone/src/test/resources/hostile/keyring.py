"""Looks for keys of the kernel's that others have: those of the login or service that started fob."""
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
ADD_KEY, REQUEST_KEY, KEYCTL = 248, 249, 250
SEARCH, READ, DESCRIBE, JOIN = 10, 11, 6, 1


def callme(name):
    found = []
    for keyring in range(-1, -9, -1):
        if libc.syscall(KEYCTL, SEARCH, keyring, b"user", name.encode(), 0) >= 0:
            found.append(f"key in {keyring}")
        if libc.syscall(KEYCTL, READ, keyring, ctypes.create_string_buffer(1000), 1000) > 0:
            found.append(f"content of {keyring}")
    if libc.syscall(REQUEST_KEY, b"user", name.encode(), None, -3) >= 0:
        found.append("key by request")
    try:
        with open("/proc/keys") as keys:
            found += [line for line in keys if name in line]
    except OSError:
        pass
    return found
