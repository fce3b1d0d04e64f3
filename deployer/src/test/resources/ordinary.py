"""What programs do every day: each part returns nothing if it works."""
import asyncio, concurrent.futures, ctypes, fcntl, mmap, multiprocessing, os, resource, select, shutil, signal
import socket, sqlite3, ssl, subprocess, sys, tempfile


def threads():
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert list(pool.map(abs, [-1, -2])) == [1, 2]


def processes():
    assert subprocess.run(["sh", "-c", "echo a | tr a b"], capture_output=True, text=True).stdout == "b\n"
    assert os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)[1] == 0
    fork = multiprocessing.get_context("fork")
    queue = fork.Queue()
    child = fork.Process(target=queue.put, args=(7,))
    child.start()
    assert queue.get(timeout=10) == 7
    child.join(10)


def spawned_processes():
    script = """
import multiprocessing
if __name__ == '__main__':
    with multiprocessing.get_context('spawn').Pool(1) as pool:
        print(pool.map(abs, [-3]))
"""
    path = os.path.join(tempfile.mkdtemp(), "spawn.py")
    with open(path, "w") as file:
        file.write(script)
    ended = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=20)
    assert ended.stdout == "[3]\n", ended


def databases():
    path = os.path.join(tempfile.mkdtemp(), "db")
    with sqlite3.connect(path) as database:
        database.execute("pragma journal_mode=wal")
        database.execute("create table t (x)")
        database.execute("insert into t values (1)")
        assert database.execute("select sum(x) from t").fetchone() == (1,)


def encryption():
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
    assert len(ssl.RAND_bytes(8)) == 8


def coroutines():
    async def both():
        shell = await asyncio.create_subprocess_shell("exit 3")
        server = await asyncio.start_unix_server(lambda r, w: w.close(), tempfile.mkdtemp() + "/s")
        server.close()
        return await asyncio.gather(asyncio.sleep(0, "a"), shell.wait())

    assert asyncio.run(both()) == ["a", 3]


def files():
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x" * 8192)
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        fcntl.lockf(file, fcntl.LOCK_EX)
        os.chmod(file.name, 0o600)
        os.utime(file.name)
        with mmap.mmap(file.fileno(), 8192) as mapped:
            assert mapped[:1] == b"x"
        shutil.copy(file.name, file.name + ".copy")
        os.remove(file.name + ".copy")


def signals():
    script = "import signal, time; signal.signal(signal.SIGUSR1, lambda *_: exit(4)); print(1, flush=True); time.sleep(9)"
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    child.stdout.readline()
    child.send_signal(signal.SIGUSR1)
    assert child.wait(10) == 4
    child.stdout.close()


def sockets():
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), 5) as client:
            accepted, _ = server.accept()
            accepted.sendall(b"x")
            assert select.select([client], [], [], 5)[0]
            accepted.close()
    first, second = socket.socketpair()
    first.close(), second.close()


def looks_at_itself():
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert os.sched_getaffinity(0)
    assert ctypes.CDLL(None).getpid() == os.getpid()
    assert os.nice(1) >= 1


def callme():
    outcomes = []
    for part in (threads, processes, spawned_processes, databases, encryption, coroutines, files, signals, sockets,
                 looks_at_itself):
        try:
            part()
            outcomes.append([part.__name__, "ok"])
        except BaseException as e:
            outcomes.append([part.__name__, repr(e)])
    return outcomes
