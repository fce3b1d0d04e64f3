"""What fob needs of a runtime of OpenWhisk."""
import threading
import unittest

from .openwhisk import END
from .targets import until


class Case(unittest.TestCase):
    target = None

    def start(self, name=None, **more):
        """Starts the runtime with one of the functions, or without any."""
        runtime = self.target.start()
        self.addCleanup(runtime.close)
        if name:
            reply = runtime.init(self.code(name), **more)
            self.assertEqual(reply.status, 200, reply)
        return runtime

    def code(self, name):
        return self.target.language.code(name).decode()

    def assert_error(self, reply):
        self.assertNotEqual(reply.status, 200, reply)
        self.assertIsInstance(reply.json, dict, reply)
        self.assertTrue(reply.json.get("error"), reply)
        return str(reply.json["error"])


class Loading(Case):
    def test_a_call_before_init_is_refused(self):
        self.assert_error(self.start().run({}))

    def test_it_is_not_taken_for_a_driver_of_fob(self):
        health = self.start().send("GET", "/health")
        self.assertFalse(isinstance(health.json, dict) and isinstance(health.json.get("state"), str),
                         f"fob would take it for one of its own drivers: {health}")

    def test_init_works_once_and_the_first_code_stays(self):
        runtime = self.start("echo")
        self.assert_error(runtime.init(self.code("env")))
        self.assertEqual(runtime.run({"name": "x"}).json, {"name": "x"})

    def test_code_that_does_not_load_is_an_error_of_init(self):
        self.assert_error(self.start().init(self.code("broken")))

    def test_another_entry_point_can_be_named(self):
        self.assertEqual(self.start("entry", main="niam").run({}).json, {"entry": "niam"})

    def test_a_zip_file_has_its_modules(self):
        self.target.language.need("archive")
        runtime = self.start()
        reply = runtime.init(self.target.zip(), binary=True)
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(runtime.run({"name": "Ann"}).json, {"greeting": "Hello, Ann"})

    def test_init_gives_variables(self):
        runtime = self.start("env", env={"MINE": "\u20ac x"})
        self.assertEqual(runtime.run({"name": "MINE"}).json, {"value": "\u20ac x"})


class Calls(Case):
    def test_results_are_bare_objects_with_any_text(self):
        runtime = self.start("echo")
        for value in {}, {"a": [1, 2.5, None, True, {"b": "c"}]}, {"text": "\u00fc\u20ac \U0001f600 \" \\ \n"}:
            reply = runtime.run(value)
            self.assertEqual((reply.status, reply.json), (200, value))

    def test_parameters_of_a_megabyte_work(self):
        value = {"text": "x" * 1000_000}
        self.assertEqual(self.start("echo").run(value).json, value)

    def test_the_context_is_in_variables(self):
        runtime = self.start("env")
        reply = runtime.run({"name": "__OW_ACTIVATION_ID"}, activation_id="0198-a")
        self.assertEqual(reply.json, {"value": "0198-a"})
        self.assertEqual(runtime.run({"name": "__OW_DEADLINE"}).json, {"value": "4102444800000"})

    def test_an_exception_is_an_error_and_the_next_call_works(self):
        runtime = self.start("fail")
        for _ in range(2):
            self.assert_error(runtime.run({"why": "on purpose"}))

    def test_a_result_that_is_no_object_is_an_error(self):
        self.assert_error(self.start("notobject").run({}))

    def test_a_call_beside_another_one_runs_later_or_is_refused_with_403(self):
        runtime = self.start("sleep")
        replies = []
        threads = [threading.Thread(target=lambda: replies.append(runtime.run({"seconds": 1}))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(90)
        self.assertIn(sorted(reply.status for reply in replies), ([200, 200], [200, 403]), replies)
        for reply in replies:
            if reply.status == 403:
                self.assert_error(reply)


class Log(Case):
    def test_both_streams_have_their_lines_and_the_mark_at_the_end(self):
        runtime = self.start("log")
        runtime.run({})
        for stream, text in (0, "to stdout"), (1, "to stderr"):
            until(lambda: END in runtime.output()[stream], f"the line {END} on {('stdout', 'stderr')[stream]}")
            before = runtime.output()[stream].partition(END)[0]
            self.assertIn(text, before)

    def test_each_call_has_its_mark(self):
        runtime = self.start("fail")
        for _ in range(3):
            runtime.run({"why": "x"})
        for stream in 0, 1:
            until(lambda: runtime.output()[stream].count(END) == 3, "three marks")
