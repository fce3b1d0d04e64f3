"""The Java driver as a process, on Unix sockets. ../../python/tests has the harness."""
import base64
import io
import json
import os
import signal
import sys
import tarfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "python", "tests"))
import harness  # noqa: E402
from harness import DriverTest  # noqa: E402

RUN = os.path.join(HERE, "..", "run.sh")
CONFORMANCE = os.path.join(HERE, "..", "conformance")
EXAMPLES = os.path.join(HERE, "..", "..", "..", "examples", "java")


def source(name, folder=CONFORMANCE):
    with open(os.path.join(folder, name + ".java"), encoding="utf-8") as file:
        return file.read()


class JavaTest(DriverTest):
    def start(self, code=None, **env):
        driver = self.start_process(code, **env)
        driver.wait_until_listening()
        if code is not None:
            driver.events.wait_for('"event"')
        return driver

    def start_process(self, code=None, **env):
        driver = JavaDriver(code, **env)
        self.addCleanup(driver.close)
        return driver


class JavaDriver(harness.Driver):
    """The harness starts a program of Python; this one starts run.sh."""

    def __init__(self, code=None, **env):
        started, popen = harness.subprocess, harness.subprocess.Popen
        try:
            started.Popen = lambda command, **more: popen([RUN], **more)
            super().__init__(code, **{"FOB_MEMORY_MIB": "128", "PATH": os.environ["PATH"], **env})
        finally:
            started.Popen = popen

    def wait_until(self, event):
        return json.loads(self.events.wait_for(f'"event":"{event}"')[0])


ALL = """
import java.math.*;
import java.util.*;

public class All {
  enum Kind { SMALL, LARGE }
  record Point(int x, Optional<String> name) {
    Point { if (x < 0) throw new IllegalArgumentException("x is negative"); }
  }
  static Object callme(Optional<String> what, Optional<Object> value, Optional<Integer> number, Optional<Long> big,
      Optional<Point> point, Optional<Kind> kind, Optional<List<Double>> list, Optional<int[]> array,
      Optional<Map<String, Point>> map, Optional<BigDecimal> decimal, Optional<Boolean> flag) throws Exception {
    return switch (what.orElse("")) {
      case "deep" -> { Object deep = 1; for (int i = 0; i < 100000; i++) deep = List.of(deep); yield deep; }
      case "loop" -> { List<Object> loop = new ArrayList<>(); loop.add(loop); yield loop; }
      case "recurse" -> callme(what, value, number, big, point, kind, list, array, map, decimal, flag);
      case "oom" -> new long[Integer.MAX_VALUE - 8];
      case "key" -> { Map<Object, Object> m = new HashMap<>(); m.put(null, 1); yield m; }
      case "date" -> Map.of("t", List.of(java.time.LocalDate.EPOCH));
      case "surrogate" -> "\\ud800";
      case "throw" -> throw new IllegalStateException("outer", new java.io.IOException("inner"));
      case "halt" -> { Runtime.getRuntime().halt(3); yield null; }
      case "error" -> throw new StrangeError();
      case "future" -> java.util.concurrent.CompletableFuture.supplyAsync(() -> 7);
      case "forever" -> { System.out.println("running"); synchronized (All.class) { while (true) All.class.wait(); } }
      case "spin" -> { System.out.println("running"); long n = 0; while (true) { n++; if (n < 0) yield n; } }
      case "exit" -> { System.class.getMethod("exit", int.class).invoke(null, 3); yield null; }
      case "log" -> { java.util.logging.Logger.getLogger("x").warning("careful"); yield null; }
      case "thread" -> {
        Thread t = new Thread(() -> System.out.println("in a thread")); t.start(); t.join(); yield null; }
      default -> {
        Map<String, Object> all = new TreeMap<>();
        value.ifPresent(v -> all.put("value", v)); number.ifPresent(v -> all.put("number", v));
        big.ifPresent(v -> all.put("big", v)); point.ifPresent(v -> all.put("point", v));
        kind.ifPresent(v -> all.put("kind", v)); list.ifPresent(v -> all.put("list", v));
        array.ifPresent(v -> all.put("array", v)); map.ifPresent(v -> all.put("map", v));
        decimal.ifPresent(v -> all.put("decimal", v)); flag.ifPresent(v -> all.put("flag", v));
        yield all;
      }
    };
  }
  static class StrangeError extends Error {
    @Override public String getMessage() { throw new RuntimeException(); }
    @Override public Throwable getCause() { throw new RuntimeException(); }
  }
}
"""


