"""Writes the function's log to stderr and the driver's events to the original stdout."""
import io
import os
from _thread import _local, allocate_lock
from os import close, write
from time import gmtime, strftime, time

from .jsontext import encode_ascii

from .tail import Tail

LONGEST_PARTIAL_LINE = 1 << 20  # a longer line is split, so that memory is limited


class Events:
    """Writes one line of JSON for each change of the driver's state, which the platform reads."""

    def __init__(self):
        try:
            self._fd = os.dup(1)
        except OSError:  # the driver was started without a stdout, so nobody reads the events
            self._fd = -1
        self._file = _identity(self._fd)
        os.dup2(2, 1)  # from here on all output to stdout, also of child processes, goes to the log

    def emit(self, event, **details):
        try:
            write(self._fd, encode_ascii({"event": event, **details}) + b"\n")
        except OSError:
            pass  # nobody reads the events any more, which must not stop the driver

    def is_intact(self):
        """Returns whether the descriptor still refers to the original stdout."""
        return _identity(self._fd) == self._file

    def drop(self):
        """Closes the descriptor of the events; called in a copy of the process."""
        try:
            close(self._fd)
        except OSError:
            pass
        self._fd = -1


def _identity(fd):
    try:
        file = os.fstat(fd)
    except OSError:
        return None
    return file.st_dev, file.st_ino


class _Thread(_local):
    request_id = "-"
    tail = None  # the end of the call's log, if the response should have it


class Log:
    """Replaces sys.stdout and sys.stderr. Writes each line at once, with the time and the request id before it.

    The request id belongs to the call's thread. Threads that the function starts itself log with "-" instead.
    """

    def __init__(self, fd):
        self._fd = os.dup(fd)  # the function may close the original descriptor
        self._lock = allocate_lock()  # a write of more than 4 KiB to a pipe is not atomic
        self._thread = _Thread()
        self._streams = _Lines(self), _Lines(self)
        self.stdout, self.stderr = (
            io.TextIOWrapper(lines, "utf-8", "backslashreplace", newline="\n", write_through=True)
            for lines in self._streams)

    def after_fork(self):
        self._lock = allocate_lock()  # a thread that does not exist in the child may have held it

    def begin_call(self, request_id, tail_bytes=0):
        self._thread.request_id = request_id
        if tail_bytes:
            self._thread.tail = Tail(tail_bytes)

    def end_call(self):
        self.flush()
        self._thread.request_id = "-"
        self._thread.tail = None

    def tail(self):
        """Returns the last lines of the call of this thread."""
        self.flush()
        return self._thread.tail.lines()

    def flush(self):
        for stream in self._streams:
            stream.flush()

    def say(self, text):
        """Writes a line of the driver itself."""
        self.write(f"fob: {text}\n".encode("utf-8", "backslashreplace"))

    def report(self, failure):
        """Writes a failure of the function, after everything that the function has printed."""
        self.flush()
        self.write("\n".join([*failure.lines(), ""]).encode("utf-8", "backslashreplace"))

    def write(self, lines):
        now = time()
        clock = strftime("%Y-%m-%dT%H:%M:%S", gmtime(now))
        prefix = f"{clock}.{int(now * 1000) % 1000:03d}Z {self._thread.request_id} ".encode()
        if self._thread.tail:
            self._thread.tail.add(lines)
        left = memoryview(prefix + lines[:-1].replace(b"\n", b"\n" + prefix) + b"\n")
        with self._lock:
            try:
                while left:
                    left = left[write(self._fd, left):]
            except OSError:
                pass  # nobody reads the log


class _Partial(_local):
    def __init__(self):
        self.pieces = []
        self.size = 0


class _Lines(io.BufferedIOBase):
    """Collects the output of each thread until a line is complete, because print() writes a line in several pieces."""

    def __init__(self, log):
        self._log = log
        self._partial = _Partial()

    def writable(self):
        return True

    def fileno(self):
        return self._log._fd

    def close(self):
        """Ends the line when the function closes sys.stdout, which stays open for other calls."""
        self.flush()

    def write(self, data):
        data = bytes(data)
        partial = self._partial
        end = data.rfind(b"\n") + 1
        if end:
            self._log.write(b"".join(partial.pieces) + data[:end])
            partial.pieces, partial.size = [], 0
        if end < len(data):
            partial.pieces.append(data[end:])
            partial.size += len(data) - end
            if partial.size > LONGEST_PARTIAL_LINE:
                self.flush()
        return len(data)

    def flush(self):
        partial = self._partial
        if partial.pieces:
            self._log.write(b"".join(partial.pieces) + b"\n")
            partial.pieces, partial.size = [], 0
