"""Answers /health, /schema, /init and /run."""
from _thread import allocate_lock
from os import environ

from . import answers, provision
from .failure import Failure, of_driver
from .function import Function
from .reading import raw_parameters, read_call, read_init
from .source import Source
from .tasks import Call, Init

ENTRY_POINT = "callme"
LARGEST_SCHEMA = 64 * 1024
STARTING, WAITING, READY, FAILED, DRAINING = "starting", "waiting", "ready", "failed", "draining"
ADVICE = {
    "busy": "as many calls as FOB_CONCURRENCY allows are running: try again shortly, or start more instances",
    "draining": "this process finishes its calls and ends: send the call to another instance"}


class Service:
    """The state changes from starting to waiting, ready or failed, and from waiting to ready or failed. `calls` knows
    whether the driver is draining. The state is read without a lock, because each change assigns one attribute."""

    def __init__(self, settings, calls, copies, containment, log, events, check):
        """`check` raises a Failure if the loaded code has closed descriptors that the driver needs."""
        self._settings = settings
        self._calls = calls
        self._copies = copies
        self._containment = containment
        self._log = log
        self._events = events
        self._check = check
        self._init_once = allocate_lock()  # never released, because a process loads code only once
        self._source = None
        self._layer = None
        self._function = None
        self._failure = None
        self._state = STARTING
        self._routes = {"/run": ("POST", self._run), "/health": ("GET", self._health), "/init": ("POST", self._init),
                        "/schema": ("GET", self._schema)}

    @property
    def starting(self):
        return self._state == STARTING

    def wait_for_init(self):
        self._state = WAITING

    def load(self, get_source, entry_point=ENTRY_POINT):
        """Loads the function, in the main thread. Returns the failure, or None. After a failure the driver keeps
        running, so that /health and /run can tell the reason."""
        failure = None
        try:
            self._load(get_source, entry_point)
        except Failure as failed:
            failure = failed
        except BaseException as error:
            failure = of_driver(502, "failed", error)
        self._copies.leave(failure)
        if failure:
            self._failure = failure
            self._state = FAILED
            self._log.say("the function failed to load:")
            self._log.report(failure)
            self._events.emit("failed", error=failure.error)
        else:
            self._state = READY
            self._events.emit("ready")
        self._log.end_call()
        return failure

    def _load(self, get_source, entry_point):
        self._layer = provision.equip(self._settings)
        source = self._source = get_source()
        if source.problem:
            self._log.say(source.problem)
        function = Function(source, self._copies, self._containment, self._log, self._settings)
        function.load(entry_point)
        self._check()
        self._function = function

    def stack_of(self, frame):
        """Returns the lines of a stack that are in the function's code."""
        return self._function.stack_of(frame) if self._function and frame else []

    def clean_up(self):
        if self._source:
            self._source.remove()
        if self._layer:
            self._layer.remove()

    def handle(self, request):
        """Returns a Response, or a task whose run() returns one."""
        method, respond = self._routes.get(request.path, (None, None))
        try:
            if method is None:
                raise Failure(404, "not-found", f"there is no {request.path} here, only {', '.join(self._routes)}")
            if method != request.method:
                raise Failure(405, "method-not-allowed", f"{request.path} takes {method}, not {request.method}")
            return respond(request)
        except Failure as failure:
            response = answers.of_failure(failure, request.call_id)
            if failure.status == 405:
                response.headers, response.close = f"Allow: {method}\r\n", True  # HEAD expects no body: end there
            return response
        except BaseException as error:
            failure = of_driver(500, "driver-error", error)
            self._log.report(failure)
            return answers.of_failure(failure, request.call_id)

    def _health(self, request):
        if self._calls.draining:
            return answers.json(503, {"state": DRAINING, "error": _refusal(DRAINING).error}, close=True)
        if self._state in (READY, WAITING):
            return answers.json(200, {"state": self._state})
        return answers.json(503, {"state": self._state, "error": self._unavailable().error})

    def _schema(self, request):
        schema = self._loaded().schema()
        answer = schema and answers.json(200, schema)
        if answer and len(answer.body) <= LARGEST_SCHEMA:
            return answer
        raise Failure(404, "no-schema", "the function does not say what it takes" if schema is None else
                      f"the function's schema has more than {LARGEST_SCHEMA} bytes")

    def _init(self, request):
        code, entry, entry_point, env = read_init(request)
        if self._state != WAITING or not self._init_once.acquire(blocking=False):
            raise Failure(403, "already-initialized", "cannot initialize more than once")
        environ.update(env)
        return Init(self.load, lambda: Source(code, entry), entry_point or ENTRY_POINT)

    def _run(self, request):
        params = read_call(request)
        function = self._loaded()
        if params is None:
            params = raw_parameters(request, function.signature)
        function.signature.check(params)
        call = Call(self._calls, self._copies, self._log, request)
        refused = self._calls.begin(call)
        if refused:
            raise _refusal(refused)
        call.prepare(function, params, for_main_thread=self._settings.concurrency == 1)
        return call

    def _loaded(self):
        function = self._function
        if function is None or self._state != READY:
            raise self._unavailable()
        return function

    def _unavailable(self):
        """Returns why there is no function to call."""
        if self._state == FAILED:
            return Failure(503, **self._failure.error)
        if self._state == WAITING:
            return Failure(503, "not-initialized", "there is no function yet: send its code to /init first")
        return Failure(503, STARTING, "the function is being loaded: try again shortly")


def _refusal(reason):
    return Failure(429 if reason == "busy" else 503, reason, ADVICE[reason])
