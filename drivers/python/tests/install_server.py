"""What is true of the installers of all languages as servers. Languages extend Server."""
import hashlib
import http.client
import io
import json
import os
import signal
import subprocess
import tarfile
import urllib.parse

TOKEN = "a-token"


def packed(**files):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as out:
        for name, text in files.items():
            member = tarfile.TarInfo(name.replace("_", "."))
            member.size = len(text)
            out.addfile(member, io.BytesIO(text.encode()))
    return content.getvalue()


class Server:
    """For a TestCase with the members `command`, `folder`, which has an empty tmp, and `settings()`: FOB_… variables."""

    def start(self, token=TOKEN):
        env = {"PATH": os.environ["PATH"], "TMPDIR": f"{self.folder}/tmp", "FOB_LISTEN": "tcp:127.0.0.1:0",
               "FOB_INSTALL_TOKEN_SHA256": hashlib.sha256(token.encode()).hexdigest()}
        self.process = subprocess.Popen([*self.command, "serve"], env=env, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.addCleanup(self.stop, self.process)
        self.port = json.loads(self.process.stdout.readline())["port"]

    def stop(self, process):
        process.kill()
        process.wait()
        process.stdout.close()

    def request(self, method, path, body=None, **headers):
        """Returns (status, body); the body is read as JSON if it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.addCleanup(connection.close)
        sent = {"Authorization": f"Bearer {TOKEN}", "Fob-Timeout-Ms": "60000",
                "Fob-Environment": urllib.parse.urlencode(self.settings()),
                **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request(method, path, body, {name: value for name, value in sent.items() if value is not None})
        with connection.getresponse() as response:
            content = response.read()
            return response.status, json.loads(content) if response.getheader("Content-Type") == "application/json" else content

    def files(self, archive):
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            return {os.path.normpath(member.name): tar.extractfile(member).read() for member in tar if member.isfile()}

    def state(self):
        return self.request("GET", "/health")[1]["state"]

    def test_only_one_step_is_taken(self):
        self.assertEqual(self.request("POST", "/lock", packed(function="x = 1\n"))[0], 200)
        status, said = self.request("POST", "/install", b'{"packages":[]}')
        self.assertEqual((status, said["error"]["reason"]), (409, "done"))

    def test_requests_that_are_refused_take_no_step(self):
        for expected, method, path, headers in (
                (401, "POST", "/lock", {"Authorization": None}), (401, "POST", "/lock", {"Authorization": "Bearer a-toke"}),
                (401, "POST", "/install", {"Authorization": "Basic a-token"}),
                (400, "POST", "/lock", {"Fob_Timeout_Ms": None}), (400, "POST", "/lock", {"Fob_Timeout_Ms": "3600001"}),
                (400, "POST", "/lock", {"Fob_Environment": "PATH=/evil"}), (400, "POST", "/lock", {"Fob_Environment": "FOB_X=%00"}),
                (413, "POST", "/lock", {"Content_Length": str(1 << 30)}), (411, "POST", "/lock", {"Transfer_Encoding": "chunked"}),
                (404, "POST", "/run", {}), (405, "POST", "/health", {}), (405, "GET", "/lock", {}), (404, "GET", "/", {})):
            with self.subTest(f"{method} {path} {headers}"):
                body = b"" if {"Content_Length", "Transfer_Encoding"} & set(headers) else b"x"
                status, said = self.request(method, path, body, **headers)
                self.assertEqual(status, expected, said)
                self.assertTrue(said["error"]["message"])
                self.assertNotIn(TOKEN, said["error"]["message"])
        self.assertEqual(self.state(), "waiting")

    def test_sigterm_ends_it_and_leaves_no_file(self):
        self.process.send_signal(signal.SIGTERM)
        self.assertIn(self.process.wait(20), (0, 128 + signal.SIGTERM))
        self.assertEqual(os.listdir(f"{self.folder}/tmp"), [])

    def test_wrong_settings_are_named(self):
        done = subprocess.run([*self.command, "serve"], env={"PATH": os.environ["PATH"], "FOB_LISTEN": "unix:/x"}, timeout=60,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("error: FOB_LISTEN is 'unix:/x', expected tcp:HOST:PORT; FOB_INSTALL_TOKEN_SHA256", done.stderr)
