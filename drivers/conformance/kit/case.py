"""What all test cases of the kit share."""
import threading
import unittest


class Case(unittest.TestCase):
    target = None
    maxDiff = None

    @property
    def language(self):
        return self.target.language

    def start(self, name=None, **more):
        """Starts a driver with one of the language's functions, and waits until it is loaded."""
        code = self.language.code(name) if name else None
        driver = self.start_code(code, **more)
        driver.wait_until("ready" if name else "waiting")
        return driver

    def start_code(self, code, **more):
        driver = self.target.start(code, **more)
        self.addCleanup(driver.close)
        return driver

    def in_background(self, action):
        """Returns a function that waits for the outcome: a result or an exception."""
        outcome = []

        def work():
            try:
                outcome.append(action())
            except Exception as error:
                outcome.append(error)
        thread = threading.Thread(target=work, daemon=True)
        thread.start()

        def get():
            thread.join(90)
            self.assertFalse(thread.is_alive(), "the call hangs")
            return outcome[0]
        return get

    def assert_error(self, answer, status, reason):
        self.assertEqual((answer.status, (answer.error or {}).get("reason")), (status, reason), answer)
        self.assertTrue(answer.error["message"])
        return answer.error
