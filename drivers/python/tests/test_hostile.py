"""Functions that patch, break or use up modules and resources that the driver uses too."""
from harness import DriverTest

PATCHES = """
import json; json.dumps = json.loads = json.JSONEncoder = json.JSONDecoder = None
import json; original = json.dumps; json.dumps = lambda o, **k: original(o, **k).encode()
import json.encoder, json.decoder, json.scanner; json.encoder.c_make_encoder = json.decoder.scanstring = 1
import json.decoder; json.decoder.JSONDecodeError = json.decoder.JSONDecoder.decode = None
import time; time.time = time.monotonic = time.sleep = time.strftime = time.gmtime = lambda *a: 1 / 0
import threading; threading.Thread = threading.Lock = threading.current_thread = threading.local = None
import threading; threading.Thread.run = threading.Thread.start = threading.settrace = None
import traceback, linecache; traceback.extract_tb = traceback.format_list = linecache.getline = None; linecache.cache = 1
import os; os.write = os.read = os.close = os.getpid = os.fork = os.environ = os._exit = os.listdir = None
import os; os.getpid = lambda: 1
import socket; socket.socket = socket.socketpair = None
import socket; socket.socket.recv = socket.socket.sendall = socket.socket.close = lambda *a: 1 / 0
import select; select.epoll = select.poll = None
import signal; signal.setitimer = signal.signal = signal.getsignal = None
import sys; sys.exit = sys.stdout = sys.stderr = sys.getrecursionlimit = sys._current_frames = None
import sys; sys.excepthook = sys.unraisablehook = sys.displayhook = None
import sys; sys.modules.clear()
import sys; sys.path.clear(); sys.meta_path.clear(); sys.path_hooks.clear(); sys.path_importer_cache.clear()
import builtins; builtins.len = builtins.isinstance = builtins.type = builtins.str = builtins.print = None
import builtins; builtins.open = builtins.__import__ = builtins.getattr = builtins.repr = builtins.enumerate = None
import builtins; builtins.Exception = builtins.BaseException = builtins.OSError = builtins.ValueError = KeyError
import builtins; [setattr(builtins, n, None) for n in dir(builtins) if n not in ('setattr', 'dir', '__build_class__')]
import logging; logging.Logger.info = logging.Logger = None
import io; io.TextIOWrapper = io.BytesIO = io.BufferedIOBase = None
import re; re.compile = re.match = None
import codecs, encodings; codecs.lookup = encodings.search_function = None
import queue, collections, types, math, struct; queue.SimpleQueue = collections.deque = types.CoroutineType = None
import math, struct; math.isfinite = struct.pack = None
import http.server, inspect, asyncio; inspect.signature = asyncio.run = None
import itertools, errno; itertools.islice = None; errno.EMFILE = 0
import sys, threading; threading.settrace(lambda *a: 1 / 0); threading.setprofile(lambda *a: 1 / 0)
import sys; sys.setrecursionlimit(60)
import gc; gc.disable(); gc.freeze(); gc.set_threshold(1)
import warnings; warnings.simplefilter('error')
import faulthandler; faulthandler.enable()
import atexit; atexit.register(lambda: 1 / 0)
import os; os.umask(0o777); os.chdir('/proc')
import locale; locale.setlocale(locale.LC_ALL, 'C')
""".strip().split("\n")


