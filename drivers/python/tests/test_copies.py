"""Copies of the process, which os.fork makes: the driver does not run in them."""
import os
import signal

from harness import DriverTest, until

FORK = ("import asyncio, ctypes, multiprocessing, os, pty, sys, threading, time\n"
        "def callme(who, how=None):\n"
        "    return ways[how](who) if how else 'own ' + who\n")

WAYS = {
    "return": "    if os.fork() == 0: return 'child of ' + who\n    return 'own ' + who",
    "raise": "    if os.fork() == 0: raise ValueError('child of ' + who)\n    return 'own ' + who",
    "exit": "    if os.fork() == 0: sys.exit(3)\n    return 'own ' + who",
    "recursion": "    for _ in range(3): os.fork()\n    return 'own ' + who",
    "forkpty": "    pid, fd = pty.fork()\n    if pid: os.close(fd)\n    return 'own ' + who",
    # With PyDLL, since CDLL lets go of the interpreter's lock: if another thread takes it, the copy waits for ever.
    "without hooks": "    ctypes.PyDLL(None).fork()\n    return 'own ' + who",
    "not json": "    return {1, 2} if os.fork() == 0 else 'own ' + who",
    "message": ("    class E(Exception):\n        def __str__(self): os.fork(); return 'own ' + who\n    raise E"),
    "result": ("    class D(dict):\n        def items(self): os.fork(); return [('a', 'own ' + who)]\n"
               "    return D(a=1)"),
    "finalizer": ("    class F:\n        def __del__(self): os.fork()\n    f = F()\n    return 'own ' + who"),
    "thread": ("    def work(): os.fork() or print('in thread')\n"
               "    t = threading.Thread(target=work); t.start(); t.join()\n    return 'own ' + who"),
    "asyncio": ("    async def main():\n        if os.fork() == 0: return 'child of ' + who\n"
                "        await asyncio.to_thread(time.sleep, 0.1)\n        return 'own ' + who\n    return main()"),
    "task": ("    async def work(): return os.fork()\n    async def main():\n"
             "        await asyncio.create_task(work())\n        return 'own ' + who\n    return main()"),
    "processes": ("    with multiprocessing.get_context('fork').Pool(2) as pool: pool.map(len, ['a', 'b'])\n"
                  "    return 'own ' + who"),
}

CODE = FORK + "".join(f"def way_{i}(who):\n{code}\n" for i, code in enumerate(WAYS.values())) + (
    "ways = {" + ", ".join(f"{name!r}: way_{i}" for i, name in enumerate(WAYS)) + "}\n")


class Copies(DriverTest):
    def test_no_copy_answers_for_the_function(self):
        for concurrency in "1", "4":
            driver = self.start(CODE, FOB_CONCURRENCY=concurrency)
            for how in WAYS:
                with self.subTest(how, concurrency=concurrency):
                    client = driver.client()
                    first = client.run(who="first", how=how, request_id="first")
                    self.assertIn("own first", str(first.json))
                    for i in range(5):
                        answer = client.run(who=f"caller {i}", request_id=f"id-{i}")
                        self.assertEqual((answer.result, answer.headers["Fob-Request-Id"]),
                                         (f"own caller {i}", f"id-{i}"))
                    self.assertEqual(driver.run(who="other").result, "own other")
                    until(lambda: children(driver.process.pid) == 0)

    def test_a_copy_that_fails_leaves_its_traceback_in_the_log(self):
        driver = self.start(CODE)
        driver.run(who="x", how="raise", request_id="forks")
        driver.log.wait_for(" forks ValueError: child of x")
        driver.log.wait_for(' forks   File "function.py"')

    def test_its_exit_code_is_that_of_any_python_process(self):
        code = ("import os, sys\ndef callme(how):\n    child = os.fork()\n    if child == 0: return eval(how)\n"
                "    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])")
        client = self.start(code).client()
        for how, expected in ("1", 0), ("sys.exit()", 0), ("sys.exit(7)", 7), ("sys.exit('x')", 1), ("1/0", 1):
            self.assertEqual(client.run(how=how).result, expected)

    def test_it_ends_by_a_signal_however_soon_after_the_fork_it_comes(self):
        code = ("import os, signal\ndef callme():\n    ends = set()\n    for number in [signal.SIGTERM, signal.SIGINT] * 20:\n"
                "        child = os.fork()\n        if not child:\n            while True: signal.pause()\n"
                "        os.kill(child, number)\n        ends.add(os.waitpid(child, 0)[1])\n    return sorted(ends)")
        for concurrency in "1", "4":
            client = self.start(code, FOB_CONCURRENCY=concurrency).client()
            self.assertEqual(client.run().result, [signal.SIGINT, signal.SIGTERM])

    def test_it_has_neither_sockets_nor_events_of_the_driver(self):
        code = ("import os\ndef links():\n    for name in os.listdir('/proc/self/fd'):\n"
                "        try: yield os.readlink('/proc/self/fd/' + name)\n        except OSError: pass\n"
                "def callme():\n    reader, writer = os.pipe()\n    if os.fork() == 0:\n"
                "        os.write(writer, repr(sorted(links())).encode())\n        os._exit(0)\n"
                "    os.close(writer)\n    return [sorted(links()), eval(os.read(reader, 65536))]")
        driver = self.start(code)
        others = [driver.client() for _ in range(3)]
        for other in others:
            other.health()
        original, copy = driver.run().result
        self.assertGreaterEqual(len([link for link in original if "socket:" in link]), 5)
        self.assertEqual([link for link in copy if "socket:" in link or "eventpoll" in link], [])
        pipes = {link for link in original if "pipe:" in link}
        events = pipes - set(copy)
        self.assertEqual(len(events), 1, (original, copy))

    def test_a_copy_made_while_loading_ends_where_loading_ends(self):
        driver = self.start("import os\nprint('one more')\nif os.fork() == 0: x = 1\ndef callme(): return os.getpid()")
        self.assertEqual(driver.run().result, driver.process.pid)
        driver = self.start("import os\nif os.fork() == 0: 1/0\ndef callme(): return os.getpid()")
        self.assertEqual(driver.run().result, driver.process.pid)
        driver.log.wait_for("ZeroDivisionError: division by zero")
        self.assertEqual(driver.events.wait_for("event"), ['{"event": "ready"}'])

    def test_a_copy_that_lives_on_holds_nothing_up(self):
        driver = self.start("import os, time\ndef callme(fork=False):\n"
                            "    if fork and os.fork() == 0: time.sleep(60)\n    return os.getpid()",
                            FOB_TIMEOUT_MS="500")
        client = driver.client()
        self.assertEqual(client.run(fork=True).result, driver.process.pid)
        self.addCleanup(kill_children, driver.process.pid)
        client.connection.close()
        self.assertEqual(driver.run().result, driver.process.pid)
        driver.process.send_signal(signal.SIGTERM)
        kill_children(driver.process.pid)
        self.assertEqual(driver.wait(), 0)


def children(pid):
    return len(_children(pid))


def _children(pid):
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    state, parent = file.read().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if int(parent) == pid and state != "Z":
                found.append(int(entry))
    return found


def kill_children(pid):
    for child in _children(pid):
        os.kill(child, signal.SIGKILL)
