"""Tasks that run the function's code, in the thread that has read the request or in the main thread."""
from _thread import get_ident

from . import answers, context
from .failure import Failure, of_driver
from .http1 import Response
from .jsontext import encode_ascii


class Call:
    """Counts as running from `Calls.begin`, which sets its start, until `run` has ended."""
    __slots__ = "_calls", "_copies", "_log", "_function", "_params", "request_id", "for_main_thread", "start", "thread", "_request"

    def __init__(self, calls, copies, log, request):
        self._calls = calls
        self._copies = copies
        self._log = log
        self.request_id = request.call_id
        self._request = request
        self.thread = None

    def prepare(self, function, params, for_main_thread):
        self._function = function
        self._params = params
        self.for_main_thread = for_main_thread

    def run(self):
        self.thread = get_ident()
        self._log.begin_call(self.request_id or "-", self._request.log_bytes)
        context.begin(self._request)
        try:
            response = self._response()
        finally:
            context.end()
            self._log.end_call()
            self._calls.end(self)
        response.sent = self._calls.sent
        return response

    def _response(self):
        failure = None
        try:
            body = self._function.call(self._params)
        except Failure as failed:
            failure = failed
        except BaseException as error:
            failure = of_driver(500, "driver-error", error)
        self._copies.leave(failure)
        if failure is None:
            return Response(200, b'{"result":' + body + self._log_member() + b"}", answers.naming(self.request_id))
        self._log.report(failure)
        response = answers.of_failure(failure, self.request_id)
        response.body = response.body[:-1] + self._log_member() + b"}"
        return response

    def _log_member(self):
        """The end of the call's log as a further member of the response, if the request asked for it."""
        return b',"log":' + encode_ascii(self._log.tail()) if self._request.log_bytes else b""


class Init:
    """Loads the code of an /init request."""
    for_main_thread = True

    def __init__(self, load, get_source, entry_point):
        self._load = load
        self._get_source = get_source
        self._entry_point = entry_point

    def run(self):
        failure = self._load(self._get_source, self._entry_point)
        return answers.of_failure(failure) if failure else answers.json(200, {"ok": True})
