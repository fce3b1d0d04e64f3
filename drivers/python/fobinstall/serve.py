"""The command `serve`: takes one step over HTTP, for platforms that cannot mount folders."""
import hashlib
import hmac
import http.server
import json
import os
import re
import signal
import socket
import socketserver
import sys
import tempfile
import threading
import urllib.parse

from .step import Step

MOST_BYTES = 96 << 20
MOST_UNREAD = 1 << 20
MOST_CONNECTIONS = 32
LONGEST_S = 3600
CHUNK = 1 << 16
VARIABLE = re.compile("FOB_[A-Z0-9_]+")


class BadRequest(Exception):
    def __init__(self, status, reason, message):
        super().__init__(message)
        self.status, self.reason = status, reason


def serve(environment):
    """Serves until it is killed. Returns an exit code if it cannot start."""
    address, token = environment.get("FOB_LISTEN") or "tcp:0.0.0.0:8080", environment.get("FOB_INSTALL_TOKEN_SHA256", "")
    listen = re.fullmatch(r"tcp:(.+):(\d{1,5})", address)
    wrong = [] if listen else [f"FOB_LISTEN is {address!r}, expected tcp:HOST:PORT"]
    if not re.fullmatch("[0-9a-f]{64}", token):
        wrong.append("FOB_INSTALL_TOKEN_SHA256 must be the SHA-256 of a token, 64 digits of 0-9 and a-f")
    if wrong:
        print("error: " + "; ".join(wrong), file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="fob-step-") as folder:
        with Server((listen[1].strip("[]"), int(listen[2])), token, folder) as server:
            print(json.dumps({"event": "listening", "port": server.server_address[1]}), flush=True)
            try:
                server.serve_forever()
            finally:
                server.step.kill()
    return 0


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads, block_on_close, allow_reuse_address, request_queue_size = True, False, True, MOST_CONNECTIONS

    def __init__(self, address, token, folder):
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.token, self.folder, self.step = token, folder, Step(folder)
        self.places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__(address, Handler)

    def process_request(self, request, client_address):
        if self.places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request, client_address):
        error = sys.exc_info()[1]
        print(f"a connection failed: {type(error).__name__}: {error}", file=sys.stderr)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version, timeout, server_version, sys_version = "HTTP/1.1", 30, "fob", ""

    def do_GET(self):
        if self.path == "/health":
            self.answer(200, {"state": self.server.step.state})
        else:
            self.refuse(self.unknown(("/lock", "/install")))

    def do_POST(self):
        try:
            timeout, variables = self.checked()
            with tempfile.NamedTemporaryFile(dir=self.server.folder) as body:
                self.receive(body)
                if not self.server.step.take():
                    raise BadRequest(409, "done", "this installer has its one step already: start another one")
                exit_code, lines = self.server.step.run(self.path[1:], body.name, variables, timeout)
        except BadRequest as refused:
            self.refuse(refused)
            return
        if exit_code == 0:
            with open(self.server.step.archive, "rb") as archive:
                self.head(200, "application/gzip", os.fstat(archive.fileno()).st_size)
                while chunk := archive.read(CHUNK):
                    self.wfile.write(chunk)
        else:
            self.answer(504 if exit_code is None else 422, {"exit": exit_code, "lines": lines})

    def checked(self):
        """Checks the head of the request. Returns the time limit in seconds, and the variables of the step."""
        if self.path not in ("/lock", "/install"):
            raise self.unknown(("/health",))
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        digest = hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
        if not hmac.compare_digest(digest, self.server.token) or kind != "Bearer":
            raise BadRequest(401, "unauthorized", "expected Authorization: Bearer, with the token whose SHA-256 is in "
                                                  "FOB_INSTALL_TOKEN_SHA256")
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch("[0-9]{1,18}", length) or "Transfer-Encoding" in self.headers:
            raise BadRequest(411, "bad-request", "expected a body with a Content-Length")
        if int(length) > MOST_BYTES:
            raise BadRequest(413, "bad-request", f"the body has {length} bytes, the limit is {MOST_BYTES}")
        millis = self.headers.get("Fob-Timeout-Ms", "")
        if not re.fullmatch("[0-9]{1,7}", millis) or not 1 <= int(millis) <= LONGEST_S * 1000:
            raise BadRequest(400, "bad-request", f"expected Fob-Timeout-Ms: 1 to {LONGEST_S * 1000}")
        variables = dict(urllib.parse.parse_qsl(self.headers.get("Fob-Environment", ""), keep_blank_values=True))
        for name, value in variables.items():
            if not VARIABLE.fullmatch(name) or "\0" in value:
                raise BadRequest(400, "bad-request", f"Fob-Environment has {name!r}, expected names such as FOB_CODE_ENTRY "
                                                     "and values without NUL")
        return int(millis) / 1000, variables

    def unknown(self, others):
        if self.path in others:
            return BadRequest(405, "method-not-allowed", f"{self.command} is not allowed for {self.path}")
        return BadRequest(404, "not-found", "expected GET /health, POST /lock or POST /install")

    def receive(self, file):
        left = int(self.headers["Content-Length"])
        while left:
            chunk = self.rfile.read1(min(left, CHUNK))
            if not chunk:
                raise ConnectionError("the request broke off")
            file.write(chunk)
            left -= len(chunk)
        file.flush()

    def refuse(self, refused):
        # A client that is still writing would not see the answer when the connection is closed.
        length = self.headers.get("Content-Length", "0")
        if length.isascii() and length.isdigit() and int(length) <= MOST_UNREAD and refused.status != 409:
            self.rfile.read(int(length))
        self.answer(refused.status, {"error": {"reason": refused.reason, "message": str(refused)}})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.head(status, "application/json", len(body))
        self.wfile.write(body)

    def head(self, status, kind, length):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format, *args):
        pass  # there is one request that matters, and its step says what it does
