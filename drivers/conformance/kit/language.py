"""The functions that a language has for the kit, in its folder conformance/."""
import atexit
import functools
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import unittest


class Language:
    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self._functions = os.path.join(self.folder, "conformance")
        with open(os.path.join(self._functions, "conformance.json"), encoding="utf-8") as file:
            self._settings = json.load(file)
        self.entry = self._settings.get("entry")

    def lacks(self, name):
        return name in self._settings.get("skip", {})

    def need(self, *names):
        """Skips the test if the language cannot have one of these."""
        for name in names:
            if self.lacks(name):
                raise unittest.SkipTest(f"{name}: {self._settings['skip'][name]}")

    def code(self, name):
        """Returns the source of a function."""
        self.need(name)
        found = sorted(file for file in os.listdir(self._functions) if file.partition(".")[0] == name
                       and file != "conformance.json")
        if len(found) != 1:
            raise AssertionError(f"{self._functions} must have one file {name}.EXTENSION, it has {found}")
        with open(os.path.join(self._functions, found[0]), "rb") as file:
            return file.read()

    def line(self, name, comment):
        """Returns the line of a function that has a comment: its number and its text before the comment."""
        for number, line in enumerate(self.code(name).decode().split("\n"), 1):
            if comment in line:
                return number, line.partition(comment)[0].strip().rstrip("#/ ").strip()
        raise AssertionError(f"{name} has no line with {comment}")

    def archive(self):
        """Returns the folder archive/ as a gzipped tar archive."""
        self.need("archive")
        return self._tar(os.path.join(self._functions, "archive"))

    def layer(self):
        """Returns a folder with the package of the function `packages`, and its gzipped tar archive."""
        self.need("packages")
        return self._layer, self._tar(self._layer)

    @functools.cached_property
    def _layer(self):
        command = self._settings.get("layer")
        if command is None:
            return os.path.join(self._functions, "layer")
        made = tempfile.mkdtemp(prefix="fob-conformance-")
        atexit.register(shutil.rmtree, made)
        os.chmod(made, 0o755)   # drivers in containers are another user
        subprocess.run([*command, made], cwd=self._functions, check=True)
        return made

    def _tar(self, folder):
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as out:
            out.add(folder, ".", filter=_plain)
        return content.getvalue()


def _plain(member):
    if "__pycache__" in member.name:
        return None
    member.uid = member.gid = 0
    return member
