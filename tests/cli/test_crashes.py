#!/usr/bin/env python3
"""Servers that crash, hang and come back: the case that does it is found, named with what was said last, and the run goes on."""
import base64
import json
import os
import signal
import subprocess
import sys
import threading

from harness import Case, held_ports, main, run

SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mortal_server.py")
QUIET = "Start: ehlo\n\nC: NOOP\nS: 250\n"
GUILTY = "Start: ehlo\n\nC: RSET\nS: 250\n"
BEFORE, BEHIND = 9, 9
JOBS = (1, 8)
SCALE = "0.1"


class Mortal(Case):
    def setUp(self):
        super().setUp()
        self.trace = os.path.join(self.folder, "trace")
        held = held_ports.hold()
        self.addCleanup(held.close)
        self.where = str(held.getsockname()[1])
        self.url = f"smtp://127.0.0.1:{self.where}"

    def server(self, *options):
        words = " ".join(f"'{word}'" for word in (sys.executable, SERVER, self.where, f"tell={self.trace}", *options))
        return (f"rm -f log; {words} >log 2>&1 & echo $! >pid; until grep -qs listening log; do sleep 0.02; done", "kill $(cat pid)")

    def write_cases(self, guilty=GUILTY):
        """Names in the order in which they are played, and the guilty one's, which None leaves out."""
        names = [f"a{i:02}" for i in range(BEFORE)] + [f"c{i:02}" for i in range(BEHIND)]
        for name in names:
            self.write(f"cases/{name}.scn", QUIET)
        if guilty is not None:
            self.write("cases/b.scn", guilty)
        return names

    def play(self, *arguments, start, stop, guilty=GUILTY, starts=True, more="", **options):
        """Without `starts` the server is there for this run alone, and nobody can start it again."""
        names = self.write_cases(guilty)
        report = os.path.join(self.folder, "report.json")
        fields = f"Start: echo start >>trace; {start}\nStop: echo stop >>trace; {stop}\n" if starts else ""
        target = self.write("mortal.target", f"Name: mortal\nSmtp: {self.url}\nDomain: example.test\n{more}{fields}")
        if os.path.exists(self.trace):
            os.remove(self.trace)
        if not starts:
            subprocess.run(start, shell=True, cwd=self.folder, check=True)
        try:
            result = run("run", "--target", target, "cases", "--time-scale", SCALE, "--report", f"json={report}", "--report", "console", *arguments,
                         cwd=self.folder, limit=100, **options)
        finally:
            if not starts:
                subprocess.run(stop, shell=True, cwd=self.folder, check=False, stderr=subprocess.DEVNULL)
        with open(report, encoding="utf-8") as file:
            self.report = json.load(file)
        self.cases = {case["id"]: case for case in self.report["cases"]}
        self.names = names
        return result

    def traces(self):
        with open(self.trace, encoding="utf-8") as file:
            return file.read().split()

    def traced(self, word):
        return self.traces().count(word)

    def check_others(self):
        self.assertEqual({name: self.cases[name]["verdict"] for name in self.names}, dict.fromkeys(self.names, "PASS"))

    def check_guilty(self, result, kind, *words):
        self.check(result, 1, "Crashes and hangs: 1", "First to mend: b\n")
        for word in words:
            self.assertIn(word, " ".join(result.out.split()), result)  # lines are wrapped
        self.check_others()
        guilty = self.cases["b"]
        self.assertEqual((guilty["verdict"], guilty["loss"]["kind"]), ("FAIL", kind))
        self.assertEqual(guilty["loss"]["last_sent"]["text"], "RSET\\r\\n")
        self.assertIn('after "RSET\\r\\n" the server ', guilty["reason"])
        self.assertNotIn("absences", self.report["summary"])


