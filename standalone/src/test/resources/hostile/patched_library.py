"""Breaks what the driver needs of Python."""
import builtins, gc, json, os, select, signal, socket, sys, threading, time


def patch():
    json.dumps = json.loads = json.JSONEncoder = json.JSONDecoder = None
    os.write = os.read = os.close = os.getpid = os._exit = lambda *a: 1 / 0
    socket.socket.recv = socket.socket.sendall = socket.socket.send = socket.socket.close = lambda *a: 1 / 0
    select.epoll = select.poll = signal.setitimer = signal.signal = None
    time.time = time.monotonic = time.sleep = lambda *a: 1 / 0
    threading.Thread = threading.Lock = None
    sys.stdout = sys.stderr = sys.excepthook = None
    sys.setrecursionlimit(60)
    sys.modules.clear()
    gc.disable()
    for name in dir(builtins):
        if name not in ("setattr", "dir", "__build_class__", "builtins"):
            setattr(builtins, name, None)


def callme(n):
    return n


patch()
