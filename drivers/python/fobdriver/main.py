"""Starts the driver's parts in order, and ends the process."""
import os
import sys
from os import _exit
from sys import _current_frames
from threading import Thread

from . import answers, connections, interpreter
from .calls import CANNOT_SERVE, STUCK, Calls
from .containment import Containment
from .copies import Copies
from .failure import Failure
from .output import Events, Log
from .server import SPARE_THREADS, Server
from .service import Service
from .settings import BadSettings, Settings

LOST = ("the code has closed file descriptors of the driver's, or put others in their place, while it was loaded: "
        "close only those that it has opened itself")
EXIT_BAD_SETTINGS = 2
EXIT_STUCK = 75
EXIT_CANNOT_SERVE = 76


def main():
    events = Events()
    try:
        settings = Settings(os.environ)
        listener = connections.listen(settings.listen)
    except BadSettings as problems:
        _refuse_to_start(problems)
    except OSError as error:
        _refuse_to_start(f"cannot listen on FOB_LISTEN: {error}")
    Driver(settings, listener, events).serve()


def _refuse_to_start(problem):
    print(f"fob driver: {problem}", file=sys.stderr)
    sys.exit(EXIT_BAD_SETTINGS)


class Driver:
    """Creates the driver's parts and connects them."""

    def __init__(self, settings, listener, events):
        self._settings = settings
        self._listener = listener
        self._events = events
        self._log = Log(2)
        self._calls = Calls(settings.concurrency, settings.timeout_ms / 1000 + interpreter.GRACE_S)
        self._copies = Copies(self._log)
        self._containment = Containment()
        self._service = Service(settings, self._calls, self._copies, self._containment, self._log, events, self._check)
        self._server = Server(listener, self._copies, self._service.handle, answers.to_refused, self._give_up)

    def serve(self):
        settings, log = self._settings, self._log
        for name in [name for name in os.environ if name.startswith("FOB_")]:
            del os.environ[name]
        interpreter.prepare(log)
        self._set_up_signals()
        if not settings.code_url:
            self._service.wait_for_init()
        Thread(target=self._watch, name="fob-watch", daemon=True).start()
        self._server.start(SPARE_THREADS + (settings.concurrency if settings.concurrency > 1 else 0))
        connections.publish(settings.listen)
        log.say(f"function {settings.function_id} on {_address(*settings.listen, self._listener)}, "
                f"concurrency {settings.concurrency}, timeout {settings.timeout_ms} ms, "
                f"results up to {settings.max_result_bytes} bytes")
        if settings.code_url:
            from . import provision
            self._service.load(lambda: provision.source(settings))
        self._server.serve_main()

    def _set_up_signals(self):
        self._containment.handle_signals(self._terminate)
        self._copies.prepare(self._drop)
        if os.getpid() == 1:  # the kernel does not deliver its own signals to process 1 of a container
            self._log.say("this is process 1, so code that never lets go of the interpreter cannot be stopped from "
                          "inside: start the container with an init (docker run --init)")

    def _drop(self):
        """Lets go of all sockets, events and signal handlers; called in a copy of the process."""
        self._server.drop()
        self._events.drop()
        self._containment.become_copy()

    def _terminate(self, number, frame):
        if self._service.starting:
            self._service.clean_up()
            _exit(0)  # no call is running
        self._calls.terminate()

    def _check(self):
        if not (self._events.is_intact() and self._server.is_intact()):
            self._give_up(LOST)
            raise Failure(502, "failed", LOST, type="DescriptorsClosed")

    def _give_up(self, why):
        self._log.say(f"it cannot serve any more: {why}")
        self._calls.give_up()

    def _watch(self):
        code = EXIT_CANNOT_SERVE
        try:
            code = self._drain(self._calls.watch())
        finally:
            # Without Python's clean-up, which would wait for stuck calls and for the function's threads.
            _exit(code)

    def _drain(self, reason):
        self._events.emit("draining", reason=reason)
        stuck = self._calls.drain()
        frames = _current_frames()
        for call in stuck:
            self._log.say(f"the call {call.request_id or '-'} has not ended in its time and is given up; it is here:")
            for line in self._service.stack_of(frames.get(call.thread)):
                self._log.say(line)
        self._service.clean_up()
        if reason == CANNOT_SERVE:
            return EXIT_CANNOT_SERVE
        return EXIT_STUCK if stuck or reason == STUCK else 0


def _address(kind, where, listener):
    if kind == "tcp":
        where = ":".join(map(str, listener.getsockname()[:2]))  # the port may have been 0: any
    return f"{kind}:{where}"
