"""The parts of HTTP/1.1 that a driver needs. Everything else is refused.

It does not use http.server, which takes nearly 20 ms to import at every start and parses headers like those of mail.
"""
import re

LONGEST_HEAD = 16 * 1024
LONGEST_BODY = 8 << 20
MOST_KNOWN_LINES = 32

_REQUEST_LINE = re.compile(r"([A-Z]{1,16}) (/[!-~]*) HTTP/1\.([01])").fullmatch
is_request_id = re.compile("[!-~]{1,200}").fullmatch
_HEADER = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\0\r\n]*)").fullmatch
_ONLY_ONCE = "content-length", "host", "content-type", "fob-request-id", "fob-log-bytes"
_PHRASES = {
    200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    411: "Length Required", 413: "Content Too Large", 422: "Unprocessable Content", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable"}


class Refused(Exception):
    """A request that cannot be parsed. The start of the next request is unknown, so the connection must be closed.

    `call_id` is the request id in its header, or None if the header was not read or has none.
    """

    def __init__(self, status, message, call_id=None):
        super().__init__(message)
        self.status = status
        self.call_id = call_id


class Request:
    """`call_id` is the request id of a call, or None as long as it has not been read. `log_bytes` is how much of its
    log the response should have. `deadline`, `traceparent` and `tracestate` of a call are as the client sent them, or None."""
    __slots__ = "method", "path", "headers", "body", "keep_alive", "call_id", "log_bytes", "deadline", "traceparent", "tracestate"


class Response:
    """`sent` is a function that is called when the response has been written, or cannot be."""
    __slots__ = "status", "body", "headers", "close", "sent"

    def __init__(self, status, body, headers="", close=False, sent=None):
        self.status, self.body, self.headers, self.close, self.sent = status, body, headers, close, sent

    def to_bytes(self, close):
        head = (f"HTTP/1.1 {self.status} {_PHRASES[self.status]}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(self.body)}\r\n{self.headers}")
        return (head + ("Connection: close\r\n\r\n" if close else "\r\n")).encode() + self.body


class Reader:
    """Parses requests. It is strict: it refuses everything that another parser may understand differently."""

    def __init__(self):
        self._buffer = b""
        self._request = None  # the request whose head has arrived, but not its whole body
        self._start = self._end = 0  # the positions of its body in the buffer
        self._known = {}  # parsed header lines by their text; most lines are the same in all requests of a connection

    @property
    def is_empty(self):
        return not self._buffer

    def add(self, chunk):
        if not self._buffer:
            self._buffer = chunk
        else:
            if type(self._buffer) is bytes:
                self._buffer = bytearray(self._buffer)  # grows in place
            self._buffer += chunk

    def next_request(self):
        """Returns the next complete request, or None."""
        request = self._request
        buffer = self._buffer
        if request is None:
            head = buffer.find(b"\r\n\r\n")
            if (head if head >= 0 else len(buffer)) > LONGEST_HEAD:
                raise Refused(431, f"the request's head is longer than {LONGEST_HEAD} bytes")
            if head < 0:
                return None
            request = self._request = self._parse_head(buffer[:head].decode("latin-1"))
            self._start = head + 4
            self._end = self._start + _body_length(request)
        end = self._end
        if len(buffer) < end:
            return None
        request.body = bytes(buffer[self._start:end])
        self._request = None
        self._buffer = bytes(buffer[end:]) if len(buffer) > end else b""
        return request

    def _parse_head(self, head):
        request_line, *lines = head.split("\r\n")
        request = Request()
        request.call_id, request.log_bytes = None, 0
        request.method, request.path, is_1_1 = _request_line(request_line)
        request.headers = headers = {}
        for line in lines:
            name, value = self._parsed(line, _header)
            if name in headers and name in _ONLY_ONCE:
                raise Refused(400, f"there is more than one {name}")
            headers[name] = value
        if is_1_1 and "host" not in headers:
            raise Refused(400, "HTTP/1.1 demands a Host header")
        request.keep_alive = is_1_1 and "close" not in headers.get("connection", "").lower()
        return request

    def _parsed(self, line, parse):
        parsed = self._known.get(line)
        if parsed is None:
            parsed = parse(line)
            if len(self._known) < MOST_KNOWN_LINES:
                self._known[line] = parsed
        return parsed

    def wants_continue(self):
        """Returns whether the client waits for `100 Continue`; True at most once for each request."""
        request = self._request
        return request is not None and request.headers.pop("expect", "").lower() == "100-continue"


def _request_line(line):
    match = _REQUEST_LINE(line)
    if not match:
        raise Refused(400, "the first line is not that of an HTTP/1.1 request, such as: POST /run HTTP/1.1")
    method, target, minor = match.groups()
    return method, target.partition("?")[0], minor == "1"


def _header(line):
    match = _HEADER(line)
    if not match:
        raise Refused(400, f"this header line is malformed: {ascii(line[:100])}")
    return match[1].lower(), match[2].rstrip(" \t")


def call_id(headers):
    """Returns the request id in the header, or None if there is no valid one."""
    name = headers.get("fob-request-id", "")
    return name if is_request_id(name) else None


def _body_length(request):
    headers = request.headers
    if "transfer-encoding" in headers:
        raise Refused(411, "send a Content-Length: chunked bodies are not supported", call_id(headers))
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise Refused(400, "Content-Length is not a number", call_id(headers))
    if len(length) > 10 or int(length) > LONGEST_BODY:
        raise Refused(413, f"the body is longer than {LONGEST_BODY} bytes", call_id(headers))
    return int(length)
