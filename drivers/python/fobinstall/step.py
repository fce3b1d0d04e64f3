"""The one step of a server: a process of its own, which has no token and a time limit."""
import collections
import os
import signal
import subprocess
import sys
import threading
import time

INSTALLER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "install.py")
MOST_LINES = 40
LONGEST_LINE = 1000
LAST_OUTPUT_S = 5


class Step:
    def __init__(self, folder):
        self.folder = os.path.join(folder, "fob")
        self.archive = os.path.join(folder, "out.tar.gz")
        self.state = "waiting"
        self._lock = threading.Lock()
        self._process = None
        self._lines = collections.deque(maxlen=MOST_LINES)

    def take(self):
        """Whether the step is the caller's."""
        with self._lock:
            taken, self.state = self.state == "waiting", "working" if self.state == "waiting" else self.state
            return taken

    def run(self, verb, body, variables, timeout):
        """Returns the exit code, which is None after the time limit, and the last lines. Then `archive` has the output."""
        deadline = time.monotonic() + timeout
        for name in "", "code", "out", "tmp":
            os.mkdir(os.path.join(self.folder, name))
        temporary = os.path.join(self.folder, "tmp")
        own = {name: value for name, value in os.environ.items() if not name.startswith("FOB_")}
        env = {**own, "HOME": temporary, "TMPDIR": temporary, **variables}
        commands = [[sys.executable, "-I", INSTALLER, verb, self.folder],
                    ["tar", "--hard-dereference", "-czf", self.archive, "-C", os.path.join(self.folder, "out"), "."]]
        if verb == "lock":
            commands.insert(0, ["tar", "-xzf", body, "-C", os.path.join(self.folder, "code")])
        else:
            os.link(body, os.path.join(self.folder, "lock.json"))
        code = 0
        for command in commands:
            code = self._execute(command, env, deadline)
            if code != 0:
                break
        self.state = "done"
        return code, list(self._lines)

    def kill(self):
        process = self._process
        if process is not None:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def _execute(self, command, env, deadline):
        self._process = process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                                   stderr=subprocess.STDOUT, start_new_session=True)
        reader = threading.Thread(target=self._read, args=(process.stdout,), daemon=True)
        reader.start()
        try:
            code = process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            code = None
        self.kill()  # also what the command has left behind
        process.wait()
        reader.join(LAST_OUTPUT_S)
        return code if code is None or code >= 0 else 128 - code

    def _read(self, pipe):
        while line := pipe.readline(LONGEST_LINE):
            self._lines.append(line.decode("utf-8", "replace").rstrip())
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()
