"""The sockets of the driver: the one that listens, and a bounded number of connections."""
import os
import struct
from _socket import (
    AF_INET, AF_INET6, AF_UNIX, IPPROTO_IPV6, IPPROTO_TCP, IPV6_V6ONLY, SHUT_RDWR, SHUT_WR, SO_RCVTIMEO, SO_REUSEADDR,
    SO_SNDTIMEO, SOCK_STREAM, SOL_SOCKET, TCP_NODELAY, getaddrinfo, socket)
from errno import EMFILE, ENFILE
from os import O_CLOEXEC, O_RDONLY, close
from os import open as open_file
from time import monotonic

from .http1 import Reader

MOST_CONNECTIONS = 512
SPARE_DESCRIPTORS = 16  # for connections above the limit, or when the function has opened all other descriptors
BACKLOG = 128
STAY = struct.pack("ll", 0, 5000)  # 5 ms: a thread waits so long for the next request, which mostly follows at once
SEND = struct.pack("ll", 5, 0)  # 5 s without any progress
IDLE_S = 600  # longer than HTTP clients keep idle connections, so that the client closes them
SHORT_IDLE_S = 2  # for a connection that is about to be closed


def listen(address):
    """Returns the listening socket. Clients cannot connect to a Unix socket before publish()."""
    kind, where = address
    if kind == "tcp":
        family = AF_INET6 if ":" in where[0] else AF_INET
        listener = socket(family, SOCK_STREAM)
        listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        if family == AF_INET6:
            listener.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 1)
        listener.bind(getaddrinfo(*where, family, SOCK_STREAM)[0][4])
    else:
        temporary = where + ".new"
        if os.path.lexists(temporary):
            os.unlink(temporary)
        listener = socket(AF_UNIX, SOCK_STREAM)
        listener.bind(temporary)
        os.chmod(temporary, 0o666)  # the invoker may be another user
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


def publish(address):
    """Gives a Unix socket its real path, so that the path exists only when clients can connect. The path may belong to
    another driver that is still draining. So no driver removes its path at the end."""
    kind, where = address
    if kind == "unix":
        os.rename(where + ".new", where)


class Connection:
    """One thread at a time has it, or none, while it is `idle`; `watched` once the epoll knows it. `once` says that its
    next answer is its last, `spare` that it has a descriptor of the reserve."""
    __slots__ = "socket", "fd", "reader", "idle", "watched", "since", "once", "closing", "spare"

    def __init__(self, connected, once, spare):
        self.socket = connected
        self.fd = connected.fileno()
        self.reader = Reader()
        self.idle = self.watched = False
        self.since = monotonic()
        self.once = once
        self.spare = spare
        self.closing = False  # if True, the last response was sent, and input is discarded until the client closes

    def say_goodbye(self):
        """Ends the sending side only. Closing a socket with unread input would reset the connection, and the client
        might lose the response."""
        self.closing = True
        self.socket.shutdown(SHUT_WR)


class Connections:
    """The open connections by descriptor. Some descriptors are held in reserve, so that clients are served even if the
    function has opened as many files as it may."""

    def __init__(self, listener, copies):
        self._listener = listener
        self._copies = copies
        self._open = {}
        self._reserve = [_reserve() for _ in range(SPARE_DESCRIPTORS)]
        self._swept = 0.0

    def get(self, fd):
        return self._open.get(fd)

    def accept(self):
        """Returns the next connection, or None if no client is waiting. Raises OSError if accepting fails."""
        self._sweep()
        with self._copies.sockets_lock:
            try:
                return self._next(spare=False)
            except OSError as error:
                if error.errno not in (EMFILE, ENFILE) or not self._reserve:
                    raise
            close(self._reserve.pop())
            added = None
            try:
                added = self._next(spare=True)
            finally:
                if added is None:
                    self._refill()
            return added

    def _next(self, spare):
        while True:
            try:
                fd, _ = self._listener._accept()
            except BlockingIOError:
                return None
            connected = socket(self._listener.family, SOCK_STREAM, 0, fd)
            if len(self._open) < MOST_CONNECTIONS + SPARE_DESCRIPTORS:
                return self._add(connected, spare)
            connected.close()

    def _add(self, connected, spare):
        if connected.family != AF_UNIX:
            connected.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        # The kernel's timeouts, because Python's cost a poll() before each read and write.
        connected.setblocking(True)
        connected.setsockopt(SOL_SOCKET, SO_RCVTIMEO, STAY)
        connected.setsockopt(SOL_SOCKET, SO_SNDTIMEO, SEND)
        connection = Connection(connected, spare or len(self._open) >= MOST_CONNECTIONS, spare)
        self._open[connection.fd] = connection
        return connection

    def _refill(self):
        try:
            self._reserve.append(_reserve())
        except OSError:
            pass  # the function has taken the descriptor

    def close(self, connection):
        with self._copies.sockets_lock:
            if self._open.pop(connection.fd, None) is None:
                return
            connection.socket.close()
            if connection.spare:
                self._refill()

    def _sweep(self):
        """Shuts down connections that have been idle for too long. Their next event is then an end of file."""
        now = monotonic()
        if now - self._swept < SHORT_IDLE_S / 2:
            return
        self._swept = now
        for connection in list(self._open.values()):
            most = SHORT_IDLE_S if connection.once or connection.closing else IDLE_S
            if connection.idle and now - connection.since > most:
                try:
                    connection.socket.shutdown(SHUT_RDWR)
                except OSError:
                    pass

    def drop(self):
        """Closes all sockets; called in a copy of the process."""
        for connection in self._open.values():
            connection.socket.close()
        self._listener.close()


def _reserve():
    return open_file("/dev/null", O_RDONLY | O_CLOEXEC)
