"""Errors as the user sees them: one exception type, which `service` converts to an HTTP response.

Each part of an error has a limit, so that the whole is never too large to be sent.
"""
from errno import ENETUNREACH
from _socket import EAI_AGAIN, gaierror

from . import foreign
from .jsontext import cut

LONGEST_MESSAGE = 8192  # this and the next three in bytes of JSON
LONGEST_TEXT = 1024
LONGEST_ENTRY = 512
LARGEST_LIST = 22 * 1024
MOST_ENTRIES = 100
MOST_LINES = 90
MOST_NAMED_LEAVES = 3
DEEPEST_GROUP = 4
NO_NETWORK = "the function has no network: to give it one, register it with network=true"


class Failure(Exception):
    """`error` is what the caller gets as {"error":…}: a reason, a message, and often further members.

    `exit_code` is the exit code of a copy of the process in which this failure occurs.
    """

    def __init__(self, status, reason, message, **details):
        super().__init__(reason)
        self.status = status
        self.error = {"reason": reason, "message": cut(message, LONGEST_MESSAGE)}
        for name, part in details.items():
            self.error[name] = _bounded(part)
        self.exit_code = 1
        self.stack = self.error.get("stack")  # for the log
        self.summary = None  # for the log, if it has the message already

    def lines(self):
        """The lines for the log."""
        stack = self.stack
        kind = self.error.get("type", self.error["reason"])
        if self.summary:
            return [self.summary]
        return [*(["Traceback (most recent call last):", *stack] if stack else []), f"{kind}: {self.error['message']}"]


def listed(names):
    """Lists the first ten names for a message."""
    shown = [cut(name, 64) for name in names[:10]]
    return ", ".join(shown) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _bounded(part):
    if type(part) is str:
        return cut(part, LONGEST_TEXT)
    if type(part) is not list:
        return part
    entries, left = [], LARGEST_LIST
    for entry in part[:MOST_ENTRIES]:
        entry = cut(entry, LONGEST_ENTRY)
        left -= 6 * len(entry) + 4 if not entry.isascii() else len(entry) + 4
        if left < 0:
            break
        entries.append(entry)
    return entries if len(entries) == len(part) else [*entries, f"and {len(part) - len(entries)} more"]


def of_exception(status, reason, exception, frames, has_network=True):
    """Returns the failure for an exception of the function's code, with the stack lines of the user's code."""
    message = foreign.message_of(exception)
    if foreign.members_of(exception):
        leaves = foreign.leaves_of(exception)
        more = ["…"] if len(leaves) > MOST_NAMED_LEAVES else []
        message += ": " + "; ".join([*map(foreign.described, leaves[:MOST_NAMED_LEAVES]), *more])
    if not has_network and _wants_network(exception):
        message = f"{message} ({NO_NETWORK})"
    details = {"type": foreign.type_name(type(exception)), "stack": stack_of(exception, frames)}
    retry_after = foreign.retry_after_of(exception)
    if retry_after is not None:
        details["retry_after"] = retry_after
    failure = Failure(status, reason, message, **details)
    failure.exit_code = foreign.exit_code_of(exception)
    return failure


def of_driver(status, reason, error):
    """Returns the failure for an exception of the driver's own code. Only the log gets the stack."""
    described = foreign.described(error)
    failure = Failure(status, reason, f"the driver failed, which is no fault of the function's: {described}; "
                      "its log has the details")
    frames, traceback = [], foreign.traceback_of(error)
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f'  File "{code.co_filename}", line {traceback.tb_lineno}, in {code.co_name}')
        traceback = traceback.tb_next
    failure.stack = frames[-MOST_LINES:]
    return failure


def stack_of(exception, frames):
    """Returns the lines of the traceback that are in the function's code, without the driver and libraries."""
    lines = _stack(exception, frames, DEEPEST_GROUP)
    left_out = len(lines) - MOST_LINES
    return lines if left_out <= 0 else [*lines[:20], f"… {left_out} lines …", *lines[20 + left_out:]]


def _stack(exception, frames, depth):
    lines = []
    for link in foreign.causes_of(exception):
        if lines:
            lines.append("While handling that, or because of it:")
        own = frames.of_syntax_error(link) if foreign.is_a(link, SyntaxError) else []
        lines += own or frames.of_traceback(foreign.traceback_of(link))
        if link is not exception:
            lines += foreign.described(link).split("\n")
        if depth:
            members = foreign.members_of(link)
            for number, member in enumerate(members[:foreign.MOST_MEMBERS], 1):
                described = foreign.described(member).split("\n")
                lines.append(f"Exception {number} of {len(members)} in the group: {described[0]}")
                lines += ["  " + line for line in described[1:] + _stack(member, frames, depth - 1)]
    return lines


def _wants_network(exception):
    return any(foreign.is_a(each, gaierror) and foreign.errno_of(each) == EAI_AGAIN
               or foreign.errno_of(each) == ENETUNREACH for each in foreign.everything_behind(exception))
