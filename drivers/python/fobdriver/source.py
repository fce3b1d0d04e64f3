"""The function's code as files, in a directory of their own."""
from os import O_CLOEXEC, O_NONBLOCK, O_RDONLY, close, listdir, rmdir, unlink
from os import open as open_file
from os import read

from .failure import Failure
from .interpreter import FILE_NAME
from .unpack import new_directory

MOST_SHOWN_BYTES = 1 << 20  # of a file whose lines are shown in tracebacks


class Source:
    """`path` is the entry file. A single file is written for child processes that use it. If it cannot be written,
    `path` is only a name. `entry` is the path of the entry file as it is shown to the user."""

    def __init__(self, code, entry=None):
        """If `entry` is given, `code` is an archive with this entry file, or with one of several that `entry` names."""
        self.entry = entry if isinstance(entry, str) else FILE_NAME
        self.is_archive = bool(entry)
        self.directory, self.problem = None, None
        self.path = self.entry
        self.code = code
        self._remove = None
        if entry:
            self._unpack(code, [entry] if isinstance(entry, str) else entry)
            return
        try:
            self._write(code)
        except OSError as error:
            self.problem = f"the function has no file of its own: {error}"

    def _write(self, code):
        self.directory = new_directory("function")
        path = f"{self.directory}/{FILE_NAME}"
        with open(path, "xb") as file:
            file.write(code)
        self.path = path

    def _unpack(self, archive, entries):
        from io import BytesIO
        from shutil import rmtree

        from .unpack import unpack
        try:
            self.directory = new_directory("function")
            self._remove = rmtree
            unpack(BytesIO(archive), self.directory)
        except OSError as error:
            raise Failure(502, "failed", f"the archive cannot be unpacked: {error}", type="BadArchive") from None
        for self.entry in entries:
            self.path = f"{self.directory}/{self.entry}"
            try:
                with open(self.path, "rb") as file:
                    self.code = file.read()
                return
            except OSError:
                continue
        raise Failure(502, "failed", f"the archive has no entry file {' or '.join(entries)}", type="NoEntryFile")

    def remove(self):
        """Deletes the files. Files that the function has created beside a single file stay."""
        if self.directory is None:
            return
        if self._remove:
            self._remove(self.directory, ignore_errors=True)
            return
        for folder in f"{self.directory}/__pycache__", self.directory:
            try:
                for name in listdir(folder):
                    if name.startswith("function."):
                        unlink(f"{folder}/{name}")
                rmdir(folder)
            except OSError:
                continue

    def shown(self, path):
        """Returns the path as it is shown to the user, or None if it is not one of the function's files."""
        if str.__eq__(path, self.path) is True:
            return self.entry
        if self.directory and str.startswith(path, self.directory + "/"):
            return str.__getitem__(path, slice(len(self.directory) + 1, None))
        return None

    def content_of(self, path):
        """Returns the beginning of one of the function's files, which the function may have changed."""
        if path == self.path:
            return self.code
        content = b""
        try:
            descriptor = open_file(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            try:
                while len(content) < MOST_SHOWN_BYTES and (piece := read(descriptor, 65536)):
                    content += piece
            finally:
                close(descriptor)
        except OSError:
            pass
        return content
