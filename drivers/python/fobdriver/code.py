"""Fetches what FOB_CODE_URL, FOB_LAYER_URL and FOB_SECRETS_URL name, and verifies checksums."""
import time
from io import BytesIO

from .failure import Failure

FIRST_PAUSE_S = 0.1
PIECE = 65536


class Resource:
    """`what` names it in messages, such as "the code". It has at most `most_bytes`."""

    def __init__(self, what, url, most_bytes, sha256=None, token=None, within_s=10):
        self._what = what
        self._name = f"{what} at {url}"
        self.url = url
        self._most_bytes = most_bytes
        self._sha256 = sha256
        self._token = token
        self._within_s = within_s

    def read(self):
        """Returns the content."""
        content = BytesIO()
        self.fetch(content)
        return content.getvalue()

    def fetch(self, into):
        """Writes the content to a file that can be read too, and goes to its beginning."""
        read = self._read_file if self.url.startswith("file:") else self._download
        read(into)
        if self._sha256:
            self._verify(into)
        into.seek(0)

    def failed(self, problem):
        return Failure(502, "failed", f"{self._name} {problem}", type="CodeNotAvailable")

    def _verify(self, content):
        from hashlib import sha256
        actual = sha256()
        content.seek(0)
        while piece := content.read(PIECE):
            actual.update(piece)
        if actual.hexdigest() != self._sha256:
            raise self.failed(f"is not {self._what} that was registered: "
                              f"its SHA-256 is {actual.hexdigest()}, expected {self._sha256}")

    def _copy(self, read, into):
        size = 0
        while piece := read(PIECE):
            size += len(piece)
            if size > self._most_bytes:
                raise self.failed(f"is larger than {self._most_bytes} bytes")
            into.write(piece)

    def _read_file(self, into):
        try:
            with open(path_of(self.url), "rb") as file:
                self._copy(file.read, into)
        except OSError as error:
            raise self.failed(f"cannot be read: {error.strerror}") from None

    def _download(self, into):
        """Retries until the deadline, because the server may be restarting. A 4xx other than 429 is final."""
        from http.client import HTTPException
        deadline = time.monotonic() + self._within_s
        pause = FIRST_PAUSE_S
        while True:
            try:
                into.seek(0)
                into.truncate()
                status = self._get(into, deadline)
                if status == 200:
                    return
                problem = f"HTTP status {status}"
                if status < 500 and status != 429:
                    break
            except (OSError, HTTPException, ValueError) as error:  # ValueError: no possible host name
                problem = f"{type(error).__name__}: {error}"
            if time.monotonic() + pause > deadline:
                break
            time.sleep(pause)
            pause *= 2
        raise self.failed(f"cannot be fetched: {problem}")

    def _get(self, into, deadline):
        """Uses http.client instead of urllib.request, which would follow redirects (and send the token along), use
        proxies, and take longer to import."""
        from http.client import HTTPConnection, HTTPSConnection, IncompleteRead
        scheme, _, rest = self.url.partition("://")
        host, slash, path = rest.partition("/")
        connect = HTTPSConnection if scheme == "https" else HTTPConnection
        connection = connect(host, timeout=max(0.1, deadline - time.monotonic()))
        try:
            headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
            connection.request("GET", slash + path or "/", headers=headers)
            sock = connection.sock
            response = connection.getresponse()
            if response.status != 200:
                return response.status

            def read(size):
                sock.settimeout(max(0.001, deadline - time.monotonic()))  # limits all reads together
                return response.read1(size)
            self._copy(read, into)
            if response.length:
                raise IncompleteRead(b"", response.length)
            return 200
        finally:
            connection.close()


def path_of(url):
    """Returns the path that a file: URL names."""
    path = url[len("file:"):]
    path = path[2:] if path.startswith("//") else path
    if "%" in path:
        from urllib.parse import unquote
        path = unquote(path)
    return path
