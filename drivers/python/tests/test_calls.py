"""Calls: parameters, results, and the errors of functions."""
import os

from harness import DriverTest

EXAMPLES = os.path.join(os.path.dirname(__file__), "..", "..", "..", "examples", "python")


def example(name):
    with open(os.path.join(EXAMPLES, name), encoding="utf-8") as file:
        return file.read()


class Examples(DriverTest):
    def test_hello_world_answers_42_and_logs_its_greeting(self):
        driver = self.start(example("helloworld.py"))
        self.assertEqual(driver.run(request_id="r1").json, {"result": 42})
        driver.log.wait_for("Z r1 Hello serverless world!")

    def test_add_takes_texts_and_numbers(self):
        client = self.start(example("add.py")).client()
        self.assertEqual(client.run(param1="1", param2="1").result, 2)
        self.assertEqual(client.run(param1=20, param2=22).result, 42)
        self.assertIsNone(client.run(param1=0, param2=22).result)

    def test_the_others_do_what_they_say(self):
        self.assertEqual(self.start(example("gather.py")).run(seconds=0.01).status, 200)
        client = self.start(example("cache.py")).client()
        self.assertFalse(client.run(number=3).result["cached"])
        self.assertEqual(client.run(number="3").result, {"square": 9, "cached": True, "entries": 1})
        self.assertEqual(self.start(example("echo.py")).run(a=1).result, {"params": {"a": 1}})


class Parameters(DriverTest):
    def error(self, code, **params):
        answer = self.start(code).run(**params)
        self.assertEqual((answer.status, answer.error["reason"]), (422, "bad-parameters"))
        return answer.error

    def test_missing_and_unexpected_ones_are_named(self):
        error = self.error("def callme(param1, param2): 1/0", param2=1, other=2)
        self.assertEqual(error["missing"], ["param1"])
        self.assertEqual(error["unexpected"], ["other"])
        self.assertEqual(error["expected"], "callme(param1, param2)")
        self.assertEqual(error["message"], "missing param1; unexpected other: the function is callme(param1, param2)")

    def test_the_expected_form_shows_every_kind_of_parameter(self):
        error = self.error("def callme(a, b=1, *rest, c, d=[], **more): pass")
        self.assertEqual(error["expected"], "callme(a, b=1, *rest, c, d=…, **more)")
        self.assertEqual(error["missing"], ["a", "c"])
        self.assertEqual(self.error("def callme(x=1, /, *, y): pass")["expected"], "callme(x=1, /, *, y)")

    def test_whatever_can_be_called_is_checked(self):
        decorated = ("import functools\ndef twice(f):\n @functools.wraps(f)\n"
                     " def inner(*a, **k): return 2 * f(*a, **k)\n return inner\n@twice\ndef callme(a): return a")
        partial = "import functools\ncallme = functools.partial(lambda a, b: a + b, b=1)"
        instance = "class C:\n def __call__(self, a): return a\ncallme = C()"
        method = "class C:\n def m(self, a): return a\ncallme = C().m"
        cached = "import functools\n@functools.lru_cache\ndef callme(a): return a"
        for code, result in (decorated, 42), (partial, 22), (instance, 21), (method, 21), (cached, 21):
            with self.subTest(code):
                client = self.start(code).client()
                self.assertEqual(client.run(a=21).result, result)
                self.assertEqual(client.run().error["missing"], ["a"])
                self.assertEqual(client.run(a=1, z=1).error["unexpected"], ["z"])

    def test_a_class_can_be_the_function(self):
        client = self.start("class callme(dict):\n def __init__(self, a): self['a'] = a").client()
        self.assertEqual(client.run(a=1).result, {"a": 1})
        self.assertEqual(client.run(b=1).error["missing"], ["a"])

    def test_a_function_in_c_without_a_signature_is_called_as_it_is(self):
        self.assertEqual(self.start("callme = dict").run(a=1).result, {"a": 1})

    def test_a_parameter_that_cannot_be_given_by_name_is_a_load_failure(self):
        error = self.start("def callme(a, /): pass").health().error
        self.assertIn("parameters arrive by name, and a can only be given by position", error["message"])

    def test_types_survive(self):
        value = {"n": None, "t": True, "i": 1 << 70, "f": 0.1, "s": "ü€😀\u2028\0", "l": [[], {}], "": " "}
        self.assertEqual(self.start("def callme(**params): return params").run(**value).result, value)


