#!/usr/bin/env python3
"""Bad scenarios, bad servers, bad paths: a clear sentence, the right exit status, bounded time and memory."""
import os
import signal
import socket
import subprocess
import time

from harness import PROGRAM, Case, Server, held_ports, main, run

MEMORY_KIB = 64 * 1024  # more than the program takes when all is well; what is kept of answers (answer.h) may double as it grows
SCALE = 0.1  # a wait of 10 s lasts 1 s
LIMIT_S = 10 * SCALE
GRACE_S = 2
EHLO = "Title: t\n\nC: EHLO {{client}}\nS: 250\n"


class Bounded(Case):
    def check_memory(self, result, shipped=False):
        """Little more than a run takes in which all is well: of one file, or of one of the shipped scenarios, which are all read."""
        well = run("run", "smtp/noop" if shipped else self.write("well.scn", EHLO))
        self.check(well, 0)
        self.assertLess(result.peak_kib - well.peak_kib, MEMORY_KIB, result)


class BadScenarios(Bounded):
    def test_binary(self):
        path = self.write("binary.scn", bytes(range(256)) * 64)
        self.check(run("run", path), 3, "binary.scn")

    def test_empty(self):
        self.check(run("run", self.write("empty.scn", "")), 3, "empty.scn", "empty")

    def test_folder_without_scenarios(self):
        self.check(run("run", self.folder), 5, "no scenario")

    def test_folder_to_lint(self):
        self.check(run("lint", self.folder), 5, "no scenario")

    def test_missing(self):
        self.check(run("run", os.path.join(self.folder, "none.scn")), 5, "none.scn")

    def test_huge(self):
        path = os.path.join(self.folder, "huge.scn")
        with open(path, "wb") as file:
            line = b"C: NOOP\nS: 250\n" * 4096
            while file.tell() < 100 * 1024 * 1024:
                file.write(line)
        result = run("run", path)
        self.check(result, 3, "huge.scn")
        self.check_memory(result)

    def test_full_of_errors(self):
        path = self.write("errors.scn", "Title: x\nBogus: y\nRule: smtp/nonsense\n\n" + "C: \\q\nS: what\n" * 5000)
        result = run("run", path)
        self.check(result, 3, "errors.scn:2:1:", "errors.scn:3:", "^")
        self.check_memory(result)
        self.assertLess(len(result.err), 100000)

    def test_all_errors_at_once(self):
        path = self.write("two.scn", "Title: x\nBogus: y\n\nC: NOOP\nS: 250\nC: \\q\n")
        self.check(run("lint", path), 3, "two.scn:2:1:", "two.scn:6:4:", "\\\\")

    def test_one_long_line(self):
        path = self.write("long.scn", b"C: " + b"x" * 3000000 + b"\nS: 250\n")
        self.check(run("run", path), 3, "long.scn:1:")


