"""Which calls run, what has run for too long, and when the process may end."""
from _queue import Empty, SimpleQueue
from _signal import ITIMER_REAL, setitimer
from _thread import allocate_lock
from time import monotonic, sleep

SIGTERM, STUCK, CANNOT_SERVE = "sigterm", "stuck-call", "cannot-serve"

GRACE_S = 1.0  # how long after a call's time the kernel waits for this process to have noticed by itself
REARM_S = 0.25  # the alarm may be this much late, which spares re-arming it for each of many calls at once
LINGER_S = 0.3  # late requests get a refusal rather than a reset
SEND_S = 2.0  # for answers that are on their way when the last call has ended


class Calls:
    """Shared by the threads that serve, which begin and end calls, and the one that waits in `watch` and `drain`.
    Everything below `_lock` is guarded by it. A call has a `start` and a `request_id`.

    Two guards bound a call's time. The watching thread sleeps until the oldest call is due; it lets the others finish
    and ends the process. It cannot, however, if the stuck code never lets another thread run (a regular expression
    that backtracks forever holds the interpreter lock). For that an interval timer is armed while calls run, whose
    signal nobody handles: the kernel ends the process. It goes off no earlier than `timeout` after the *latest*
    start, so any call that it kills was stuck, and never while nothing runs.
    """

    def __init__(self, limit, timeout_s):
        self._limit = limit
        self._timeout_s = timeout_s
        self._notes = SimpleQueue()  # wakes the watching thread; put() is safe in a signal handler
        self._lock = allocate_lock()
        self._running = {}  # the calls as keys, the oldest first
        self._unsent = 0  # calls that have ended and whose answers are being written
        self._watched = False  # the watching thread will look again when the oldest call is due
        self._alarm_set = None  # when the alarm was armed; None: it is not
        self.draining = None  # the reason, once no call may begin

    def begin(self, call):
        """Why this call may not run now, or None: it has begun, and `end` must follow."""
        with self._lock:
            if self.draining:
                return "draining"
            if len(self._running) >= self._limit:
                return "busy"
            now = call.start = monotonic()
            self._running[call] = None
            if self._alarm_set is None or now - self._alarm_set > REARM_S:
                self._alarm_set = now
                setitimer(ITIMER_REAL, self._timeout_s + GRACE_S + REARM_S)
            if not self._watched:
                self._watched = True
                self._notes.put(None)
        return None

    def end(self, call):
        with self._lock:
            del self._running[call]
            self._unsent += 1
            if not self._running:
                self._alarm_set = None
                setitimer(ITIMER_REAL, 0)
            if self.draining:
                self._notes.put(None)

    def sent(self):
        """The answer to the ended call has been written, or cannot be."""
        with self._lock:
            self._unsent -= 1
            if self.draining:
                self._notes.put(None)

    def terminate(self):
        """For the handler of SIGTERM, hence without the lock: it may interrupt a holder of it."""
        self._notes.put(SIGTERM)

    def give_up(self):
        """What serving needs is gone."""
        self._notes.put(CANNOT_SERVE)

    def watch(self):
        """Returns, with the reason, when the process has to stop; from then on no call begins."""
        while not self.draining:
            with self._lock:
                oldest = next(iter(self._running), None)
                self._watched = oldest is not None
            left = oldest and self._left(oldest)
            stuck = oldest and left <= 0
            reason = STUCK if stuck else self._wait(left)
            if reason:
                with self._lock:
                    self.draining = reason
        return self.draining

    def drain(self):
        """Waits for the running calls, each within its own time. Returns the stuck ones."""
        end_of_linger = monotonic() + LINGER_S
        while True:
            with self._lock:
                running = list(self._running)
            left = max(map(self._left, running), default=0)
            if left <= 0:
                break
            self._wait(left)
        end_of_sending = monotonic() + SEND_S
        while self._unsent and monotonic() < end_of_sending:
            self._wait(end_of_sending - monotonic())
        sleep(max(0, end_of_linger - monotonic()))
        return running

    def _left(self, call):
        return call.start + self._timeout_s - monotonic()

    def _wait(self, seconds):
        try:
            return self._notes.get(timeout=seconds if seconds is None else max(0, seconds))
        except Empty:
            return None
