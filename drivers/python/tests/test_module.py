"""The module, threads and environment in which the function's code runs."""
import os

from harness import DriverTest


class MainThread(DriverTest):
    def test_with_one_call_at_a_time_calls_run_in_the_main_thread(self):
        code = ("import asyncio, signal, threading\nloaded = threading.current_thread() is threading.main_thread()\n"
                "def callme():\n    signal.signal(signal.SIGUSR1, lambda *a: None)\n"
                "    loop = asyncio.get_event_loop()\n    loop.run_until_complete(asyncio.sleep(0))\n    loop.close()\n"
                "    return [loaded, threading.current_thread() is threading.main_thread()]")
        driver = self.start(code, FOB_CONCURRENCY="1")
        for client in driver.client(), driver.client():
            self.assertEqual([client.run().result for _ in range(3)], [[True, True]] * 3)

    def test_a_function_that_came_by_init_does_too(self):
        code = "import threading\ndef callme(): return threading.current_thread() is threading.main_thread()"
        client = self.start(FOB_CONCURRENCY="1").client()
        self.assertEqual(client.send("POST", "/init", {"value": {"code": code}}).status, 200)
        self.assertEqual(client.run().result, True)

    def test_meanwhile_health_and_refusals_are_answered(self):
        driver = self.start("import os\nos.mkfifo('gate')\ndef callme(wait=False):\n    print('running')\n"
                            "    return open('gate').read() if wait else 1", FOB_CONCURRENCY="1")
        driver.run()
        call = driver.in_background(wait=True)
        driver.log.wait_for("running", 2)
        self.assertEqual(driver.health().status, 200)
        self.assertEqual(driver.run().status, 429)
        with open(driver.folder + "/gate", "w") as gate:
            gate.write("x")
        self.assertEqual(call.get().result, "x")
        self.assertEqual(driver.run().result, 1)

    def test_an_alarm_of_the_functions_own_works_and_ends_with_its_call(self):
        code = ("import signal, time\ndef ring(*a): raise TimeoutError('mine')\ndef callme(seconds):\n"
                "    signal.signal(signal.SIGALRM, ring)\n    signal.setitimer(signal.ITIMER_REAL, 0.2)\n"
                "    time.sleep(seconds)\n    return 'slept'")
        client = self.start(code, FOB_CONCURRENCY="1").client()
        self.assertEqual(client.run(seconds=10).error["message"], "mine")
        self.assertEqual(client.run(seconds=0).result, "slept")
        self.assertEqual(client.run(seconds=10).error["message"], "mine")

    def test_the_drivers_handlers_are_back_after_each_call(self):
        code = "import signal\ndef callme(): signal.signal(signal.SIGTERM, signal.SIG_IGN)"
        driver = self.start(code, FOB_CONCURRENCY="1")
        self.assertEqual(driver.run().status, 200)
        driver.process.terminate()
        self.assertEqual(driver.wait(), 0)

    def test_with_more_calls_at_a_time_event_loops_are_there_all_the_same(self):
        code = ("import asyncio\ndef callme(close):\n    loop = asyncio.get_event_loop()\n"
                "    loop.run_until_complete(asyncio.sleep(0))\n    close and loop.close()\n    return 1")
        client = self.start(code).client()
        self.assertEqual([client.run(close=i % 2).result for i in range(6)], [1] * 6)


class Async(DriverTest):
    def test_an_async_function_runs_to_its_end(self):
        client = self.start("import asyncio\nasync def callme(a):\n await asyncio.sleep(0)\n return a + 1").client()
        self.assertEqual([client.run(a=i).result for i in range(3)], [1, 2, 3])
        self.assertEqual(client.run().error["missing"], ["a"])

    def test_its_exceptions_show_its_own_lines(self):
        error = self.start("async def inner(): raise ValueError('x')\nasync def callme():\n await inner()").run().error
        self.assertEqual(error["type"], "ValueError")
        self.assertEqual([line for line in error["stack"] if line.startswith("  File")], [
            '  File "function.py", line 3, in callme', '  File "function.py", line 1, in inner'])


class Module(DriverTest):
    def test_pickle_dataclasses_typing_and_inspect_find_the_module(self):
        code = ("from __future__ import annotations\nimport dataclasses, inspect, pickle, sys, typing\n"
                "@dataclasses.dataclass\nclass P:\n    x: int\n"
                "def callme():\n    p = pickle.loads(pickle.dumps(P(1)))\n"
                "    return [p.x, typing.get_type_hints(P)['x'].__name__, __name__,"
                " inspect.getsource(P).count('x: int'), sys.modules['function'].callme is callme]")
        self.assertEqual(self.start(code).run().result, [1, "int", "function", 1, True])

    def test_the_source_is_where_the_module_says(self):
        code = ("import inspect, os, sys\ndef callme():\n    return [open(__file__).read() == inspect.getsource("
                "sys.modules['function']), inspect.getsource(callme), os.path.basename(__file__), open(__file__).read()]\n")
        driver = self.start(code)
        same, source, name, text = driver.run().result
        self.assertEqual((same, name, text), (True, "function.py", code))
        self.assertTrue(source.startswith("def callme():"))
        self.assertEqual(len([name for name in os.listdir(driver.folder) if name.startswith("fob-function")]), 1)
        driver.process.terminate()
        self.assertEqual(driver.wait(), 0)
        self.assertEqual([name for name in os.listdir(driver.folder) if name.startswith("fob-function")], [])

    def test_where_nothing_can_be_written_the_function_works_all_the_same(self):
        driver = self.start("def callme(): 1/0", TMPDIR="/no/such/folder")
        self.assertIn('  File "function.py", line 1, in callme', driver.run().error["stack"])
        driver.log.wait_for("the function has no file of its own")

    def test_child_processes_of_every_kind_find_the_module(self):
        code = ("import concurrent.futures, multiprocessing\nlimit = 3\ndef square(n): return n * n\ndef callme(method):\n"
                "    context = multiprocessing.get_context(method)\n"
                "    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:\n"
                "        return list(pool.map(square, range(limit)))")
        for concurrency in "1", "4":
            client = self.start(code, FOB_CONCURRENCY=concurrency).client()
            for method in "spawn", "forkserver", "fork":
                self.assertEqual(client.run(method=method).result, [0, 1, 4])

    def test_it_sees_the_standard_library_alone(self):
        code = ("import sys\ndef callme():\n    return [[p for p in sys.path if 'packages' in p or p.startswith('/root')],"
                " sys.flags.no_site, sys.flags.isolated, dir(sys.modules['__main__']), callable(exit)]")
        found = self.start(code).run().result
        self.assertEqual(found[:3] + found[4:], [[], 1, 1, True])
        self.assertNotIn("main", found[3])

    def test_the_driver_does_not_show(self):
        code = ("import os, sys\ndef callme():\n"
                "    return [[p for p in sys.path if 'driver' in p and not p.endswith('/fobdriver/module')], 'server' in sys.modules,"
                " 'FOB_CODE_TOKEN' in os.environ, os.getcwd() == os.environ['FOLDER'], sys.getrecursionlimit()]")
        self.assertEqual(self.start(code, FOB_CODE_TOKEN="secret").run().result, [[], False, False, True, 1000])

    def test_the_future_imports_of_the_code_are_its_own(self):
        self.assertEqual(self.start("def callme(a: int = 1): return str(callme.__annotations__['a'])").run().result,
                         "<class 'int'>")

    def test_other_encodings_are_understood(self):
        code = "# -*- coding: latin-1 -*-\ndef callme(): return 'é'".encode("latin-1")
        self.assertEqual(self.start(code).run().result, "é")
