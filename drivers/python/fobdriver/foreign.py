"""Objects of the user's code, read without trusting them: their classes may lie about themselves, fail, or end nothing.

The getters are those of Python's own types, so that no attribute of a user's class is asked; what has to be asked (a
message, a note) may raise anything.
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
    """The text itself, if it is of a class of the user's that is derived from str."""
    return str.__str__(text)


def type_name(kind):
    return plain(_name(kind))


def is_a(value, kind):
    """By its real type, whatever its __class__ says."""
    return issubclass(type(value), kind)


def message_of(exception):
    """With its notes."""
    try:
        if is_a(exception, SystemExit):
            text = f"the code called exit({_system_exit_code(exception)!r}): return a value or raise an exception instead"
        elif is_a(exception, SyntaxError):
            text = plain(str(_syntax_error_message(exception)))
        else:
            text = plain(str(exception))
    except BaseException as broken:  # __str__ is the user's too
        text = f"(its message cannot be shown: {type_name(type(broken))})"
    return "\n".join([text, *notes_of(exception)])[:LONGEST_MESSAGE]


def notes_of(exception):
    try:
        return [plain(note) for note in exception.__notes__[:MOST_NOTES] if is_a(note, str)]
    except BaseException:  # there are none, or they are not a list
        return []


def described(exception):
    return f"{type_name(type(exception))}: {message_of(exception)}"


def members_of(exception):
    """The exceptions that a group consists of; none, if it is not a group."""
    return list(_members(exception)) if is_a(exception, BaseExceptionGroup) else []


def causes_of(exception):
    """The exception and what led to it, the first cause first, as Python prints them."""
    chain = [exception]
    while len(chain) < MOST_CAUSES:
        latest = chain[-1]
        cause = _cause(latest) if _suppresses_context(latest) else _context(latest)
        if cause is None or any(cause is known for known in chain):
            break
        chain.append(cause)
    return chain[::-1]


def everything_behind(exception, most=50):
    """The exception, its causes, and the members of groups; also what it hides by `raise ... from None`."""
    found = [exception]
    for each in found:
        for other in [_cause(each), _context(each), *members_of(each)]:
            if other is not None and len(found) < most and not any(other is known for known in found):
                found.append(other)
    return found


def leaves_of(exception, depth=5):
    """What a group consists of in the end, through the groups in it; the first of each only."""
    members = members_of(exception)
    if not members or not depth:
        return [exception]
    return [leaf for member in members[:MOST_MEMBERS] for leaf in leaves_of(member, depth - 1)]


def errno_of(exception):
    return _errno(exception) if is_a(exception, OSError) else None


def retry_after_of(exception):
    """In how many seconds the function wants to be called again, if its exception says so."""
    try:
        seconds = float(exception.retry_after)
        return seconds if 0 < seconds <= 86400 else None
    except BaseException:
        return None


def exit_code_of(exception):
    """That of a process which ends by the exception."""
    code = _system_exit_code(exception) if is_a(exception, SystemExit) else 1
    if code is None:
        return 0
    return code & 0xFF if type(code) is int else 1
