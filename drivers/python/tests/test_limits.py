"""Concurrency, timeouts, and the ends of the process."""
import http.client
import os
import signal
import time

from harness import Background, Driver, DriverTest, until

# Says in the log that it runs, and waits until the test opens the gate.
WAIT = ("import os, re, sys, threading, time\n"
        "def callme(gate=None, forever=False, hog=False):\n"
        "    print('running', gate)\n"
        "    if hog: re.match('(a+)+$', 'a' * 60 + 'b')\n"
        "    if forever: threading.Event().wait()\n"
        "    if gate: open(os.environ['FOLDER'] + '/' + gate).read()\n"
        "    return gate\n")


class Limits(DriverTest):
    def start_waiting(self, *gates, **env):
        driver = self.start(WAIT, **env)
        for gate in gates:
            driver.make_gate(gate)
        return driver


class Concurrency(Limits):
    def test_calls_run_at_the_same_time_up_to_the_limit(self):
        driver = self.start_waiting("a", "b", FOB_CONCURRENCY="2")
        calls = [driver.in_background(gate=gate) for gate in "ab"]
        driver.log.wait_for("running", 2)
        busy = driver.run()
        self.assertEqual((busy.status, busy.error["reason"], busy.headers["Retry-After"]), (429, "busy", "1"))
        self.assertEqual(driver.health().status, 200)
        driver.release("a")
        self.assertEqual(calls[0].get().result, "a")
        self.assertEqual(driver.run().status, 200)
        driver.release("b")
        self.assertEqual(calls[1].get().result, "b")

    def test_a_place_is_free_as_soon_as_the_answer_is_there(self):
        driver = self.start_waiting(FOB_CONCURRENCY="1")
        clients = driver.client(), driver.client()
        self.assertEqual({clients[i % 2].run().status for i in range(500)}, {200})


class Stuck(Limits):
    def test_the_others_finish_before_the_process_ends_with_75(self):
        driver = self.start_waiting("a", FOB_TIMEOUT_MS="1000")
        stuck = driver.in_background(forever=True, request_id="stuck-1")
        driver.log.wait_for("running None")
        half_time = time.monotonic() + 0.6
        until(lambda: time.monotonic() > half_time)
        other = driver.in_background(gate="a")
        driver.log.wait_for("running a")
        client = driver.client()
        client.health()

        self.assertEqual(driver.wait_until("draining"), {"event": "draining", "reason": "stuck-call"})
        refused = client.run()
        health = driver.health()
        driver.release("a")

        self.assertEqual((refused.status, refused.error["reason"]), (503, "draining"))
        self.assertEqual(refused.headers["Connection"], "close")
        self.assertEqual((health.status, health.json["state"]), (503, "draining"))
        self.assertEqual(other.get().result, "a")
        self.assertEqual(driver.wait(), 75)
        self.assertIsInstance(stuck.get(), http.client.RemoteDisconnected)
        given_up = "\n".join(driver.log.all())
        self.assertIn("the call stuck-1 has not ended in its time", given_up)
        self.assertIn('File "function.py", line 5, in callme', given_up)

    def test_calls_in_time_do_not_move_the_limit_of_a_stuck_one(self):
        driver = self.start_waiting(FOB_TIMEOUT_MS="300")
        driver.in_background(forever=True)
        client, start = driver.client(), time.monotonic()
        until(lambda: client.run().status == 503)
        self.assertLess(time.monotonic() - start, 2)
        self.assertEqual(driver.wait(), 75)

    def test_a_stuck_call_that_ends_after_all_does_not_save_the_process(self):
        driver = self.start_waiting("a", FOB_TIMEOUT_MS="200")
        call = driver.in_background(gate="a")
        driver.wait_until("draining")
        driver.release("a")
        self.assertEqual(driver.wait(), 75)
        self.assertTrue(call.get())

    def test_a_second_stuck_call_does_not_hold_the_end_up(self):
        driver = self.start_waiting(FOB_TIMEOUT_MS="200")
        for _ in range(2):
            driver.in_background(forever=True)
        driver.log.wait_for("running", 2)
        self.assertEqual(driver.wait(), 75)

    def test_code_that_never_releases_the_interpreter_is_killed_by_the_kernel(self):
        driver = self.start_waiting(FOB_TIMEOUT_MS="100")
        driver.in_background(hog=True)
        self.assertEqual(driver.wait(), -signal.SIGALRM)

    def test_a_healthy_process_is_never_killed(self):
        # Given calls that hold the interpreter for most of their time, one after another and side by side
        code = "def callme(n): return sum(range(n))"
        driver, idle = (self.start(code, FOB_TIMEOUT_MS="500") for _ in range(2))
        idle.run(n=1)
        end = time.monotonic() + 2.2  # longer than the timeout and the grace period together

        def call_until_the_end():
            client = driver.client()
            while time.monotonic() < end:
                self.assertEqual(client.run(n=1_000_000).status, 200)

        self.assertEqual([task.get() for task in [Background(call_until_the_end) for _ in range(3)]], [None] * 3)
        self.assertEqual((driver.run(n=3).result, idle.run(n=3).result), (3, 3))


