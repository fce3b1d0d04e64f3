"""The installer, with pip and a package index on the loopback."""
import hashlib
import http.server
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import unittest
import zipfile

INSTALLER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "install.py")
SETUP = ("import setuptools\nopen('made.py', 'w').write('value = 7\\n')\nsetuptools.setup(name='fromsource', version='1.0', py_modules=['made'])\n")


def wheel(name, version, files, *metadata):
    """Returns (file name, content)."""
    info = f"{name}-{version}.dist-info"
    members = {**files, f"{info}/METADATA": "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}",
                                                         *metadata, "", ""]),
               f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    record = "".join(f"{path},,\n" for path in [*members, f"{info}/RECORD"])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as out:
        for path, text in {**members, f"{info}/RECORD": record}.items():
            out.writestr(zipfile.ZipInfo(path), text)
    return f"{name}-{version}-py3-none-any.whl", content.getvalue()


def sdist(name, version, setup):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as out:
        for path, text in {"setup.py": setup, "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"}.items():
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(text)
            out.addfile(member, io.BytesIO(text.encode()))
    return f"{name}-{version}.tar.gz", content.getvalue()


FILES = dict([
    wheel("left", "1.0", {"left.py": "def pad(a): return ' ' + a\n"}, "Requires-Dist: right>=1"),
    wheel("left", "2.0", {"left.py": "def pad(a): return '  ' + a\n"}, "Requires-Dist: right>=2"),
    wheel("right", "1.0", {"right/__init__.py": "side = 1\n"}), wheel("right", "2.0", {"right/__init__.py": "side = 2\n"}),
    wheel("newer", "1.0", {"newer.py": ""}, "Requires-Python: >=4"),
    sdist("fromsource", "1.0", SETUP), sdist("faulty", "1.0", "raise SystemExit('no compiler here')\n")])


def sha256(file):
    return hashlib.sha256(FILES[file]).hexdigest()


