"""Calls: values, errors, logs and limits."""
import json

from .case import Case

VALUES = [None, True, False, 0, -1, 2 ** 53 + 1, 2 ** 63 - 1, -2 ** 63, 0.5, -1.25e-7, 1e300, "", "text", "a\nb\t\"\\",
          "\0", "\u20ac", "\U0001f600", [], {}, [1, [2, [3]]], {"a": {"b": [None, {"c": "\u00fc"}]}}]
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CONTEXT = {"request_id": "id-1", "deadline": 1767225600000, "traceparent": TRACEPARENT,
           "tracestate": "vendor=1,t@other=a b"}
NO_CONTEXT = dict.fromkeys(CONTEXT)


class Calls(Case):
    def test_every_kind_of_value_is_kept(self):
        client = self.start("echo").client()
        for value in VALUES:
            with self.subTest(value):
                answer = client.run({"value": value})
                self.assertEqual(answer.status, 200, answer)
                self.assertEqual(json.dumps(answer.result), json.dumps(value))

    def test_payloads_up_to_1_mib_are_taken(self):
        client = self.start("echo", FOB_MAX_RESULT_BYTES=str(2 << 20)).client()
        for size in 0, 1, 1000, 65536, 1 << 20:
            self.assertEqual(client.run({"value": "x" * size}).result, "x" * size)

    def test_nesting_of_100_levels_works_and_much_more_is_an_error(self):
        client = self.start("echo").client()
        nested = json.loads("[" * 90 + "1" + "]" * 90)
        self.assertEqual(client.run({"value": nested}).result, nested)
        deep = b'{"value":{"value":' + b"[" * 200_000 + b"]" * 200_000 + b"}}"
        answer = client.send("POST", "/run", deep, {"Content-Type": "application/json"})
        self.assertIn(answer.status, (400, 500), answer)
        self.assertEqual(client.run({"value": 1}).result, 1)

    def test_bodies_that_are_no_calls_are_refused(self):
        client = self.start("echo").client()
        for body in (b"", b"{", b"[]", b'{"value":1}', b'{"value":{"value":NaN}}', b'{"value":{"value":1e400}}', b"\xff",
                     b'{"value":{},"request_id":"a b"}', b'{"value":{},"log_bytes":-1}'):
            with self.subTest(body):
                self.assert_error(client.send("POST", "/run", body, {"Content-Type": "application/json"}), 400, "bad-request")

    def test_other_paths_and_methods_are_refused(self):
        driver = self.start("echo")
        self.assert_error(driver.client().send("GET", "/none"), 404, "not-found")
        self.assert_error(driver.client().send("GET", "/run"), 405, "method-not-allowed")

    def test_a_raw_body_arrives_with_its_type(self):
        client = self.start("body").client()
        for body in b"", bytes(range(256)) * 10:
            answer = client.send("POST", "/run", body, {"Content-Type": "image/png", "Fob-Request-Id": "raw-1"})
            self.assertEqual(answer.result, {"size": len(body), "content_type": "image/png"})
            self.assertEqual(answer.headers["Fob-Request-Id"], "raw-1")

    def test_every_answer_names_its_request(self):
        client = self.start("echo").client()
        for body, status in ((b'{"value":{"value":1}}', 200), (b"{", 400)):
            answer = client.send("POST", "/run", body, {"Fob-Request-Id": "id-1"})
            self.assertEqual((answer.status, answer.headers["Fob-Request-Id"]), (status, "id-1"))
        self.assertEqual(client.run({"value": 1}, request_id="id-2").headers["Fob-Request-Id"], "id-2")

    def test_parameters_that_do_not_fit_are_told(self):
        self.language.need("binds")
        client = self.start("binds").client()
        self.assertEqual(client.run({"a": 1, "b": 3}).result, [1, 3])
        error = self.assert_error(client.run({"c": 1}), 422, "bad-parameters")
        self.assertEqual((error["missing"], error["unexpected"]), (["a"], ["c"]))

    def test_a_schema_has_the_parameters_of_the_function(self):
        answer = self.start("echo" if self.language.lacks("binds") else "binds").client().send("GET", "/schema")
        if answer.status != 200:
            self.assertEqual(answer.status, 404, answer)
            self.skipTest("this driver makes no schemas")
        self.assertLessEqual(len(json.dumps(answer.json).encode()), 64 * 1024)
        self.assertLessEqual(answer.json.keys(), {"description", "parameters", "result"})
        parameters = answer.json["parameters"]
        self.assertEqual(parameters["type"], "object")
        if not self.language.lacks("binds"):
            self.assertEqual((sorted(parameters["properties"]), parameters["required"]), (["a", "b"], ["a"]), answer)

    def test_there_is_no_schema_before_the_function(self):
        answer = self.start().client().send("GET", "/schema")
        self.assertIn((answer.status, answer.error["reason"]), ((503, "not-initialized"), (404, "not-found")), answer)

    def test_a_default_is_used(self):
        client = self.start("greet").client()
        self.assertEqual(client.run({}).result, "Hello, world!")
        self.assertEqual(client.run({"name": "\u20ac"}).result, "Hello, \u20ac!")

    def test_an_error_has_its_message_and_line(self):
        client = self.start("fail").client()
        error = self.assert_error(client.run({"message": "m\u20ac"}), 500, "exception")
        self.assertIn("m\u20ac", error["message"])
        if error.get("stack"):
            number, _ = self.language.line("fail", "FAIL HERE")
            self.assertIn(str(number), "\n".join(error["stack"]))
        self.assertEqual(client.run({"message": "again"}).status, 500)

    def test_results_that_are_not_json_are_told(self):
        client = self.start("notjson").client()
        for kind in "nan", "infinity", "other":
            self.assert_error(client.run({"kind": kind}), 500, "result-not-json")

    def test_results_are_limited(self):
        client = self.start("large", FOB_MAX_RESULT_BYTES="1000").client()
        self.assertEqual(client.run({"bytes": 998}).result, "x" * 998)
        self.assert_error(client.run({"bytes": 999}), 500, "result-too-large")

    def test_values_stay_between_calls(self):
        client = self.start("count").client()
        self.assertEqual([client.run({}).result for _ in range(3)], [1, 2, 3])

    def test_calls_run_at_the_same_time_up_to_the_limit(self):
        driver = self.start("sleep", FOB_CONCURRENCY="2")
        calls = [self.in_background(lambda: driver.run({"seconds": 1.5})) for _ in range(6)]
        statuses = sorted(call().status for call in calls)
        self.assertEqual((statuses[:2], set(statuses)), ([200, 200], {200, 429}))

    def test_a_function_can_read_the_context_of_its_call(self):
        client = self.start("context").client()
        self.assertEqual(client.run({"seconds": 0}, **CONTEXT).result, CONTEXT)
        self.assertEqual(client.run({"seconds": 0}).result, NO_CONTEXT)   # nothing is left of the call before
        later = TRACEPARENT.replace("00-", "01-", 1) + "-more"
        self.assertEqual(client.run({"seconds": 0}, traceparent=later).result, {**NO_CONTEXT, "traceparent": later})

    def test_what_is_malformed_in_the_context_is_absent(self):
        client = self.start("context").client()
        _, trace, parent, _ = TRACEPARENT.split("-")
        for malformed in ("", "x", 7, None, ["00"], f"00-{trace}-{parent}", f"00-{'0' * 32}-{parent}-01",
                          f"00-{trace}-{'0' * 16}-01", f"00-{trace.upper()}-{parent}-01", f"ff-{trace}-{parent}-01",
                          f"{TRACEPARENT}-more", f"{TRACEPARENT}\n"):
            with self.subTest(malformed):
                self.assertEqual(client.run({"seconds": 0}, traceparent=malformed).result, NO_CONTEXT)
        for malformed in "", 7, None, "a=1\nb=2", "\u20ac", "a" * 513:
            with self.subTest(malformed):
                told = client.run({"seconds": 0}, traceparent=TRACEPARENT, tracestate=malformed).result
                self.assertEqual(told, {**NO_CONTEXT, "traceparent": TRACEPARENT})
        self.assertEqual(client.run({"seconds": 0}, tracestate="a=1").result, NO_CONTEXT)   # it needs a traceparent
        for malformed in "soon", True, 1.5, None, [1]:
            with self.subTest(malformed):
                self.assertEqual(client.run({"seconds": 0}, deadline=malformed).result, NO_CONTEXT)

    def test_calls_at_the_same_time_read_their_own_context(self):
        driver = self.start("context", FOB_CONCURRENCY="3")
        sent = [{**CONTEXT, "request_id": f"id-{n}", "deadline": n} for n in range(1, 4)]
        calls = [self.in_background(lambda call=call: driver.run({"seconds": 1}, **call)) for call in sent]
        self.assertEqual([call().result for call in calls], sent)

    def test_the_log_has_the_lines_of_a_call_and_so_has_the_answer(self):
        driver = self.start("log")
        answer = driver.run({"text": "one \u20ac"}, request_id="r-1", log_bytes=1000)
        self.assertEqual((answer.status, set(answer.json["log"])), (200, {"one \u20ac"}), answer)
        lines = [line for line in driver.log() if line.endswith("Z r-1 one \u20ac")]
        self.assertEqual(len(lines), len(answer.json["log"]), driver.log())
        self.assertNotIn("log", driver.run({"text": "x"}).json)

    def test_the_log_in_an_answer_is_limited(self):
        answer = self.start("flood").run({"lines": 20_000}, log_bytes=500)
        self.assertEqual(answer.result, 20_000)
        self.assertLessEqual(sum(len(line.encode()) for line in answer.json["log"]), 500)
        self.assertGreater(len(answer.json["log"]), 10)