class OddFiles(Case):
    def pipe(self, name):
        path = os.path.join(self.folder, name)
        os.mkfifo(path)
        return path

    def test_pipes_keep_nobody_waiting(self):
        pipe = self.pipe("pipe.scn")
        self.check(run("run", pipe, limit=10), 3, "pipe.scn", "not a file")
        self.check(run("lint", pipe, limit=10), 3, "not a file")
        self.check(run("run", "--target", pipe, limit=10), 2, "not a file")
        self.check(run("run", "--known-failing", pipe, "smtp/noop", limit=10), 2, "not a file")
        self.pipe("mailspec.conf")
        self.check(run("run", "smtp/noop", cwd=self.folder, config=True, limit=10), 2, "mailspec.conf", "not a file")

    def test_standard_input_is_meant(self):
        line = f"printf '{EHLO}' | '{PROGRAM}' run --no-config /dev/stdin"
        result = subprocess.run(["sh", "-c", line.replace("\n", "\\n")], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 0, result)

    def test_links(self):
        loop = os.path.join(self.folder, "loop.scn")
        os.symlink("loop.scn", loop)
        self.check(run("run", loop), 5, "loop.scn", "Too many levels")
        os.symlink("none", os.path.join(self.folder, "nowhere.scn"))
        self.check(run("run", os.path.join(self.folder, "nowhere.scn")), 5, "nowhere.scn", "a link to what is not there")


    def test_names_do_no_harm(self):
        name = "a\x1b[31m ##[error]x\n::warning::b"
        self.write(f"{name}.scn", EHLO)
        self.write("bad/##[group]y.scn", "C: \\q ##[error]z\nS: 250\n")
        for words, status in ((("list", self.folder + "/" + name + ".scn"), 0), (("lint", self.folder), 3), (("run", self.folder), 3),
                              (("show", self.folder + "/" + name + ".scn"), 0), (("run", self.folder + "/" + name + ".scn"), 0),
                              (("run", "##[error]none\n::error::x"), 5), (("fmt", "--check", self.folder), 3)):
            with self.subTest(words=words):
                result = run(*words)
                self.check(result, status)
                for line in (result.out + result.err).splitlines():
                    self.assertNotIn("\x1b", line)
                    self.assertNotIn("##[", line)
                    self.assertFalse(line.strip().startswith("::"), result)

    def test_a_server_commands_no_ci_log(self):
        line = "220 ##[error]boo ::error::x"
        for command in (f"echo '{line}'; echo '##[error]y ::error::z' >&2; cat >/dev/null", f"echo '500 {line}'"):
            result = run("run", "--server", f"pipe:{command}", "--time-scale", "0.1", self.write("one.scn", EHLO))
            self.assertIn("error", result.out)
            again = "Again: "
            text = "\n".join(part for part in (result.out + result.err).splitlines() if again not in part)
            self.assertNotIn("##[", text)
            self.assertNotIn("::error", text)


class BadServers(Bounded):
    def judge(self, serve, status, *words, scenario=EHLO):
        with Server(serve) as server:
            result = run("run", "--server", f"smtp://127.0.0.1:{server.port}", "--time-scale", str(SCALE),
                         self.write("one.scn", scenario))
        self.check(result, status, *words)
        self.check_memory(result)
        return result

    def test_refuses(self):
        with held_ports.hold() as silent:
            port = silent.getsockname()[1]
            self.check(run("run", "--server", f"smtp://127.0.0.1:{port}", self.write("one.scn", EHLO)), 4, str(port))

    def test_never_answers(self):
        result = self.judge(lambda connection, closing: closing.wait(60), 4)
        self.assertLess(result.seconds, LIMIT_S + GRACE_S)

    def test_stops_answering(self):
        def serve(connection, closing):
            connection.sendall(b"220 here\r\n")
            for _ in range(1):
                connection.recv(1000)
                connection.sendall(b"250 here\r\n")
            while connection.recv(1000):
                pass
            closing.wait(60)

        result = self.judge(serve, 1, "smtp/command-gets-reply", scenario="Start: ehlo\n\nC: NOOP\nS: 250\n")
        self.assertLess(result.seconds, 2 * LIMIT_S + GRACE_S)

    def test_one_octet_a_second(self):
        def serve(connection, closing):
            for octet in b"220 a slow server greets you\r\n":
                connection.sendall(bytes([octet]))
                if closing.wait(1):
                    return

        result = self.judge(serve, 4)
        self.assertLess(result.seconds, LIMIT_S + GRACE_S)

    def test_no_line_ends(self):
        def serve(connection, closing):
            connection.sendall(b"220 no end of this line")
            closing.wait(60)

        result = self.judge(serve, 4)
        self.assertLess(result.seconds, LIMIT_S + GRACE_S)

    def test_gigabyte_in_one_line(self):
        def serve(connection, closing):
            connection.sendall(b"220 here\r\n")
            connection.recv(1000)
            connection.sendall(b"250 here\r\n")
            connection.recv(1000)
            connection.sendall(b"250 ")
            block = b"x" * 1000000
            for _ in range(1000):
                connection.sendall(block)

        with Server(serve) as server:
            result = run("run", "--server", f"smtp://127.0.0.1:{server.port}", "--time-scale", str(SCALE), "--out",
                         os.path.join(self.folder, "out"), self.write("one.scn", "Start: ehlo\n\nC: NOOP\nS: 250\n"))
        self.assertIn(result.status, (1, 4), result)
        self.check_memory(result)

    def test_endless_reply(self):
        def serve(connection, closing):
            connection.sendall(b"220 here\r\n")
            connection.recv(1000)
            connection.sendall(b"250 here\r\n")
            connection.recv(1000)
            while not closing.is_set():
                connection.sendall(b"250-and more\r\n" * 1000)

        result = self.judge(serve, 1, scenario="Start: ehlo\n\nC: NOOP\nS: 250\n")
        self.assertLess(result.seconds, 2 * LIMIT_S + GRACE_S)

    def test_endless_bodies(self):
        """Several at a time: what is kept of them is bounded for the whole run."""
        def serve(connection, closing):
            lines = connection.makefile("rb")
            connection.sendall(b"+OK here\r\n")
            for line in lines:
                connection.sendall(b"+OK 2 40\r\n")
                while line[:4] in (b"LIST", b"CAPA", b"UIDL") and not closing.is_set():
                    connection.sendall(b"1 abcdefghijklmnop\r\n" * 1000)

        users = [word for i in range(6) for word in ("-u", f"u{i}:s:u{i}@example.test")]
        with Server(serve) as server:
            result = run("run", "--server", f"pop3://127.0.0.1:{server.port}", *users, "-j", "6", "--time-scale", str(SCALE),
                         "--out", os.path.join(self.folder, "out"), "pop3/list*", "pop3/minimum/*", "pop3/dele-not-listed",
                         "pop3/capa*", "pop3/wrong-state-authorization/list")
        self.check(result, 1, "INCONCLUSIVE")
        self.assertNotIn("without an end", result.out)
        self.check_memory(result, shipped=True)

    def test_garbage(self):
        def serve(connection, closing):
            connection.sendall(os.urandom(4096) + b"\r\n")
            closing.wait(60)

        with Server(serve) as server:
            result = run("run", "--server", f"smtp://127.0.0.1:{server.port}", "--time-scale", str(SCALE),
                         self.write("one.scn", EHLO))
        self.assertIn(result.status, (1, 4), result)
        self.assertNotIn("\x1b", result.out + result.err)

    def test_421_at_the_greeting_is_no_failure(self):
        busy = [3]

        def serve(connection, closing):
            if busy[0] > 0:
                busy[0] -= 1
                connection.sendall(b"421 too many connections\r\n")
                return
            connection.sendall(b"220 here\r\n")
            while octets := connection.recv(1000):
                connection.sendall(b"250 here\r\n" if b"QUIT" not in octets else b"221 bye\r\n")

        self.judge(serve, 0)


