"""Runs one process: gives it its input, reads its output within limits, and ends it with all that it has started."""
import os
import subprocess
from select import POLLIN, POLLOUT, poll
from signal import SIGKILL
from time import monotonic

from .tail import Tail

PIECE = 65536
LONGEST_LINE = 1 << 20  # of stderr; a longer one is split
LAST_BYTES = 4096
KILL_S = 1


class Run:
    """`code` is the exit code, or the signal as a negative number. `size` is how much was read from stdout: if it is
    larger than the limit, the process was killed. `last_lines` are the last of stderr."""

    def __init__(self, command, environment, body, log, most_bytes, timeout_s):
        self._log = log
        self._most_bytes = most_bytes
        self._body = memoryview(body)
        self._pieces = []
        self._line = b""
        self._tail = Tail(LAST_BYTES)
        self.size = 0
        self.timed_out = False
        deadline = monotonic() + timeout_s
        self._process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, start_new_session=True, bufsize=0)
        try:
            self._exchange(deadline)
        finally:
            self._end()
        self._log_lines(b"\n" if self._line else b"")
        self.code = self._process.returncode
        self.stdout = b"".join(self._pieces)
        self.last_lines = self._tail.lines()

    def _exchange(self, deadline):
        """Until the process has ended, or has been too slow or has printed too much. Processes that it leaves behind may
        hold its pipes, so their end is not waited for."""
        process = self._process
        self._ended = os.pidfd_open(process.pid)
        readers = {process.stdout.fileno(): self._take_result, process.stderr.fileno(): self._log_lines}
        waiting = poll()
        for fd in self._ended, *readers:
            waiting.register(fd, POLLIN)
        for pipe in process.stdin, process.stdout, process.stderr:
            os.set_blocking(pipe.fileno(), False)
        stdin = process.stdin.fileno()
        waiting.register(stdin, POLLOUT)
        while self.size <= self._most_bytes:
            left = deadline - monotonic()
            events = [fd for fd, _ in waiting.poll(max(0, left) * 1000)]
            if not events and left <= 0:
                self.timed_out = True
                return
            for fd in events:
                if fd == stdin:
                    if not self._feed():
                        waiting.unregister(fd)
                elif fd in readers and not self._read(fd, readers[fd]):
                    waiting.unregister(fd)
            if self._ended in events:
                for fd, take in readers.items():
                    while self._read(fd, take) and self.size <= self._most_bytes and monotonic() < deadline:
                        pass
                return

    def _feed(self):
        """Returns whether there is more to write."""
        try:
            written = os.write(self._process.stdin.fileno(), self._body[:PIECE])
            self._body = self._body[written:]
        except BlockingIOError:
            return True
        except OSError:  # the process does not read its input
            self._body = self._body[:0]
        if not self._body:
            self._process.stdin.close()
        return bool(self._body)

    @staticmethod
    def _read(fd, take):
        """Returns whether there may be more."""
        try:
            piece = os.read(fd, PIECE)
        except OSError:
            return False
        if piece:
            take(piece)
        return bool(piece)

    def _take_result(self, piece):
        self.size += len(piece)
        self._pieces.append(piece)

    def _log_lines(self, piece):
        end = piece.rfind(b"\n") + 1
        if end:
            lines = self._line + piece[:end]
            self._line = b""
            self._tail.add(lines)
            self._log(lines)
        self._line += piece[end:]
        if len(self._line) > LONGEST_LINE:
            self._log_lines(b"\n")

    def _end(self):
        """Ends the process and those that it has started, as far as they are in its session's process group."""
        try:
            os.killpg(self._process.pid, SIGKILL)  # before wait: the number cannot belong to another group yet
        except ProcessLookupError:
            pass
        try:
            self._process.wait(KILL_S)
        except subprocess.TimeoutExpired:
            self._process.returncode = -SIGKILL
        for pipe in self._process.stdin, self._process.stdout, self._process.stderr:
            pipe.close()
        if hasattr(self, "_ended"):
            os.close(self._ended)
