"""The installer, with a Maven repository of the test's own: on the loopback, or in a folder."""
import hashlib
import http.server
import io
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from test_driver import RUN, JavaTest  # noqa: E402


def jar(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as out:
        for name, text in files.items():
            out.writestr(zipfile.ZipInfo(name), text)
    return content.getvalue()


def pom(group, name, version, dependencies=()):
    listed = "".join(f"<dependency><groupId>{g}</groupId><artifactId>{a}</artifactId><version>{v}</version><scope>{scope}</scope>"
                     "</dependency>" for g, a, v, scope in dependencies)
    return (f"<project><modelVersion>4.0.0</modelVersion><groupId>{group}</groupId><artifactId>{name}</artifactId>"
            f"<version>{version}</version><dependencies>{listed}</dependencies></project>").encode()


class Repository:
    """A folder of artifacts with their checksums."""

    def __init__(self, folder):
        self.folder = folder
        # Direct: left. Needed by others: right, whose nearest version wins, and far. Not needed at run time: tests.
        self.add("org.left", "left", "1.0", [("org.right", "right", "1.0", "compile"), ("org.x", "tests", "1", "test"),
                                             ("org.x", "given", "1", "provided")])
        self.add("org.left", "left", "2.0")
        self.add("org.right", "right", "1.0", [("org.far", "far", "1.0", "runtime")])
        self.add("org.right", "right", "2.0")
        self.add("org.far", "far", "1.0")
        self.add("org.other", "left", "1.0")
        self.add("org.broken", "broken", "1.0", [("org.gone", "gone", "1.0", "compile")])
        self.put("org/left/left/1.0/left-1.0-extra.jar", jar(extra="1"))

    def add(self, group, name, version, dependencies=()):
        path = f"{group.replace('.', '/')}/{name}"
        self.put(f"{path}/{version}/{name}-{version}.jar", jar(name=f"{group} {version}"))
        self.put(f"{path}/{version}/{name}-{version}.pom", pom(group, name, version, dependencies))
        versions = sorted(os.listdir(self.folder / path), key=str)
        listed = "".join(f"<version>{each}</version>" for each in versions if not each.startswith("maven"))
        self.put(f"{path}/maven-metadata.xml", f"<metadata><groupId>{group}</groupId><artifactId>{name}</artifactId>"
                 f"<versioning><versions>{listed}</versions></versioning></metadata>".encode())

    def put(self, path, content, checksum=None):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        pathlib.Path(f"{file}.sha1").write_text(checksum or hashlib.sha1(content).hexdigest(), encoding="ascii")


class Handler(http.server.SimpleHTTPRequestHandler):
    status = None

    def do_GET(self):
        if self.status:
            self.send_error(self.status)
        else:
            super().do_GET()

    def log_message(self, *args):
        pass


class InstallTest(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="fob-test-"))
        self.addCleanup(shutil.rmtree, self.root)
        for name in "code", "out", "tmp", "repository":
            (self.root / name).mkdir()
        self.repository = Repository(self.root / "repository")
        self.url = self.repository.folder.as_uri()

    def serve(self, status=None):
        handler = type("Now", (Handler,), {"status": status})
        folder = str(self.repository.folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *args: handler(*args, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"

    def run_it(self, command, **env):
        done = subprocess.run([RUN, "install", command, self.root], capture_output=True, text=True, timeout=120, check=False,
                              env={"PATH": os.environ["PATH"], "HOME": "/nowhere", "TMPDIR": str(self.root / "tmp"),
                                   "FOB_MAVEN_REPOSITORY": self.url, **env})
        self.assertEqual(done.stdout, "")
        self.assertEqual(os.listdir(self.root / "tmp"), [], "the installer leaves nothing behind")
        return done

    def lock(self, code, entry="function", **env):
        (self.root / "code" / entry).write_text(code, encoding="utf-8")
        done = self.run_it("lock", **env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return (self.root / "out" / "lock.json").read_bytes()

    def locked(self, code, **env):
        return json.loads(self.lock(code, **env))

    def names(self, code):
        return [f"{each['name']}:{each['version']}" for each in self.locked(code)["packages"]]

    def install(self, lock):
        (self.root / "lock.json").write_bytes(lock)
        for file in (self.root / "out").iterdir():
            file.unlink()
        done = self.run_it("install")
        return done, sorted(os.listdir(self.root / "out"))

    def refused(self, code, **env):
        (self.root / "code" / "function").write_text(code, encoding="utf-8")
        return self.error(self.run_it("lock", **env))

    def error(self, done):
        """The lines of the reason."""
        self.assertEqual(done.returncode, 1, done.stderr)
        lines = done.stderr.splitlines()
        first = next((i for i, line in enumerate(lines) if line.startswith("error: ")), None)
        self.assertIsNotNone(first, done.stderr)
        self.assertNotIn("\tat ", done.stderr)
        return "\n".join(lines[first:])


class Lock(InstallTest):
    def test_code_without_dependencies_has_no_packages(self):
        self.assertEqual(self.lock("//JAVA 25+\nint callme() { return 1; }"), b'{"packages":[]}')

    def test_a_lock_has_what_the_dependencies_need_at_run_time(self):
        lock = self.locked("//DEPS org.left:left:1.0\n//JAVA 25+\n")
        self.assertEqual(lock["java"], "25+")
        self.assertEqual([(each["name"], each["version"], each["file"]) for each in lock["packages"]],
                         [("org.far:far", "1.0", "far-1.0.jar"), ("org.left:left", "1.0", "left-1.0.jar"),
                          ("org.right:right", "1.0", "right-1.0.jar")])
        for each in lock["packages"]:
            self.assertRegex(each["hash"], "^sha256-[A-Za-z0-9+/]{43}=$")

    def test_the_same_versions_give_the_same_bytes_over_http_and_from_a_folder(self):
        first = self.lock("//DEPS org.left:left:1.0 org.other:left:1.0")
        self.serve()
        self.assertEqual(first, self.lock("//DEPS org.other:left:1.0@jar\n//DEPS org.left:left:1.0"))

    def test_a_line_may_name_several_and_have_a_comment(self):
        self.assertEqual(self.names("//DEPS org.far:far:1.0,org.right:right:2.0  org.left:left:2.0 // all of them"),
                         ["org.far:far:1.0", "org.left:left:2.0", "org.right:right:2.0"])

    def test_the_declared_version_comes_before_one_that_others_need(self):
        self.assertEqual(self.names("//DEPS org.left:left:1.0 org.right:right:2.0"), ["org.left:left:1.0", "org.right:right:2.0"])

    def test_the_entry_file_of_an_archive_declares(self):
        lock = self.locked("//DEPS org.far:far:1.0", entry="Main.java", FOB_CODE_ENTRY="Main.java")
        self.assertEqual(lock["packages"][0]["name"], "org.far:far")

    def test_other_comments_declare_nothing(self):
        self.assertEqual(self.lock("// //DEPS x\n  //DEPS y\n//DEPSX z\n//JAVA_OPTIONS -Xmx1g\n"), b'{"packages":[]}')

    def test_an_artifact_cannot_read_the_environment(self):
        self.repository.add("org.nosy", "nosy", "1.0", [("org.far", "far", "${env.OTHER}", "compile")])
        self.assertIn("no version ${env.OTHER} of org.far:far", self.refused("//DEPS org.nosy:nosy:1.0", OTHER="1.0"))


class Install(InstallTest):
    def test_the_layer_has_the_jars_of_the_lock(self):
        lock = self.lock("//DEPS org.left:left:1.0 org.left:left:1.0:extra org.other:left:1.0")
        done, files = self.install(lock)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(files, ["far-1.0.jar", "left-1.0-extra.jar", "left-1.0.jar", "org.other.left-1.0.jar", "right-1.0.jar"])
        self.assertEqual((self.root / "out" / "right-1.0.jar").read_bytes(),
                         (self.repository.folder / "org/right/right/1.0/right-1.0.jar").read_bytes())

    def test_a_lock_without_packages_installs_nothing(self):
        done, files = self.install(b'{"packages":[]}')
        self.assertEqual((done.returncode, files), (0, []), done.stderr)

    def test_a_changed_file_is_refused(self):
        lock = self.lock("//DEPS org.far:far:1.0")
        self.repository.put("org/far/far/1.0/far-1.0.jar", jar(name="another"))
        error = self.error(self.install(lock)[0])
        self.assertRegex(error, "^error: the hash of org.far:far 1.0 does not match.*\nexpected sha256-.*\ngot sha256-")

    def test_a_version_that_was_removed_is_named(self):
        lock = self.lock("//DEPS org.far:far:1.0")
        shutil.rmtree(self.repository.folder / "org/far")
        self.assertIn("no artifact org.far:far", self.error(self.install(lock)[0]))

    def test_a_lock_that_names_a_path_is_refused(self):
        lock = json.loads(self.lock("//DEPS org.far:far:1.0"))
        lock["packages"][0]["file"] = "../far.jar"
        self.assertIn("wrong name", self.error(self.install(json.dumps(lock).encode())[0]))


class Errors(InstallTest):
    def test_a_declaration_that_cannot_be_read_is_named_with_its_line(self):
        for deps in "org.left:left", "left", "a:b:c:d:e", "org.left:left:[1,2]", "a:b:${v}", "":
            with self.subTest(deps):
                self.assertRegex(self.refused(f"\n//DEPS {deps}\n"), "^error: line 2: //DEPS .*expected group:artifact:version")

    def test_only_jars_of_released_versions_can_be_declared(self):
        self.assertIn("of the type pom", self.refused("//DEPS org.left:left:1.0@pom"))
        self.assertIn("name a released version", self.refused("//DEPS org.left:left:1.0-SNAPSHOT"))

    def test_two_versions_of_one_artifact_are_refused(self):
        self.assertEqual(self.refused("//DEPS org.left:left:1.0\n//DEPS org.left:left:2.0"),
                         "error: line 2: //DEPS wants org.left:left 2.0, and wanted 1.0 before; keep one of them")

    def test_another_version_of_java_is_refused(self):
        self.assertRegex(self.refused("//JAVA 99+"), r"^error: line 1: the code requires Java 99\+, and functions run in Java \d+$")
        self.assertIn("requires Java 17,", self.refused("//JAVA 17"))
        self.assertIn("expected a version", self.refused("//JAVA new"))

    def test_an_artifact_that_does_not_exist_is_named(self):
        self.assertRegex(self.refused("//DEPS org.no:no:1.0"), "^error: there is no artifact org.no:no in the repository ")
        self.assertIn("no artifact org.gone:gone", self.refused("//DEPS org.broken:broken:1.0"))

    def test_a_version_that_does_not_exist_is_named_with_those_that_do(self):
        self.assertEqual(self.refused("//DEPS org.left:left:3.0"),
                         "error: there is no version 3.0 of org.left:left\nthe newest are: 1.0, 2.0")

    def test_a_classifier_that_does_not_exist_is_named(self):
        self.assertIn("org.left:left 2.0 has no file with the classifier extra", self.refused("//DEPS org.left:left:2.0:extra"))

    def test_a_file_that_is_not_as_its_checksum_is_refused(self):
        self.repository.put("org/far/far/1.0/far-1.0.jar", jar(a="b"), checksum="0" * 40)
        self.assertRegex(self.refused("//DEPS org.far:far:1.0"), "^error: the file of org.far:far 1.0 does not match its checksum")

    def test_a_repository_that_is_away_is_named_without_its_password(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            place = f"127.0.0.1:{unused.getsockname()[1]}"
            error = self.refused("//DEPS org.far:far:1.0", FOB_MAVEN_REPOSITORY=f"http://me:geheim@{place}/x")
        self.assertRegex(error, f"^error: the repository {place} cannot be reached: ")
        self.assertNotIn("geheim", error)

    def test_a_repository_that_fails_is_told_from_a_missing_artifact(self):
        self.serve(status=500)
        self.assertRegex(self.refused("//DEPS org.far:far:1.0"), "^error: the repository 127.* has answered HTTP status 500 ")

    def test_a_wrong_url_of_the_repository_is_told_without_it(self):
        for url in "me:geheim@here", "ftp://me:geheim@here", "http://me:geheim@under_score/":
            with self.subTest(url):
                error = self.refused("//DEPS org.far:far:1.0", FOB_MAVEN_REPOSITORY=url)
                self.assertRegex(error, "^error: the operator's FOB_MAVEN_REPOSITORY is not a URL")
                self.assertNotIn("geheim", error)


class Loaded(InstallTest, JavaTest):
    def test_a_function_sees_its_dependencies_and_nothing_of_the_installer(self):
        layer = self.root / "layer"
        layer.mkdir()
        (layer / "far-1.0.jar").write_bytes(jar(name="from a jar"))
        driver = self.start(
            'Object callme(String of) throws Exception {\n'
            '  if (!of.isEmpty()) return Class.forName(of).getName();\n'
            '  try (var in = getClass().getResourceAsStream("/name")) { return new String(in.readAllBytes()); }\n}',
            FOB_LAYER_URL=layer.as_uri())
        client = driver.client()
        self.assertEqual(client.run(of="").result, "from a jar")
        self.assertEqual(client.run(of="org.eclipse.aether.RepositorySystem").status, 500)


if __name__ == "__main__":
    unittest.main()
