"""The installer as a server, with pip and the package index of test_install."""
import io
import json
import os
import sys
import tarfile
import time
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import install_server  # noqa: E402
import test_install  # noqa: E402
from install_server import packed  # noqa: E402

SLEEPER = "import os, subprocess, sys\nsubprocess.Popen(['sleep', '%s'])\nopen(%r, 'w').close()\nos.waitpid(-1, 0)\n"
CURIOUS = ("import os\nfor pid in filter(str.isdigit, os.listdir('/proc')):\n"
           "    try: found = 'a-to' + 'ken' in open(f'/proc/{pid}/environ').read()\n    except OSError: found = False\n"
           "    assert not found, 'the token is seen'\n"
           "assert not any(name.startswith('FOB_INSTALL') for name in os.environ)\n")


def declaring(*names):
    return packed(function=f"# /// script\n# dependencies = {json.dumps(names)}\n# ///\ndef callme(): pass\n")


def running(text):
    """Returns the processes with this text in their command line."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if text.encode() in file.read():
                    found.append(pid)
        except OSError:
            pass
    return found


class Server(install_server.Server, test_install.Install):
    """Has the index of test_install, and none of its tests."""
    command = sys.executable, "-I", test_install.INSTALLER

    def settings(self):
        return {"FOB_PIP_INDEX_URL": self.index}

    def setUp(self):
        super().setUp()
        self.start()

    def test_code_is_locked_and_the_lock_is_installed_each_by_its_own_server(self):
        self.assertEqual(self.state(), "waiting")
        status, locked = self.request("POST", "/lock", declaring("right<2"))
        self.assertEqual(status, 200, locked)
        lock = self.files(locked)
        self.assertEqual(list(lock), ["lock.json"])
        self.assertEqual([each["version"] for each in json.loads(lock["lock.json"])["packages"]], ["1.0"])
        self.assertEqual(self.state(), "done")
        self.start()
        status, installed = self.request("POST", "/install", lock["lock.json"])
        self.assertEqual(status, 200, installed)
        self.assertEqual(self.files(installed)["right/__init__.py"], b"side = 1\n")

    def test_an_archive_names_its_entry_file_in_a_header(self):
        status, locked = self.request(
            "POST", "/lock", packed(main_py="import right\n", requirements_txt="right==1.0\n"),
            Fob_Environment=urllib.parse.urlencode({"FOB_CODE_ENTRY": "main.py", "FOB_PIP_INDEX_URL": self.index}))
        self.assertEqual(status, 200, locked)
        self.assertEqual(json.loads(self.files(locked)["lock.json"])["packages"][0]["name"], "right")

    def test_a_failed_step_says_why(self):
        status, said = self.request("POST", "/lock", declaring("nosuch"))
        self.assertEqual((status, said["exit"]), (422, 1))
        self.assertTrue(any(line.startswith("error: there is no package nosuch") for line in said["lines"]), said)

    def built_by(self, setup):
        """Locks a source package, whose setup.py runs then."""
        name, content = test_install.sdist("odd", "1.0", setup + test_install.SETUP.replace("fromsource", "odd"))
        test_install.FILES[name] = content
        self.addCleanup(test_install.FILES.pop, name)
        return declaring("odd")

    def test_a_step_over_its_time_ends_with_all_its_processes(self):
        mark = f"{self.folder}/mark"
        nobody_else = "47.4211"
        status, said = self.request("POST", "/lock", self.built_by(SLEEPER % (nobody_else, mark)), Fob_Timeout_Ms="15000")
        self.assertEqual((status, said["exit"]), (504, None), said)
        self.assertTrue(os.path.exists(mark), "the setup has run")
        end = time.monotonic() + 10  # a process that was killed is gone some moments later
        while running(nobody_else) and time.monotonic() < end:
            time.sleep(0.01)
        self.assertEqual(running(nobody_else), [])

    def test_the_code_of_packages_finds_no_token(self):
        status, said = self.request("POST", "/lock", self.built_by(CURIOUS))
        self.assertEqual(status, 200, said)

    def test_links_and_pipes_are_packed_as_they_are(self):
        setup = ("import os, pathlib\nout = next(p for p in pathlib.Path(os.environ['TMPDIR']).parents if (p / 'out').is_dir()) / 'out'\n"
                 "if not (out / 'pipe').exists():\n    (out / 'file').write_text('x'); os.link(out / 'file', out / 'hard')\n"
                 "    os.symlink('/etc/passwd', out / 'link'); os.mkfifo(out / 'pipe')\n")
        status, archive = self.request("POST", "/lock", self.built_by(setup))
        self.assertEqual(status, 200, archive)
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            kinds = {os.path.normpath(member.name): member.type for member in tar}
        self.assertEqual((kinds["file"], kinds["hard"], kinds["link"], kinds["pipe"]),
                         (tarfile.REGTYPE, tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.FIFOTYPE))


for name in [name for name in vars(test_install.Install) if name.startswith("test_")]:
    setattr(Server, name, None)


if __name__ == "__main__":
    unittest.main()
