"""What the driver answers to /health, /init and /run."""
import json
import os
import re
import threading

from .failure import Failure
from .function import Function
from .http1 import Response

ENTRY_POINT = "callme"
STARTING, WAITING, READY, FAILED, DRAINING = "starting", "waiting", "ready", "failed", "draining"
ADVICE = {
    "busy": "as many calls as FOB_CONCURRENCY allows are running: try again shortly, or start more instances",
    "draining": "this process finishes its calls and ends: send the call to another instance"}

_is_request_id = re.compile("[!-~]{1,200}").fullmatch
_is_name = re.compile("[^=\0]+").fullmatch


def _refuse_constant(name):
    raise ValueError(f"JSON has no {name}")


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode


class Service:
    """The state goes from starting to waiting, ready or failed, and from waiting to ready or failed; draining is in
    `calls`. Health and calls read it without a lock: each change is the assignment of one attribute."""

    def __init__(self, calls, log, events, max_result_bytes):
        self._calls = calls
        self._log = log
        self._events = events
        self._max_result_bytes = max_result_bytes
        self._init_once = threading.Lock()  # never released: there is one code per process
        self._function = None
        self._failure = None
        self._state = STARTING
        self._routes = {"/run": ("POST", self._run), "/health": ("GET", self._health), "/init": ("POST", self._init)}

    @property
    def starting(self):
        return self._state == STARTING

    def wait_for_init(self):
        self._state = WAITING

    def load(self, get_source, entry_point=ENTRY_POINT):
        """Returns what failed, if anything: the process stays, so that the reason can be asked for."""
        try:
            self._function = Function(get_source(), entry_point, self._max_result_bytes)
            self._state = READY
            self._events.emit("ready")
        except Failure as failure:
            self._failure = failure
            self._state = FAILED
            self._log.say(f"the function failed to load: {failure}")
            self._events.emit("failed", error=failure.error)
        finally:
            self._log.end_call()
        return self._failure

    def handle(self, request):
        method, respond = self._routes.get(request.path, (None, None))
        try:
            if method is None:
                raise Failure(404, "not-found", f"there is no {request.path} here, only {', '.join(self._routes)}")
            if method != request.method:
                raise Failure(405, "method-not-allowed", f"{request.path} takes {method}, not {request.method}")
            response = respond(request)
        except Failure as failure:
            response = error_response(failure)
            if failure.status == 405:
                response.headers, response.close = f"Allow: {method}\r\n", True  # HEAD expects no body: end there
        if request.call_id:
            response.headers += f"Fob-Request-Id: {request.call_id}\r\n"
        return response

    def _health(self, request):
        if self._calls.draining:
            return _json(503, {"state": DRAINING, "error": _refusal(DRAINING).error}, close=True)
        if self._state in (READY, WAITING):
            return _json(200, {"state": self._state})
        return _json(503, {"state": self._state, "error": self._unavailable().error})

    def _init(self, request):
        value = _value(_json_object(request.body))
        code, entry_point, env = value.get("code"), value.get("main") or ENTRY_POINT, value.get("env") or {}
        if value.get("binary"):
            raise _bad_request("binary code is not supported yet: send the source text as value.code")
        if not isinstance(code, str) or not isinstance(entry_point, str):
            raise _bad_request("value.code must be the source text, and value.main the name of a function")
        if not isinstance(env, dict) or not all(_is_variable(*item) for item in env.items()):
            raise _bad_request("value.env must be an object of names and texts")
        if self._state != WAITING or not self._init_once.acquire(blocking=False):
            raise Failure(403, "already-initialized", "cannot initialize more than once")
        os.environ.update(env)
        failed = self.load(lambda: code.encode("utf-8", "surrogatepass"), entry_point)
        if failed:
            raise failed
        return _json(200, {"ok": True})

    def _run(self, request):
        params = _read_call(request)
        request_id = request.call_id or "-"
        function = self._function
        if function is None:
            raise self._unavailable()
        if params is None:
            params = _raw_parameters(request, function.signature)
        function.signature.check(params)
        refused = self._calls.begin(request_id)
        if refused:
            raise _refusal(refused)
        self._log.begin_call(request_id)
        try:
            response = Response(200, b'{"result":' + function.call(params) + b"}")
        except Failure as failure:
            response = error_response(failure)
        finally:
            self._log.end_call()
            self._calls.end()
        response.sent = self._calls.sent
        return response

    def _unavailable(self):
        """Why there is no function to call."""
        if self._state == FAILED:
            return Failure(503, **self._failure.error)
        if self._state == STARTING:
            return Failure(503, STARTING, "the function is being loaded: try again shortly")
        return Failure(503, "not-initialized", "there is no function yet: send its code to /init first")


def error_response(failure):
    reason = failure.error["reason"]
    headers = "Retry-After: 1\r\n" if reason == "busy" else ""
    return _json(failure.status, {"error": failure.error}, headers, close=reason == DRAINING)


def _json(status, value, headers="", close=False):
    return Response(status, json.dumps(value).encode(), headers, close)


def _refusal(reason):
    return Failure(429 if reason == "busy" else 503, reason, ADVICE[reason])


def _bad_request(message):
    return Failure(400, "bad-request", message)


def _read_call(request):
    """The named parameters, or None if the body is one itself. The id of the request is read first: whatever is
    wrong with the rest, the answer can be told apart from those to other calls."""
    header = request.headers.get("fob-request-id")
    request.call_id = None if header is None else _checked_id(header)
    content_type = request.headers.get("content-type", "")
    if content_type and content_type.partition(";")[0].strip().lower() != "application/json":
        return None
    call = _json_object(request.body)
    member = call.get("request_id")
    if member:
        request.call_id = _checked_id(member)
    return _value(call)


def _raw_parameters(request, signature):
    params = {"body": request.body}
    if signature.accepts("content_type"):
        params["content_type"] = request.headers["content-type"]
    return params


def _checked_id(request_id):
    if not isinstance(request_id, str) or not _is_request_id(request_id):  # it begins every line of the log
        raise _bad_request("request_id must be 1 to 200 visible ASCII characters without spaces")
    return request_id


def _json_object(body):
    try:
        value = _decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise _bad_request(f"the body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise _bad_request('the body must be a JSON object with the member "value"')
    return value


def _value(body):
    value = body.get("value")
    if not isinstance(value, dict):
        raise _bad_request('the member "value" must be an object, such as {"value":{"param1":1}}')
    return value


def _is_variable(name, text):
    return isinstance(text, str) and bool(_is_name(name)) and "\0" not in text
