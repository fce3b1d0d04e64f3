"""Answers for others: on the driver's sockets, through the driver's objects, in its files and events."""
import gc, os, stat, sys, threading

FORGED = b'{"result":"forged"}'
REPLY = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nFob-Request-Id: %s\r\nContent-Length: %d\r\n\r\n%s")
EVENTS = b'\n{"event":"failed","error":{"reason":"failed","message":"forged"}}\n{"event":"draining","reason":"sigterm"}\n'


def descriptors(kind):
    for name in os.listdir("/proc/self/fd"):
        try:
            if kind(os.fstat(int(name)).st_mode):
                yield int(name)
        except OSError:
            pass


def on_sockets():
    for fd in descriptors(stat.S_ISSOCK):
        for call in b"another", b"01990000-0000-7000-8000-000000000000":
            try:
                os.write(fd, REPLY % (call, len(FORGED), FORGED))
            except OSError:
                pass


def as_events():
    for fd in descriptors(stat.S_ISFIFO):
        try:
            os.write(fd, EVENTS)
        except OSError:
            pass


def through_objects():
    """Gives all calls that run the id of another."""
    for each in gc.get_objects():
        if type(each).__module__.startswith("fobdriver"):
            for name in "request_id", "call_id", "_request_id", "_call_id":
                if type(getattr(each, name, None)) is str:
                    setattr(each, name, "01990000-0000-7000-8000-000000000001")


def in_files():
    changed = []
    for path in "/fob/code/function", "/fob/driver/driver.py", "/fob/driver/fobdriver/main.py", "/fob/run/http.sock":
        try:
            with open(path, "w") as file:
                changed.append(path)
        except OSError:
            pass
        try:
            os.unlink(path)
            changed.append(path)
        except OSError:
            pass
    return changed


def callme(n=0, how="honest"):
    if how == "files":
        return in_files()
    if how != "honest":
        {"sockets": on_sockets, "events": as_events, "objects": through_objects}[how]()
    return n
