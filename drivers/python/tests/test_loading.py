"""The start of the process until it is ready, waiting or failed."""
import hashlib
import http.server
import os
import socket
import threading

from harness import Driver, DriverTest

CODE = "def callme(): return 1"


class Loading(DriverTest):
    def assert_failed(self, driver, message, kind=None):
        event = driver.wait_until("failed")
        health, run = driver.health(), driver.run()
        self.assertEqual((health.status, health.json["state"]), (503, "failed"))
        self.assertEqual((run.status, run.error["reason"]), (503, "failed"))
        self.assertEqual(event["error"], health.error)
        self.assertEqual(event["error"], run.error)
        self.assertIn(message, run.error["message"])
        if kind:
            self.assertEqual(run.error["type"], kind)
        return run.error

    def test_ready_is_announced_and_healthy(self):
        driver = self.start(CODE)
        self.assertEqual(driver.wait_until("ready"), {"event": "ready"})
        self.assertEqual((driver.health().status, driver.health().json), (200, {"state": "ready"}))

    def test_starting_is_visible_while_the_code_loads(self):
        driver = self.start_process("import os\nos.mkfifo('gate')\nprint('loading')\nopen('gate').read()\n" + CODE)
        driver.log.wait_for("loading")
        self.assertEqual((driver.health().status, driver.health().json["state"]), (503, "starting"))
        self.assertEqual(driver.run().error["reason"], "starting")
        driver.release("gate")
        driver.wait_until("ready")
        self.assertEqual(driver.run().result, 1)

    def test_a_syntax_error_shows_its_line(self):
        error = self.assert_failed(self.start("x = 1\ndef callme(:\n  pass"), "invalid syntax", "SyntaxError")
        self.assertEqual(error["stack"][:2], ['  File "function.py", line 2', "    def callme(:"])

    def test_a_line_of_any_length_is_told_in_a_failed_event(self):
        for code in ("x = '" + "a" * 700_000, "x = (" + "'é' " * 200_000 + "\ndef", "1/0 # " + "\U0001f600" * 200_000,
                     "raise ValueError('\\0' * 10**6)", "import " + "m" * 700_000):
            driver = self.start(code)
            error = self.assert_failed(driver, "")
            self.assertLess(len(driver.events.all_so_far()[0]), 64 * 1024)
            self.assertTrue(error["stack"][0].startswith('  File "function.py", line 1'), error["stack"])
            self.assertLess(max(map(len, error["stack"])), 1000)

    def test_an_exception_while_loading_shows_its_line(self):
        error = self.assert_failed(self.start("import nosuchmodule"), "nosuchmodule", "ModuleNotFoundError")
        self.assertEqual(error["stack"], ['  File "function.py", line 1, in <module>', "    import nosuchmodule"])

    def test_exit_while_loading_is_a_failure(self):
        self.assert_failed(self.start("import sys; sys.exit(0)"), "exit(0)", "SystemExit")

    def test_code_without_callme_says_what_to_write(self):
        self.assert_failed(self.start("x = 1"), "the code has no function callme: write one", "NoEntryPoint")
        self.assert_failed(self.start("callme = 1"), "callme is of type int, which cannot be called", "NoEntryPoint")

    def test_code_that_is_not_text_is_a_failure(self):
        self.assert_failed(self.start(b"x = '\xff'"), "(unicode error)", "SyntaxError")

    def test_a_file_that_is_not_there_is_a_failure(self):
        self.assert_failed(self.start_process(FOB_CODE_URL="file:/no/such%20file"), "No such file", "CodeNotAvailable")

    def test_the_hash_of_the_code_is_checked(self):
        self.start(CODE, FOB_CODE_SHA256=hashlib.sha256(CODE.encode()).hexdigest().upper()).wait_until("ready")
        self.assert_failed(self.start(CODE, FOB_CODE_SHA256="0" * 64), "is not the code that was registered")

    def test_nobody_may_initialize_what_fetched_its_code(self):
        answer = self.start(CODE).client().send("POST", "/init", {"value": {"code": CODE}})
        self.assertEqual(answer.status, 403)


class Serving(DriverTest):
    def serve(self, *answers):
        """Returns the URL of a server that gives one answer after another, and the Authorization headers that it got."""
        left, tokens = list(answers), []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                tokens.append(self.headers["Authorization"])
                status, body, claimed = left.pop(0)
                self.send_response(status)
                self.send_header("Content-Length", str(claimed))
                self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}/api/cs/1", tokens


class Fetching(Serving):
    def test_code_comes_over_http_with_the_token(self):
        url, tokens = self.serve((200, CODE.encode(), len(CODE)))
        driver = self.start_process(FOB_CODE_URL=url, FOB_CODE_TOKEN="t0k")
        driver.wait_until("ready")
        self.assertEqual((driver.run().result, tokens), (1, ["Bearer t0k"]))

    def test_what_may_pass_is_tried_again(self):
        url, tokens = self.serve((503, b"", 0), (200, CODE.encode()[:9], len(CODE)), (200, CODE.encode(), len(CODE)))
        self.start_process(FOB_CODE_URL=url).wait_until("ready")
        self.assertEqual(tokens, [None] * 3)

    def test_a_refusal_or_redirect_is_final(self):
        for status in 403, 302:
            url, tokens = self.serve((status, b"", 0))
            error = self.start_process(FOB_CODE_URL=url, FOB_CODE_TOKEN="t0k").wait_until("failed")["error"]
            self.assertIn(f"cannot be fetched: HTTP status {status}", error["message"])
            self.assertNotIn("t0k", str(error))
            self.assertEqual(len(tokens), 1)


