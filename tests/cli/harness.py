"""What the tests of the program share: run it, hostile servers, scratch folders. Standard library only."""
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "tools"))
import held_ports  # for those who import it from here

PROGRAM = os.path.abspath(os.environ.get("MAILSPEC", "build/release/mailspec"))


class Result:
    def __init__(self, status, out, err, seconds, peak_kib):
        self.status, self.out, self.err, self.seconds, self.peak_kib = status, out, err, seconds, peak_kib

    def __str__(self):
        return f"status {self.status}, {self.seconds:.2f} s, {self.peak_kib} KiB\n{self.out}\n{self.err}"


def run(*arguments, cwd=None, env=None, limit=60, config=False, signal_after=None):
    """Run mailspec to its end; its peak memory is what the kernel says of the finished process."""
    words = [PROGRAM, arguments[0]] + ([] if config else ["--no-config"]) + list(arguments[1:])
    if arguments[0].startswith("-") or arguments[0] == "help":
        words = [PROGRAM, *arguments]
    surroundings = {**os.environ, "XDG_STATE_HOME": cwd or tempfile.gettempdir(), **(env or {})}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.monotonic()
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=cwd, env=surroundings)
        watchdog = threading.Timer(limit, child.kill)
        watchdog.start()
        if signal_after is not None:
            signal_after(child)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        watchdog.cancel()
        seconds = time.monotonic() - begin
        out.seek(0)
        err.seek(0)
        return Result(child.returncode, out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace"),
                      seconds, usage.ru_maxrss)


class Server:
    """A server on a free loopback port, or a Unix socket; `serve(connection, closing)` runs in a thread for each connection."""

    def __init__(self, serve, path=None):
        self.serve = serve
        if path is None:
            self.socket = socket.create_server(("127.0.0.1", 0))
            self.port = self.socket.getsockname()[1]
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind(path)
            self.socket.listen(100)
        self.closing = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while not self.closing.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.guard, args=(connection,), daemon=True).start()

    def guard(self, connection):
        try:
            with connection:
                self.serve(connection, self.closing)
        except OSError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.socket.close()


class Reference:
    """The reference server of the program itself at these addresses; more options may stand among them."""

    def __init__(self, *arguments):
        self.arguments = arguments
        self.count = sum("://" in word for word in arguments)

    def __enter__(self):
        self.process = subprocess.Popen([PROGRAM, "serve", "--no-config", *self.arguments], stdout=subprocess.PIPE, text=True)
        self.urls = [self.process.stdout.readline().split()[-1] for _ in range(self.count)]
        self.options = tuple(word for url in self.urls for word in ("--server", url))
        return self

    def port(self, i):
        return int(self.urls[i].rpartition(":")[2])

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=10)


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mailspec test ")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def check(self, result, status, *words):
        """The status is that one, every word stands in what was printed, and no sanitizer or crash speaks."""
        text = result.out + result.err
        self.assertEqual(result.status, status, result)
        for word in words:
            self.assertIn(word, text, result)
        self.assertNotIn("Sanitizer", text)
        self.assertNotIn("runtime error", text)


def main():
    unittest.main(verbosity=1, argv=sys.argv)