class OneCase(Mortal):
    def test_it_is_started_again(self):
        for jobs in JOBS:
            with self.subTest(jobs=jobs):
                start, stop = self.server("die=RSET")
                result = self.play("-j", str(jobs), "--report", "junit=report.xml", start=start, stop=stop)
                self.check_guilty(result, "went-away", f"nothing listened at {self.url} until Start was run again", "1 FAIL")
                # It goes away once beside the others and once when the case is alone with it, or once more to be sure of that.
                ended = self.traced("ended")
                self.assertIn(ended, (2, 3))
                self.assertEqual((self.traced("start"), self.traced("stop")), (ended + 1, ended + 1))
                with open(os.path.join(self.folder, "report.xml"), encoding="utf-8") as file:
                    self.assertIn("the server went away", file.read())

    def test_it_comes_back(self):
        for jobs in JOBS:
            with self.subTest(jobs=jobs):
                # It takes its time, so that it is missed for sure, but less than what is waited.
                start, stop = self.server("die=RSET", "supervised=1")
                result = self.play("--time-scale", "1", "-j", str(jobs), start=start, stop=stop, starts=False)
                self.check_guilty(result, "went-away", f"nothing listened at {self.url} for ")

    def test_it_counts_whatever_else_does_not(self):
        """A crash is no question of a rule's level; --fail-on never lets it through, and it can be known to fail."""
        start, stop = self.server("die=RSET")
        guilty = "Rule: smtp/help\n" + GUILTY
        self.check_guilty(self.play(start=start, stop=stop, guilty=guilty), "went-away")
        self.assertEqual(self.play("--fail-on", "never", start=start, stop=stop, guilty=guilty).status, 0)
        self.write("known", "b - bug 12\nb smtp/* bug 12\n")
        self.check(self.play("--known-failing", "known", start=start, stop=stop), 0, "1 XFAIL")

    def test_behind_the_end(self):
        """Its connection ended as it should, and nobody came any more."""
        guilty = GUILTY + "C: <close connection>\n"
        for jobs in JOBS:
            with self.subTest(jobs=jobs):
                start, stop = self.server("die-behind=RSET")
                self.check_guilty(self.play("-j", str(jobs), start=start, stop=stop, guilty=guilty), "went-away")
        names = self.names
        for name in names:
            os.remove(os.path.join(self.folder, f"cases/{name}.scn"))
        self.write_cases = lambda guilty: []
        self.check_guilty(self.play(start=start, stop=stop), "went-away", "1 case: 1 FAIL")

    def test_it_hangs(self):
        for jobs in JOBS:
            with self.subTest(jobs=jobs):
                start, stop = self.server("hang=RSET")
                result = self.play("-j", str(jobs), start=start, stop=stop)
                self.check_guilty(result, "hangs", f"the server hangs: nobody was greeted at {self.url} in 1 s, until Start was run again")

    def test_a_unix_socket(self):
        self.where = os.path.join(self.folder, "socket")
        self.url = f"smtp+unix:{self.where}"
        start, stop = self.server("die=RSET")
        self.check_guilty(self.play(start=start, stop=stop), "went-away")

    def test_every_time(self):
        start, stop = self.server("die=RSET")
        result = self.play("--repeat", "2", start=start, stop=stop)
        self.check(result, 1, "Crashes and hangs: 2", "2 FAIL")

    def test_a_secret_is_not_shown(self):
        start, stop = self.server("die=AUTH")
        guilty = "Requires: auth PLAIN\nStart: ehlo\n\n<authenticate PLAIN as {{user}}>\nS: 235\n"
        result = self.play("--out", "out", start=start, stop=stop, guilty=guilty, more="User: alice tanstaaf\n")
        self.check(result, 1, 'went away              b  after "AUTH PLAIN {{secret:*}}\\r\\n"')
        for secret in ("tanstaaf", base64.b64encode(b"\0alice\0tanstaaf").decode()):
            self.assertNotIn(secret, result.out + result.err + json.dumps(self.report))

    def test_what_comes_behind_a_transcript_of_it(self):
        """The transcript is of the time that counts, and says why there was another."""
        start, stop = self.server("die=RSET")
        self.play("-j", "8", "--out", "out", start=start, stop=stop)
        with open(os.path.join(self.folder, "out/transcripts/b.txt"), encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(text.count("C: RSET"), 1)
        self.assertIn("it is run again, alone", text)


class Several(Mortal):
    def test_together(self):
        """It goes away when two are there: no case does that alone, and in the end the rest runs one at a time."""
        start, stop = self.server("crowd=2")
        result = self.play("-j", "8", start=start, stop=stop, guilty=None)
        self.check_others()
        self.assertIn(self.traced("ended"), (1, 2, 3))
        self.assertEqual(len(self.report["summary"]["absences"]), self.traced("ended"))
        self.check(result, result.status, "the server went away until Start was run again")
        self.check(self.play("-j", "1", start=start, stop=stop, guilty=None), 0)

    def test_one_and_another(self):
        start, stop = self.server("die=RSET")
        for name in ("a04", "c04"):
            self.write(f"cases/{name}x.scn", GUILTY)
        result = self.play("-j", "8", start=start, stop=stop)
        self.check(result, 1, "Crashes and hangs: 3", "3 FAIL")
        self.check_others()


class ForGood(Mortal):
    def test_it_goes_away(self):
        for jobs in JOBS:
            with self.subTest(jobs=jobs):
                start, stop = self.server("die=RSET")
                result = self.play("-j", str(jobs), start=start, stop=stop, starts=False)
                self.check(result, 4, "the server went away and did not come back in 1.", f"nothing listened at {self.url}", "Crashes and hangs", ' b  after "RSET\\r\\n"')
                self.assertEqual(self.cases["b"]["loss"]["last_sent"]["text"], "RSET\\r\\n")
                self.assertGreater(sum(case["verdict"] == "PASS" for case in self.cases.values()), BEFORE - jobs)

    def test_it_hangs(self):
        start, stop = self.server("hang=RSET")
        result = self.play("-j", "1", start=start, stop=stop, starts=False)
        self.check(result, 4, f"the server hangs: nobody was greeted at {self.url} in 1 s", 'The last case that reached it: b after "RSET\\r\\n"')
        self.assertEqual(sum(case["verdict"] == "PASS" for case in self.cases.values()), BEFORE)

    def test_start_does_not_help(self):
        start, stop = self.server("die=RSET")
        for again, words in (("exit 3", 'could not be started again: Start: "'), ("true", "though Start was run again")):
            with self.subTest(again=again):
                once = f"if test -e started; then {again}; else touch started; {start}; fi"
                result = self.play("-j", "1", start=once, stop=stop)
                self.check(result, 4, words, 'b after "RSET\\r\\n"')
                os.remove(os.path.join(self.folder, "started"))


class Innocent(Mortal):
    """Nobody is accused."""

    def check_innocent(self, result):
        self.check(result, 0, f"{BEFORE + BEHIND} PASS")
        self.check_others()
        self.assertNotIn("Crashes", result.out)

    def test_a_graceful_restart(self):
        """Whoever is there is told 421, and may come again."""
        start, stop = self.server("restart=6", "supervised=0")
        for jobs in JOBS:
            with self.subTest(jobs=jobs):
                result = self.play("-j", str(jobs), start=start, stop=stop, starts=False, guilty=None)
                self.check(result, 0)
                self.assertNotIn("Crashes", result.out)
                told = [case["reason"] for case in self.cases.values() if case["verdict"] != "PASS"]
                self.assertEqual([reason for reason in told if not reason.endswith("the server closed the service: 421")], [])

    def test_no_room(self):
        """Refused is who comes while another one is served."""
        start, stop = self.server("room=1")
        for jobs in JOBS:
            with self.subTest(jobs=jobs):
                self.check_innocent(self.play("-j", str(jobs), start=start, stop=stop, guilty=None))
                self.assertEqual(self.traced("start"), 1)

    def test_it_ends_behind_each_session(self):
        """With others beside it would cut them off."""
        start, stop = self.server("die-behind=QUIT", "supervised=0")
        self.check_innocent(self.play("-j", "1", start=start, stop=stop, starts=False, guilty=None))


class Interrupted(Mortal):
    def signal_when(self, line):
        """When that line stands in the trace."""
        def wait(child):
            def look():
                done = threading.Event()
                while not done.wait(0.01) and child.poll() is None:
                    if os.path.exists(self.trace) and self.traced(line) > 0:
                        child.send_signal(signal.SIGINT)
                        return
            threading.Thread(target=look, daemon=True).start()
        return wait

    def check_interrupted(self, result, ran):
        self.check(result, 4, "Interrupted")
        self.assertNotIn("Broken off", result.out)
        self.assertEqual(self.traced("start"), ran)
        self.assertEqual(self.traces()[-1], "stop")

    def test_while_it_is_away(self):
        start, stop = self.server("die=RSET")
        self.check_interrupted(self.play("--time-scale", "100", "-j", "1", start=start, stop=stop, signal_after=self.signal_when("ended")), 1)

    def test_while_it_is_started_again(self):
        start, stop = self.server("die=RSET")
        once = f"if test -e started; then echo again >>trace; exec sleep 1000; else touch started; {start}; fi"
        self.check_interrupted(self.play("-j", "1", start=once, stop=stop, signal_after=self.signal_when("again")), 2)


class OneConnection(Mortal):
    def test_a_process_for_each(self):
        """Of pipe: how the process ended is told."""
        self.write_cases()
        server = self.write("each.py", "import os, sys\nprint('220 each', end='\\r\\n', flush=True)\nfor line in sys.stdin:\n"
                            "    if line.startswith('RSET'):\n        os.kill(os.getpid(), 11)\n"
                            "    print('221 bye' if line.startswith('QUIT') else '250 ok', end='\\r\\n', flush=True)\n")
        result = run("run", "--server", f"pipe:exec {sys.executable} '{server}'", "cases", cwd=self.folder)
        self.check(result, 1, "Crashes and hangs: 1", 'its process ended      b  after "RSET\\r\\n"',
                   "the server's process was ended by signal 11 (Segmentation fault) instead of a reply")


class Shrunk(Mortal):
    """--shrink: the shortest dialogue that takes it away."""
    LONG = "Start: ehlo\n\nC: NOOP\nS: 250\nC: RSET\nS: 250\nC: NOOP\nS: 250\n"

    def check_shrunk(self, *arguments, options, case="b", starts=True):
        start, stop = self.server(*options)
        self.write("cases/a00x.scn", "Start: ehlo\n\nC: NOOP\nS: 250\nC: DATA\nS: 503\n")
        result = self.play("-j", "1", "--shrink", *arguments, start=start, stop=stop, guilty=self.LONG, starts=starts)
        # What is worst is shrunk first, and the others though it has taken the server away.
        self.check(result, 1, "Crashes and hangs: 1", f"\n{case}: 6 lines -> 2 lines  (", "\na00x: 4 lines -> 2 lines  (")
        self.assertLess(result.out.index(f"\n{case}: 6 lines"), result.out.index("\na00x: 4 lines"))
        with open(os.path.join(self.folder, f"mailspec-shrunk/{case}.scn"), encoding="utf-8") as file:
            self.assertRegex(file.read(), r"\nStart: greeting\n\nC: RSET\nS: 250\n$")

    def test_it_is_started_again(self):
        self.check_shrunk(options=["die=RSET"])
        # Nobody waits: each time it is away Start is run at once.
        self.assertLess(self.traced("start"), 12)

    def test_it_comes_back(self):
        self.check_shrunk("--time-scale", "1", options=["die=RSET", "supervised=0.2"], starts=False)

    def test_it_hangs(self):
        self.check_shrunk(options=["hang=RSET"])


if __name__ == "__main__":
    main()