class Calls(JavaTest):
    """Most tests use one driver, because a start takes a second."""

    @classmethod
    def setUpClass(cls):
        cls.driver = JavaDriver(ALL, FOB_TIMEOUT_MS="20000", FOB_MAX_RESULT_BYTES="100000")
        cls.addClassCleanup(cls.driver.close)
        cls.driver.wait_until("ready")

    def setUp(self):
        self.client = self.driver.client()

    def run_it(self, **params):
        answer = self.client.run(**params)
        self.assertEqual(answer.status, 200, answer.json)
        return answer.result

    def refused(self, status, reason, **params):
        answer = self.client.run(**params)
        self.assertEqual((answer.status, answer.error["reason"]), (status, reason), answer.json)
        return answer.error

    def test_every_type_arrives_and_returns(self):
        for params in ({"value": {"n": None, "t": True, "i": 1 << 70, "f": 0.1, "s": "ü€😀\u2028\0", "l": [[], {}], "": " "}},
                       {"number": -5, "big": 2 ** 63 - 1, "kind": "LARGE", "flag": False},
                       {"list": [1, 2.5], "array": [1, 2], "decimal": 0.1}):
            self.assertEqual(self.run_it(**params), params)
        self.assertEqual(self.run_it(point={"x": 1}), {"point": {"x": 1, "name": None}})
        self.assertEqual(self.run_it(map={"a": {"x": 1, "name": "b"}}), {"map": {"a": {"x": 1, "name": "b"}}})

    def test_texts_of_a_url_become_numbers(self):
        self.assertEqual(self.run_it(number="41", big="1", flag="true"), {"number": 41, "big": 1, "flag": True})

    def test_what_does_not_fit_is_refused_with_its_place(self):
        for params, said in (({"number": "one"}, 'number must be Integer, but is the text "one"'),
                             ({"number": 1.5}, "number must be Integer"), ({"number": 2 ** 31}, "number must be Integer"),
                             ({"point": {"x": 1, "y": 2}}, "another member, y"), ({"point": {}}, "without the member x"),
                             ({"map": {"a": {"x": "z"}}}, "map.a.x must be int"), ({"kind": "OTHER"}, "one of SMALL, LARGE"),
                             ({"point": {"x": -1}}, "x is negative"), ({"list": [1, "x"]}, "list[1] must be Double"),
                             ({"what": 1}, "what must be String")):
            with self.subTest(params):
                self.assertIn(said, self.refused(422, "bad-parameters", **params)["message"])
        error = self.refused(422, "bad-parameters", other=1)
        self.assertEqual((error["unexpected"], error["missing"]), (["other"], []))
        self.assertTrue(error["expected"].startswith("callme(Optional<String> what, Optional<Object> value"))

    def test_results_that_are_not_json_are_named_with_their_place(self):
        for what, where in (("date", "result['t'][0]"), ("key", "result"), ("surrogate", "result"),
                            ("deep", "result" + "[0]" * 20 + "…"), ("loop", "result" + "[0]" * 20 + "…")):
            with self.subTest(what):
                self.assertEqual(self.refused(500, "result-not-json", what=what)["where"], where)

    def test_errors_have_the_users_own_line(self):
        error = self.refused(500, "exception", what="throw")
        self.assertEqual(error["type"], "java.lang.IllegalStateException")
        self.assertIn("inner", error["message"])
        self.assertRegex(error["stack"][0], r"^  at All.callme\(Function.java:\d+\)$")
        self.assertIn("Caused by: java.io.IOException: inner", error["stack"])

    def test_the_worst_errors_are_survived(self):
        for what, kind in (("recurse", "java.lang.StackOverflowError"), ("oom", "java.lang.OutOfMemoryError"),
                           ("error", "All$StrangeError"), ("halt", "fob.driver.ExitAttempt")):
            with self.subTest(what):
                self.assertEqual(self.refused(500, "exception", what=what)["type"], kind)
        self.assertEqual(self.run_it(what="future"), 7)

    def test_too_large_a_result_says_so(self):
        error = self.refused(500, "result-too-large", value="é" * 60_000)
        self.assertEqual((error["size"], error["limit"]), (120_012, 100_000))

    def test_bodies_that_are_not_calls_are_refused(self):
        for body in (b"", b"{", b"[]", b"{}", b'{"value":1}', b'{"value":{"value":NaN}}', b"\xff", b"[" * 100_000,
                     b'{"value":{},"request_id":"a b"}', b'{"value":{"value":1e400}}', b'{"value":{}} x',
                     b'{"value":{"value":' + b"9" * 5000 + b"}}", b'{"value":{},"log_bytes":65537}', b'{"value":{"value":01}}'):
            with self.subTest(body[:60]):
                answer = self.client.send("POST", "/run", body, {"Content-Type": "application/json"})
                self.assertEqual((answer.status, answer.error["reason"]), (400, "bad-request"), answer.json)

    def test_other_paths_and_methods_are_refused(self):
        self.assertEqual((self.client.send("GET", "/").status, self.client.send("POST", "/init", {"value": {"code": "x"}}).status),
                         (404, 403))
        self.assertEqual(self.client.send("GET", "/run").headers["Allow"], "POST")

    def test_logs_name_their_call(self):
        answer = self.client.send("POST", "/run", {"value": {"what": "log"}, "request_id": "r1", "log_bytes": 100})
        self.assertEqual((answer.json["log"], answer.headers["Fob-Request-Id"]), (["WARN careful"], "r1"))
        self.driver.log.wait_for("Z r1 WARN careful")
        self.client.run(what="thread", request_id="r2")
        self.driver.log.wait_for("Z r2 in a thread")

    def test_a_hundred_levels_work(self):
        value = json.loads("[" * 100 + "]" * 100)
        self.assertEqual(self.run_it(value=value), {"value": value})

    def test_requests_that_arrive_together_are_answered_in_turn(self):
        sock = harness.UnixConnection(self.driver.socket_path)
        sock.connect()
        self.addCleanup(sock.close)
        for i in range(5):
            body = b'{"value":{"number":%d}}' % i
            sock.sock.sendall(b"POST /run HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        sock.sock.shutdown(harness.socket.SHUT_WR)
        answers = b""
        while chunk := sock.sock.recv(65536):
            answers += chunk
        self.assertEqual([part[:1] for part in answers.split(b'{"number":')[1:]], [b"0", b"1", b"2", b"3", b"4"])


class Loading(JavaTest):
    def test_the_examples_run(self):
        driver = self.start(source("helloworld", EXAMPLES))
        self.assertEqual(driver.run(request_id="r1").json, {"result": 42})
        driver.log.wait_for("Z r1 Hello serverless world!")
        client = self.start(source("distance", EXAMPLES)).client()
        self.assertEqual(client.run(points=[{"x": 0, "y": 0}, {"x": 3, "y": 4}]).result, {"length": 5, "unit": "m"})

    def test_a_compile_error_shows_its_line(self):
        error = self.start(source("broken")).run().error
        self.assertEqual((error["reason"], error["type"]), ("failed", "CompileError"))
        self.assertTrue(error["message"].startswith("Function.java:2: cannot find symbol"), error["message"])
        self.assertIn("    return nothing; // BROKEN HERE", error["stack"])

    def test_what_cannot_be_called_says_so(self):
        for code, said in (("int x() { return 1; }", "no method callme: write one"),
                           ("int callme() { return 1; } int callme(int a) { return a; }", "more than one method callme"),
                           ("int callme(Thread t) { return 1; }", "the parameter t has the type Thread"),
                           ("class A { A(int a) {} int callme() { return 1; } }", "no constructor without parameters"),
                           ("class A { static int x = 1 / 0; static int callme() { return 1; } }", "/ by zero")):
            with self.subTest(code):
                self.assertIn(said, self.start(code).run().error["message"])

    def test_init_takes_an_archive_once(self):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for path in "Main.java", "Greeting.java", "data/mark.txt":
                tar.add(os.path.join(CONFORMANCE, "archive", path), path)
        client = self.start().client()
        self.assertEqual(client.health().json, {"state": "waiting"})
        wrong = client.send("POST", "/init", {"value": {"code": "eA==", "binary": True}})
        self.assertEqual(wrong.status, 400)
        value = {"code": base64.b64encode(packed.getvalue()).decode(), "binary": True, "env": {"A": "b"}}
        self.assertEqual(client.send("POST", "/init", {"value": value}).json, {"ok": True})
        self.assertEqual(client.run(name="Ada").result, "Hello, Ada!")
        self.assertEqual(client.send("POST", "/init", {"value": value}).status, 403)

    def test_the_environment_has_secrets_and_nothing_of_fob(self):
        code = 'Object callme() { return System.getenv().keySet().stream().filter(n -> n.startsWith("FOB")).toList() ' \
               '+ System.getenv("TOKEN") + System.getenv("OTHER"); }'
        folder = self.start().folder
        with open(os.path.join(folder, "TOKEN"), "w") as file:
            file.write("s3cret\n")
        driver = self.start(code, FOB_SECRETS_URL=f"file://{folder}", FOB_SECRET_ENV="TOKEN", OTHER="x")
        self.assertEqual(driver.run().result, "[]s3cret\nx")
        missing = self.start(code, FOB_SECRETS_URL=f"file://{folder}", FOB_SECRET_ENV="NONE")
        self.assertIn("the secret NONE cannot be read", missing.run().error["message"])

    def test_too_little_memory_is_said(self):
        error = self.start("int callme() { return 1; }", FOB_MEMORY_MIB="64").run().error
        self.assertIn("needs at least 96 MiB, and this one has 64", error["message"])

    def test_wrong_settings_end_it_with_2(self):
        driver = self.start_process(FOB_CONCURRENCY="0", FOB_NETWORK="maybe")
        self.assertEqual(driver.wait(), 2)
        self.assertRegex(driver.log.all()[-1], "FOB_CONCURRENCY is '0'.*FOB_NETWORK is 'maybe'")


class Ends(JavaTest):
    def test_a_stuck_call_ends_the_process_with_75_after_the_others(self):
        driver = self.start(ALL, FOB_TIMEOUT_MS="1500", FOB_CONCURRENCY="2")
        for what in "forever", "spin":
            driver.in_background(what=what, request_id=what)
        driver.log.wait_for("running", 2)
        self.assertEqual(driver.wait_until("draining"), {"event": "draining", "reason": "stuck-call"})
        self.assertEqual(driver.wait(), 75)
        log = "\n".join(driver.log.all())
        self.assertIn("the call forever has not ended in its time", log)
        self.assertIn("at All.callme(Function.java:", log)

    def test_sigterm_lets_calls_finish(self):
        driver = self.start('double callme(double seconds) throws Exception { System.out.println("running"); '
                            'Thread.sleep((long) (seconds * 1000)); return seconds; }')
        call = driver.in_background(seconds=1.5)
        driver.log.wait_for("running")
        driver.process.send_signal(signal.SIGTERM)
        driver.wait_until("draining")
        self.assertEqual(driver.run(seconds=0).error["reason"], "draining")
        self.assertEqual(call.get().result, 1.5)
        self.assertEqual(driver.wait(), 0)

    def test_exit_by_reflection_ends_it_clearly(self):
        driver = self.start(ALL)
        driver.in_background(what="exit", request_id="leaver")
        self.assertEqual(driver.wait(), 76)
        self.assertIn("the call leaver has ended the process", "\n".join(driver.log.all()))

    def test_memory_that_stays_full_ends_the_call_or_the_process(self):
        driver = self.start(source("memory"), FOB_TIMEOUT_MS="5000")
        answer = driver.in_background().get()
        if not isinstance(answer, Exception):
            self.assertEqual(answer.error["type"], "java.lang.OutOfMemoryError")
            self.assertEqual(driver.health().status, 200)
        else:
            self.assertIn(driver.wait(), (75, 76))


if __name__ == "__main__":
    unittest.main()
