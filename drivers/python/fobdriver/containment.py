"""Runs code of the user's so that what it leaves behind in its thread does not befall the driver."""
from _signal import (
    ITIMER_REAL, SIG_DFL, SIG_UNBLOCK, SIGALRM, SIGINT, SIGTERM, getsignal, pthread_sigmask, setitimer, signal)
from _thread import get_ident
from sys import getrecursionlimit, setprofile, setrecursionlimit, settrace

LEAST_RECURSION = 300  # what the driver itself needs, and some more


class Containment:
    """Made in the main thread, the only one in which signals are handled."""

    def __init__(self):
        self._main_thread = get_ident()
        self._terminate = SIG_DFL

    def handle_signals(self, terminate):
        """`terminate` is for SIGTERM and SIGINT. SIGALRM ends the process, as the last resort of `calls`."""
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
                except BaseException:  # by a tracing function, which Python drops by that, or by a handler of a signal
                    pass

    def _restore_signals(self):
        if getsignal(SIGALRM) != SIG_DFL:
            setitimer(ITIMER_REAL, 0)
            signal(SIGALRM, SIG_DFL)
        for number in SIGTERM, SIGINT:
            if getsignal(number) != self._terminate:
                signal(number, self._terminate)

    def become_copy(self):
        """A process that the function has forked ends by signals as any other; handlers of the function's own stay."""
        for number in SIGTERM, SIGINT:
            if getsignal(number) == self._terminate:
                signal(number, SIG_DFL)
