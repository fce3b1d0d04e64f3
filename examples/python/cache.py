"""Global variables keep their values between calls, separately in each instance. Calls run in concurrent threads, so the
cache needs a lock."""
import threading

lock = threading.Lock()
squares = {}


def callme(number):
    number = int(number)
    with lock:
        known = number in squares
        if not known:
            squares[number] = number * number
        return {"square": squares[number], "cached": known, "entries": len(squares)}
