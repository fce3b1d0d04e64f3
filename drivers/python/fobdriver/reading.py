"""Parses the bodies of requests and refuses invalid ones."""
import re

from .failure import Failure
from .http1 import call_id, is_request_id
from .jsontext import decode

_is_name = re.compile("[^=\0]+").fullmatch


def read_call(request):
    """Returns the named parameters, or None if the body itself is the parameter. Reads the request id first, so that
    even the response to a wrong request names it."""
    headers = request.headers
    request.call_id = call_id(headers)
    if request.call_id is None and "fob-request-id" in headers:
        raise _bad_id()
    content_type = headers.get("content-type", "")
    if content_type and content_type.partition(";")[0].strip().lower() != "application/json":
        return None
    call = _json_object(request.body)
    member = call.get("request_id")
    if member:
        if not isinstance(member, str) or not is_request_id(member):
            raise _bad_id()
        request.call_id = member
    return _value(call)


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
    """Returns the code, the name of its entry point (or None), and the environment variables."""
    value = _value(_json_object(request.body))
    code, entry_point, env = value.get("code"), value.get("main") or None, value.get("env") or {}
    if value.get("binary"):
        raise bad_request("binary code is not supported yet: send the source text as value.code")
    if not isinstance(code, str) or not isinstance(entry_point, (str, type(None))):
        raise bad_request("value.code must be the source text, and value.main the name of a function")
    if not isinstance(env, dict) or not all(_is_variable(*item) for item in env.items()):
        raise bad_request("value.env must be an object of names and texts")
    return code, entry_point, env


def bad_request(message):
    return Failure(400, "bad-request", message)


def _is_variable(name, text):
    return isinstance(text, str) and bool(_is_name(name)) and "\0" not in text
