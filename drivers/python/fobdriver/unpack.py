"""Unpacks archives: regular files and directories, and for dependencies also symbolic links that stay inside.

fob has checked the archives of its users. The limits hold also for others, as those of /init.
"""
import os
from os import environ, getpid, mkdir

from .failure import Failure

MOST_FILES = 4096
MOST_BYTES = 64 << 20
BYTES_FOR_EACH_HEADER = 4096  # with a long name
PIECE = 65536


def new_directory(kind):
    """Makes a directory of the driver's own below TMPDIR."""
    prefix = f"{environ.get('TMPDIR') or '/tmp'}/fob-{kind}-{getpid()}"
    for attempt in range(100):
        try:
            mkdir(f"{prefix}-{attempt}", 0o700)
            return f"{prefix}-{attempt}"
        except FileExistsError:
            continue
    raise FileExistsError(17, f"all names that begin with {prefix} are in use")


def is_zip(data):
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_tar(data):
    return data.startswith(b"\x1f\x8b")


def unpack(file, directory, most_files=MOST_FILES, most_bytes=MOST_BYTES, links=False):
    """Unpacks a zip file or a gzipped tar archive. Raises Failure."""
    first = file.read(4)
    file.seek(0)
    members = _of_zip if is_zip(first) else _of_tar
    try:
        _Unpacking(directory, most_files, most_bytes, links).take(members(file, most_files, most_bytes))
    except Failure:
        raise
    except Exception as error:  # the readers of archives raise many types
        raise _bad(f"{type(error).__name__}: {error}") from None


def _bad(problem):
    return Failure(502, "failed", f"the archive cannot be unpacked: {problem}", type="BadArchive")


class _Bounded:
    def __init__(self, file, most_bytes):
        self._file = file
        self._left = most_bytes

    def read(self, size):
        data = self._file.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise _bad("it holds more bytes than are allowed")
        return data


def _of_tar(file, most_files, most_bytes):
    """Yields (name, kind, size, mode, target of a link, how to open it)."""
    import gzip
    import tarfile
    stream = _Bounded(gzip.GzipFile(fileobj=file), most_bytes + most_files * BYTES_FOR_EACH_HEADER)
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            kind = ("file" if member.isreg() else "directory" if member.isdir() else
                    "link" if member.issym() else "device, FIFO or hard link")
            yield (member.name, kind, member.size, member.mode, member.linkname,
                   lambda member=member: archive.extractfile(member))


def _of_zip(file, most_files, most_bytes):
    import zipfile
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            unix_kind = member.external_attr >> 28
            kind = "link" if unix_kind == 0xA else "directory" if member.is_dir() else "file"
            yield (member.filename, kind, member.file_size, member.external_attr >> 16 & 0o777, "",
                   lambda member=member: archive.open(member))


class _Unpacking:
    def __init__(self, directory, most_files, most_bytes, links):
        self._directory = directory
        self._most_files = most_files
        self._most_bytes = most_bytes
        self._links_allowed = links
        self._links = []

    def take(self, members):
        files = 0
        size_left = self._most_bytes
        for name, kind, size, mode, target, open_member in members:
            path = self._path(name)
            files += 1
            size_left -= size
            if files > self._most_files:
                raise _bad(f"it holds more than {self._most_files} files")
            if size_left < 0:
                raise _bad(f"it holds more than {self._most_bytes} bytes")
            if kind == "directory":
                os.makedirs(path, exist_ok=True)
            elif kind == "file":
                self._write(path, open_member(), size, mode)
            elif kind == "link" and self._links_allowed:
                self._links.append((name, path, target))
            else:
                raise _bad(f"{_shown(name)} is a {kind}: use regular files and directories only")
        for link in self._links:  # at the end, so that no file is written through a link
            self._link(*link)

    def _path(self, name):
        parts = name.rstrip("/").split("/")
        if name.startswith("/") or "\0" in name or "\\" in name or ".." in parts or not name:
            raise _bad(f"the path {_shown(name)} is not allowed: use relative paths without ..")
        return f"{self._directory}/{'/'.join(part for part in parts if part not in ('', '.'))}"

    @staticmethod
    def _write(path, content, size, mode):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o700 if mode & 0o100 else 0o600), "wb") as file:
            while size > 0:
                piece = content.read(min(size, PIECE))
                if not piece:
                    raise _bad("it ends in the middle")
                file.write(piece)
                size -= len(piece)

    @staticmethod
    def _link(name, path, target):
        steps = target.split("/")
        up = next((i for i, step in enumerate(steps) if step != ".."), len(steps))
        if target.startswith("/") or ".." in steps[up:] or up >= len([p for p in name.split("/") if p not in ("", ".")]):
            raise _bad(f"the link {_shown(name)} leads out of it")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(target, path)


def _shown(name):
    return ascii(name[:200])
