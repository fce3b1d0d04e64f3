"""Calls the script: one process for each call, which ends with all the processes that it has started."""
import os

from . import context, script
from .failure import Failure
from .jsontext import decode, encode
from .process import Run
from .variables import of_parameters

NO_CHECK = "callme(…)"
CONTEXT = "FOB_REQUEST_ID", "FOB_DEADLINE", "FOB_TRACEPARENT", "FOB_TRACESTATE"
SIGNALS = {1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV",
           13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 31: "SIGSYS"}


class Signature:
    """A script does not say which parameters it takes."""

    @staticmethod
    def accepts(name):
        return True

    @staticmethod
    def check(params):
        pass


class Function:
    def __init__(self, source, copies, containment, log, settings):
        self._source = source
        self._log = log
        self._timeout_ms = settings.timeout_ms
        self._max_result_bytes = settings.max_result_bytes
        self._command = None
        self.signature = Signature

    def load(self, entry_point):
        self._command = script.command(self._source)

    def stack_of(self, frame):
        return []

    def schema(self):
        """A script does not say what it takes."""
        return None

    def call(self, params):
        """Returns the result as JSON bytes."""
        environment = dict(os.environ)
        body = params.get("body")
        if type(body) is bytes:  # the body was not JSON
            environment["FOB_CONTENT_TYPE"] = params["content_type"]
        else:
            body = encode(params).encode("utf-8", "surrogatepass")
            environment.update(of_parameters(params, self._say))
        for name, value in zip(CONTEXT, context.current()):
            if value is not None:
                environment[name] = str(value)
        try:
            run = Run(self._command, environment, body, self._log.write, self._max_result_bytes, self._timeout_ms / 1000)
        except OSError as error:
            raise Failure(500, "exception", f"the script cannot be started: {error.strerror}", type="NotStarted") from None
        return self._result(run)

    def _say(self, text):
        self._log.say(text)

    def _result(self, run):
        limit = self._max_result_bytes
        if run.timed_out:
            raise self._failed(run, f"the script has not ended within its timeout of {self._timeout_ms} ms, and was killed",
                               "Timeout")
        if run.size > limit:
            raise self._too_large(f"stdout has more than {limit} bytes, which are allowed", run.size)
        if run.code < 0:
            name = SIGNALS.get(-run.code, f"signal {-run.code}")
            why = " (perhaps because it had used up its memory)" if run.code == -9 else ""
            raise self._failed(run, f"the script was ended by {name}{why}", "Killed")
        if run.code:
            raise self._failed(run, f"the script ended with exit code {run.code}", "ExitCode", exit_code=run.code)
        return self._json(run.stdout)

    def _json(self, stdout):
        if not stdout:
            return b"null"
        try:
            text = stdout.decode()
        except UnicodeDecodeError:
            raise Failure(500, "result-not-json", "stdout is neither JSON nor UTF-8 text: encode it, for example with base64",
                          type="bytes", where="result") from None
        try:
            decode(text)
            return stdout.strip(b" \t\r\n")
        except RecursionError:
            raise Failure(500, "result-not-json", "the JSON on stdout is nested too deeply", type="JSON",
                          where="result") from None
        except Exception:  # the decoder raises several types
            encoded = encode(text.removesuffix("\n")).encode()
        if len(encoded) > self._max_result_bytes:
            raise self._too_large(f"the result has {len(encoded)} bytes as JSON, and {self._max_result_bytes} are allowed",
                                  len(encoded))
        return encoded

    def _too_large(self, problem, size):
        return Failure(500, "result-too-large", f"{problem}: print less, or store it elsewhere and print where it is",
                       size=size, limit=self._max_result_bytes)

    def _failed(self, run, what, kind, **more):
        """The error has the last lines of stderr, which the log has already."""
        last = script.source_names("\n".join(run.last_lines), self._source)
        failure = Failure(500, "exception", f"{what}: {last}" if last else what, type=kind, **more)
        failure.summary = f"{kind}: {what}"
        return failure
