"""HTTP requests of other clients, also invalid ones."""
import json
import resource
import socket

from harness import DEADLINE_S, DriverTest, until

HOST = b"Host: x\r\n"


def run(body=b'{"value":{"a":1}}', headers=b""):
    return b"POST /run HTTP/1.1\r\n" + HOST + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


class Http(DriverTest):
    def setUp(self):
        self.driver = self.start("def callme(a=0): return a")

    def connect(self):
        client = socket.socket(socket.AF_UNIX)
        self.addCleanup(client.close)
        client.connect(self.driver.socket_path)  # without a timeout, so that it waits while the backlog is full
        client.settimeout(DEADLINE_S)
        return client

    def exchange(self, *pieces):
        """Returns all bytes that the driver sends until it closes the connection."""
        client = self.connect()
        for piece in pieces:
            client.sendall(piece)
        client.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := client.recv(65536):
            answer += chunk
        return answer

    def assert_refused(self, status, request):
        head, _, body = self.exchange(request).partition(b"\r\n\r\n")
        self.assertTrue(head.startswith(b"HTTP/1.1 %d " % status), head)
        self.assertIn(b"\r\nConnection: close", head)
        error = json.loads(body)["error"]
        self.assertTrue(error["reason"] and error["message"])
        self.assertEqual(self.driver.health().status, 200)

    def test_one_connection_takes_many_requests(self):
        client = self.driver.client()
        self.assertEqual([client.run(a=i).result for i in range(100)], list(range(100)))

    def test_requests_that_arrive_together_are_answered_in_turn(self):
        answers = self.exchange(b"".join(run(b'{"value":{"a":%d}}' % i) for i in range(5)))
        self.assertEqual([part[0:1] for part in answers.split(b'{"result":')[1:]], [b"0", b"1", b"2", b"3", b"4"])

    def test_a_request_may_arrive_byte_by_byte(self):
        request = run()
        self.assertIn(b'{"result":1}', self.exchange(*(request[i:i + 1] for i in range(len(request)))))

    def test_what_okhttp_sends_is_understood(self):
        answer = self.exchange(run(headers=b"Content-Type: application/json; charset=utf-8\r\n"
                                           b"Connection: Keep-Alive\r\nAccept-Encoding: gzip\r\nUser-Agent: okhttp\r\n"))
        self.assertEqual(answer, b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                 b'Content-Length: 12\r\n\r\n{"result":1}')

    def test_close_and_http_1_0_end_the_connection(self):
        for request in run(headers=b"Connection: close\r\n"), b"GET /health HTTP/1.0\r\n\r\n":
            client = self.connect()
            client.sendall(request)
            with client.makefile("rb") as stream:
                self.assertIn(b"\r\nConnection: close\r\n\r\n", stream.read())  # the driver ends the stream, although the client keeps it open

    def test_large_bodies_are_taken_up_to_8_mib(self):
        client = self.driver.client()
        self.assertEqual(len(client.run(a="x" * 1_000_000).result), 1_000_000)
        body = b'{"value":{}}'
        self.assertIn(b'{"result":0}', self.exchange(run(body + b" " * ((8 << 20) - len(body)))))
        self.assert_refused(413, run(body + b" " * ((8 << 20) + 1 - len(body))))

    def test_a_client_that_asks_whether_to_go_on_is_told_so(self):
        client = self.connect()
        client.sendall(b"POST /run HTTP/1.1\r\n" + HOST + b"Content-Length: 12\r\nExpect: 100-continue\r\n\r\n")
        self.assertEqual(client.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
        client.sendall(b'{"value":{}}')
        self.assertIn(b'{"result":0}', client.recv(1000))

    def test_malformed_requests_are_refused(self):
        post = b"POST /run HTTP/1.1\r\n" + HOST
        for status, request in (
                (400, b"hello\r\n\r\n"), (400, b"POST /run HTTP/2.0\r\n\r\n"), (400, b"POST /run\r\n\r\n"),
                (400, b"\x16\x03\x01\r\n\r\n"), (400, b"GET /health HTTP/1.1\r\n\r\n"),
                (400, b"GET  /health HTTP/1.1\r\n" + HOST + b"\r\n"), (400, post + b"Content-Length: -1\r\n\r\n"),
                (400, post + b"Content-Length: 1_0\r\n\r\n"), (400, post + b"Content-Length: \xb2\r\n\r\n"),
                (400, post + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n"), (400, post + b"Host: y\r\n\r\n"),
                (400, post + b"Content-Length : 5\r\n\r\n"), (400, post + b"A: b\r\n c: d\r\n\r\n"),
                (400, post + b"A: b\nContent-Length: 5\r\n\r\n"), (400, post + b": x\r\n\r\n"),
                (400, post + b"A: \0\r\n\r\n"), (411, post + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                (413, post + b"Content-Length: 99999999999999999999\r\n\r\n"),
                (431, b"GET /health HTTP/1.1\r\n" + b"A: b\r\n" * 4000)):
            with self.subTest(request[:80]):
                self.assert_refused(status, request)

    def test_bodies_that_are_not_calls_are_refused_and_the_connection_stays(self):
        client = self.driver.client()
        for body in (b"", b"{", b"[]", b"1", b"{}", b'{"value":1}', b'{"value":[]}', b'{"value":{"a":NaN}}', b"\xff",
                     b'{"value":{},"request_id":"a b"}', b'{"value":{},"request_id":7}', b"[" * 100_000,
                     b'{"value":{"a":' + b"9" * 5000 + b"}}", b'{"value":{"a":1e400}}', b'{"value":{"a":[{"b":-1e999}]}}',
                     b'{"value":{}} x', b'{"value":{"a":' + b"9" * 400 + b".0}}"):
            with self.subTest(body[:80]):
                answer = client.send("POST", "/run", body, {"Content-Type": "application/json"})
                self.assertEqual((answer.status, answer.error["reason"]), (400, "bad-request"))
        self.assertEqual(client.run(a=1).result, 1)

    def test_other_paths_and_methods_are_refused(self):
        client = self.driver.client()
        self.assertEqual((client.send("GET", "/").status, client.send("POST", "/run/").status), (404, 404))
        self.assertEqual(client.send("GET", "/health?x=1").status, 200)
        answer = client.send("GET", "/run")
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "POST"))
        self.assert_refused(405, b"HEAD /health HTTP/1.1\r\n" + HOST + b"\r\n")

    def test_silent_connections_keep_no_other_from_being_served(self):
        silent = [self.connect() for _ in range(200)]
        for client in silent[::2]:
            client.sendall(run()[:-1])
        self.assertEqual([self.driver.run(a=i).result for i in range(20)], list(range(20)))
        for client in silent[::2]:
            client.sendall(run()[-1:])
            self.assertIn(b'{"result":1}', client.recv(1000))

    def test_a_connection_beyond_the_bound_is_answered_once_and_the_rest_are_closed(self):
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE))
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        silent = [self.connect() for _ in range(512)]
        client = self.driver.client()
        answer = client.run(a=1, request_id="one-more")
        self.assertEqual((answer.result, answer.headers["Connection"]), (1, "close"))
        self.assertEqual(answer.headers["Fob-Request-Id"], "one-more")
        beyond = [self.connect() for _ in range(16)]
        self.assertEqual(self.connect().recv(1), b"")
        beyond[0].close()
        silent[0].close()
        until(lambda: self.can_call())
        silent[1].sendall(run())
        self.assertIn(b'{"result":1}', silent[1].recv(1000))

    def can_call(self):
        try:
            return self.driver.run(a=1).status == 200
        except OSError:
            return False

    def test_clients_that_leave_in_the_middle_do_no_harm(self):
        for piece in b"", b"POST", run()[:-1]:
            self.assertEqual(self.exchange(piece), b"")
        self.assertEqual(self.driver.run(a=1).result, 1)