class Patches(DriverTest):
    def check(self, driver, first=None):
        client = driver.client()
        if first:
            self.assertEqual(client.run(a=1, how=first, request_id="patches").status, 200)
        for i in range(3):
            answer = client.run(a=[i, {"b": "é"}], request_id=f"id-{i}")
            self.assertEqual((answer.status, answer.result), (200, [i, {"b": "é"}]), answer.json)
        raised = client.run(a=1, how="raise")
        self.assertEqual((raised.status, raised.error["type"]), (500, "Strange"), raised.json)
        self.assertIn("in boom", "\n".join(raised.error["stack"]))
        self.assertEqual(client.run(a=1, how="set").error["reason"], "result-not-json")
        self.assertEqual(client.run(b=1).status, 422)
        self.assertEqual(client.send("POST", "/run", b"{", {}).status, 400)
        self.assertEqual(client.send("POST", "/run", b"x", {"Content-Type": "a/b"}).status, 422)
        self.assertEqual(client.health().json, {"state": "ready"})
        self.assertEqual(driver.health().json, {"state": "ready"})
        driver.process.terminate()
        self.assertEqual(driver.wait(), 0)

    def test_what_the_function_patches_while_loading_does_not_reach_the_driver(self):
        for patch in PATCHES:
            with self.subTest(patch):
                self.check(self.start("class Strange(Exception): pass\ndef boom(): raise Strange()\n"
                                      "def callme(a, how='ok'):\n    if how == 'raise': boom()\n"
                                      "    return {1} if how == 'set' else a\n" + patch))

    def test_what_it_patches_in_a_call_does_not_either(self):
        for concurrency in "1", "4":
            for patch in PATCHES[::6]:
                with self.subTest(patch, concurrency=concurrency):
                    self.check(self.start(
                        "class Strange(Exception): pass\ndef boom(): raise Strange()\n"
                        "def callme(a, how='ok'):\n    if how == 'raise': boom()\n"
                        "    if how == 'set': return {1}\n    if how == 'patch':\n        " + patch +
                        "\n    return a\n", FOB_CONCURRENCY=concurrency), "patch")


    def test_tracing_functions_befall_no_later_call(self):
        for concurrency in "1", "4":
            for how in "settrace", "setprofile":
                with self.subTest(how, concurrency=concurrency):
                    client = self.start(f"import sys\ndef callme(trace=False):\n    if trace: sys.{how}(lambda *a: 1 / 0)\n"
                                        "    return 'plain'", FOB_CONCURRENCY=concurrency).client()
                    self.assertIn(client.run(trace=True).status, (200, 500))  # a function may break its own call
                    self.assertEqual([client.run().result for _ in range(20)], ["plain"] * 20)


