"""Parses the bodies of requests and refuses invalid ones."""
import re
from binascii import Error as NotBase64
from binascii import a2b_base64

from .failure import Failure
from .http1 import call_id, is_request_id
from .jsontext import decode
from .settings import entry_path
from .unpack import is_tar, is_zip

MOST_LOG_BYTES = 65536

_is_name = re.compile("[^=\0]+").fullmatch


def read_call(request):
    """Returns the named parameters, or None if the body itself is the parameter. Reads the request id first, so that
    even the response to a wrong request names it."""
    headers = request.headers
    request.call_id = call_id(headers)
    if request.call_id is None and "fob-request-id" in headers:
        raise _bad_id()
    if "fob-log-bytes" in headers:
        text = headers["fob-log-bytes"]
        request.log_bytes = _log_bytes(int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None)
    request.deadline, request.traceparent = headers.get("fob-deadline"), headers.get("traceparent")
    request.tracestate = headers.get("tracestate")
    content_type = headers.get("content-type", "")
    if content_type and content_type.partition(";")[0].strip().lower() != "application/json":
        return None
    call = _json_object(request.body)
    member = call.get("request_id")
    if member:
        if not isinstance(member, str) or not is_request_id(member):
            raise _bad_id()
        request.call_id = member
    if "log_bytes" in call:
        request.log_bytes = _log_bytes(call["log_bytes"])
    request.deadline = call.get("deadline", request.deadline)
    request.traceparent = call.get("traceparent", request.traceparent)
    request.tracestate = call.get("tracestate", request.tracestate)
    return _value(call)


def _log_bytes(number):
    if type(number) is not int or not 0 <= number <= MOST_LOG_BYTES:
        raise bad_request(f"log_bytes must be a whole number from 0 to {MOST_LOG_BYTES}")
    return number


def _bad_id():
    return bad_request("request_id must be 1 to 200 visible ASCII characters without spaces")  # it begins log lines


def raw_parameters(request, signature):
    params = {"body": request.body}
    if signature.accepts("content_type"):
        params["content_type"] = request.headers["content-type"]
    return params


def _json_object(body):
    try:
        value = decode(body.decode())
    except Exception as error:  # the decoder raises several types
        raise bad_request(f"the body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise bad_request('the body must be a JSON object with the member "value"')
    return value


def _value(body):
    value = body.get("value")
    if not isinstance(value, dict):
        raise bad_request('the member "value" must be an object, such as {"value":{"param1":1}}')
    return value


def read_init(request):
    """Returns the code, its entry file if it is an archive, the name of its entry point (or None), and the environment
    variables."""
    value = _value(_json_object(request.body))
    code, entry_point, env = value.get("code"), value.get("main") or None, value.get("env") or {}
    if not isinstance(code, str) or not isinstance(entry_point, (str, type(None))):
        raise bad_request("value.code must be the source text, and value.main the name of a function")
    if not isinstance(env, dict) or not all(_is_variable(*item) for item in env.items()):
        raise bad_request("value.env must be an object of names and texts")
    entry = value.get("entry")
    if value.get("binary"):
        return _archive(code), _entry(entry), entry_point, env
    if entry:
        raise bad_request("value.entry is the entry file of an archive, whose value.binary is true")
    return code.encode("utf-8", "surrogatepass"), None, entry_point, env


def _archive(text):
    try:
        archive = a2b_base64(text.encode(), strict_mode=True)
    except (NotBase64, UnicodeEncodeError):
        archive = b""
    if not (is_zip(archive) or is_tar(archive)):
        raise bad_request("value.code must be the base64 of a zip file or of a gzipped tar archive, "
                          "because value.binary is true")
    return archive


def _entry(entry):
    """Returns the path of the entry file, or several of which the archive may have one."""
    if not entry:
        from .language import entries
        return entries()
    try:
        return entry_path(entry)
    except (ValueError, AttributeError):
        raise bad_request("value.entry must be a relative path without .., such as main.py") from None


def bad_request(message):
    return Failure(400, "bad-request", message)


def _is_variable(name, text):
    return isinstance(text, str) and bool(_is_name(name)) and "\0" not in text