class Index(http.server.BaseHTTPRequestHandler):
    broken = ()

    def do_GET(self):
        first, _, rest = self.path.strip("/").partition("/")
        names = [name for name in FILES if name.startswith(rest + "-")]
        if first == "files":
            self.answer(200, "application/octet-stream", FILES[rest])
        elif rest == "broken":
            self.answer(502, "text/plain", b"")
        elif not names:
            self.answer(404, "text/plain", b"")
        else:
            python = ' data-requires-python="&gt;=4"' if rest == "newer" else ""
            links = "".join(f'<a href="/files/{name}#sha256={sha256(name)}"{python}>{name}</a>\n' for name in names)
            self.answer(200, "text/html", f"<!DOCTYPE html><html><body>{links}</body></html>".encode())

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
        threading.Thread(target=cls.server.serve_forever, args=(0.01,), daemon=True).start()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.index = f"http://user:hush@127.0.0.1:{cls.server.server_port}/simple"

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="fob-")
        self.addCleanup(shutil.rmtree, self.folder)
        for name in "code", "out", "tmp":
            os.mkdir(f"{self.folder}/{name}")

    def run_installer(self, command, **env):
        env = {"PATH": "/usr/bin:/bin", "HOME": f"{self.folder}/tmp", "TMPDIR": f"{self.folder}/tmp", "FOB_PIP_INDEX_URL": self.index, **env}
        return subprocess.run([sys.executable, "-I", INSTALLER, command, self.folder], env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)

    def write(self, **files):
        for name, text in files.items():
            with open(f"{self.folder}/code/{name.replace('_', '.')}", "w", newline="") as file:
                file.write(text)

    def declare(self, *lines):
        self.write(function="\n".join(["# /// script", *(f"# {line}" for line in lines), "# ///", "def callme(): pass"]))

    def lock(self, **env):
        done = self.run_installer("lock", **env)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(f"{self.folder}/out/lock.json", "rb") as file:
            return file.read()

    def refused(self, *parts, command="lock", **env):
        """Asserts that it fails with a reason that has these parts."""
        done = self.run_installer(command, **env)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        reason = "\n" + done.stderr
        reason = reason[reason.index("\nerror: "):]
        self.assertNotIn("hush", reason)
        for part in parts:
            self.assertIn(part, reason)

    def install(self, lock, **env):
        with open(f"{self.folder}/lock.json", "wb") as file:
            file.write(lock)
        os.unlink(f"{self.folder}/out/lock.json")
        done = self.run_installer("install", **env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return f"{self.folder}/out"

    def value(self, expression):
        code = f"import sys; sys.path.append({self.folder + '/out'!r}); {expression}"
        return subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True).stdout

    def test_what_a_script_declares_is_locked_with_what_it_needs_and_then_installed(self):
        self.declare('requires-python = ">=3.9"', "dependencies = [", '  "left<2",', "]")
        lock = self.lock()
        self.assertEqual(json.loads(lock)["packages"], [
            {"name": "left", "version": "1.0", "hash": "sha256:" + sha256("left-1.0-py3-none-any.whl")},
            {"name": "right", "version": "2.0", "hash": "sha256:" + sha256("right-2.0-py3-none-any.whl")}])
        self.assertEqual(self.lock(), lock)
        out = self.install(lock)
        self.assertEqual(self.value("import left, right; print(left.pad('x'), right.side, left.__cached__)"),
                         f" x 2 {out}/__pycache__/left.{sys.implementation.cache_tag}.pyc\n")
        with open(f"{out}/__pycache__/left.{sys.implementation.cache_tag}.pyc", "rb") as file:
            self.assertIn(b"/fob/layer/left.py", file.read())

    def test_code_without_dependencies_needs_none(self):
        for code in "def callme(): pass", "# /// script\n# requires-python = '>=3'\n# ///\n", "# /// other\n# x\n# ///\n", "":
            self.write(function=code)
            lock = self.lock(FOB_PIP_INDEX_URL="http://127.0.0.1:1/")
            self.assertEqual(json.loads(lock), {"packages": []})
        self.assertEqual(os.listdir(self.install(lock)), [])

    def test_lines_may_end_as_on_windows(self):
        self.write(function="\ufeff# /// script\r\n# dependencies = ['right']\r\n# ///\r\n")
        self.assertEqual([p["name"] for p in json.loads(self.lock())["packages"]], ["right"])

    def test_an_archive_may_have_a_requirements_file_with_hashes(self):
        self.write(main_py="", requirements_txt="# ours\nright>=1,<2\n")
        self.assertEqual([p["version"] for p in json.loads(self.lock(FOB_CODE_ENTRY="main.py"))["packages"]], ["1.0"])
        good = sha256("right-1.0-py3-none-any.whl")
        self.write(requirements_txt=f"right==1.0 --hash=sha256:{good}\n")
        self.assertEqual([p["hash"] for p in json.loads(self.lock(FOB_CODE_ENTRY="main.py"))["packages"]], ["sha256:" + good])
        self.write(requirements_txt=f"right==1.0 --hash=sha256:{'0' * 64}\n")
        self.refused("the hash of right==1.0 does not match", "Expected sha256 000", FOB_CODE_ENTRY="main.py")
        self.write(requirements_txt=f"right==1.0 --hash=sha256:{good}\nleft==1.0\n")
        self.refused("some dependencies have a --hash and others have none", FOB_CODE_ENTRY="main.py")

    def test_a_source_package_is_built(self):
        self.declare('dependencies = ["fromsource"]')
        lock = self.lock()
        self.install(lock)
        self.assertEqual(self.value("import made; print(made.value)"), "7\n")

    def test_a_file_that_has_changed_is_not_installed(self):
        self.declare('dependencies = ["right==2.0"]')
        lock = self.lock()
        name = "right-2.0-py3-none-any.whl"
        self.addCleanup(FILES.__setitem__, name, FILES[name])
        FILES[name] = wheel("right", "2.0", {"right/__init__.py": "side = 'evil'\n"})[1]
        with open(f"{self.folder}/lock.json", "wb") as file:
            file.write(lock)
        self.refused("the hash of right==2.0 does not match", "Got", command="install")

    def test_each_reason_is_told(self):
        for declared, parts in (
                (['"nosuch"'], ["error: there is no package nosuch in the registry 127.0.0.1"]),
                (['"right==9"'], ["error: no version of the package fits right==9", "there are: 1.0, 2.0"]),
                (['"left>=2"', '"right<2"'], ["error: the versions of the dependencies conflict", "right"]),
                (['"newer"'], ["error: newer has no version for this Python"]),
                (['"broken"'], ["error: the registry 127.0.0.1", "502"]),
                (['"faulty"'], ["error: faulty could not be built", "no compiler here"]),
                (['"right <> 1"'], ["error: the dependency 'right <> 1' is not valid"]),
                (["1"], ["error: in the script block, dependencies must be a list of texts"])):
            with self.subTest(declared):
                self.declare(f"dependencies = [{', '.join(declared)}]")
                self.refused(*parts)

    def test_a_registry_that_is_away_is_told_apart(self):
        self.declare('dependencies = ["right"]')
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.refused("error: the registry 127.0.0.1", "cannot be reached",
                         FOB_PIP_INDEX_URL=f"http://user:hush@127.0.0.1:{unused.getsockname()[1]}/simple")

    def test_a_registry_without_tls_may_be_on_another_machine(self):
        self.declare('dependencies = ["right<2"]')
        elsewhere = self.index.replace("127.0.0.1", "0.0.0.0")  # which pip takes for another machine
        self.assertEqual(json.loads(self.lock(FOB_PIP_INDEX_URL=elsewhere))["packages"][0]["version"], "1.0")

    def test_what_the_block_says_wrongly_is_told(self):
        for code, part in (("# /// script\n# dependencies = [\n# ///\n", "is not valid TOML"),
                           ("# /// script\n# dependencies = []\nx = 1\n", "has no end"),
                           ("# /// script\n# a = 1\n# ///\n\n# /// script\n# a = 1\n# ///\n", "more than one block"),
                           ("# /// script\n# requires-python = '>=3.99'\n# ///\n", "the code requires Python >=3.99"),
                           ("# /// script\n# requires-python = 'new'\n# ///\n", "expected versions such as >=3.11"),
                           ("# /// script\n# requires-python = 3\n# ///\n", "requires-python a text")):
            with self.subTest(part):
                self.write(function=code)
                self.refused(part)


if __name__ == "__main__":
    unittest.main()
