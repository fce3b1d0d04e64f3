"""How calls and drivers end."""
import http.client
import unittest

from .case import Case
from .targets import until


class Ends(Case):
    def test_sigterm_lets_calls_finish(self):
        driver = self.start("sleep", FOB_CONCURRENCY="1")

        def run():
            while (answer := driver.run({"seconds": 3})).status == 429:
                pass  # the call below is running
            return answer
        call = self.in_background(run)
        until(lambda: driver.run({"seconds": 0}).status == 429, "the call")
        driver.terminate()
        self.assertEqual(call().result, 3)
        self.assertEqual(driver.exit_code(), 0)
        self.assertEqual(driver.events(), [{"event": "ready"}, {"event": "draining", "reason": "sigterm"}])

    def test_sigterm_ends_an_idle_driver(self):
        driver = self.start("echo")
        driver.terminate()
        self.assertEqual(driver.exit_code(), 0)

    def test_a_stuck_call_ends_the_driver_and_others_finish(self):
        self.language.need("stuck")
        driver = self.start("sleep", FOB_TIMEOUT_MS="2000")
        stuck = self.in_background(lambda: driver.run({"seconds": 600}))
        other = self.in_background(lambda: driver.run({"seconds": 1}))
        self.assertEqual(other().result, 1)
        self.assertEqual(driver.exit_code(), 75)
        self.assertIsInstance(stuck(), (OSError, http.client.HTTPException))
        self.assertEqual(driver.events()[-1], {"event": "draining", "reason": "stuck-call"})

    def test_a_stuck_call_that_can_be_ended_alone_is_an_error(self):
        if not self.language.lacks("stuck"):
            raise unittest.SkipTest("a stuck call ends the whole driver")
        driver = self.start("sleep", FOB_TIMEOUT_MS="1000")
        error = self.assert_error(driver.run({"seconds": 600}), 500, "exception")
        self.assertEqual(error["type"], "Timeout")
        self.assertEqual(driver.run({"seconds": 0}).result, 0)

    def test_a_function_that_ends_its_process_does_not_hang(self):
        self.language.need("exit")
        driver = self.start("exit")
        outcome = self.in_background(lambda: driver.run({}))()
        if isinstance(outcome, Exception):
            self.assertEqual(driver.exit_code(), 3)
        else:
            self.assert_error(outcome, 500, "exception")

    def test_a_function_that_uses_all_memory_does_not_hang(self):
        if not self.target.is_container:
            raise unittest.SkipTest("a process of its own has no limit of memory")
        driver = self.start("memory")
        outcome = self.in_background(lambda: driver.run({}))()
        if isinstance(outcome, Exception):
            until(driver.has_ended, "the end of the driver")
        else:
            self.assert_error(outcome, 500, "exception")
