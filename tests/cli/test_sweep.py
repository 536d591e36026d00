#!/usr/bin/env python3
"""mailspec serve --sweep: a client meets every pair, reads its reply, and finds the session where that leaves it."""
import collections
import os
import re
import unittest
from concurrent.futures import ThreadPoolExecutor

from harness import Case, main, run
from test_attack import LMTP, RCPT, START, WRITTEN, Raw
from test_serve import POP3, ROOT, SMTP, Serving

PAIR = re.compile(rb"sweep (\d+) of (\d+): (\S+) (.*?)(?: <[^>]*>)?\r\n")
IN = ["USER alice", "PASS secret-a"]
LOGIN = "AUTH LOGIN"
# What leads to a stage, and the line that is answered there; None: the greeting.
SMTP_LINES = {
    "greeting": ([], None), "EHLO": ([], "EHLO c.example"), "HELO": ([], "HELO c.example"), "LHLO": ([], "LHLO c.example"),
    "STARTTLS": (START[:1], "STARTTLS"), "AUTH": (START[:1], LOGIN), "AUTH-response": ([*START[:1], LOGIN], "YWxpY2U="),
    "MAIL": (START[:1], START[1]), "RCPT": (START, RCPT), "DATA": ([*START, RCPT], "DATA"), "end-of-data": (WRITTEN, "."),
    "BDAT": ([*START, RCPT], "BDAT 0"), "VRFY": (START[:1], "VRFY bob"), "EXPN": (START[:1], "EXPN bob"), "HELP": (START[:1], "HELP"),
    "NOOP": (START[:1], "NOOP"), "RSET": (START[:1], "RSET"), "QUIT": (START[:1], "QUIT"), "other": (START[:1], "XYZZY"),
}
POP3_LINES = {
    "greeting": ([], None), "CAPA": ([], "CAPA"), "STLS": ([], "STLS"), "USER": ([], IN[0]), "PASS": (IN[:1], IN[1]),
    "APOP": ([], "APOP alice 0"), "AUTH": ([], "AUTH PLAIN"), "AUTH-response": ([], "AUTH PLAIN"), "STAT": (IN, "STAT"), "LIST": (IN, "LIST"),
    "UIDL": (IN, "UIDL"), "RETR": (IN, "RETR 1"), "TOP": (IN, "TOP 1 0"), "DELE": (IN, "DELE 1"), "LANG": (IN, "LANG"), "UTF8": ([], "UTF8"),
    "NOOP": (IN, "NOOP"), "RSET": (IN, "RSET"), "QUIT": (IN, "QUIT"), "other": (IN, "XYZZY"),
}
# What comes next, and how it is answered where the code was 2yz, and where it was another one.
NEXT = {"EHLO": (START[1], "250", "503"), "HELO": (START[1], "250", "503"), "LHLO": (START[1], "250", "503"),
        "MAIL": (RCPT, "250", "503"), "RCPT": ("DATA", "354", "503"), "end-of-data": (RCPT, "503", "503"),
        "BDAT": ("RSET", "250", "250"), "NOOP": ("RSET", "250", "250")}


def follow_up(stage, code):
    """(line, what it is answered) behind that reply; None: the connection closes."""
    if code in ("421", "221") or (stage == "QUIT" and code[0] == "2" and len(code) == 3):
        return None
    if stage == "greeting":
        return "NOOP", "503" if len(code) == 3 and code >= "400" else "250"
    if stage == "AUTH" and code == "334" or stage == "AUTH-response" and code == "334":
        return "x", "334" if stage == "AUTH-response" else "535"
    if stage == "DATA" and code == "354":
        return ".", "250"
    line, good, bad = NEXT.get(stage, ("NOOP", "250", "250"))
    return line, good if len(code) == 3 and code[0] == "2" else bad


