"""The Python driver: serves one function over HTTP/1.1, as drivers/CONTRACT.md says.

main         the order in which things start, and how the process ends
settings     the environment, checked
output       the function's log (stderr) and the driver's events (the original stdout)
connections  the sockets
server       the threads that serve them
http1        requests and responses
reading      what the bodies of requests say
answers      responses of the driver's own making
service      /health, /init and /run
tasks        a call, or a load, to its end
calls        who may run; what runs too long; draining
copies       what a process that the function has forked must not do
containment  what code of the user's leaves behind in its thread
code         fetches the code
source       the code as a file, and the lines of tracebacks that lie in it
function     loads the code and calls it
signature    do these parameters fit?
result       a value as JSON, or where it is not
jsontext     JSON itself
foreign      objects of the user's code, read without trusting them
failure      what went wrong, told to the user

The function shares this interpreter and may patch whatever it can reach. So the driver binds what it uses when it
starts, before the function is loaded; it uses the parts of the standard library that are written in C, because parts
in Python look their own helpers up at each call; its threads all run before the function is loaded; and it has its
own copy of the built-in functions, which the loader below gives to each of its modules.

Start-up time is latency that a user waits for, hence the imports inside functions: of what only a rare start needs
(hashlib, http.client, inspect), all of them before the function's code runs or able to fail.
"""
import builtins
import sys
from importlib.machinery import FileFinder, SourceFileLoader

_BUILTINS = dict(vars(builtins))


class _Loader(SourceFileLoader):
    def exec_module(self, module):
        module.__builtins__ = _BUILTINS
        super().exec_module(module)


def _finder(path):
    if path not in __path__:
        raise ImportError
    return FileFinder(path, (_Loader, [".py"]))


sys.path_hooks.insert(0, _finder)
try:
    from .main import main
finally:
    sys.path_hooks.remove(_finder)
