"""The function's log."""
import re
import time

from harness import DriverTest

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (\S+) (.*)")


class Log(DriverTest):
    def lines_of(self, driver, request_id):
        """Ends the driver and returns the request's text in the log. Checks the format of every line."""
        driver.process.kill()  # the lines of a call are written before its response
        driver.wait()
        matches = [LINE.fullmatch(line) for line in driver.log.all()]
        self.assertNotIn(None, matches)
        return [match[2] for match in matches if match[1] == request_id]

    def test_each_line_has_the_time_and_the_request_id(self):
        driver = self.start("import sys\nprint('loaded')\ndef callme(text):\n print(text, 1, sep='-')\n"
                            " print('err', file=sys.stderr)\n print()\n sys.stdout.buffer.write(b'raw\\n')")
        client = driver.client()
        client.run(text="ü€\n\x85two\u2028", request_id="id-1")
        client.run(text="\ud800", request_id="id-2")
        driver.log.wait_for("- loaded")
        self.assertEqual(self.lines_of(driver, "id-1"), ["ü€", "\x85two\u2028-1", "err", "", "raw"])

    def test_what_cannot_be_encoded_is_escaped(self):
        driver = self.start("def callme(text): print(text)")
        driver.run(text="\ud800", request_id="i")
        self.assertEqual(self.lines_of(driver, "i"), ["\\ud800"])

    def test_an_unfinished_line_is_written_when_the_call_ends(self):
        driver = self.start("import sys\ndef callme():\n print('a', end='')\n sys.stderr.write('b')\n 1/0")
        client = driver.client()
        for request_id in "12":
            client.run(request_id=request_id)
        self.assertEqual(self.lines_of(driver, "2")[:2], ["a", "b"])

    def test_an_exception_leaves_its_traceback_with_the_request_id(self):
        driver = self.start("def inner():\n    raise OSError('one\\ntwo' + 'x' * 10**6)\ndef callme():\n    inner()")
        driver.run(request_id="failed-1")
        lines = self.lines_of(driver, "failed-1")
        self.assertEqual(lines[:6], ["Traceback (most recent call last):", '  File "function.py", line 4, in callme',
                                     "    inner()", '  File "function.py", line 2, in inner',
                                     "    raise OSError('one\\ntwo' + 'x' * 10**6)", "OSError: one"])
        self.assertLess(len(lines[6]), 10_000)

    def test_a_result_that_is_not_json_leaves_a_line(self):
        driver = self.start("def callme(): return {'a': {1}}")
        driver.run(request_id="set")
        self.assertEqual(self.lines_of(driver, "set")[0].partition(". ")[0],
                         "set: result['a'] is not JSON: it is of type set")

    def test_a_failed_load_leaves_its_traceback(self):
        driver = self.start("x = 1\nprint(undefined)")
        lines = self.lines_of(driver, "-")
        self.assertIn("NameError: name 'undefined' is not defined", lines)
        self.assertIn('  File "function.py", line 2, in <module>', lines)

    def test_a_function_that_closes_its_output_can_still_print(self):
        driver = self.start("import os, sys\ndef callme(how):\n print('here', how)\n exec(how)")
        for how in "sys.stdout.close()", "os.close(1); os.close(2)", "sys.stdout = None", "pass":
            self.assertEqual(driver.run(how=how, request_id="i").status, 200)
        self.assertEqual(self.lines_of(driver, "i")[:3], [
            "here sys.stdout.close()", "here os.close(1); os.close(2)", "here sys.stdout = None"])

    def test_lines_of_calls_at_the_same_time_do_not_mix(self):
        code = ("import threading\nboth = threading.Barrier(4)\ndef callme(c):\n both.wait()\n"
                " for _ in range(300):\n  for _ in range(9): print(c * 1000, end='')\n  print()")
        driver = self.start(code)
        for call in [driver.in_background(c=c, request_id=c) for c in "abcd"]:
            self.assertEqual(call.get().status, 200)
        for c in "abcd":
            with self.subTest(c):
                self.assertEqual(set(self.lines_of(driver, c)), {c * 9000})

    def test_megabytes_take_no_time_to_speak_of(self):
        driver = self.start("def callme():\n for _ in range(300_000): print('x' * 9, end='')\n print('\\n' * 100_000)")
        start = time.monotonic()
        driver.run(request_id="i")
        self.assertLess(time.monotonic() - start, 8)  # quadratic time would be minutes
        lines = self.lines_of(driver, "i")
        self.assertEqual((sum(map(len, lines)), len(lines)), (2_700_000, 100_001 + 2))  # lines are split at each MiB

    def test_child_processes_write_to_the_log_and_not_to_the_events(self):
        driver = self.start("import os, subprocess, sys\ndef callme():\n subprocess.run(['echo', 'child'])\n"
                            " subprocess.run(['echo', 'second'], stdout=sys.stdout)\n os.write(1, b'direct\\n')")
        self.assertEqual(driver.run().status, 200)
        for text in "child", "second", "direct":
            driver.log.wait_for(text)
        driver.process.terminate()
        driver.wait()
        self.assertEqual([event.split('"')[3] for event in driver.events.all()], ["ready", "draining"])

    def test_output_that_is_redirected_by_the_function_is_its_own(self):
        driver = self.start("import contextlib, io\ndef callme():\n"
                            " with contextlib.redirect_stdout(io.StringIO()) as s: print('x')\n return s.getvalue()")
        self.assertEqual(driver.run().result, "x\n")

    def test_lines_of_loggers_begin_with_their_level(self):
        driver = self.start("def callme(setup):\n import logging, sys\n exec(setup)\n log = logging.getLogger('app')\n"
                            " log.debug('one')\n log.info('two')\n log.warning('three')\n log.critical('four\\nfive')\n"
                            " for h in logging.getLogger().handlers[:]: logging.getLogger().removeHandler(h)")
        client = driver.client()
        for number, setup in enumerate(("", "logging.basicConfig(level=logging.DEBUG)",
                                        "logging.basicConfig(format='%(message)s', stream=sys.stdout)",
                                        "sys.stderr.write('x\\n')")):
            self.assertEqual(client.run(setup=setup, request_id=f"id-{number}").status, 200)
        driver.process.kill()
        driver.wait()
        found = [LINE.fullmatch(line) for line in driver.log.all()]
        lines = {n: [match[2] for match in found if match[1] == f"id-{n}"] for n in range(4)}
        self.assertEqual(lines[0], ["WARN three", "ERROR four", "five"])
        self.assertEqual(lines[1], ["DEBUG app:one", "INFO app:two", "WARN app:three", "ERROR app:four", "five"])
        self.assertEqual(lines[2], ["DEBUG one", "INFO two", "WARN three", "ERROR four", "five"])
        self.assertEqual(lines[3][0], "x")


