"""HTTP/1.1 messages: what a driver needs of them, strictly; the rest is refused.

Not http.server: importing that costs nearly 20 ms at every start, and it parses headers as if they were mail.
"""
import re

LONGEST_HEAD = 16 * 1024
LONGEST_BODY = 8 << 20

_REQUEST_LINE = re.compile(r"([A-Z]{1,16}) (/[!-~]*) HTTP/1\.([01])").fullmatch
_HEADER = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\0\r\n]*)").fullmatch
_PHRASES = {
    200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    411: "Length Required", 413: "Content Too Large", 422: "Unprocessable Content", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable"}


class Refused(Exception):
    """A request that cannot be read; where the next one begins is unknown, so the connection ends with it."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Request:
    """`call_id` is the request id of a call, as soon as it has been read."""
    __slots__ = "method", "path", "headers", "body", "keep_alive", "call_id"


class Response:
    """`sent` is called when the response has been written, or cannot be."""
    __slots__ = "status", "body", "headers", "close", "sent"

    def __init__(self, status, body, headers="", close=False, sent=None):
        self.status, self.body, self.headers, self.close, self.sent = status, body, headers, close, sent

    def to_bytes(self, close):
        head = (f"HTTP/1.1 {self.status} {_PHRASES[self.status]}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(self.body)}\r\n{self.headers}")
        return (head + ("Connection: close\r\n\r\n" if close else "\r\n")).encode() + self.body


class Reader:
    """Reads one request after another, strictly: what two parsers may understand differently is refused."""

    def __init__(self, connection):
        self._connection = connection
        self._buffer = bytearray()

    def next_request(self):
        """None if the client has closed the connection."""
        buffer = self._buffer
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            if len(buffer) > LONGEST_HEAD:
                raise Refused(431, f"the request's head is longer than {LONGEST_HEAD} bytes")
            if not self._read_more():
                return None
        request = _parse_head(buffer[:end].decode("latin-1"))
        length = _body_length(request.headers)
        start, end = end + 4, end + 4 + length
        if len(buffer) < end and request.headers.get("expect", "").lower() == "100-continue":
            self._connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        while len(buffer) < end:
            if not self._read_more():
                return None
        request.body = bytes(buffer[start:end])
        del buffer[:end]
        return request

    def _read_more(self):
        chunk = self._connection.recv(65536)
        self._buffer += chunk
        return bool(chunk)


def _parse_head(head):
    request_line, *lines = head.split("\r\n")
    match = _REQUEST_LINE(request_line)
    if not match:
        raise Refused(400, "the first line is not that of an HTTP/1.1 request, such as: POST /run HTTP/1.1")
    request = Request()
    request.call_id = None
    request.method, target, minor = match.groups()
    request.path = target.partition("?")[0]
    request.headers = headers = {}
    for line in lines:
        match = _HEADER(line)
        if not match:
            raise Refused(400, f"this header line is malformed: {ascii(line[:100])}")
        name = match[1].lower()
        if name in headers and name in ("content-length", "host", "content-type"):
            raise Refused(400, f"there is more than one {name}")
        headers[name] = match[2].rstrip(" \t")
    if minor == "1" and "host" not in headers:
        raise Refused(400, "HTTP/1.1 demands a Host header")
    connection = headers.get("connection", "").lower()
    request.keep_alive = minor == "1" and "close" not in connection
    return request


def _body_length(headers):
    if "transfer-encoding" in headers:
        raise Refused(411, "send a Content-Length: chunked bodies are not supported")
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise Refused(400, "Content-Length is not a number")
    if len(length) > 10 or int(length) > LONGEST_BODY:
        raise Refused(413, f"the body is longer than {LONGEST_BODY} bytes")
    return int(length)
