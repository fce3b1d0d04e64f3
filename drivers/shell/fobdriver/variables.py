"""The parameters as environment variables."""
import re

from .jsontext import encode

LONGEST = 64 * 1024  # the kernel takes 128 KiB in one variable
MOST = 512 * 1024  # and 2 MiB in all, with the command
_other = re.compile("[^A-Z0-9_]")


def of_parameters(params, say):
    """Returns FOB_PARAM_NAME for each parameter: a text unchanged, another value as JSON, and none for null. Parameters
    that cannot be variables are on stdin alone; `say` is told why."""
    names = {}
    for parameter in params:
        names.setdefault("FOB_PARAM_" + _other.sub("_", parameter.upper()), []).append(parameter)
    variables, left = {}, MOST
    for name, parameters in names.items():
        if len(parameters) > 1:
            say(f"{name} is not set, because it would be the variable of several parameters: "
                f"{', '.join(map(ascii, parameters[:10]))}; read them from stdin")
            continue
        value = params[parameters[0]]
        if value is None:
            continue
        text = value if type(value) is str else encode(value)
        size = len(text.encode("utf-8", "surrogatepass")) + len(name)
        if size > LONGEST or size > left:
            say(f"{name} is not set, because it is too large for a variable: read it from stdin")
        elif "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            say(f"{name} is not set, because it has a NUL or a lone surrogate: read it from stdin")
        else:
            variables[name] = text
            left -= size
    return variables