class BadPaths(Case):
    def test_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.check(run("serve", f"smtp://127.0.0.1:{port}"), 4, str(port), "in use")

    def test_report_path_is_a_folder(self):
        self.check(run("run", "--report", f"junit={self.folder}", "smtp/noop"), 6, "folder")

    def test_report_path_below_a_file(self):
        path = self.write("file", "x")
        self.check(run("run", "--report", f"json={path}/report.json", "smtp/noop"), 6)

    def test_report_to_a_full_disk(self):
        result = run("run", "--report", "console", "--report", "json=/dev/full", "smtp/noop")
        self.check(result, 6, "/dev/full", "PASS")

    def test_transcripts_that_cannot_be_written(self):
        path = self.write("out/transcripts", "a file where the folder should be")
        result = run("run", "--out", os.path.dirname(path), "smtp/noop")
        self.check(result, 6, "transcripts", "PASS")


class Interrupts(Case):
    def test_reports_are_written(self):
        report = os.path.join(self.folder, "report.json")
        begun = os.path.join(self.folder, "begun")

        def interrupt(child):
            while not os.path.exists(begun) and child.poll() is None:
                time.sleep(0.01)
            child.send_signal(signal.SIGINT)

        def patient(connection, closing):
            connection.sendall(b"220 here\r\n")
            while True:
                data = connection.recv(1000)
                if not data:
                    return
                if b"NOOP" in data:
                    open(begun, "w").close()
                    closing.wait(60)
                connection.sendall(b"250 here\r\n")

        with Server(patient) as server:
            result = run("run", "--server", f"smtp://127.0.0.1:{server.port}", "--report", f"json={report}",
                         self.write("one.scn", "Start: ehlo\n\nC: NOOP\nS: 250\n"), signal_after=interrupt)
        self.assertNotEqual(result.status, 0)
        with open(report, encoding="utf-8") as file:
            self.assertIn("interrupted", file.read())


if __name__ == "__main__":
    main()
