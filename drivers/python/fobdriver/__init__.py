"""The Python driver: serves one function over HTTP/1.1, as drivers/CONTRACT.md says.

main         starts the driver's parts in order, and ends the process
settings     reads and checks the environment
output       writes the function's log (stderr) and the driver's events (the original stdout)
tail         keeps the end of a call's log, for the response
connections  the listening socket and the connections
server       the threads that serve the connections
http1        parses requests and formats responses
reading      parses the bodies of requests
answers      makes the responses of the driver itself
service      /health, /schema, /init and /run
context      what the function can read about its call; module/ has the Python module fob, which shows it
tasks        runs one call, or one load of the function
calls        limits the number and the time of calls; draining
copies       keeps the driver from running in a process that the function has forked
containment  undoes changes that the user's code makes to its thread
provision    gets what the function needs: dependencies, secrets, and its code
code         fetches these, and verifies checksums
unpack       unpacks archives
language     reads language.json
interpreter  prepares Python for the function
source       the code as files
function     loads the code and calls it
frames       the lines of tracebacks that are in the code
signature    checks parameters against the function's signature
schema       describes the function for callers
annotations  converts annotations to JSON Schema
result       converts a result to JSON, or says which part of it is not JSON
jsontext     JSON encoder and decoder
foreign      reads objects of the user's code without trusting them
failure      errors, as the user sees them

The function shares this interpreter and may patch whatever it can reach. So the driver protects itself in four ways. It
binds what it uses before it loads the function. It uses the parts of the standard library that are written in C, because
parts in Python look up their helpers at each call. It starts all its threads before it loads the function. It has its own
copy of the built-in functions, which the loader below gives to each of its modules.

A user waits for the driver's start. So modules that only some starts need (hashlib, http.client, inspect) are imported
inside functions. All of these imports happen before the function's code runs, or they may fail.
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
