"""Copies of the process: whatever the function's code forks.

A copy runs the function's code to its end, and nothing of the driver. It must not answer for the original, so it has
neither its sockets nor its events; and where the function's code returns to the driver, it ends.
"""
import os
from _signal import SIG_BLOCK, SIG_SETMASK, SIGINT, SIGTERM, pthread_sigmask
from _thread import RLock
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap
from os import _exit

_WIPE_ON_FORK = 18  # MADV_WIPEONFORK, of Linux since 4.14


class Copies:
    """`sockets_lock` is held while a socket is being accepted: none may come to be in the middle of a fork."""

    def __init__(self, log):
        self._log = log
        self._drop = None
        self._original = mmap(-1, 1, flags=MAP_PRIVATE | MAP_ANONYMOUS)
        self._original.madvise(_WIPE_ON_FORK)  # so the kernel writes 0 in a copy, even if C code forks; and no system call
        self._original[0] = 1
        self.sockets_lock = RLock()
        self._masks = []  # of signals, of the threads that are forking

    def prepare(self, drop):
        """`drop` lets go of what a copy must not have."""
        self._drop = drop
        os.register_at_fork(before=self._before, after_in_parent=self._after, after_in_child=self._become_copy)

    def _before(self):
        """Until the copy has given up the driver's handlers it would take its own end for the driver's, and go on."""
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
        return not self._original[0]

    def leave(self, failure=None):
        """Does nothing in the driver's own process, and ends a copy."""
        if self._original[0]:
            return
        code = failure.exit_code if failure else 0
        if code:
            self._log.report(failure)
        self._log.flush()
        _exit(code)
