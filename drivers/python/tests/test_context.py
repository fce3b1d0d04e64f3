"""What a function can read about its call: the module fob."""
import io
import tarfile

from harness import DriverTest

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CODE = "import fob\ndef callme(): return fob.call()._asdict()"
NOTHING = dict.fromkeys(("request_id", "deadline", "traceparent", "tracestate"))


class Context(DriverTest):
    def told(self, client, **members):
        return client.send("POST", "/run", {"value": {}, **members}).result

    def test_a_call_has_its_id_deadline_and_traceparent(self):
        for concurrency in "1", "8":
            client = self.start(CODE, FOB_CONCURRENCY=concurrency).client()
            call = {"request_id": "id-1", "deadline": 1767225600000, "traceparent": TRACEPARENT,
                    "tracestate": "a=1"}
            self.assertEqual(self.told(client, **call), call)
            self.assertEqual(self.told(client), NOTHING)  # nothing is left of the call before

    def test_a_body_that_is_not_json_has_them_in_headers(self):
        client = self.start("import fob\ndef callme(body): return fob.call()").client()
        headers = {"Content-Type": "image/png", "Fob-Request-Id": "raw-1", "Fob-Deadline": "1767225600000",
                   "traceparent": TRACEPARENT, "tracestate": "a=1"}
        self.assertEqual(client.send("POST", "/run", b"x", headers).result, ["raw-1", 1767225600000, TRACEPARENT, "a=1"])
        headers["Fob-Deadline"], headers["traceparent"] = "soon", "00-1-2-3"
        self.assertEqual(client.send("POST", "/run", b"x", headers).result, ["raw-1", None, None, None])

    def test_a_malformed_one_is_absent(self):
        client = self.start(CODE).client()
        trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
        for malformed in ("", "x", 7, None, ["00"], f"00-{trace}-{parent}", f"00-{'0' * 32}-{parent}-01", f"00-{trace}-{'0' * 16}-01",
                          f"00-{trace.upper()}-{parent}-01", f"ff-{trace}-{parent}-01", f"00-{trace}-{parent}-01-more",
                          f"00-{trace}-{parent}-01\n"):
            with self.subTest(malformed):
                self.assertEqual(self.told(client, traceparent=malformed), NOTHING)
        for malformed in "soon", True, 1.5, None, [1], "9" * 5000:
            self.assertEqual(self.told(client, deadline=malformed), NOTHING)
        for malformed in "", "a=1\nb=2", "\u20ac", 7, None, "a" * 513:
            self.assertIsNone(self.told(client, traceparent=TRACEPARENT, tracestate=malformed)["tracestate"])
        self.assertEqual(self.told(client, tracestate="a=1"), NOTHING)  # there is no state without a parent
        later = f"01-{trace}-{parent}-01-more"
        self.assertEqual(self.told(client, traceparent=later)["traceparent"], later)

    def test_calls_at_the_same_time_see_their_own(self):
        code = ("import asyncio, fob, os\nasync def callme(gate):\n"
                " await asyncio.to_thread(lambda: open(os.environ['FOLDER'] + '/' + gate).read())\n"
                " return [fob.call().request_id, await asyncio.to_thread(lambda: fob.call().request_id)]")
        driver = self.start(code)
        for gate in "a", "b":
            driver.make_gate(gate)
        first, second = (driver.in_background(request_id=f"id-{gate}", gate=gate) for gate in "ab")
        driver.release("b")
        self.assertEqual(second.get().result, ["id-b", "id-b"])
        driver.release("a")
        self.assertEqual(first.get().result, ["id-a", "id-a"])

    def test_there_is_no_call_while_the_code_is_loaded_and_in_new_processes(self):
        code = ("import fob, multiprocessing\nLOADED = fob.call()\ndef seen(_): return tuple(fob.call())\n"
                "def callme():\n with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
                "  return [LOADED, pool.map(seen, [1])[0]]")
        self.assertEqual(self.start(code).run(request_id="id-1").result, [[None] * 4, [None] * 4])

    def test_the_functions_own_module_fob_comes_first(self):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as out:
            for name, text in ("main.py", b"import fob\ndef callme(): return fob.MINE"), ("fob.py", b"MINE = 5"):
                info = tarfile.TarInfo(name)
                info.size = len(text)
                out.addfile(info, io.BytesIO(text))
        self.assertEqual(self.start(packed.getvalue(), FOB_CODE_ENTRY="main.py").run().result, 5)
