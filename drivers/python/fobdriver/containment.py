"""Runs the user's code and undoes the changes that it makes to its thread."""
from _signal import (
    ITIMER_REAL, SIG_DFL, SIG_UNBLOCK, SIGALRM, SIGINT, SIGTERM, getsignal, pthread_sigmask, setitimer, signal)
from _thread import get_ident
from sys import getrecursionlimit, setprofile, setrecursionlimit, settrace

LEAST_RECURSION = 300  # more than the driver itself needs


class Containment:
    """Must be created in the main thread, the only thread in which Python handles signals."""

    def __init__(self):
        self._main_thread = get_ident()
        self._terminate = SIG_DFL

    def handle_signals(self, terminate):
        """Handles SIGTERM and SIGINT with `terminate`. SIGALRM ends the process, which `calls` uses as a last resort."""
        self._terminate = terminate
        self._restore_signals()
        pthread_sigmask(SIG_UNBLOCK, {SIGTERM, SIGALRM})

    def run(self, action, *arguments):
        try:
            return action(*arguments)
        finally:
            settled = False
            while not settled:
                try:
                    settrace(None)
                    setprofile(None)
                    if getrecursionlimit() < LEAST_RECURSION:
                        setrecursionlimit(LEAST_RECURSION)
                    if get_ident() == self._main_thread:
                        self._restore_signals()
                    settled = True
                except BaseException:  # of a tracing function, which Python then removes, or of a signal handler
                    pass

    def _restore_signals(self):
        if getsignal(SIGALRM) != SIG_DFL:
            setitimer(ITIMER_REAL, 0)
            signal(SIGALRM, SIG_DFL)
        for number in SIGTERM, SIGINT:
            if getsignal(number) != self._terminate:
                signal(number, self._terminate)

    def become_copy(self):
        """Removes the driver's signal handlers in a forked process. The function's own handlers stay."""
        for number in SIGTERM, SIGINT:
            if getsignal(number) == self._terminate:
                signal(number, SIG_DFL)
