"""Reads objects of the user's code without trusting them: their classes may lie, raise exceptions, or never end.

The getters are those of Python's own types, so that no code of the user's classes runs. Only for a message or a note the
user's code must run, and it may raise any exception.
"""

_name = type.__dict__["__name__"].__get__
_cause = BaseException.__dict__["__cause__"].__get__
_context = BaseException.__dict__["__context__"].__get__
_suppresses_context = BaseException.__dict__["__suppress_context__"].__get__
_members = BaseExceptionGroup.__dict__["exceptions"].__get__
_system_exit_code = SystemExit.__dict__["code"].__get__
_syntax_error_message = SyntaxError.__dict__["msg"].__get__
_errno = OSError.__dict__["errno"].__get__
traceback_of = BaseException.__dict__["__traceback__"].__get__

LONGEST_MESSAGE = 10_000
MOST_NOTES = 10
MOST_CAUSES = 5
MOST_MEMBERS = 10


def plain(text):
    """Returns the text as a str, also if its class is the user's and derived from str."""
    return str.__str__(text)


def type_name(kind):
    return plain(_name(kind))


def is_a(value, kind):
    """Checks the real type, whatever __class__ says."""
    return issubclass(type(value), kind)


def message_of(exception):
    """Returns the message and the notes."""
    try:
        if is_a(exception, SystemExit):
            text = f"the code called exit({_system_exit_code(exception)!r}): return a value or raise an exception instead"
        elif is_a(exception, SyntaxError):
            text = plain(str(_syntax_error_message(exception)))
        else:
            text = plain(str(exception))
    except BaseException as broken:  # __str__ may be the user's code
        text = f"(its message cannot be shown: {type_name(type(broken))})"
    return "\n".join([text, *notes_of(exception)])[:LONGEST_MESSAGE]


def notes_of(exception):
    try:
        return [plain(note) for note in exception.__notes__[:MOST_NOTES] if is_a(note, str)]
    except BaseException:  # there are no notes, or they are not a list
        return []


def described(exception):
    return f"{type_name(type(exception))}: {message_of(exception)}"


def members_of(exception):
    """Returns the exceptions in an exception group; empty for any other exception."""
    return list(_members(exception)) if is_a(exception, BaseExceptionGroup) else []


def causes_of(exception):
    """Returns the exception after its causes, the first cause first, in the order in which Python prints them."""
    chain = [exception]
    while len(chain) < MOST_CAUSES:
        latest = chain[-1]
        cause = _cause(latest) if _suppresses_context(latest) else _context(latest)
        if cause is None or any(cause is known for known in chain):
            break
        chain.append(cause)
    return chain[::-1]


def everything_behind(exception, most=50):
    """Returns the exception, its causes and the members of groups, also causes hidden by `raise ... from None`."""
    found = [exception]
    for each in found:
        for other in [_cause(each), _context(each), *members_of(each)]:
            if other is not None and len(found) < most and not any(other is known for known in found):
                found.append(other)
    return found


def leaves_of(exception, depth=5):
    """Returns the exceptions in a group and in the groups in it that are not groups; the first ten of each group."""
    members = members_of(exception)
    if not members or not depth:
        return [exception]
    return [leaf for member in members[:MOST_MEMBERS] for leaf in leaves_of(member, depth - 1)]


def errno_of(exception):
    return _errno(exception) if is_a(exception, OSError) else None


def retry_after_of(exception):
    """Returns after how many seconds the exception asks for a retry, or None."""
    try:
        seconds = float(exception.retry_after)
        return seconds if 0 < seconds <= 86400 else None
    except BaseException:
        return None


def exit_code_of(exception):
    """Returns the exit code of a process that the exception ends."""
    code = _system_exit_code(exception) if is_a(exception, SystemExit) else 1
    if code is None:
        return 0
    return code & 0xFF if type(code) is int else 1
