"""A runtime of Apache OpenWhisk for Python, small enough to read: POST /init once, then POST /run.

It keeps the interface that OpenWhisk documents for its runtimes (docs/actions-new.md there): port 8080, code or a zip file in
base64, status 403 for a second /init and for a call that overlaps another one, status 502 with {"error": ...} if the code
fails, results as they are, and lines on both output streams that mark the start and the end of each activation.
"""
import base64
import io
import json
import os
import sys
import tempfile
import threading
import traceback
import types
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

START = "XXX_THE_START_OF_A_WHISK_ACTIVATION_XXX with id "
END = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX"
ACTION = "/action"  # where code is unpacked


class Refused(Exception):
    def __init__(self, status, error):
        super().__init__(error)
        self.status = status


def mark(text):
    for stream in sys.stdout, sys.stderr:
        print(text, file=stream, flush=True)


class Action:
    """The user's code."""

    def __init__(self):
        self._function = None
        self._initialised = threading.Lock()
        self._running = threading.Lock()

    def init(self, value):
        if not self._initialised.acquire(blocking=False):
            raise Refused(403, "Cannot initialize the action more than once.")
        os.environ.update({name: text for name, text in (value.get("env") or {}).items() if isinstance(text, str)})
        try:
            code = value.get("code") or ""
            main = value.get("main") or "main"
            scope = self._archive(code) if value.get("binary") else self._source(code)
            if not callable(scope.get(main)):
                raise Refused(502, f"The action has no function named {main}.")
            self._function = scope[main]
        except Refused:
            raise
        except BaseException as error:
            traceback.print_exc()
            raise Refused(502, f"The action failed to load: {type(error).__name__}: {error}") from error
        return {"ok": True}

    @staticmethod
    def _source(code):
        module = types.ModuleType("__action__")
        exec(compile(code, "action.py", "exec"), module.__dict__)
        return module.__dict__

    def _archive(self, code):
        folder = tempfile.mkdtemp(dir=ACTION if os.access(ACTION, os.W_OK) else None)
        zipfile.ZipFile(io.BytesIO(base64.b64decode(code))).extractall(folder)
        sys.path.insert(0, folder)
        with open(os.path.join(folder, "__main__.py"), encoding="utf-8") as file:
            return self._source(file.read())

    def run(self, request):
        if self._function is None:
            raise Refused(403, "System not ready, there is no action.")
        if not self._running.acquire(blocking=False):
            raise Refused(403, "System not ready, status is running.")
        try:
            mark(START + str(request.get("activation_id", "-")))
            for name, text in request.items():
                if name != "value":
                    os.environ["__OW_" + name.upper()] = text
            try:
                result = self._function(request.get("value") or {})
            except BaseException as error:
                traceback.print_exc()
                raise Refused(502, f"{type(error).__name__}: {error}") from error
            if not isinstance(result, (dict, list)):
                raise Refused(502, "The action did not return a dictionary or a list.")
            return result
        finally:
            mark(END)
            self._running.release()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    action = Action()

    def do_POST(self):
        route = {"/init": lambda body: self.action.init(body.get("value") or {}), "/run": self.action.run}.get(self.path)
        if route is None:
            return self.answer(404, {"error": "There is no such path."})
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            self.answer(200, route(body))
        except Refused as refused:
            self.answer(refused.status, {"error": str(refused)})
        except (ValueError, AttributeError) as error:
            self.answer(400, {"error": f"The request is malformed: {error}"})

    def do_GET(self):
        self.answer(404, {"error": "There is no such path."})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
