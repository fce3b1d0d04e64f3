"""What leaves the process beside HTTP: the function's log on stderr, the driver's events on the original stdout."""
import io
import os
from _thread import _local, allocate_lock
from os import close, write
from time import gmtime, strftime, time

from .jsontext import encode_ascii

LONGEST_PARTIAL_LINE = 1 << 20  # more without a newline is written as a line of its own: memory is bounded


class Events:
    """One JSON line per change of state, for whoever started the driver."""

    def __init__(self):
        try:
            self._fd = os.dup(1)
        except OSError:  # started without a stdout: nobody wants to know
            self._fd = -1
        self._file = _identity(self._fd)
        os.dup2(2, 1)  # from here on whatever is printed, by child processes too, goes to the log

    def emit(self, event, **details):
        try:
            write(self._fd, encode_ascii({"event": event, **details}) + b"\n")
        except OSError:
            pass  # the reader has gone; that is no reason to stop serving

    def is_intact(self):
        """Whether the descriptor is the one that it was."""
        return _identity(self._fd) == self._file

    def drop(self):
        """In a copy of the process."""
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


class Log:
    """Stands in for sys.stdout and sys.stderr: each line is written whole, behind the time and the request id.

    The id belongs to the thread of the call. Threads that the function starts by itself log as "-".
    """

    def __init__(self, fd):
        self._fd = os.dup(fd)  # the function may close the other
        self._lock = allocate_lock()  # a pipe takes only 4 KiB at once; lines may be longer
        self._thread = _Thread()
        self._streams = _Lines(self), _Lines(self)
        self.stdout, self.stderr = (
            io.TextIOWrapper(lines, "utf-8", "backslashreplace", newline="\n", write_through=True)
            for lines in self._streams)

    def after_fork(self):
        self._lock = allocate_lock()  # a thread that does not exist in the child may have held it

    def begin_call(self, request_id):
        self._thread.request_id = request_id

    def end_call(self):
        self.flush()
        self._thread.request_id = "-"

    def flush(self):
        for stream in self._streams:
            stream.flush()

    def say(self, text):
        """A line of the driver's own."""
        self.write(f"fob: {text}\n".encode("utf-8", "backslashreplace"))

    def report(self, failure):
        """What went wrong in the function, behind what it has printed."""
        self.flush()
        self.write("\n".join([*failure.lines(), ""]).encode("utf-8", "backslashreplace"))

    def write(self, lines):
        now = time()
        clock = strftime("%Y-%m-%dT%H:%M:%S", gmtime(now))
        prefix = f"{clock}.{int(now * 1000) % 1000:03d}Z {self._thread.request_id} ".encode()
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
    """Collects each thread's pieces until they make a line. print() alone writes a line in several."""

    def __init__(self, log):
        self._log = log
        self._partial = _Partial()

    def writable(self):
        return True

    def fileno(self):
        return self._log._fd

    def close(self):
        """The function's sys.stdout.close() ends a line and no more: other calls print too."""
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
