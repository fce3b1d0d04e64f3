"""Sockets, and a thread for each connection: the function's code may block in it."""
import os
import socket
import struct
import threading
import time

from .http1 import Reader, Refused, Response

MOST_CONNECTIONS = 1024
IDLE_S = 600  # more than HTTP clients keep a connection that they do not use, so that it is theirs to close
SEND_S = 30


def listen(address):
    """A socket that nobody can connect to before publish()."""
    kind, where = address
    if kind == "tcp":
        family = socket.AF_INET6 if ":" in where[0] else socket.AF_INET
        return socket.create_server(where, family=family, backlog=128)
    temporary = where + ".new"
    if os.path.lexists(temporary):
        os.unlink(temporary)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(temporary)
    os.chmod(temporary, 0o666)  # the invoker may be another user
    listener.listen(128)
    return listener


def publish(address):
    """The path of a Unix socket exists only when connecting to it works. Replaces that of a predecessor, which may
    still be draining: hence nobody removes the path at the end."""
    kind, where = address
    if kind == "unix":
        os.rename(where + ".new", where)


class Server:
    """`handle` turns a Request into a Response; `refuse` turns (status, message) into the body of an error."""

    def __init__(self, listener, handle, refuse):
        self._listener = listener
        self._handle = handle
        self._refuse = refuse
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)

    def start(self):
        threading.Thread(target=self._accept, name="fob-accept", daemon=True).start()

    def _accept(self):
        while True:
            self._free.acquire()
            connection = None
            try:
                connection = self._listener.accept()[0]
                threading.Thread(target=self._serve, args=(connection,), name="fob-call", daemon=True).start()
            except (OSError, RuntimeError):  # out of files or threads, by the function's doing: it may free some
                self._free.release()
                if connection:
                    connection.close()  # the client hears at once that nobody will answer here
                time.sleep(0.1)

    def _serve(self, connection):
        try:
            with connection:
                _set_up(connection)
                self._answer_requests(connection)
        except OSError:
            pass  # the client has gone, or has been silent for too long
        finally:
            self._free.release()

    def _answer_requests(self, connection):
        reader = Reader(connection)
        keep_alive = True
        while keep_alive:
            try:
                request = reader.next_request()
            except Refused as refused:
                body = self._refuse(refused.status, str(refused))
                connection.sendall(Response(refused.status, body).to_bytes(close=True))
                break
            if request is None:
                return
            response = self._handle(request)
            keep_alive = request.keep_alive and not response.close
            try:
                connection.sendall(response.to_bytes(close=not keep_alive))
            finally:
                if response.sent:
                    response.sent()
        _close_gently(connection)


def _set_up(connection):
    if connection.family != socket.AF_UNIX:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # The kernel's time limits rather than Python's, which cost a poll() before each read and write.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", IDLE_S, 0))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_S, 0))


def _close_gently(connection):
    """Closing with unread input would reset the connection, and the client might lose the response."""
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(1)
    end = time.monotonic() + 2
    while time.monotonic() < end and connection.recv(65536):
        pass
