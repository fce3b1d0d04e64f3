"""Scripts as functions."""
import base64
import io
import json
import os
import tarfile

from harness import DriverTest, until


def bash(text):
    return "#!/usr/bin/env bash\n" + text


class Results(DriverTest):
    def result(self, text, **params):
        return self.start("#!/bin/sh\n" + text).run(**params).json

    def test_stdout_is_json_if_it_parses(self):
        for printed, result in (('{"a": [1, 2.50]}', {"a": [1, 2.5]}), ("5", 5), ('"x"', "x"), ("null", None), (" true ", True),
                                ("18446744073709551616", 2 ** 64)):
            self.assertEqual(self.result(f"echo '{printed}'"), {"result": result})

    def test_other_output_is_a_string_without_its_last_newline(self):
        for printed, result in (("hello\\n", "hello"), ("hello", "hello"), ("a\\nb\\n\\n", "a\nb\n"), ("\\n", ""), ("NaN\\n", "NaN"),
                                ("{\\n", "{"), ("01\\n", "01"), ("1 2\\n", "1 2"), ("\u20ac \U0001f600", "\u20ac \U0001f600")):
            self.assertEqual(self.result(f"printf '{printed}'"), {"result": result})

    def test_no_output_is_null(self):
        self.assertEqual(self.result("true"), {"result": None})

    def test_what_is_neither_json_nor_text_is_an_error(self):
        error = self.result("printf '\\377'")["error"]
        self.assertEqual((error["reason"], "base64" in error["message"]), ("result-not-json", True))
        error = self.result("head -c 200000 /dev/zero | tr '\\0' '['")["error"]
        self.assertEqual((error["reason"], error["message"]), ("result-not-json", "the JSON on stdout is nested too deeply"))

    def test_output_is_limited(self):
        driver = self.start("#!/bin/sh\nyes", FOB_MAX_RESULT_BYTES="1000")
        error = driver.run().error
        self.assertEqual((error["reason"], error["limit"]), ("result-too-large", 1000))
        exact = self.start("#!/bin/sh\nhead -c $FOB_PARAM_N /dev/zero | tr '\\0' x", FOB_MAX_RESULT_BYTES="1000")
        self.assertEqual(exact.run(n=998).result, "x" * 998)
        self.assertEqual(exact.run(n=999).error["size"], 1001)


class Parameters(DriverTest):
    def test_they_are_json_on_stdin_and_variables(self):
        driver = self.start("#!/bin/sh\nprintf '%s|%s|%s|%s|' \"$FOB_PARAM_A\" \"$FOB_PARAM_SOME_NAME\" \"$FOB_PARAM_L\" \"${FOB_PARAM_N-unset}\"; cat")
        found = driver.run(a="x y\n", l=[1, {"b": "\u20ac"}], n=None, **{"some-name": 1.5}).result
        shown, _, text = found.rpartition("|")
        self.assertEqual(shown, 'x y\n|1.5|[1,{"b":"\u20ac"}]|unset')
        self.assertEqual(json.loads(text), {"a": "x y\n", "l": [1, {"b": "\u20ac"}], "n": None, "some-name": 1.5})

    def test_those_that_cannot_be_variables_are_on_stdin_and_the_log_says_so(self):
        driver = self.start("#!/bin/sh\nenv | grep ^FOB_PARAM")
        answer = driver.run(request_id="r", a="\0", big="x" * 70_000, **{"b-c": 1, "b_c": 2})
        self.assertEqual(answer.error["exit_code"], 1)  # grep has found none
        for text in "FOB_PARAM_A is not set", "FOB_PARAM_BIG is not set", "FOB_PARAM_B_C is not set, because it would be":
            self.assertIn(" r fob: ", driver.log.wait_for(text)[0])

    def test_a_large_body_need_not_be_read(self):
        client = self.start("#!/bin/sh\necho done").client()
        self.assertEqual(client.run(a="x" * 2_000_000).result, "done")
        size = self.start("#!/bin/sh\nwc -c").client()
        self.assertGreater(size.run(a="x" * 2_000_000).result, 2_000_000)

    def test_a_body_that_is_not_json_is_stdin(self):
        client = self.start("#!/bin/sh\nprintf '%s ' \"$FOB_CONTENT_TYPE\"; base64").client()
        for body in b"", bytes(range(256)):
            kind, _, text = client.send("POST", "/run", body, {"Content-Type": "image/png"}).result.partition(" ")
            self.assertEqual((kind, base64.b64decode(text)), ("image/png", body))

    def test_the_environment_has_the_request_id_and_nothing_else_of_fob(self):
        driver = self.start("#!/bin/sh\nenv | grep ^FOB_", FOB_CODE_TOKEN="hush", MINE="x")
        self.assertEqual(driver.run(request_id="id-1").result, "FOB_REQUEST_ID=id-1")

    def test_the_environment_has_the_deadline_and_the_traceparent_of_the_call(self):
        client = self.start("#!/bin/sh\necho \"${FOB_DEADLINE-unset} ${FOB_TRACEPARENT-unset}\"").client()
        traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        call = {"value": {}, "deadline": 1767225600000, "traceparent": traceparent}
        self.assertEqual(client.send("POST", "/run", call).result, f"1767225600000 {traceparent}")
        headers = {"Content-Type": "text/plain", "Fob-Deadline": "1767225600000", "traceparent": traceparent}
        self.assertEqual(client.send("POST", "/run", b"x", headers).result, f"1767225600000 {traceparent}")
        self.assertEqual(client.send("POST", "/run", {"value": {}, "traceparent": "00-1-2-3"}).result, "unset unset")


