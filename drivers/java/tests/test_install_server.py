"""The installer as a server, with the repository of test_installer. ../../python/tests has what is true of all languages."""
import io
import json
import os
import socket
import sys
import unittest
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_installer  # noqa: E402
from test_driver import RUN  # noqa: E402  and the way to the tests of Python
import install_server  # noqa: E402
from install_server import packed  # noqa: E402


class ServerTest(install_server.Server, test_installer.InstallTest):
    command = RUN, "install"

    def setUp(self):
        super().setUp()
        self.folder = str(self.root)
        self.start()

    def settings(self):
        return {"FOB_MAVEN_REPOSITORY": self.url}

    def test_code_is_locked_and_the_lock_is_installed_each_by_its_own_server(self):
        self.assertEqual(self.state(), "waiting")
        status, locked = self.request("POST", "/lock", packed(function="//DEPS org.left:left:1.0\nint callme() { return 1; }\n"))
        self.assertEqual(status, 200, locked)
        self.assertEqual(self.state(), "done")
        lock = self.files(locked)["lock.json"]
        self.assertEqual([each["version"] for each in json.loads(lock)["packages"]], ["1.0"] * 3)
        self.start()
        status, installed = self.request("POST", "/install", lock)
        self.assertEqual(status, 200, installed)
        jar = zipfile.ZipFile(io.BytesIO(self.files(installed)["right-1.0.jar"]))
        self.assertEqual(jar.read("name"), b"org.right 1.0")

    def test_a_failed_step_says_why(self):
        status, said = self.request("POST", "/lock", packed(Main_java="//DEPS org.no:such:1.0\n"),
                                    Fob_Environment=f"FOB_CODE_ENTRY=Main.java&FOB_MAVEN_REPOSITORY={self.url}")
        self.assertEqual((status, said["exit"]), (422, 1))
        self.assertTrue(any(line.startswith("error: ") and "org.no" in line for line in said["lines"]), said)

    def test_a_step_over_its_time_ends(self):
        self.serve_slowly()
        status, said = self.request("POST", "/lock", packed(function="//DEPS org.left:left:1.0\n"), Fob_Timeout_Ms="4000")
        self.assertEqual((status, said["exit"]), (504, None), said)

    def serve_slowly(self):
        """A repository that takes connections and answers nothing."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"


if __name__ == "__main__":
    unittest.main()