class RequestIds(DriverTest):
    def test_every_answer_names_its_request(self):
        client = self.start("def callme(a): return {1} if a == 0 else 1 / (a - 1)", FOB_TIMEOUT_MS="1000").client()
        for params, status in (({"a": 2}, 200), ({"a": 0}, 500), ({"a": 1}, 500), ({"b": 1}, 422)):
            answer = client.run(request_id=f"id-{status}", **params)
            self.assertEqual((answer.status, answer.headers["Fob-Request-Id"]), (status, f"id-{status}"))
        self.assertNotIn("Fob-Request-Id", client.run(a=2).headers)
        self.assertNotIn("Fob-Request-Id", client.health().headers)

    def test_a_request_whose_body_cannot_be_read_is_named_by_its_header(self):
        client = self.start("def callme(a): return a").client()
        for headers in {"Content-Type": "application/json"}, {"Content-Type": "text/plain"}:
            answer = client.send("POST", "/run", b"{", {"Fob-Request-Id": "by-header", **headers})
            self.assertIn(answer.status, (400, 422))
            self.assertEqual(answer.headers["Fob-Request-Id"], "by-header")
        answer = client.send("POST", "/run", b'{"value":{"a":1},"request_id":"member"}', {"Fob-Request-Id": "header"})
        self.assertEqual(answer.headers["Fob-Request-Id"], "member")

    def test_refusals_before_there_is_a_function_name_it_too(self):
        for code in None, "1/0":
            answer = self.start(code).run(request_id="early")
            self.assertEqual((answer.status, answer.headers["Fob-Request-Id"]), (503, "early"))


class RawBodies(DriverTest):
    def test_other_content_types_reach_the_function_as_bytes(self):
        driver = self.start("def callme(body, content_type): print('x'); return [list(body), content_type]")
        answer = driver.client().send("POST", "/run", b"\xff\0{}", {"Content-Type": "image/PNG; a=b",
                                                                  "Fob-Request-Id": "raw-1"})
        self.assertEqual(answer.result, [[255, 0, 123, 125], "image/PNG; a=b"])
        driver.log.wait_for("Z raw-1 x")

    def test_content_type_is_left_out_when_the_function_does_not_take_it(self):
        client = self.start("def callme(body): return body.decode()").client()
        self.assertEqual(client.send("POST", "/run", "hé".encode(), {"Content-Type": "text/plain"}).result, "hé")

    def test_a_function_that_takes_no_body_says_so(self):
        client = self.start("def callme(a): return a").client()
        answer = client.send("POST", "/run", b"x", {"Content-Type": "text/plain"})
        self.assertEqual((answer.status, answer.error["unexpected"]), (422, ["body"]))


class Results(DriverTest):
    @classmethod
    def setUpClass(cls):
        cls.code = ("import math, datetime, enum\nclass Broken(dict):\n def items(self): raise ValueError('no')\n"
                    "class Color(enum.IntEnum): RED = 1\nloop = []\nloop.append(loop)\ndeep = []\n"
                    "for _ in range(100000): deep = [deep]\n"
                    "def callme(expression): return eval(expression)")

    def setUp(self):
        self.client = self.start(self.code, FOB_MAX_RESULT_BYTES="1000").client()

    def test_what_is_not_json_is_named_with_its_place(self):
        for expression, where, kind in (
                ("{'a': [1, {2}]}", "result['a'][1]", "set"), ("float('nan')", "result", "float"),
                ("[math.inf]", "result[0]", "float"), ("{'t': datetime.date.today()}", "result['t']", "date"),
                ("b'x'", "result", "bytes"), ("(i for i in ())", "result", "generator"),
                ("{(1, 2): 3}", "result", "tuple"), ("{float('nan'): 3}", "result[nan]", "float"),
                ("['\\ud800']", "result[0]", "str"), ("loop", "result[0]", "list"),
                ("deep", "result" + "[0]" * 20 + "…", "list"), ("10 ** 5000", "result", "int"), ("Broken(a=1)", "result", "Broken")):
            with self.subTest(expression):
                answer = self.client.run(expression=expression)
                error = answer.error
                self.assertEqual((answer.status, error["reason"]), (500, "result-not-json"))
                self.assertEqual((error["where"], error["type"]), (where, kind))
                self.assertTrue(error["message"].startswith(where + " is not JSON: "), error["message"])

    def test_what_json_can_express_is_accepted(self):
        self.assertEqual(self.client.run(expression="{1: (Color.RED, None, 'é')}").result, {"1": [1, None, "é"]})

    def test_the_limit_is_in_bytes_of_json(self):
        self.assertEqual(self.client.run(expression="'é' * 499").status, 200)
        error = self.client.run(expression="'é' * 500").error
        self.assertEqual((error["reason"], error["size"], error["limit"]), ("result-too-large", 1002, 1000))

    def test_a_megabyte_by_default(self):
        client = self.start("def callme(n): return 'x' * n").client()
        self.assertEqual(len(client.run(n=1048574).result), 1048574)
        self.assertEqual(client.run(n=1048575).error["reason"], "result-too-large")
