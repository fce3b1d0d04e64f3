"""What went wrong, told to the user: one exception type, turned into an HTTP response in one place (service)."""

LONGEST_MESSAGE = 8192
MOST_STACK_LINES = 200
FUNCTION_FILE = "function.py"  # the name under which the function's code is compiled


class Failure(Exception):
    """`error` is what the caller gets as {"error":…}: always a reason and a message, often more."""

    def __init__(self, status, reason, message, **details):
        super().__init__(message)
        self.status = status
        self.error = {"reason": reason, "message": message, **details}


def of_exception(status, reason, exception):
    """The failure that an exception of the function's code is, with the user's own lines of the stack."""
    details = {"type": type(exception).__name__, "stack": own_stack(exception)}
    retry_after = _retry_after(exception)
    if retry_after is not None:
        details["retry_after"] = retry_after
    return Failure(status, reason, _message(exception), **details)


def _retry_after(exception):
    """In how many seconds the function wants to be called again, if its exception says so; attributes can be hostile."""
    try:
        seconds = float(exception.retry_after)
        return seconds if 0 < seconds <= 86400 else None
    except Exception:
        return None


def own_stack(exception):
    """The lines of the traceback that lie in the function's code: no frames of the driver or of libraries."""
    import traceback
    lines = []
    for link in _causes(exception):
        if lines:
            lines.append("While handling that, or because of it:")
        if isinstance(link, SyntaxError) and link.filename == FUNCTION_FILE:
            lines += _split(traceback.format_exception_only(type(link), link)[:-1])
        else:
            lines += own_lines(traceback.extract_tb(link.__traceback__))
        if link is not exception:
            lines.append(f"{type(link).__name__}: {_message(link)}")
    return lines[:MOST_STACK_LINES]


def own_lines(frames):
    import traceback
    return _split(traceback.format_list([frame for frame in frames if frame.filename == FUNCTION_FILE]))


def _split(entries):
    return [line for entry in entries for line in entry.rstrip("\n").split("\n")]


def _causes(exception):
    """The exception and what led to it, the first cause first, as Python prints them; at most 5."""
    chain = [exception]
    while len(chain) < 5:
        latest = chain[-1]
        cause = latest.__cause__ if latest.__suppress_context__ else latest.__context__
        if cause is None or any(cause is known for known in chain):
            break
        chain.append(cause)
    return chain[::-1]


def _message(exception):
    try:
        if isinstance(exception, SystemExit):
            text = f"the code called exit({exception.code!r}): return a value or raise an exception instead"
        else:
            text = str(exception.msg if isinstance(exception, SyntaxError) else exception)
    except Exception as broken:  # __str__ is the user's too
        text = f"(its message cannot be shown: {type(broken).__name__})"
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + "…"