class Errors(DriverTest):
    def test_an_exit_code_is_an_error_with_the_last_lines_of_stderr(self):
        driver = self.start(bash("echo one >&2\nnosuchcommand\necho two >&2\nexit 3"))
        answer = driver.run(request_id="r")
        self.assertEqual((answer.status, answer.error["type"], answer.error["exit_code"]), (500, "ExitCode", 3))
        self.assertEqual(answer.error["message"], "the script ended with exit code 3: one\n"
                         "function: line 3: nosuchcommand: command not found\ntwo")
        self.assertTrue(driver.log.wait_for("ExitCode: ")[0].endswith(" r ExitCode: the script ended with exit code 3"))

    def test_a_signal_is_one_too(self):
        error = self.start("#!/bin/sh\nkill -9 $$").run().error
        self.assertEqual(error["message"], "the script was ended by SIGKILL (perhaps because it had used up its memory)")

    def test_code_that_cannot_run_fails_to_load(self):
        for code, message in (("echo", "has no shebang"), ("#!/bin/sh\r\necho\r\n", "CR and LF"), ("#!\n", "is empty"),
                              ("#!/no/such -x\n", "needs /no/such, which"), ("#!/usr/bin/env nosuch\n", "needs nosuch, which"),
                              (bash("if\n fi # here"), "function: line 3: ` fi # here'"), ("#!/bin/sh\nif", "Syntax error")):
            with self.subTest(code):
                self.assertIn(message, self.start(code).wait_until("failed")["error"]["message"])

    def test_other_interpreters_and_arguments_work(self):
        self.assertEqual(self.start("#!/usr/bin/awk -f\nBEGIN { print 6 * 7 }").run().result, 42)
        self.assertEqual(self.start("#!/usr/bin/env -S bash -e\nfalse\necho no").run().error["exit_code"], 1)


