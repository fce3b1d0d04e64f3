"""Starts a runtime of OpenWhisk as a container, and speaks with it as fob does: a connection for each request."""
import base64
import io
import json
import os
import uuid
import zipfile

from .http import connect
from .targets import docker, until

START = "XXX_THE_START_OF_A_WHISK_ACTIVATION_XXX"
END = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX"


class Reply:
    def __init__(self, status, text):
        self.status = status
        self.text = text
        try:
            self.json = json.loads(text)
        except ValueError:
            self.json = None

    def __repr__(self):
        return f"{self.status} {self.text[:500]!r}"


class Whisk:
    """An image, and functions in its language."""

    def __init__(self, image, language):
        self.image = image
        self.language = language

    def start(self):
        return Runtime(self.image)

    def zip(self):
        """Returns the folder archive/ of the functions as a zip file in base64."""
        content = io.BytesIO()
        folder = os.path.join(self.language.folder, "conformance", "archive")
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as out:
            for name in sorted(os.listdir(folder)):
                if name != "__pycache__":
                    out.write(os.path.join(folder, name), name)
        return base64.b64encode(content.getvalue()).decode()


class Runtime:
    """A container as fob starts it: read-only but for /tmp and /action, an unprivileged user, no capabilities."""

    def __init__(self, image):
        self.id = docker("run", "-d", "--init", "--memory", "256m", "--memory-swap", "256m", "-p", "127.0.0.1::8080",
                         "--read-only", "--tmpfs", "/tmp:exec,mode=1777", "--tmpfs", "/action:exec,mode=1777",
                         "--user", "65534:65534", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
                         image).stdout.strip()
        try:
            port = docker("port", self.id, "8080").stdout.split("\n")[0].rpartition(":")[2]
            self._address = "127.0.0.1", int(port)
            until(lambda: self._answers(), "an answer at TCP port 8080")
        except BaseException:
            self.close()
            raise

    def _answers(self):
        try:
            return self.send("GET", "/health")
        except OSError:  # the engine's proxy accepts connections before the runtime does
            return None
        except Exception as error:
            raise AssertionError(f"what listens at TCP port 8080 does not speak HTTP: {error}") from error

    def send(self, method, path, value=None):
        connection = connect(self._address)
        try:
            body = None if value is None else json.dumps(value)
            connection.request(method, path, body, {"Content-Type": "application/json", "Connection": "close"})
            response = connection.getresponse()
            return Reply(response.status, response.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def init(self, code, **more):
        value = {"name": "tested", "main": "main", "binary": False, "code": code, "env": {}, **more}
        return self.send("POST", "/init", {"value": value})

    def run(self, value, **context):
        activation = context.pop("activation_id", uuid.uuid4().hex)
        return self.send("POST", "/run", {
            "value": value, "activation_id": activation, "transaction_id": activation, "namespace": "fob",
            "action_name": "/fob/tested", "deadline": "4102444800000", **context})

    def output(self):
        logs = docker("logs", self.id)
        return logs.stdout, logs.stderr

    def close(self):
        docker("rm", "-f", self.id)
