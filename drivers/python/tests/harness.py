"""Starts real driver processes on Unix sockets in temporary directories, and calls them."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "conformance"))
from kit.http import Answer, Unix as UnixConnection  # noqa: E402

DRIVER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "driver.py")
DEADLINE_S = 20


class Lines:
    """Collects the lines that a process writes to a pipe, and can wait for a line."""

    def __init__(self, pipe):
        self._pipe = pipe
        self._changed = threading.Condition()
        self._lines = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        with self._pipe:
            for line in self._pipe:
                with self._changed:
                    self._lines.append(line.decode().rstrip("\n"))
                    self._changed.notify_all()

    def wait_for(self, text, count=1):
        """Waits until `count` lines contain the text, and returns these lines."""
        def found():
            return [line for line in self._lines if text in line]
        with self._changed:
            if not self._changed.wait_for(lambda: len(found()) >= count, DEADLINE_S):
                raise AssertionError(f"{count} lines with {text!r} were expected, there are: {self._lines}")
            return found()

    def all_so_far(self):
        with self._changed:
            return list(self._lines)

    def all(self):
        """Returns all lines after the process has ended."""
        self._thread.join(DEADLINE_S)
        return self._lines


class Client:
    """One keep-alive connection."""

    def __init__(self, connection):
        self.connection = connection

    def send(self, method, path, body=None, headers=None):
        body = json.dumps(body) if isinstance(body, dict) else body
        self.connection.request(method, path, body, headers or {})
        return Answer(self.connection.getresponse())

    def run(self, *, request_id=None, **params):
        call = {"value": params, **({"request_id": request_id} if request_id else {})}
        return self.send("POST", "/run", call, {"Content-Type": "application/json; charset=utf-8"})

    def health(self):
        return self.send("GET", "/health")


class Driver:
    def __init__(self, code=None, stdout=subprocess.PIPE, **env):
        self.folder = tempfile.mkdtemp(prefix="fob-")
        self.socket_path = os.path.join(self.folder, "s")
        self._clients = []
        environment = {"TMPDIR": self.folder, "FOB_LISTEN": f"unix:{self.socket_path}", "FOLDER": self.folder, **env}
        if code is not None:
            path = os.path.join(self.folder, "code.py")
            with open(path, "wb") as file:
                file.write(code if isinstance(code, bytes) else code.encode())
            environment["FOB_CODE_URL"] = f"file://{path}"
        self.process = subprocess.Popen([sys.executable, "-I", "-S", DRIVER], env=environment, cwd=self.folder,
                                        stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE)
        self.events = Lines(self.process.stdout or open(os.devnull, "rb"))
        self.log = Lines(self.process.stderr)

    def wait_until(self, event):
        return json.loads(self.events.wait_for(f'"event": "{event}"')[0])

    def wait_until_listening(self):
        self.log.wait_for(" fob: function ")
        return self

    def client(self):
        client = Client(UnixConnection(self.socket_path))
        self._clients.append(client)
        return client

    def run(self, **params):
        return self.client().run(**params)

    def health(self):
        return self.client().health()

    def in_background(self, **params):
        """Starts a call in the background."""
        return Background(lambda: self.client().run(**params))

    def release(self, name):
        """Releases the code that waits in open(os.environ["FOLDER"] + "/" + name).read()."""
        with open(os.path.join(self.folder, name), "w"):
            pass

    def make_gate(self, name):
        os.mkfifo(os.path.join(self.folder, name))

    def wait(self):
        """Waits for the end of the process and returns its exit code."""
        return self.process.wait(DEADLINE_S)

    def close(self):
        for client in self._clients:
            client.connection.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.events.all()
        self.log.all()
        shutil.rmtree(self.folder)


class Background:
    def __init__(self, action):
        self._outcome = None
        self._thread = threading.Thread(target=self._run, args=(action,), daemon=True)
        self._thread.start()

    def _run(self, action):
        try:
            self._outcome = action()
        except Exception as error:
            self._outcome = error

    def get(self):
        self._thread.join(DEADLINE_S)
        return self._outcome


class DriverTest(unittest.TestCase):
    maxDiff = None

    def start(self, code=None, **env):
        """Starts a driver and waits until it has loaded the code, or has failed to."""
        driver = self.start_process(code, **env)
        driver.wait_until_listening()
        if code is not None:
            driver.events.wait_for('"event"')
        return driver

    def start_process(self, code=None, **env):
        driver = Driver(code, **env)
        self.addCleanup(driver.close)
        return driver


def until(condition):
    """Polls until the condition holds. Use it only if there is no event to wait for."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("this did not become true in time")
        threading.Event().wait(0.005)
