"""The threads that serve connections. All of them start before the function is loaded, which may use up all others."""
from _queue import Empty, SimpleQueue
from errno import EBADF, EINVAL, ENOTSOCK
from select import EPOLLIN, EPOLLONESHOT, epoll
from threading import Thread
from time import monotonic, sleep

from .connections import Connections
from .http1 import Refused, Response

SPARE_THREADS = 2  # for health and refusals while all calls run
MOST_FAILED_ACCEPTS = 50
PAUSE_S = 0.1
# A signal that arrives just before the main thread begins to wait, or in another thread, does not end the wait. Python
# runs the handler when the main thread goes on.
LONGEST_WAIT_S = 2
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_ONE_EVENT = EPOLLIN | EPOLLONESHOT
_GONE = EBADF, ENOTSOCK, EINVAL


class Server:
    """Serves connections with a fixed number of threads. A thread reads a request, answers it, and waits 5 ms for the
    next request, which mostly follows at once. Then it returns the connection to the epoll. So an idle connection
    occupies no thread, and a busy connection stays with its thread.

    `serve_main` is the loop of the main thread, which runs tasks that must run there. `handle` converts a Request to a
    Response, or to a task whose run() returns a Response and whose `for_main_thread` says where to run it. `refuse`
    converts a Refused to a Response. `give_up` is called with the reason when the driver cannot serve any more.
    """

    def __init__(self, listener, copies, handle, refuse, give_up):
        self._listener = listener
        self._handle = handle
        self._refuse = refuse
        self._give_up = give_up
        self._copies = copies
        self._connections = Connections(listener, copies)
        self._epoll = epoll()
        self._waiting = set()  # the numbers of the threads that wait for events
        self._for_main_thread = SimpleQueue()
        self._failed_accepts = 0

    def start(self, threads):
        self._epoll.register(self._listener.fileno(), _ONE_EVENT)
        for number in range(threads):
            Thread(target=self._serve, args=(number,), name=f"fob-serve-{number}", daemon=True).start()

    def is_intact(self):
        """Whether it has its descriptors yet. Threads that wait for events do not notice that they have gone."""
        try:
            self._epoll.modify(self._listener.fileno(), _ONE_EVENT)
            return True
        except (OSError, ValueError):
            return False

    def drop(self):
        """Closes all sockets; called in a copy of the process."""
        self._connections.drop()
        self._epoll.close()

    def serve_main(self):
        """Runs tasks in the main thread. Never returns, whatever the function does."""
        while True:
            try:
                self._with(self._finish, *self._for_main_thread.get(timeout=LONGEST_WAIT_S))
            except Empty:
                pass
            except BaseException:  # raised by a signal handler of the function
                self._copies.leave()

    def _serve(self, number):
        waiting, listener, wait = self._waiting, self._listener.fileno(), self._epoll.poll
        while True:
            waiting.add(number)
            try:
                events = wait(None, 1)
            except (OSError, ValueError) as error:
                self._lost(error)
                sleep(PAUSE_S)
                continue
            finally:
                waiting.discard(number)
            for fd, _ in events:
                connection = self._connections.get(fd)
                if connection:
                    self._with(self._talk, connection)
                elif fd == listener:
                    self._accept()

    def _accept(self):
        """Accepts all waiting connections and gives them to the epoll."""
        try:
            while connection := self._connections.accept():
                self._rest(connection)
            self._failed_accepts = 0
        except OSError as error:
            self._failed_accepts += 1
            if error.errno in _GONE or self._failed_accepts == MOST_FAILED_ACCEPTS:
                self._lost(error)
            sleep(PAUSE_S)
        self._watch(self._epoll.modify, self._listener.fileno())

    def _with(self, action, connection, *more):
        """Runs an action for a connection. The thread goes on whatever the action raises."""
        try:
            connection.idle = False
            if action(connection, *more):
                self._rest(connection)
            return
        except OSError as error:  # the client has closed the connection, or the function has closed a descriptor
            if error.errno in _GONE:
                self._lost(error)
        except BaseException as error:
            self._lost(error)
        self._copies.leave()
        self._connections.close(connection)

    def _talk(self, connection, in_main_thread=False):
        """Answers requests until none follows. Returns whether the connection goes back to the epoll."""
        while True:
            try:
                request = _receive(connection)
            except BlockingIOError:
                return True
            except Refused as refused:
                self._send(connection, self._refuse(refused))
                continue
            if request is None:
                self._connections.close(connection)
                return False
            task = self._handle(request)
            if type(task) is not Response:
                if task.for_main_thread and not in_main_thread:
                    self._for_main_thread.put((connection, task))
                    return False
                task = task.run()
            self._send(connection, task)
            if connection.reader.is_empty and not self._may_stay(in_main_thread):
                return True

    def _finish(self, connection, task):
        """Completes in the main thread what `_talk` began."""
        self._send(connection, task.run())
        return self._talk(connection, in_main_thread=True)

    def _may_stay(self, in_main_thread):
        return self._for_main_thread.empty() if in_main_thread else self._waiting

    def _rest(self, connection):
        """Gives a connection back to the epoll. The next event may go to another thread."""
        connection.since = monotonic()
        watch = self._epoll.modify if connection.watched else self._epoll.register
        connection.watched = connection.idle = True
        self._watch(watch, connection.fd)

    def _watch(self, how, fd):
        try:
            how(fd, _ONE_EVENT)
        except (OSError, ValueError) as error:  # the function has closed or replaced the descriptor
            self._lost(error)

    def _lost(self, error):
        self._copies.leave()
        self._give_up(f"{type(error).__name__}: {error}")

    @staticmethod
    def _send(connection, response):
        close = connection.once or response.close
        try:
            connection.socket.sendall(response.to_bytes(close))
        finally:
            if response.sent:
                response.sent()
        if close:
            connection.say_goodbye()


def _receive(connection):
    """Returns the next request, or None at the end. Raises BlockingIOError if no data arrives within 5 ms."""
    reader, receive = connection.reader, connection.socket.recv
    while not connection.closing:
        request = reader.next_request()
        if request:
            if not request.keep_alive:
                connection.once = True
            return request
        if reader.wants_continue():
            connection.socket.sendall(CONTINUE)
        chunk = receive(65536)
        if not chunk:
            return None
        reader.add(chunk)
    while receive(65536):
        pass
    return None