class Terminated(Limits):
    def test_an_idle_driver_ends_with_0(self):
        driver = self.start_waiting()
        driver.process.terminate()
        self.assertEqual(driver.wait(), 0)
        self.assertEqual(driver.wait_until("draining"), {"event": "draining", "reason": "sigterm"})

    def test_running_calls_finish_and_new_ones_are_refused(self):
        driver = self.start_waiting("a")
        call = driver.in_background(gate="a")
        driver.log.wait_for("running a")
        driver.process.terminate()
        driver.wait_until("draining")
        self.assertEqual(driver.run().error["reason"], "draining")
        driver.release("a")
        self.assertEqual(call.get().result, "a")
        self.assertEqual(driver.wait(), 0)

    def test_a_call_that_outlasts_its_time_meanwhile_is_given_up(self):
        driver = self.start_waiting(FOB_TIMEOUT_MS="300")
        driver.in_background(forever=True)
        driver.log.wait_for("running")
        driver.process.terminate()
        self.assertEqual(driver.wait(), 75)

    def test_an_answer_is_sent_in_full(self):
        driver = self.start("import os\nos.mkfifo('a')\ndef callme():\n print('running')\n open('a').read()\n"
                            " return 'x' * 10**6")
        call = driver.in_background()
        driver.log.wait_for("running")
        driver.process.terminate()
        driver.release("a")
        self.assertEqual(len(call.get().result), 10**6)
        self.assertEqual(driver.wait(), 0)

    def test_a_driver_that_still_loads_ends_at_once(self):
        # Short waits: Python hears of a signal that arrives just before a wait when that ends.
        driver = self.start_process("print('loading')\nimport threading\nwhile True: threading.Event().wait(0.1)")
        driver.log.wait_for("loading")
        driver.process.terminate()
        self.assertEqual(driver.wait(), 0)

    def test_a_signal_that_does_not_reach_the_main_thread_ends_the_driver_too(self):
        driver = self.start(
            "import os, signal, threading\ndef end():\n open(os.environ['FOLDER'] + '/gate').read()\n"
            " signal.pthread_kill(threading.get_ident(), signal.SIGTERM)\n"
            "def callme(): threading.Thread(target=end).start()")
        driver.make_gate("gate")
        self.assertEqual(driver.run().status, 200)
        driver.release("gate")
        self.assertEqual(driver.wait(), 0)

    def test_a_driver_that_failed_to_load_or_waits_ends_with_0(self):
        drivers = [self.start(code) for code in ("1/0", None)]
        for driver in drivers:
            driver.process.terminate()
        self.assertEqual([driver.wait() for driver in drivers], [0, 0])


class Forks(DriverTest):
    def test_processes_of_the_function_end_by_sigterm_as_usual(self):
        driver = self.start("import os, signal\ndef callme():\n    reader, writer = os.pipe()\n    child = os.fork()\n"
                            "    if not child:\n        os.write(writer, b'x')\n        while True: signal.pause()\n"
                            "    os.read(reader, 1)\n    os.kill(child, signal.SIGTERM)\n"
                            "    return os.waitpid(child, 0)[1]")
        client = driver.client()
        self.assertEqual(client.run().result, signal.SIGTERM)
        self.assertEqual(client.health().json, {"state": "ready"})

    def test_multiprocessing_works(self):
        driver = self.start("import multiprocessing\ndef square(n): return n * n\ndef callme():\n"
                            "    with multiprocessing.get_context('fork').Pool(2) as pool:\n"
                            "        return pool.map(square, [1, 2, 3])")
        self.assertEqual(driver.run().result, [1, 4, 9])


class Events(DriverTest):
    def test_nobody_reading_the_events_is_no_reason_to_stop(self):
        reader, writer = os.pipe()
        os.close(reader)
        driver = Driver("def callme(): return 1", stdout=writer)
        self.addCleanup(driver.close)
        os.close(writer)
        driver.wait_until_listening()
        until(lambda: driver.health().status == 200)
        self.assertEqual(driver.run().result, 1)
        driver.process.terminate()
        self.assertEqual(driver.wait(), 0)
