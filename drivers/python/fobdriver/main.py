"""The order in which things start, and how the process ends."""
import os
import signal
import sys

from . import server
from .calls import STUCK, Calls
from .failure import Failure, own_lines
from .output import Events, Log
from .service import Service, error_response
from .settings import BadSettings, Settings

EXIT_BAD_SETTINGS = 2
EXIT_STUCK = 75


def main():
    events = Events()
    try:
        settings = Settings(os.environ)
        listener = server.listen(settings.listen)
    except BadSettings as problems:
        _refuse_to_start(problems)
    except OSError as error:
        _refuse_to_start(f"cannot listen on FOB_LISTEN: {error}")
    os.environ.pop("FOB_CODE_TOKEN", None)  # no business of the function's
    log = Log(2)
    sys.stdout, sys.stderr = log.stdout, log.stderr
    calls = Calls(settings.concurrency, settings.timeout_ms / 1000)
    service = Service(calls, log, events, settings.max_result_bytes)
    _set_up_signals(calls, service, log)
    if not settings.code_url:
        service.wait_for_init()
    server.Server(listener, service.handle, _refuse_request).start()
    server.publish(settings.listen)
    log.say(f"function {settings.function_id} on {_address(*settings.listen, listener)}, "
            f"concurrency {settings.concurrency}, timeout {settings.timeout_ms} ms, "
            f"results up to {settings.max_result_bytes} bytes")
    if settings.code_url:
        # In the main thread, as some libraries insist on being imported there; there is nothing to watch yet.
        service.load(lambda: _fetch(settings))
    _end(calls.watch(), calls, log, events)


def _refuse_to_start(problem):
    print(f"fob driver: {problem}", file=sys.stderr)
    sys.exit(EXIT_BAD_SETTINGS)


def _refuse_request(status, message):
    return error_response(Failure(status, "bad-request", message)).body


def _fetch(settings):
    from .code import fetch
    return fetch(settings.code_url, settings.code_sha256, settings.code_token)


def _address(kind, where, listener):
    if kind == "tcp":
        where = ":".join(map(str, listener.getsockname()[:2]))  # the port may have been 0: any
    return f"{kind}:{where}"


def _set_up_signals(calls, service, log):
    driver = os.getpid()

    def terminate(number, frame):
        if os.getpid() != driver:  # a process that the function has forked, such as those of multiprocessing
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        if service.starting:
            os._exit(0)  # nothing runs that could be finished
        calls.terminate()

    signal.signal(signal.SIGTERM, terminate)
    signal.signal(signal.SIGINT, terminate)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the last resort of `calls`, whatever our parent had set
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGALRM})
    os.register_at_fork(after_in_child=log.after_fork)
    if driver == 1:  # the kernel spares process 1 of a container its own signals
        log.say("this is process 1, so code that never lets go of the interpreter cannot be stopped from inside: "
                "start the container with an init (docker run --init)")


def _end(reason, calls, log, events):
    events.emit("draining", reason=reason)
    stuck = calls.drain()
    frames = sys._current_frames()
    for thread, request_id in stuck.items():
        log.say(f"the call {request_id} has not ended in its time and is given up; it is here:")
        for line in _own_stack(frames.get(thread)):
            log.say(line)
    # Without the usual clean-up: it would wait for the stuck calls, and for threads of the function's.
    os._exit(EXIT_STUCK if stuck or reason == STUCK else 0)


def _own_stack(frame):
    import traceback
    return own_lines(traceback.extract_stack(frame)) if frame else []
