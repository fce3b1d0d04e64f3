"""Limits the number of running calls and their time, and drains the calls before the process ends."""
from _queue import Empty, SimpleQueue
from _signal import ITIMER_REAL, setitimer
from _thread import allocate_lock
from time import monotonic, sleep

SIGTERM, STUCK, CANNOT_SERVE = "sigterm", "stuck-call", "cannot-serve"

GRACE_S = 1.0  # from a call's timeout to the alarm; in that time the watching thread should notice the stuck call
REARM_S = 0.25  # the alarm may be late by this much, so that it need not be set again for each of many calls
LINGER_S = 0.3  # the shortest draining time, in which late requests are refused instead of reset
SEND_S = 2.0  # for sending responses after the last call has ended


class Calls:
    """The running calls. The serving threads begin and end calls; the watching thread waits in `watch` and `drain`.
    `_lock` guards the attributes that are set after it. A call has a `start` and a `request_id`.

    Two mechanisms limit the time of a call. The watching thread sleeps until the timeout of the oldest call. Then it
    lets the other calls finish and ends the process. It cannot do this if the stuck code never lets another thread run,
    such as a regular expression that backtracks for ever and holds the interpreter lock. So an interval timer is armed
    while calls run. No handler exists for its signal, so the kernel ends the process. The timer fires no earlier than
    `timeout` after the *latest* start. So every call that it kills was stuck, and it never fires when no call runs.
    """

    def __init__(self, limit, timeout_s):
        self._limit = limit
        self._timeout_s = timeout_s
        self._notes = SimpleQueue()  # wakes the watching thread; put() is safe in a signal handler
        self._lock = allocate_lock()
        self._running = {}  # the calls as keys, the oldest first
        self._unsent = 0  # calls that have ended, but whose responses are still being written
        self._watched = False  # whether the watching thread will wake up at the timeout of the oldest call
        self._alarm_set = None  # when the alarm was armed; None if it is not armed
        self.draining = None  # the reason for draining; None while calls may begin

    def begin(self, call):
        """Begins a call and returns None, or returns why it may not run now. After None, `end` must follow."""
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
        """Records that the response to an ended call has been written, or cannot be."""
        with self._lock:
            self._unsent -= 1
            if self.draining:
                self._notes.put(None)

    def terminate(self):
        """Called by the handler of SIGTERM. It takes no lock, because it may interrupt the thread that holds it."""
        self._notes.put(SIGTERM)

    def give_up(self):
        """Records that the driver cannot serve any more."""
        self._notes.put(CANNOT_SERVE)

    def watch(self):
        """Waits until the process has to end, and returns the reason. From then on no call begins."""
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
        """Waits for the running calls, each within its own timeout. Returns the stuck calls."""
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
