"""Keeps the end of a call's log."""
from _collections import deque


class Tail:
    """Holds not much more than `most_bytes`. Used by the thread of the call."""

    def __init__(self, most_bytes):
        self._most_bytes = most_bytes
        self._lines = deque()
        self._size = 0

    def add(self, lines):
        """Adds complete lines."""
        for line in lines[:-1].split(b"\n"):
            self._lines.append(line)
            self._size += len(line)
        while len(self._lines) > 1 and (self._size > self._most_bytes or len(self._lines) > self._most_bytes):
            self._size -= len(self._lines.popleft())

    def lines(self):
        kept, left = [], self._most_bytes
        for line in reversed(self._lines):
            text = line.decode("utf-8", "replace")
            left -= len(text.encode())
            if left < 0:
                break
            kept.append(text)
        if self._lines and not kept:
            kept.append(text.encode()[:max(0, self._most_bytes - 3)].decode("utf-8", "ignore") + "…")
        return kept[::-1]
