"""HTTP to a driver, and from it."""
import contextlib
import http.client
import http.server
import json
import socket
import threading

DEADLINE_S = 60


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read()
        self.json = json.loads(self.text)
        self.error = self.json.get("error") if isinstance(self.json, dict) else None
        self.result = self.json.get("result") if isinstance(self.json, dict) else None

    def __repr__(self):
        return f"{self.status} {self.text[:500]!r}"


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("driver", timeout=DEADLINE_S)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def connect(address):
    """`address` is the path of a socket, or (host, port)."""
    return Unix(address) if isinstance(address, str) else http.client.HTTPConnection(*address, timeout=DEADLINE_S)


class Client:
    """One keep-alive connection."""

    def __init__(self, address):
        self.connection = connect(address)

    def send(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, headers or {})
        return Answer(self.connection.getresponse())

    def post(self, path, value):
        return self.send("POST", path, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def run(self, params, **more):
        return self.post("/run", {"value": params, **more})

    def health(self):
        return self.send("GET", "/health")


@contextlib.contextmanager
def served(host, content, token):
    """Serves one file to those who have the token. The value is its URL."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            allowed = self.headers["Authorization"] == f"Bearer {token}"
            self.send_response(200 if allowed else 401)
            self.send_header("Content-Length", len(content) if allowed else 0)
            self.end_headers()
            self.wfile.write(content if allowed else b"")

        def log_message(self, *args):
            pass
    with http.server.ThreadingHTTPServer((host, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://{host}:{server.server_port}/layer"
        finally:
            server.shutdown()