class Init(DriverTest):
    def init(self, driver, **value):
        return driver.client().send("POST", "/init", {"value": value})

    def test_a_driver_without_code_waits_for_it(self):
        driver = self.start()
        self.assertEqual((driver.health().status, driver.health().json), (200, {"state": "waiting"}))
        self.assertEqual((driver.run().status, driver.run().error["reason"]), (503, "not-initialized"))

    def test_init_then_run_as_in_openwhisk(self):
        driver = self.start()
        code = "import os\ndef main(name): return os.environ['GREETING'] + name"
        answer = self.init(driver, code=code, main="main", binary=False, env={"GREETING": "hi "})
        self.assertEqual((answer.status, answer.json), (200, {"ok": True}))
        driver.wait_until("ready")
        self.assertEqual(driver.run(name="Ann").json, {"result": "hi Ann"})

    def test_a_second_init_is_refused(self):
        driver = self.start()
        self.assertEqual(self.init(driver, code=CODE).status, 200)
        answer = self.init(driver, code=CODE)
        self.assertEqual((answer.status, answer.error["message"]), (403, "cannot initialize more than once"))

    def test_code_that_does_not_load_is_reported_and_final(self):
        driver = self.start()
        answer = self.init(driver, code="1/0", main="")
        self.assertEqual((answer.status, answer.error["type"]), (502, "ZeroDivisionError"))
        self.assertEqual(driver.run().error, answer.error)
        self.assertEqual(driver.wait_until("failed")["error"], answer.error)
        self.assertEqual(self.init(driver, code=CODE).status, 403)

    def test_malformed_inits_are_refused_and_change_nothing(self):
        driver = self.start()
        for value, message in (({"code": 1}, "source text"), ({"code": CODE, "env": {"a": 1}}, "value.env"),
                               ({"code": CODE, "env": {"a=b": "c"}}, "value.env"),
                               ({"code": CODE, "binary": True}, "base64 of a zip file")):
            answer = self.init(driver, **value)
            self.assertEqual((answer.status, answer.error["reason"]), (400, "bad-request"))
            self.assertIn(message, answer.error["message"])
        self.assertEqual(driver.client().send("POST", "/init", b"[").status, 400)
        self.assertEqual(self.init(driver, code=CODE).status, 200)


class Settings(DriverTest):
    def assert_refused(self, *parts, **env):
        driver = self.start_process(**env)
        self.assertEqual(driver.wait(), 2)
        lines = driver.log.all()
        self.assertEqual(len(lines), 1, lines)
        for part in parts:
            self.assertIn(part, lines[0])
        self.assertEqual(driver.events.all(), [])

    def test_bad_values_are_refused_all_at_once(self):
        self.assert_refused("FOB_TIMEOUT_MS is '1s'", "FOB_CONCURRENCY is '0'", "FOB_MAX_RESULT_BYTES is '-1'",
                            FOB_TIMEOUT_MS="1s", FOB_CONCURRENCY="0", FOB_MAX_RESULT_BYTES="-1")
        for name, value in (("FOB_LISTEN", "unix:" + "/x" * 60), ("FOB_LISTEN", "tcp:8080"), ("FOB_LISTEN", "udp:x:1"),
                            ("FOB_CODE_URL", "ftp://x/"), ("FOB_CODE_SHA256", "abc"), ("FOB_TIMEOUT_MS", "9" * 12)):
            self.assert_refused(f"{name} is ", "expected", **{name: value})
        self.assert_refused("FOB_CODE_TOKEN is (hidden)", FOB_CODE_TOKEN="a b")

    def test_a_place_where_nobody_can_listen_is_refused(self):
        self.assert_refused("cannot listen on FOB_LISTEN", FOB_LISTEN="unix:/no/such/folder/s")

    def test_empty_values_count_as_not_set(self):
        self.start(CODE, FOB_CONCURRENCY="", FOB_CODE_SHA256="").wait_until("ready")

    def test_tcp(self):
        driver = self.start(CODE, FOB_LISTEN="tcp:127.0.0.1:0")
        port = int(driver.log.wait_for("on tcp:127.0.0.1:")[0].split("tcp:127.0.0.1:")[1].split(",")[0])
        with socket.create_connection(("127.0.0.1", port), 10) as client:
            client.sendall(b"GET /health HTTP/1.0\r\n\r\n")
            self.assertTrue(client.makefile("rb").read().endswith(b'{"state": "ready"}'))

    def test_the_socket_is_open_to_other_users_and_replaces_a_left_over_one(self):
        first = self.start(CODE)
        self.assertEqual(os.stat(first.socket_path).st_mode & 0o777, 0o666)
        second = Driver("def callme(): return 2", FOB_LISTEN=f"unix:{first.socket_path}")
        self.addCleanup(second.close)
        second.wait_until("ready")
        self.assertEqual(first.run().result, 2)
        self.assertEqual(os.listdir(first.folder).count("s.new"), 0)