class UsedUp(DriverTest):
    def test_leaked_threads_leave_plain_calls_working(self):
        code = ("import resource, threading, time\n"
                "def callme(leak=False):\n    while leak:\n        try: threading.Thread(target=time.sleep, args=(3600,),"
                " daemon=True).start()\n        except RuntimeError as e: return str(e)\n    return 'plain'")
        for concurrency in "1", "4":
            driver = self.start("import _thread\nstarted = 0\noriginal = _thread.start_new_thread\n"
                                "def start(*a):\n    global started\n    started += 1\n"
                                "    if started > 50: raise RuntimeError(\"can't start new thread\")\n"
                                "    return original(*a)\n_thread.start_new_thread = start\n"
                                "import threading; threading._start_new_thread = start\n" + code,
                                FOB_CONCURRENCY=concurrency)
            self.assertEqual(driver.run(leak=True).result, "can't start new thread")
            for _ in range(20):
                self.assertEqual(driver.run().result, "plain")
            self.assertEqual(driver.health().status, 200)

    def test_leaked_files_leave_plain_calls_working(self):
        code = ("import os, resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))\nleaked = []\n"
                "def callme(leak=False):\n    while leak:\n        try: leaked.append(os.open('/dev/null', 0))\n"
                "        except OSError as e: return e.strerror\n    return 'plain'")
        driver = self.start(code)
        client = driver.client()
        self.assertEqual(client.run(leak=True).result, "Too many open files")
        for _ in range(40):
            answer = driver.run()
            self.assertEqual((answer.result, answer.headers["Connection"]), ("plain", "close"))
        self.assertEqual((client.run().result, driver.health().status), ("plain", 200))

    def test_a_function_that_closes_the_drivers_descriptors_has_it_replaced(self):
        for concurrency in "1", "4":
            for how in ("os.closerange(3, 1000)", "[os.dup2(0, fd) for fd in range(3, 60)]",
                        "[os.dup2(0, fd) for fd in range(3, 60) if not is_pipe(fd)]"):
                with self.subTest(how, concurrency=concurrency):
                    driver = self.start("import os, stat\ndef is_pipe(fd):\n    try: return stat.S_ISFIFO("
                                        "os.fstat(fd).st_mode)\n    except OSError: return False\n"
                                        f"def callme(): {how}; return 1", FOB_CONCURRENCY=concurrency)
                    call = driver.in_background()
                    self.assertEqual(driver.wait(), 76)
                    self.assertIsInstance(call.get(), Exception)
        self.assertEqual(driver.wait_until("draining")["reason"], "cannot-serve")

    def test_code_that_closes_them_while_it_is_loaded_has_failed(self):
        for how in ("os.close(1); os.closerange(3, 256)", "[os.dup2(0, fd) for fd in range(3, 60)]"):
            with self.subTest(how):
                driver = self.start_process(f"import os\n{how}\ndef callme(): return 1")
                self.assertEqual(driver.wait(), 76)
        driver = self.start_process("import os\nfor fd in map(int, os.listdir('/proc/self/fd')):\n"
                                    "    try:\n        if 'eventpoll' in os.readlink(f'/proc/self/fd/{fd}'): os.close(fd)\n"
                                    "    except OSError: pass\ndef callme(): return 1")
        self.assertEqual(driver.wait_until("failed")["error"]["type"], "DescriptorsClosed")
        self.assertEqual(driver.wait(), 76)

    def test_code_that_closes_stdin_and_stdout_is_served(self):
        self.assertEqual(self.start("import os\nos.close(0); os.close(1)\ndef callme(): return 1").run().result, 1)

    def test_an_error_of_the_drivers_own_is_told_as_such_on_a_connection_that_lives(self):
        driver = self.start("import gc, types\n"
                            "def callme(spoil=False):\n    if spoil:\n"
                            "        for o in gc.get_objects():\n"
                            "            if type(o).__name__ == 'Function' and type(o).__module__.startswith('fobdriver'):\n"
                            "                o.signature = None\n    return 1")
        client = driver.client()
        client.run(spoil=True)
        answer = client.run(request_id="spoilt")
        self.assertEqual((answer.status, answer.error["reason"]), (500, "driver-error"))
        self.assertIn("the driver failed, which is no fault of the function's: AttributeError", answer.error["message"])
        self.assertEqual(answer.headers["Fob-Request-Id"], "spoilt")
        self.assertEqual(client.health().status, 200)
        driver.log.wait_for("service.py")


