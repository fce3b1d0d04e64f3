"""What a function can read about its call. It has no effect on other modules, and may be imported anywhere."""
from collections import namedtuple

try:
    from fobdriver.context import current
except ImportError:  # a process that multiprocessing has started afresh, which runs no call
    def current():
        return ()


class Call(namedtuple("Call", "request_id deadline traceparent tracestate", defaults=(None,) * 4)):
    """`request_id` is a text, `deadline` the caller's deadline in milliseconds since 1970 (UTC), and `traceparent` and
    `tracestate` are the headers of W3C Trace Context for requests that the call makes. What the call does not have is None."""
    __slots__ = ()


def call():
    """Returns the running call. Outside of calls, for example while the code is loaded, all its members are None."""
    return Call(*current())
