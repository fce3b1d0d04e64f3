"""Module state outlives a call, in each instance by itself. Several calls run at once, in threads: hence the lock."""
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
