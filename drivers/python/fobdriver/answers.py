"""Makes the responses of the driver itself."""
from .failure import Failure
from .http1 import Response
from .jsontext import encode_ascii


def json(status, value, headers="", close=False):
    return Response(status, encode_ascii(value), headers, close)


def naming(request_id):
    """The header that names the request of a response."""
    return f"Fob-Request-Id: {request_id}\r\n" if request_id else ""


def of_failure(failure, request_id=None):
    reason = failure.error["reason"]
    headers = "Retry-After: 1\r\n" if reason == "busy" else ""
    return json(failure.status, {"error": failure.error}, headers + naming(request_id), close=reason == "draining")


def to_refused(refused):
    """The response to bytes that are not a valid request."""
    answer = of_failure(Failure(refused.status, "bad-request", str(refused)), refused.call_id)
    answer.close = True
    return answer
