"""Starts drivers: a process in a temporary folder, or a container."""
import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from .http import DEADLINE_S, Client


def until(condition, what):
    deadline = time.monotonic() + DEADLINE_S
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {DEADLINE_S} s")
        threading.Event().wait(0.02)


class Running:
    """A driver that runs. `address` is where it listens."""

    def client(self):
        client = Client(self.address)
        self._clients.append(client)
        return client

    def run(self, params, **more):
        return self.client().run(params, **more)

    def state(self):
        try:
            return self.client().health().json["state"]
        except OSError:
            return None

    def wait_until(self, *states):
        return until(lambda: (state := self.state()) in states and state, f"the state {' or '.join(states)}")

    def _close_clients(self):
        for client in self._clients:
            client.connection.close()


class Process:
    is_container = False
    host = "127.0.0.1"  # where drivers reach the kit

    def __init__(self, folder, language):
        self.language = language
        with open(os.path.join(folder, "driver.json"), encoding="utf-8") as file:
            args = json.load(file)["args"]
        self._command = [arg.replace("/fob/driver", os.path.abspath(folder)) for arg in args]

    def start(self, code=None, entry=None, secrets=None, layer=None, tcp=False, **env):
        if layer:
            env["FOB_LAYER_URL"] = f"file://{layer}"
        return RunningProcess(self._command, code, entry, secrets, tcp, env)


class RunningProcess(Running):
    def __init__(self, command, code, entry, secrets, tcp, env):
        self._clients = []
        self.folder = tempfile.mkdtemp(prefix="fob-")
        self.address = os.path.join(self.folder, "s")
        if tcp:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.address = free.getsockname()
        environment = {"PATH": os.environ["PATH"], "HOME": self.folder, "TMPDIR": self.folder, "LANG": "C.UTF-8",
                       "FOB_LISTEN": f"tcp:127.0.0.1:{self.address[1]}" if tcp else f"unix:{self.address}", **env}
        if code is not None:
            with open(f"{self.folder}/code", "wb") as file:
                file.write(code)
            environment.update(FOB_CODE_URL=f"file://{self.folder}/code", **({"FOB_CODE_ENTRY": entry} if entry else {}))
        if secrets:
            os.mkdir(f"{self.folder}/secrets")
            for name, text in secrets.items():
                with open(f"{self.folder}/secrets/{name}", "w", newline="") as file:
                    file.write(text)
            environment["FOB_SECRETS_URL"] = f"file://{self.folder}/secrets"
        self._files = [open(f"{self.folder}/{name}", "w+b") for name in ("events", "log")]
        self.process = subprocess.Popen(command, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                                        stdout=self._files[0], stderr=self._files[1])
        self.secrets = f"{self.folder}/secrets"

    def init(self, value):
        return self.client().post("/init", {"value": value})

    def events(self):
        with open(f"{self.folder}/events", "rb") as file:
            return [json.loads(line) for line in file.read().decode().splitlines()]

    def log(self):
        with open(f"{self.folder}/log", "rb") as file:
            return file.read().decode("utf-8", "replace").split("\n")

    def terminate(self):
        self.process.terminate()

    def exit_code(self):
        return self.process.wait(DEADLINE_S)

    def has_ended(self):
        return self.process.poll() is not None

    def close(self):
        self._close_clients()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for file in self._files:
            file.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Container:
    is_container = True

    def __init__(self, image, language):
        self.image = image
        self.language = language
        self.host = docker("network", "inspect", "bridge", "-f", "{{(index .IPAM.Config 0).Gateway}}").stdout.strip()

    def start(self, code=None, entry=None, secrets=None, layer=None, tcp=False, **env):
        running = RunningContainer(self.image, secrets, layer, env)
        if code is not None:
            archive = {"binary": True, "entry": entry, "code": base64.b64encode(code).decode()} if entry else {}
            running.init({"code": code.decode("utf-8", "replace") if not entry else "", **archive})
        return running


def docker(*arguments):
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=DEADLINE_S)
    if done.returncode != 0:
        raise AssertionError(f"docker {arguments[0]} failed: {done.stderr.strip()}")
    return done


class RunningContainer(Running):
    def __init__(self, image, secrets, layer, env):
        self._clients = []
        self.folder = tempfile.mkdtemp(prefix="fob-")
        os.chmod(self.folder, 0o755)
        options = [option for name, value in env.items() for option in ("-e", f"{name}={value}")]
        if secrets:
            for name, text in secrets.items():
                with open(f"{self.folder}/{name}", "w", newline="") as file:
                    file.write(text)
            options += ["-v", f"{self.folder}:/run/secrets:ro", "-e", "FOB_SECRETS_URL=file:///run/secrets"]
        self.secrets = "/run/secrets"
        if layer:
            options += ["-v", f"{layer}:/fob/layer:ro", "-e", "FOB_LAYER_URL=file:///fob/layer"]
        self.id = docker("run", "-d", "--init", "--memory", "256m", "--memory-swap", "256m", "-p", "127.0.0.1::8080",
                         *options, image).stdout.strip()
        port = docker("port", self.id, "8080").stdout.split("\n")[0].rpartition(":")[2]
        self.address = "127.0.0.1", int(port)

    def init(self, value):
        self.wait_until("waiting")
        return self.client().post("/init", {"value": value})

    def state(self):
        try:
            return super().state()
        except Exception:  # the engine's proxy accepts connections before the driver does
            return None

    def _logs(self):
        return docker("logs", self.id)

    def events(self):
        return [json.loads(line) for line in self._logs().stdout.splitlines()]

    def log(self):
        return self._logs().stderr.split("\n")

    def terminate(self):
        docker("kill", "--signal", "TERM", self.id)

    def exit_code(self):
        return int(docker("wait", self.id).stdout)

    def has_ended(self):
        return docker("inspect", "--format", "{{.State.Running}}", self.id).stdout.strip() == "false"

    def close(self):
        self._close_clients()
        docker("rm", "-f", self.id)
        shutil.rmtree(self.folder, ignore_errors=True)
