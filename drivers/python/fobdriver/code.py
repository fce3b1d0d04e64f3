"""Fetches the function's code and verifies its checksum."""
import time

from .failure import Failure

DEADLINE_S = 10
MOST_BYTES = 8 << 20
FIRST_PAUSE_S = 0.1


def fetch(url, sha256=None, token=None):
    source = _read_file(url) if url.startswith("file:") else _download(url, token)
    if sha256:
        import hashlib
        actual = hashlib.sha256(source).hexdigest()
        if actual != sha256:
            raise _failed(f"the code at {url} is not the code that was registered: "
                          f"its SHA-256 is {actual}, expected {sha256}")
    return source


def _failed(message):
    return Failure(502, "failed", message, type="CodeNotAvailable")


def _read_file(url):
    path = url[len("file:"):]
    path = path[2:] if path.startswith("//") else path
    if "%" in path:
        from urllib.parse import unquote
        path = unquote(path)
    try:
        with open(path, "rb") as file:
            return _bounded(file.read(MOST_BYTES + 1), url)
    except OSError as error:
        raise _failed(f"the code at {url} cannot be read: {error.strerror}") from None


def _bounded(source, url):
    if len(source) > MOST_BYTES:
        raise _failed(f"the code at {url} is larger than {MOST_BYTES} bytes")
    return source


def _download(url, token):
    """Retries until the deadline, because the server may be restarting. A 4xx other than 429 is final."""
    from http.client import HTTPException
    deadline = time.monotonic() + DEADLINE_S
    pause = FIRST_PAUSE_S
    while True:
        try:
            status, source = _get(url, token, deadline)
            if status == 200:
                return _bounded(source, url)
            problem = f"HTTP status {status}"
            if status < 500 and status != 429:
                break
        except (OSError, HTTPException, ValueError) as error:  # ValueError: no possible host name
            problem = f"{type(error).__name__}: {error}"
        if time.monotonic() + pause > deadline:
            break
        time.sleep(pause)
        pause *= 2
    raise _failed(f"the code at {url} cannot be fetched: {problem}")


def _get(url, token, deadline):
    """Uses http.client instead of urllib.request, which would follow redirects (and send the token along), use proxies,
    and take longer to import."""
    from http.client import HTTPConnection, HTTPSConnection, IncompleteRead
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    connect = HTTPSConnection if scheme == "https" else HTTPConnection
    connection = connect(host, timeout=max(0.1, deadline - time.monotonic()))
    try:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connection.request("GET", slash + path or "/", headers=headers)
        sock = connection.sock
        response = connection.getresponse()
        pieces, size = [], 0
        while size <= MOST_BYTES:
            sock.settimeout(max(0.001, deadline - time.monotonic()))  # limits all reads together
            piece = response.read1(65536)
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
        if response.length and size <= MOST_BYTES:
            raise IncompleteRead(b"", response.length)
        return response.status, b"".join(pieces)
    finally:
        connection.close()