class Objects(DriverTest):
    """Exceptions and results whose classes lie, raise exceptions, or are huge."""

    RAISED = {
        "name": "class M(type):\n    @property\n    def __name__(cls): raise SystemExit\n"
                "class E(Exception, metaclass=M): pass\nerror = E('m')",
        "str": "class E(Exception):\n    def __str__(self): raise SystemExit(3)\nerror = E()",
        "str of another type": "class E(Exception):\n    def __str__(self): return 7\nerror = E()",
        "str subclass": "class S(str):\n    def __len__(self): return -1\n    def __getitem__(self, i): 1/0\n"
                        "    def split(self, *a): 1/0\nclass E(Exception):\n    def __str__(self): return S('m')\nerror = E()",
        "attributes": "class E(Exception):\n    def __getattribute__(self, name): raise KeyboardInterrupt\nerror = E('m')",
        "class": "class E(Exception):\n    __class__ = property(lambda self: 1/0)\nerror = E('m')",
        "subclass check": "class M(type):\n    def __subclasscheck__(c, o): raise SystemExit\n"
                          "    def mro(c): return super().mro()\nclass E(Exception, metaclass=M): pass\nerror = E('m')",
        "notes": "error = ValueError('m'); error.__notes__ = 7",
        "hostile notes": "class L(list):\n    def __getitem__(self, i): raise SystemExit\n"
                         "error = ValueError('m'); error.__notes__ = L()",
        "retry after": "class E(Exception):\n    retry_after = property(lambda self: exit())\nerror = E('m')",
        "huge name": "E = type('E' * 10**6, (Exception,), {})\nerror = E('m')",
        "huge message": "error = ValueError('\\U0001f600' * 10**6)",
        "huge notes": "error = ValueError('m'); error.__notes__ = ['n' * 10**6] * 1000",
        "code": "class R:\n    def __repr__(self): raise SystemExit\nerror = SystemExit(R())",
        "syntax error": "error = SyntaxError('m', ('function.py', object(), object(), 'x' * 10**6))",
        "syntax error here": "error = SyntaxError(); error.filename = __file__; error.lineno = 10**30; error.offset = 'x'",
        "group": "error = ExceptionGroup('g', [ExceptionGroup('h', [ValueError('\\0' * 10**5)] * 100)] * 100)",
        "causes": "error = None\nfor i in range(1000):\n    e = ValueError('v' * 10**5); e.__cause__ = error; error = e",
        "circle": "error = ValueError('a'); error.__cause__ = other = ValueError('b'); other.__cause__ = error",
    }

    def test_every_exception_is_told_and_bounded(self):
        for name, code in self.RAISED.items():
            with self.subTest(name):
                client = self.start(code + "\ndef callme(): raise error").client()
                for _ in range(2):
                    answer = client.run(request_id="hostile")
                    self.assertEqual((answer.status, answer.error["reason"]), (500, "exception"), answer.json)
                    self.assertLess(len(str(answer.json)), 64 * 1024)
                self.assertEqual(client.health().status, 200)

    RESULTS = {
        "class": "class C:\n    __class__ = property(lambda self: exit())\nresult = C()",
        "dict": "class D(dict):\n    def items(self): raise SystemExit\nresult = D(a=1)",
        "dict items": "class D(dict):\n    def items(self): return 7\nresult = D(a=1)",
        "endless items": "class D(dict):\n    def items(self): return [(1, 2, 3)]\nresult = D(a=1)",
        "key": "class K(str):\n    def __repr__(self): raise SystemExit\n    def __str__(self): exit()\nresult = {K('k'): {1}}",
        "key of no type": "class K:\n    def __repr__(self): exit()\nresult = {K(): 1}",
        "name": "class M(type):\n    @property\n    def __name__(cls): exit()\nclass C(metaclass=M): pass\nresult = [C()]",
        "huge int": "result = 10**10000",
        "huge int key": "result = {10**10000: 1}",
        "int subclass": "class I(int):\n    def __repr__(self): exit()\n    def bit_length(self): exit()\nresult = [I(1), {1}]",
        "float subclass": "class F(float):\n    def __repr__(self): exit()\nresult = F('nan')",
        "recursion": "result = []\nresult.append({'a': result})",
        "depth": "import sys; sys.setrecursionlimit(10**5)\nresult = []\nfor _ in range(5000): result = [result]\nresult[0] = {1}",
        "generator": "result = (1 / 0 for _ in range(3))",
        "coroutines": "async def f(): pass\nresult = [f()]",
        "async generator": "async def f(): yield 1\nresult = f()",
        "huge keys": "result = {'k' * 10**6: {'l' * 10**6: {1}}}",
    }

    def test_every_result_is_told_and_bounded(self):
        for name, code in self.RESULTS.items():
            with self.subTest(name):
                client = self.start(code + "\ndef callme(): return result").client()
                for _ in range(2):
                    answer = client.run(request_id="hostile")
                    self.assertEqual((answer.status, answer.error["reason"]), (500, "result-not-json"), answer.json)
                    self.assertLess(len(str(answer.json)), 64 * 1024)
                self.assertEqual(client.health().status, 200)
