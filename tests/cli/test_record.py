#!/usr/bin/env python3
"""run --record and run --accept: what was recorded passes again, a changed word is named, and is pinned anew when asked."""
import os
import re

from harness import Case, Reference, main, run

URLS = ("smtp://127.0.0.1:0", "pop3://127.0.0.1:0")
# Enough of them that no case looks into a maildrop to which others send.
USERS = tuple(word for number, name in enumerate(("alice", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "bob"), 17)
              for word in ("--user", f"{name}:geheim-{number}:{name}@example.test"))
TARGET = ("--domain", "example.test", "--unknown-user", "nobody@example.test", "--relay-domain", "elsewhere.example")


def server(*settings):
    words = [word for setting in settings for word in ("--set", setting)]
    return Reference(*URLS, *USERS, *words)


class Record(Case):
    def pins(self):
        return os.path.join(self.folder, "pins")

    def run_on(self, reference, *words):
        return run("run", *reference.options, *USERS, *TARGET, *words)

    def record(self, reference, *selectors):
        return self.run_on(reference, "-q", "--record", self.pins(), *selectors)

    def files(self):
        return [os.path.join(folder, name) for folder, _, names in os.walk(self.pins()) for name in sorted(names)]

    def text(self, name):
        with open(os.path.join(self.pins(), name), encoding="utf-8") as file:
            return file.read()

    def put(self, text, name):
        return self.write(os.path.join("pins", name), text)

    def test_all_cases_of_the_built_in_server_pass_again(self):
        result = run("run", "--record", self.pins(), "smtp/**", "pop3/**")
        self.check(result, 0, " 0 of them do not pass again; 3 left out", "smtp/tls/starttls-lmtp: UNSUPPORTED: the case is for LMTP",
                   "pop3/login-delay: UNSUPPORTED", "pop3/capabilities-both-states/login-delay: UNSUPPORTED")
        self.assertGreater(len(self.files()), 250)
        for _ in range(2):
            result = run("run", "-q", self.pins())
            self.check(result, 0, "Acceptable.")
            self.assertRegex(result.out, r"\d{3} cases: \d+ PASS;")

    def test_another_server_says_other_words(self):
        with server() as first:
            # Of messages with odd line ends --accept cannot tell another text from another message; how many messages lie in a maildrop that cases
            # share, which the reply to a login says, is not the same each time.
            self.check(self.record(first, "-t", "!smuggling", "smtp/**", "pop3/greeting", "pop3/capa*", "pop3/wrong-state-authorization/**"), 0, " 0 of them do not pass again")
            result = self.run_on(first, "-q", self.pins())
            self.check(result, 0, "Acceptable.")
            recorded = len(self.files())
            self.assertGreater(recorded, 150)
            for path in self.files():
                with open(path, encoding="utf-8") as file:
                    self.assertNotIn("geheim", file.read(), path)
            again = self.run_on(first, "-q", "--accept", self.pins())
            self.check(again, 0, f"{recorded} the same, 0 accepted, 0 refused; 0 left out")
        with server("texts=postfix") as second:
            changed = self.run_on(second, self.pins())
            self.check(changed, 1, "Sender OK", "250 2.1.0 Ok", "a line of the reply differs")
            accepted = self.run_on(second, "-q", "--accept", self.pins())
            self.check(accepted, 0, "-S: 250 2.1.0 Sender OK\n+S: 250 2.1.0 Ok\n", "queued as {{v1:word}}", " 0 refused")
            self.check(self.run_on(second, "-q", self.pins()), 0, f"{recorded} cases: {recorded} PASS")

    def test_the_host_name_is_a_word_like_any_other(self):
        with server("hostname=one.example.test") as first:
            self.check(self.record(first, "smtp/greeting", "smtp/ehlo", "smtp/noop"), 0, " 0 of them do not pass again")
        with server("hostname=two.example.test") as second:
            self.check(self.run_on(second, self.pins()), 1, "one.example.test", "two.example.test", "1 PASS", "3 FAIL")
            result = self.run_on(second, "--accept", self.pins())
            self.check(result, 0, "1 the same, 3 accepted, 0 refused")
            self.assertRegex(result.out, r"(?m)^-S: .*one\.example\.test")
            self.assertRegex(result.out, r"(?m)^\+S: .*two\.example\.test")
            self.assertNotIn("noop.scn\n+++", result.out)

    def test_a_keyword_more_or_less_is_told(self):
        cases = ("smtp/ehlo", "pop3/capa")
        with server("hide=CHUNKING", "hide=BINARYMIME", "hide-capa=TOP") as first:
            self.check(self.record(first, *cases), 0, "3 recorded")
        with server("hide=EXPN", "hide-capa=LANG") as second:
            changed = self.run_on(second, self.pins())
            self.check(changed, 1, "EXPN", "LANG", "no line of the reply matches")
        with server() as third:
            changed = self.run_on(third, self.pins())
            self.check(changed, 1, "the reply has a line that is not written", "CHUNKING", "TOP")
            accepted = self.run_on(third, "-q", "--accept", self.pins())
            self.check(accepted, 0, "+S: 250-CHUNKING\n", "+S: TOP\n", "3 accepted, 0 refused")
            self.check(self.run_on(third, "-q", self.pins()), 0, "3 cases: 3 PASS")

    def test_another_code_is_not_accepted(self):
        with server() as first:
            self.check(self.record(first, "smtp/vrfy", "smtp/noop"), 0, "2 recorded")
            before = self.text("smtp/noop.scn")
            self.put(before.replace("S: 250 2.0.0", "S: 251 2.0.0"), "smtp/noop.scn")
            wrong = self.text("smtp/noop.scn")
            self.assertNotEqual(before, wrong)
            result = self.run_on(first, "--accept", self.pins())
            self.check(result, 1, "refused", "expected 251, got 250", "1 the same, 0 accepted, 1 refused")
            self.assertEqual(self.text("smtp/noop.scn"), wrong)

    def test_another_enhanced_code_is_not_accepted(self):
        """Nor another response code of POP3: they are for programs as the codes are. Another text beside them is."""
        with server() as first:
            self.check(self.record(first, "smtp/data-without-mail", "pop3/bad-login-stat"), 0, "2 recorded")
            smtp, pop3 = self.text("smtp/data-without-mail.scn"), self.text("pop3/bad-login-stat.scn")
            self.assertIn("S: 503 5.5.1 ", smtp)
            self.assertIn("-ERR [AUTH] ", pop3)
            self.put(smtp.replace("S: 503 5.5.1 ", "S: 503 5.5.0 "), "smtp/data-without-mail.scn")
            self.put(pop3.replace("[AUTH]", "[IN-USE]"), "pop3/bad-login-stat.scn")
            result = self.run_on(first, "--accept", self.pins())
            self.check(result, 1, "0 the same, 0 accepted, 2 refused", "503 5.5.0*", "-ERR [IN-USE]*")
            self.put(smtp.replace("S: 503 5.5.1 ", "S: 503 5.5.1 other "), "smtp/data-without-mail.scn")
            self.put(pop3.replace("[AUTH] ", "[AUTH] other "), "pop3/bad-login-stat.scn")
            self.check(self.run_on(first, "--accept", self.pins()), 0, "2 accepted, 0 refused")
            self.assertEqual((smtp, pop3), (self.text("smtp/data-without-mail.scn"), self.text("pop3/bad-login-stat.scn")))

    def test_a_failing_case_is_recorded_as_the_server_is(self):
        result = run("run", "-q", "--fault", "rset-clears", "--record", self.pins(), "smtp/rset-clears/rcpt")
        self.check(result, 0, "1 recorded, 0 of them")
        self.check(run("run", "-q", "--fault", "rset-clears", self.pins()), 0)
        self.check(run("run", "-q", self.pins()), 1, "FAIL")

    def test_silence_that_is_broken_is_not_recorded(self):
        path = self.write("silent.scn", "Start: ehlo\n\nC: NOOP\nS: <silence 200ms>\nC: RSET\nS: 250\n")
        self.check(run("run", "--record", self.pins(), path), 5, "nothing could be recorded")
        path = self.write("silent.scn", "Start: ehlo\n\nC: RSET\nS: 500\nC: NOOP\nS: <silence 200ms>\n")
        self.check(run("run", "--record", self.pins(), path), 0, "1 recorded, 0 of them")
        self.assertTrue(self.text("silent.scn").endswith("S: 250 2.0.0 OK\n"))
        path = self.write("silent.scn", "Start: ehlo\n\nC: RSET\nS: 250\nC: NOOP\nS: <silence 200ms>\n")
        self.check(run("run", "--record", self.pins(), path), 0, "1 recorded, 0 of them")
        self.assertNotIn("silence", self.text("silent.scn"))

    def test_what_is_new_each_time_is_captured(self):
        with server() as first:
            self.check(self.record(first, "pop3/retr-content", "pop3/greeting"), 0)
        text = self.text("pop3/retr-content.scn")
        self.assertRegex(text, r"S: 250 2\.0\.0 Message \{\{v\d+:int\}\} accepted for delivery")
        self.assertRegex(text, r"with ESMTP id \{\{v\d+:word\}\}")
        self.assertIn("for <{{rcpt}}>;", text)
        self.assertIn("Received: from {{client}} ([127.0.0.1])", text)
        self.assertIn("S2: second line of the body\n", text)
        self.assertIn("C2: <await message {{message-id}} as {{n}}>", text)
        self.assertRegex(self.text("pop3/greeting.scn"), r"S: \+OK mailspec \S+ POP3 server ready \{\{v1:word\}\}")

    def test_a_message_of_another_case_is_not_pinned(self):
        path = self.write("any.scn", "Requires: messages 1\n\nC: TOP 1 0\nS: +OK\nC: CAPA\nS: +OK\n")
        with server() as first:
            self.check(self.record(first, path), 0, "1 recorded")
        text = self.text("any.scn")
        self.assertNotIn("Subject", text)
        self.assertIn("S: UIDL\n", text)

    def test_secrets_stay_out(self):
        path = self.write("login.scn", "S: +OK\nC: USER {{user}}\nS: +OK\nC: PASS {{secret}}\nS: +OK\nC: QUIT\nS: +OK\n")
        with server() as first:
            self.check(self.record(first, path), 0, "1 recorded")
        text = self.text("login.scn")
        self.assertIn("C: PASS {{secret}}\n", text)
        self.assertNotIn("geheim", text)

    def test_lines_of_a_fragment_are_on_its_connection(self):
        """Also directions; and a comment within a field does not end it."""
        self.write("lib/give.scn", "C: MAIL FROM:<{{sender}}>\nS: 250\nC: RCPT TO:<{{rcpt}}>\nS: 250\nC: DATA\nS: 354\nC: <send message plain>\nS: 250\n")
        path = self.write("use.scn", "Start: ehlo\nFinally:\n  C: RSET\n# again\n  C: NOOP\n\nC: NOOP\nS: 250\nC2: <use lib/give>\nC2: QUIT\nS2: 221\n")
        with server() as first:
            self.check(self.record(first, path), 0, "1 recorded, 0 of them do not pass again")
        text = self.text("use.scn")
        self.assertIn("C2: <send message plain>\n", text)
        self.assertIn("Finally:\n  C: RSET\n  C: NOOP\n", text)

    def test_what_the_case_says_itself_stays(self):
        """The end of a quotation cuts off no secret that begins alike, where the case itself ends it there."""
        user = ("--user", "alice:secret-alice:alice@example.test")
        line = 'C: AUTH PLAIN {{base64 "\\0" user "\\0no-secret"}}\n'
        case = self.write("a.scn", "Start: ehlo\n\n" + line + "S: 535\nC: NOOP {{secret}}\nS: 250\n")
        with Reference("smtp://127.0.0.1:0", *user) as one:
            self.check(run("run", *one.options, *user, "-q", "--record", self.pins(), case), 0, "1 recorded, 0 of them do not pass again")
        with open(self.files()[0], encoding="utf-8") as file:
            text = file.read()
        self.assertIn(line, text)
        self.assertNotIn("secret-alice", text)

    def test_keywords_beside_a_capture(self):
        """A reply that stands as in the case wants no more of the keywords than the case does."""
        smtp = self.write("a.scn", "Start: greeting\n\nC: EHLO {{client}}\nS: 250-{{name:word}}\nS*: 250 AUTH *PLAIN*\nC: NOOP {{name}}\nS: 250\n")
        pop3 = self.write("b.scn", "Requires: pop3\nStart: greeting\n\nC: CAPA\nS: +OK {{text:text}}\nS*: USER\nS: .\nC: QUIT\nS: +OK\n")
        with server() as one:
            self.check(self.record(one, smtp, pop3), 0, "2 recorded, 0 of them do not pass again")
        self.assertEqual(len([path for path in self.files() if path.endswith(".scn")]), 2)

    def test_what_does_not_pass_again_is_told(self):
        import threading
        from harness import Server
        count = [0]
        lock = threading.Lock()

        def serve(connection, _):
            connection.sendall(b"220 x\r\n")
            with connection.makefile("rb") as lines:
                for line in lines:
                    if line.upper().startswith(b"NOOP"):
                        with lock:
                            count[0] += 1
                            code = b"250" if count[0] <= 2 else b"500"
                        connection.sendall(code + b" ok\r\n")
                    else:
                        connection.sendall(b"250 ok\r\n")

        path = self.write("odd.scn", "Start: ehlo\n\nC: NOOP\nS: 250\n")
        with Server(serve) as odd:
            result = run("run", "--server", f"smtp://127.0.0.1:{odd.port}", "--record", self.pins(), path)
        self.check(result, 1, "not again", "odd.scn.txt", "got 500", "1 recorded, 1 of them do not pass again")
        self.assertEqual([os.path.basename(name) for name in self.files()], ["odd.scn.txt"])
        self.assertIn("# It does not pass again: ", self.text("odd.scn.txt"))

    def test_left_out(self):
        path = self.write("need.scn", "Requires: ehlo XNONE\n\nC: NOOP\nS: 250\n")
        result = run("run", "--record", self.pins(), path)
        self.check(result, 5, "left out", "UNSUPPORTED", "nothing could be recorded")

    def test_options_that_do_not_go_together(self):
        for words, expected in ((("--record", "x", "--accept"), "leave one of them out"),
                                (("--record", "x", "-o", "y"), "--record does not go together with --out"),
                                (("--accept", "--repeat", "2", "x"), "--accept does not go together with --repeat"),
                                (("--accept",), "name the recorded scenarios"),
                                (("--record", "x", "--client", "true"), "leave out --client")):
            with self.subTest(words=words):
                self.check(run("run", *words), 2, expected)

    def test_a_file_that_is_no_record(self):
        path = self.write("plain.scn", "C: NOOP\nS: 500\n")
        self.check(run("run", "--accept", path), 1, "refused", "no recorded scenario")
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "C: NOOP\nS: 500\n")

    def test_unwritable(self):
        blocker = self.write("file", "")
        self.check(run("run", "--record", blocker + "/pins", "smtp/noop"), 6)

    def test_a_file_that_is_no_record_is_not_written_over(self):
        case = "Title: mine\nStart: ehlo\n\nC: NOOP\nS: 250\n"
        path = self.put(case, "mine.scn")
        self.check(run("run", "--record", self.pins(), path, "smtp/noop"), 6, "mine.scn is no record, so it stays", "1 recorded")
        self.assertEqual(self.text("mine.scn"), case)
        for _ in range(2):
            self.check(run("run", "--record", self.pins(), "smtp/noop"), 0, "1 recorded")

    def test_numbers_of_captures_are_in_order(self):
        self.check(run("run", "-q", "--record", self.pins(), "smtp/rset-clears/**", "pop3/retr-content"), 0)
        for path in self.files():
            with open(path, encoding="utf-8") as file:
                numbers = [int(n) for n in re.findall(r"\{\{v(\d+):", file.read())]
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)), path)


if __name__ == "__main__":
    main()
