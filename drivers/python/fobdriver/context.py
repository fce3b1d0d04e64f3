"""What the function can read about its call: request id, deadline, traceparent and tracestate."""
import re
from _contextvars import ContextVar

_call = ContextVar("fob.call", default=None)  # tasks of asyncio have that of their call
_has_form = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-[!-~]{0,60})?").fullmatch
_is_tracestate = re.compile(r"[ -~]{1,512}").fullmatch


def begin(request):
    _call.set((request.call_id, request.deadline, request.traceparent, request.tracestate))


def end():
    _call.set(None)


def current():
    """Returns the request id, the deadline (epoch milliseconds), the traceparent and the tracestate of the running call;
    each is None if the call has none, or no valid one. The result is empty outside of calls. Only this checks the values,
    because most functions do not ask."""
    call = _call.get()
    if call is None:
        return ()
    request_id, deadline, parent, state = call
    if type(deadline) is str:  # from a header
        deadline = int(deadline) if deadline.isascii() and deadline.isdigit() and len(deadline) < 16 else None
    if type(deadline) is not int:
        deadline = None
    if type(parent) is not str or not _is_traceparent(parent):
        return request_id, deadline, None, None
    return request_id, deadline, parent, state if type(state) is str and _is_tracestate(state) else None


def _is_traceparent(traceparent):
    match = _has_form(traceparent)
    if not match or match[2] == "0" * 32 or match[3] == "0" * 16:
        return False
    return match[4] is None if match[1] == "00" else match[1] != "ff"  # only later versions have more fields
