"""The kit finds what is wrong with a runtime of OpenWhisk. Needs a Docker engine and the image fob-driver-python.

Run it with: /usr/bin/python3 -m unittest discover -s drivers/conformance/tests
"""
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
EXAMPLE = os.path.join(ROOT, "examples", "openwhisk")
KIT = os.path.join(ROOT, "drivers", "conformance", "run.py")


def build(change):
    """Builds the example with a change of its program, and returns the image's id."""
    with open(os.path.join(EXAMPLE, "runtime.py"), encoding="utf-8") as file:
        program = file.read()
    changed = change(program)
    assert change is same or changed != program, "the change does not fit the program any more"
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "runtime.py"), "w", encoding="utf-8") as file:
            file.write(changed)
        done = subprocess.run(["docker", "build", "-q", "-f", os.path.join(EXAMPLE, "Dockerfile"), folder],
                              capture_output=True, text=True, check=True)
    return done.stdout.strip().removeprefix("sha256:")


def same(program):
    return program


def failing(image, pattern):
    """Runs tests of the kit, and returns its exit code and its report."""
    done = subprocess.run([sys.executable, KIT, "--openwhisk", image, "-k", pattern], capture_output=True, text=True,
                          timeout=300)
    return done.returncode, done.stderr


class Kit(unittest.TestCase):
    def test_a_runtime_that_keeps_the_interface_passes(self):
        code, report = failing(build(same), "")
        self.assertEqual(code, 0, report)
        self.assertNotIn("skipped", report)

    def assert_found(self, test, change):
        code, report = failing(build(change), test)
        self.assertEqual(code, 1, report)
        self.assertIn("Ran 1 test", report)

    def test_missing_marks_are_found(self):
        self.assert_found("each_call_has_its_mark", lambda program: program.replace("            mark(END)\n", ""))

    def test_a_wrapped_result_is_found(self):
        self.assert_found("results_are_bare", lambda program: program.replace(
            "return result\n", "return {'result': result}\n"))

    def test_a_second_init_that_works_is_found(self):
        self.assert_found("init_works_once", lambda program: program.replace(
            "if not self._initialised.acquire(blocking=False):", "if False:"))

    def test_an_error_without_its_member_is_found(self):
        self.assert_found("an_exception_is_an_error", lambda program: program.replace(
            '{"error": str(refused)}', '{"oops": str(refused)}'))

    def test_variables_that_do_not_arrive_are_found(self):
        self.assert_found("init_gives_variables", lambda program: program.replace('value.get("env") or {}', "{}"))

    def test_a_driver_of_fob_is_found(self):
        code, report = failing("fob-driver-python:latest", "not_taken_for_a_driver")
        self.assertEqual(code, 1, report)


if __name__ == "__main__":
    unittest.main()