class Processes(DriverTest):
    def alive(self, driver, name):
        with open(f"{driver.folder}/{name}") as file:
            pid = int(file.read())
        try:
            with open(f"/proc/{pid}/stat") as file:
                return file.read().rpartition(")")[2].split()[0] not in "ZX"
        except FileNotFoundError:
            return False

    def test_a_stuck_call_ends_alone_with_what_it_has_started(self):
        code = bash("[ \"$FOB_PARAM_FAST\" = true ] && echo fast && exit\nsleep 1000 & echo $! >$FOLDER/child\necho began >&2; wait")
        driver = self.start(code, FOB_TIMEOUT_MS="500")
        call = driver.in_background(fast=False)
        driver.log.wait_for("began")
        self.assertEqual(driver.run(fast=True).result, "fast")
        answer = call.get()
        self.assertEqual((answer.status, answer.error["reason"], answer.error["type"]), (500, "exception", "Timeout"))
        self.assertIn("timeout of 500 ms, and was killed: began", answer.error["message"])
        until(lambda: not self.alive(driver, "child"))
        self.assertEqual(driver.run(fast=True).result, "fast")
        self.assertEqual(driver.health().json, {"state": "ready"})

    def test_what_a_call_leaves_behind_does_not_delay_its_result_and_is_ended(self):
        driver = self.start(bash("sleep 1000 & echo $! >$FOLDER/child; echo result"))
        self.assertEqual(driver.run().result, "result")
        until(lambda: not self.alive(driver, "child"))

    def test_calls_run_at_the_same_time(self):
        driver = self.start("#!/bin/sh\ncat $FOLDER/gate", FOB_CONCURRENCY="2")
        driver.make_gate("gate")
        call = driver.in_background()
        with open(f"{driver.folder}/gate", "w") as gate:
            gate.write("open")
        self.assertEqual(call.get().result, "open")

    def test_lines_of_stderr_have_the_request_id_and_are_in_the_tail(self):
        driver = self.start("#!/bin/sh\necho one >&2; printf two >&2; echo result")
        answer = driver.client().send("POST", "/run", {"value": {}, "request_id": "r", "log_bytes": 100})
        self.assertEqual(answer.json, {"result": "result", "log": ["one", "two"]})
        self.assertTrue(driver.log.wait_for(" one")[0].endswith("Z r one"))

    def test_floods_are_no_problem(self):
        driver = self.start("#!/bin/sh\nyes | head -n 300000 >&2; head -c 3000000 /dev/zero >&2; echo end")
        self.assertEqual(driver.run().result, "end")

    def test_the_end_waits_for_calls(self):
        driver = self.start("#!/bin/sh\necho began >&2; cat $FOLDER/gate")
        driver.make_gate("gate")
        call = driver.in_background()
        driver.log.wait_for("began")
        driver.process.terminate()
        driver.wait_until("draining")
        self.assertEqual(driver.run().error["reason"], "draining")
        with open(f"{driver.folder}/gate", "w") as gate:
            gate.write("1")
        self.assertEqual(call.get().result, 1)
        self.assertEqual(driver.wait(), 0)

    def test_descriptors_and_processes_do_not_pile_up(self):
        driver = self.start("#!/bin/sh\necho 1")
        client = driver.client()
        client.run()
        before = len(os.listdir(f"/proc/{driver.process.pid}/fd"))
        for _ in range(50):
            self.assertEqual(client.run().result, 1)
        self.assertEqual(len(os.listdir(f"/proc/{driver.process.pid}/fd")), before)


class Archives(DriverTest):
    def test_files_beside_the_script_are_there(self):
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w:gz") as out:
            for name, text in (("main.sh", bash('here=$(dirname "$0")\n. "$here/lib/greet.sh"\ngreet "$FOB_PARAM_NAME"')),
                               ("lib/greet.sh", "greet() { echo \"Hello, $1$(cat \"$here/mark\")\"; }\n"), ("mark", "!")):
                member = tarfile.TarInfo(name)
                member.size = len(text)
                out.addfile(member, io.BytesIO(text.encode()))
        driver = self.start(archive.getvalue(), FOB_CODE_ENTRY="main.sh")
        self.assertEqual(driver.run(name="Ann").result, "Hello, Ann!")
        init = self.start().client()
        value = {"code": base64.b64encode(archive.getvalue()).decode(), "binary": True}
        self.assertEqual(init.send("POST", "/init", {"value": value}).json, {"ok": True})
        self.assertEqual(init.run(name="Bo").result, "Hello, Bo!")