class Sweep(Case):
    def meet_smtp(self, url, hello):
        """The pair that this connection has, by its greeting; it is met, and what follows."""
        with Raw(url) as client:
            greeting = client.lines()
            number, count, stage, code = (part.decode() for part in PAIR.search(greeting).groups())
            before, line = SMTP_LINES[stage]
            if hello != "EHLO":
                before = [one.replace("EHLO", hello) for one in before]
            said = greeting if line is None else client.say(*before, line)
            with self.subTest(stage=stage, code=code):
                self.assertEqual(said.decode().partition(" ")[0], code)
                if not (stage == "STARTTLS" and code == "220"):
                    self.check_next(client, follow_up(stage, code))
            return int(number), int(count), stage, code

    def check_next(self, client, expected):
        if expected is None:
            self.assertEqual(client.rest(), b"")
        else:
            self.assertEqual(client.say(expected[0])[:3].decode(), expected[1])

    def meet_all(self, meet, url, count, workers=4):
        with ThreadPoolExecutor(workers) as pool:
            return sorted(pool.map(lambda _: meet(url), range(count)))

    def check_pairs(self, pairs, count, stages):
        """Each number once, stage by stage, and each stage with the same replies."""
        self.assertEqual([pair[0] for pair in pairs], list(range(1, count + 1)))
        self.assertEqual({pair[1] for pair in pairs}, {count})
        order = list(dict.fromkeys(pair[2] for pair in pairs))
        self.assertEqual(set(order), set(stages))
        replies = collections.defaultdict(list)
        for _, _, stage, reply in pairs:
            replies[stage].append(reply)
        self.assertEqual(len({tuple(row) for row in replies.values()}), 1)
        return replies["greeting"]

    def test_smtp(self):
        with Serving(SMTP, "--sweep", "smtp,odd", "--set", "starttls=yes") as serving:
            url = serving.urls[0]
            stages = [stage for stage in SMTP_LINES if stage != "LHLO"]
            count = len(stages) * 57
            pairs = self.meet_all(lambda _: self.meet_smtp(url, "EHLO"), url, count)
            codes = self.check_pairs(pairs, count, stages)
            self.assertLess({"211", "235", "253", "334", "354", "421", "422", "459", "521", "556", "258", "299", "000", "25", "2500"}, set(codes))
            self.assertEqual(self.meet_smtp(url, "EHLO")[0], 1)  # it begins anew
            serving.end(15)
        logged = re.findall(r"^session (\d+): sweep (\d+) of \d+: (\S+) (\S+)$", serving.out, re.MULTILINE)
        self.assertEqual([(int(number), stage, code) for _, number, stage, code in logged[:count]],
                         [(number, stage, code) for number, _, stage, code in pairs])

    def test_every_code(self):
        for stage in (stage for stage in SMTP_LINES if stage != "LHLO"):
            with Serving(SMTP, "--sweep", f"200-599@{stage}", "--set", "starttls=yes") as serving:
                url = serving.urls[0]
                pairs = self.meet_all(lambda _, url=url: self.meet_smtp(url, "EHLO"), url, 400)
                self.assertEqual([pair[:2] for pair in pairs], [(number, 400) for number in range(1, 401)])
                self.assertEqual([pair[2:] for pair in pairs], [(stage, str(code)) for code in range(200, 600)])

    def test_lmtp(self):
        with Serving(LMTP, "--sweep", "smtp@LHLO,EHLO,end-of-data,greeting") as serving:
            url = serving.urls[0]
            pairs = self.meet_all(lambda _: self.meet_smtp(url, "LHLO"), url, 3 * 43)
            self.check_pairs(pairs, 3 * 43, ["greeting", "LHLO", "end-of-data"])

    def meet_pop3(self, url):
        with Raw(url) as client:
            greeting = client.lines()
            number, count, stage, reply = (part.decode() for part in PAIR.search(greeting).groups())
            before, line = POP3_LINES[stage]
            said = greeting if line is None else client.say(*before, line)
            if stage == "AUTH-response":
                said = client.say("AGFsaWNlAHNlY3JldC1h")
            with self.subTest(stage=stage, reply=reply):
                self.assertRegex(said.decode(), "^" + re.escape(reply) + " .*\r\n$")
                if (stage in ("QUIT", "greeting") and reply[0] == "-") or (stage == "QUIT" and reply == "+OK"):
                    self.assertEqual(client.rest(), b"")
            return int(number), int(count), stage, reply

    def test_pop3(self):
        with Serving(SMTP, POP3, "--sweep", "pop3", "--set", "starttls=yes", "--set", "pop3-auth=PLAIN") as serving:
            url = serving.urls[1]
            count = len(POP3_LINES) * 9
            pairs = self.meet_all(self.meet_pop3, url, count, workers=1)
            self.assertEqual(self.check_pairs(pairs, count, POP3_LINES),
                             ["+OK", "-ERR", "-ERR [IN-USE]", "-ERR [LOGIN-DELAY]", "-ERR [SYS/TEMP]", "-ERR [SYS/PERM]", "-ERR [AUTH]",
                              "-ERR [X-UNHEARD-OF]", "+"])
            with Raw(serving.urls[0]) as client:  # SMTP has no pair in this sweep
                self.assertNotIn(b"sweep", client.lines())

    def test_wrong_ones(self):
        for text, words in (("smpt", 'did you mean "smtp"'), ("20", "expected three digits"), ("599-200", "the first is the smaller"),
                            ("200@RPCT", 'did you mean "RCPT"'), ("200@any", "no stage"), ("452@RETR", "POP3 has no codes"),
                            ("200-599,", "expected three digits"), ("000-999,000-999,000-999", "more than 2000")):
            with self.subTest(text=text):
                result = run("serve", SMTP, "--sweep", text)
                self.check(result, 2, words)
                self.assertEqual(len(result.err.splitlines()), 1, result.err)

    def test_transcripts_and_docs(self):
        folder = os.path.join(self.folder, "seen")
        with Serving(SMTP, "--sweep", "452@RCPT", "--transcripts", folder, "--sessions", "1") as serving:
            self.meet_smtp(serving.urls[0], "EHLO")
            self.assertEqual(serving.end(), 0)
        with open(os.path.join(folder, "00001.txt"), encoding="utf-8") as file:
            self.assertIn("S: 220 mx.example.test sweep 1 of 1: RCPT 452\n", file.read())
        with open(os.path.join(ROOT, "docs", "attack.md"), encoding="utf-8") as file:
            self.assertIn(serving.out.splitlines()[3], file.read())


if __name__ == "__main__":
    main()
