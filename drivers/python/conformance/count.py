import threading

lock = threading.Lock()
calls = 0


def callme():
    global calls
    with lock:
        calls += 1
        return calls
