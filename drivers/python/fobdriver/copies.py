"""Keeps the driver from running in copies of the process, which the function's code makes by a fork.

A copy runs the function's code only, and ends where that returns to the driver. It must not answer in place of the
original process. So it closes the driver's sockets and the descriptor of the events.
"""
import os
from _signal import SIG_BLOCK, SIG_SETMASK, SIGINT, SIGTERM, pthread_sigmask
from _thread import RLock
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap
from os import _exit

_WIPE_ON_FORK = 18  # MADV_WIPEONFORK, of Linux since 4.14


class Copies:
    """`sockets_lock` is held while a connection is accepted, so that no socket is created during a fork."""

    def __init__(self, log):
        self._log = log
        self._drop = None
        self._original = mmap(-1, 1, flags=MAP_PRIVATE | MAP_ANONYMOUS)
        self._original.madvise(_WIPE_ON_FORK)  # the kernel sets it to 0 in a copy, also if C code forks
        self._original[0] = 1
        self.sockets_lock = RLock()
        self._masks = []  # the signal masks of the threads that are forking

    def prepare(self, drop):
        """Registers `drop`, which releases everything that a copy must not have."""
        self._drop = drop
        os.register_at_fork(before=self._before, after_in_parent=self._after, after_in_child=self._become_copy)

    def _before(self):
        """Blocks signals until the copy has removed the driver's handlers, which would not end the copy."""
        self.sockets_lock.acquire()
        self._masks.append(pthread_sigmask(SIG_BLOCK, {SIGTERM, SIGINT}))

    def _after(self):
        pthread_sigmask(SIG_SETMASK, self._masks.pop())
        self.sockets_lock.release()

    def _become_copy(self):
        self.sockets_lock = RLock()
        self._log.after_fork()
        self._drop()
        pthread_sigmask(SIG_SETMASK, self._masks.pop())

    def here(self):
        """Returns whether this process is a copy."""
        return not self._original[0]

    def leave(self, failure=None):
        """Ends the process if it is a copy. Does nothing in the original process."""
        if self._original[0]:
            return
        code = failure.exit_code if failure else 0
        if code:
            self._log.report(failure)
        self._log.flush()
        _exit(code)