class Tail(DriverTest):
    def ask(self, client, size, **params):
        return client.send("POST", "/run", {"value": params, "log_bytes": size, "request_id": "r"})

    def test_the_answer_has_the_last_lines_of_its_call_if_it_was_asked_for_them(self):
        driver = self.start("import sys\nprint('loaded')\ndef callme(lines):\n for line in lines: print(line)\n"
                            " print('end', end='', file=sys.stderr)\n return len(lines)")
        client = driver.client()
        self.assertEqual(self.ask(client, 100, lines=["a", "", "\u20ac"]).json, {"result": 3, "log": ["a", "", "\u20ac", "end"]})
        self.assertEqual(client.run(lines=["b"]).json, {"result": 1})
        self.assertEqual(self.ask(client, 0, lines=[]).json, {"result": 0})
        self.assertEqual(self.ask(client, 9, lines=["x" * 5, "yyyyy"]).json["log"], ["yyyyy", "end"])
        self.assertEqual(self.ask(client, 7, lines=["x" * 5, "yyyyy"]).json["log"], ["end"])
        self.assertEqual(self.ask(client, 65536, lines=["x" * 100] * 10_000).json["log"], ["x" * 100] * 655 + ["end"])

    def test_a_last_line_that_is_too_long_is_cut(self):
        client = self.start("def callme(): print('\u20ac' * 100)").client()
        self.assertEqual(self.ask(client, 10).json["log"], ["\u20ac\u20ac\u2026"])

    def test_a_raw_body_asks_with_a_header(self):
        client = self.start("def callme(body): print(body)").client()
        headers = {"Content-Type": "text/plain", "Fob-Log-Bytes": "50"}
        self.assertEqual(client.send("POST", "/run", b"x", headers).json, {"result": None, "log": ["b'x'"]})

    def test_an_error_has_them_too_with_its_traceback(self):
        answer = self.ask(self.start("def callme(): print('here'); 1/0").client(), 1000)
        self.assertEqual((answer.status, answer.json["log"][0], answer.json["log"][-1]),
                         (500, "here", "ZeroDivisionError: division by zero"))

    def test_other_sizes_are_refused(self):
        client = self.start("def callme(): return 1").client()
        for size in -1, 65537, 1.0, "5", None, True:
            answer = self.ask(client, size)
            self.assertEqual((answer.status, answer.error["reason"]), (400, "bad-request"), size)
        for size in "-1", "x", "65537", "9" * 9:
            self.assertEqual(client.send("POST", "/run", {"value": {}}, {"Fob-Log-Bytes": size}).status, 400, size)
