"""HTTP to a driver."""
import http.client
import json
import socket

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
