"""The errors that callers get when functions fail."""
import json

from harness import DriverTest


class Exceptions(DriverTest):
    def run_and_survive(self, code, **params):
        client = self.start(code).client()
        answer = client.run(**params)
        self.assertEqual((answer.status, answer.error["reason"]), (500, "exception"), answer.json)
        self.assertEqual(client.health().json, {"state": "ready"})
        return answer.error

    def test_only_the_lines_of_the_function_are_shown(self):
        error = self.run_and_survive("import json\n\ndef inner(text):\n    return json.loads(text)\n\n"
                                     "def callme(text):\n    return inner(text)\n", text="{")
        self.assertEqual(error["type"], "JSONDecodeError")
        self.assertIn("Expecting property name", error["message"])
        lines = [line for line in error["stack"] if "^" not in line]
        self.assertEqual(lines, ['  File "function.py", line 7, in callme', "    return inner(text)",
                                 '  File "function.py", line 4, in inner', "    return json.loads(text)"])

    def test_causes_are_shown(self):
        error = self.run_and_survive("def callme():\n    try: {}['a']\n"
                                     "    except KeyError as e: raise OSError('b') from e")
        self.assertEqual((error["type"], error["message"]), ("OSError", "b"))
        self.assertIn("KeyError: 'a'", error["stack"])

    def test_nothing_that_is_raised_ends_the_driver(self):
        for raised, kind in (("SystemExit(3)", "SystemExit"), ("KeyboardInterrupt", "KeyboardInterrupt"),
                             ("GeneratorExit", "GeneratorExit"), ("MemoryError", "MemoryError")):
            with self.subTest(raised):
                self.assertEqual(self.run_and_survive(f"def callme(): raise {raised}")["type"], kind)
        self.assertIn("exit('bye')", self.run_and_survive("import sys\ndef callme(): sys.exit('bye')")["message"])

    def test_endless_recursion_is_an_error_of_the_function(self):
        error = self.run_and_survive("def callme(): return callme()")
        self.assertEqual(error["type"], "RecursionError")
        self.assertLess(len(error["stack"]), 50)

    def test_an_exception_that_cannot_be_shown_is_reported_all_the_same(self):
        error = self.run_and_survive("class E(Exception):\n def __str__(self): raise ValueError\ndef callme(): raise E")
        self.assertEqual((error["type"], error["message"]), ("E", "(its message cannot be shown: ValueError)"))

    def test_odd_exceptions_are_reported_too(self):
        self.assertEqual(self.run_and_survive("def callme(): raise SyntaxError")["message"], "None")
        code = ("class E(Exception):\n def __eq__(self, other): 1/0\n def __bool__(self): 1/0\n"
                "def callme():\n try: raise E\n except E: raise E('two')")
        self.assertEqual(self.run_and_survive(code)["message"], "two")

    def test_every_part_of_an_error_is_cut(self):
        self.assertLess(len(self.run_and_survive("def callme(): raise OSError('x' * 10**6)")["message"]), 10_000)
        error = self.run_and_survive("def a(n): return b(n)\ndef b(n): return a(n - 1) if n else 1 / 0\n"
                                     "def callme(): a(200) # " + "x" * 100_000)
        self.assertLess(len(json.dumps(error)), 64 * 1024)
        self.assertEqual(error["stack"][0], '  File "function.py", line 3, in callme')
        self.assertIn('  File "function.py", line 2, in b', error["stack"][-3:])

    def test_sixty_thousand_unknown_names_are_bad_parameters(self):
        client = self.start("def callme(" + ", ".join(f"a{i}" for i in range(2000)) + "): pass").client()
        answer = client.send("POST", "/run", json.dumps({"value": {f"name-{i}-é": i for i in range(60_000)}}), {})
        self.assertEqual((answer.status, answer.error["reason"]), (422, "bad-parameters"))
        self.assertLess(len(json.dumps(answer.json)), 64 * 1024)
        self.assertRegex(answer.error["unexpected"][-1], "^and [0-9]+ more$")
        self.assertRegex(answer.error["missing"][-1], "^and [0-9]+ more$")
        self.assertIn("and 59990 more", answer.error["message"])
        answer = client.send("POST", "/run", json.dumps({"value": {"n" * 100_000: 1}}), {})
        self.assertEqual(answer.status, 422)
        self.assertLess(len(json.dumps(answer.json)), 64 * 1024)

    def test_a_group_shows_its_exceptions_with_their_lines_and_notes(self):
        error = self.run_and_survive(
            "import asyncio\nasync def boom():\n    error = ValueError('the real one')\n"
            "    error.add_note('in room 7')\n    raise error\nasync def callme():\n"
            "    async with asyncio.TaskGroup() as tg:\n        tg.create_task(boom())\n")
        self.assertEqual(error["type"], "ExceptionGroup")
        self.assertIn("ValueError: the real one\nin room 7", error["message"])
        stack = "\n".join(error["stack"])
        self.assertIn("Exception 1 of 1 in the group: ValueError: the real one\n  in room 7", stack)
        self.assertIn('    File "function.py", line 5, in boom\n      raise error', stack)

    def test_groups_in_groups_and_their_causes_are_shown(self):
        error = self.run_and_survive(
            "def fail():\n    try: 1/0\n    except Exception as e: raise KeyError('inner') from e\ndef callme():\n"
            "    try: fail()\n    except KeyError as e: raise ExceptionGroup('outer', [ExceptionGroup('in', [e]), OSError()])")
        stack = "\n".join(error["stack"])
        for text in "ExceptionGroup: in (1 sub-exception)", "KeyError: 'inner'", "ZeroDivisionError", "line 3, in fail":
            self.assertIn(text, stack)

    def test_notes_are_part_of_the_message(self):
        error = self.run_and_survive("def callme():\n e = ValueError('a')\n e.add_note('b')\n raise e")
        self.assertEqual(error["message"], "a\nb")


class Network(DriverTest):
    ERRORS = {"socket.gaierror(socket.EAI_AGAIN, 'Temporary failure in name resolution')": True,
              "OSError(errno.ENETUNREACH, 'Network is unreachable')": True,
              "OSError(errno.ENOENT, 'No such file or directory')": False}

    def test_what_fails_for_want_of_a_network_says_how_to_get_one(self):
        code = ("import errno, socket, urllib.error\ndef callme(error, wrap):\n    error = eval(error)\n"
                "    if not wrap: raise error\n    try: raise error\n    except OSError as e: raise urllib.error.URLError(e)")
        for network, told in (("false", True), ("true", False), ("", False)):
            client = self.start(code, FOB_NETWORK=network).client()
            for error, wants_network in self.ERRORS.items():
                for wrap in True, False:
                    message = client.run(error=error, wrap=wrap).error["message"]
                    self.assertEqual("register it with network=true" in message, told and wants_network, message)

    def test_so_does_a_load_that_fails_for_it(self):
        error = self.start("import socket; raise socket.gaierror(socket.EAI_AGAIN, 'x')", FOB_NETWORK="false").run().error
        self.assertIn("register it with network=true", error["message"])
