"""Functions of several files, and their dependencies."""
import base64
import hashlib
import io
import os
import tarfile
import zipfile

from harness import DriverTest
from test_loading import Serving

MAIN = ("import helper, os\nhere = os.path.dirname(__file__)\n"
        "def callme(name): return helper.greet(name, open(here + '/greeting.txt').read())")
FILES = {"main.py": MAIN, "helper.py": "def greet(name, word):\n    return word + name[0:] + '!'\n", "greeting.txt": "Hi "}


def tar(files=None, *more):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as out:
        for name, text in (files or {}).items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            out.addfile(member, io.BytesIO(text.encode()))
        for member in more:
            out.addfile(member)
    return archive.getvalue()


def zipped(files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        for name, text in files.items():
            out.writestr(name, text)
    return archive.getvalue()


def special(name, kind, target=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


class Archives(DriverTest):
    def test_modules_and_data_beside_the_entry_file_are_there(self):
        for folder in "", "src/":
            driver = self.start(tar({folder + name: text for name, text in FILES.items()}), FOB_CODE_ENTRY=folder + "main.py")
            self.assertEqual(driver.run(name="Ann").json, {"result": "Hi Ann!"})

    def test_an_error_shows_the_files_and_lines_of_the_archive(self):
        error = self.start(tar(FILES), FOB_CODE_ENTRY="main.py").run(name=1).error
        self.assertEqual([line for line in error["stack"] if "^" not in line], [
            '  File "main.py", line 3, in callme',
            "    def callme(name): return helper.greet(name, open(here + '/greeting.txt').read())",
            '  File "helper.py", line 2, in greet', "    return word + name[0:] + '!'"])
        broken = tar({**FILES, "helper.py": "def greet(:"})
        error = self.start(broken, FOB_CODE_ENTRY="main.py").wait_until("failed")["error"]
        self.assertIn('  File "helper.py", line 1', error["stack"])

    def test_the_entry_file_is_a_module_that_others_and_child_processes_import(self):
        files = {"main.py": "import multiprocessing, other\ndef square(n): return n * n\ndef callme():\n"
                            "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
                            "        return [pool.map(square, [3]), other.same(square), __name__]",
                 "other.py": "def same(f):\n    import main\n    return f is main.square"}
        self.assertEqual(self.start(tar(files), FOB_CODE_ENTRY="main.py").run().result, [[9], True, "main"])

    def test_the_files_are_gone_when_the_driver_has_ended(self):
        driver = self.start(tar(FILES), FOB_CODE_ENTRY="main.py")
        driver.run(name="x")
        driver.process.terminate()
        self.assertEqual(driver.wait(), 0)
        self.assertEqual([name for name in os.listdir(driver.folder) if name.startswith("fob-")], [])

    def test_what_is_no_archive_or_has_no_entry_file_or_is_not_allowed_says_so(self):
        for archive, message in (
                (b"x", "cannot be unpacked"), (tar(FILES)[:60], "cannot be unpacked"),
                (tar({"a.py": ""}), "no entry file main.py"), (tar({"../main.py": ""}), "'../main.py' is not allowed"),
                (tar({"/main.py": ""}), "not allowed"), (tar(FILES, special("l", tarfile.SYMTYPE, "main.py")), "is a link"),
                (tar(FILES, special("l", tarfile.FIFOTYPE)), "is a device"),
                (tar({f"{i}": "" for i in range(4097)}), "more than 4096 files"),
                (tar({"main.py": "x" * ((64 << 20) + 1)}), "more than 67108864 bytes")):
            with self.subTest(message):
                error = self.start(archive, FOB_CODE_ENTRY="main.py").wait_until("failed")["error"]
                self.assertIn(message, error["message"])

    def test_init_takes_zip_and_tar(self):
        for archive in zipped(FILES), tar(FILES):
            for entry in {}, {"entry": "main.py"}:
                client = self.start().client()
                value = {"code": base64.b64encode(archive).decode(), "binary": True, **entry}
                self.assertEqual(client.send("POST", "/init", {"value": value}).json, {"ok": True})
                self.assertEqual(client.run(name="Bo").result, "Hi Bo!")

    def test_init_refuses_what_is_no_archive_and_can_be_tried_again(self):
        client = self.start().client()
        good = base64.b64encode(zipped(FILES)).decode()
        for value in ({"code": "%%%", "binary": True}, {"code": base64.b64encode(b"text").decode(), "binary": True},
                      {"code": good, "binary": True, "entry": "../x"}, {"code": MAIN, "entry": "main.py"}):
            answer = client.send("POST", "/init", {"value": value})
            self.assertEqual((answer.status, answer.error["reason"]), (400, "bad-request"), value)
        self.assertEqual(client.send("POST", "/init", {"value": {"code": good, "binary": True}}).status, 200)


class Dependencies(Serving):
    CODE = "import left\ndef callme(a): return left.pad(a)"
    LAYER = {"left/__init__.py": "def pad(a): return ' ' + a"}

    def test_a_directory_is_used_in_place(self):
        driver = self.start_process(None)
        folder = os.path.join(driver.folder, "layer")
        os.makedirs(folder + "/left")
        with open(folder + "/left/__init__.py", "w") as file:
            file.write(self.LAYER["left/__init__.py"])
        other = self.start(self.CODE, FOB_LAYER_URL=f"file://{folder}")
        self.assertEqual(other.run(a="x").result, " x")
        init = self.start(FOB_LAYER_URL=f"file://{folder}").client()
        self.assertEqual(init.send("POST", "/init", {"value": {"code": self.CODE}}).status, 200)
        self.assertEqual(init.run(a="x").result, " x")

    def test_an_archive_is_fetched_with_the_token_and_checked(self):
        archive = tar(self.LAYER, special("bin/pad", tarfile.SYMTYPE, "../left/__init__.py"))
        sha256 = hashlib.sha256(archive).hexdigest()
        url, tokens = self.serve((503, b"", 0), (200, archive, len(archive)))
        driver = self.start(self.CODE, FOB_LAYER_URL=url, FOB_LAYER_SHA256=sha256, FOB_CODE_TOKEN="t0k")
        self.assertEqual((driver.run(a="x").result, tokens), (" x", ["Bearer t0k"] * 2))
        driver.process.terminate()
        driver.wait()
        self.assertEqual([name for name in os.listdir(driver.folder) if name.startswith("fob-")], [])

    def test_what_is_wrong_with_them_is_told(self):
        archive = tar(self.LAYER, special("l", tarfile.SYMTYPE, "../../etc"))
        for answer, env, message in (((200, archive, len(archive)), {}, "the link 'l' leads out"),
                                     ((404, b"", 0), {}, "the dependencies at"),
                                     ((200, archive, len(archive)), {"FOB_LAYER_SHA256": "0" * 64}, "SHA-256")):
            url, _ = self.serve(answer)
            error = self.start(self.CODE, FOB_LAYER_URL=url, **env).wait_until("failed")["error"]
            self.assertIn(message, error["message"])
        error = self.start(self.CODE, FOB_LAYER_URL="file:///no/such").wait_until("failed")["error"]
        self.assertIn("/no/such: it is no directory", error["message"])
