#!/usr/bin/env python3
"""The whole suite against servers that are odd: what conforms is accused of nothing, one defect is named as what it is."""
import collections
import fnmatch
import json
import os
import re
import unittest

import defective_servers as defective
import unusual_servers as unusual
from harness import Case, Server, main, run
from odd_servers import TARGET, Pop3, Smtp, Store

# ---- Why cases are not judged ----

# Said of every server here, whatever is odd about it.
NOT_HERE = ("only the built-in server can be set up for it (Given:)", "the case is for LMTP, the target speaks SMTP",
            "the POP3 server does not list the capability LANG", "the POP3 server does not list the capability UTF8",
            "the server does not offer DSN", "the server does not offer CHUNKING", "the server does not offer BINARYMIME", "the server does not offer SMTPUTF8",
            "the POP3 greeting has no timestamp for APOP", "the server does not offer STARTTLS",
            *(f"the POP3 server does not list the capability {capability}"
              for capability in ("STLS", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE", "LOGIN-DELAY", "EXPIRE")),
            *(f"the server does not offer a login by {mechanism}"
              for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256")))

# Why a case is not judged, as cause_of() has it.
NO_PIPELINING, NO_SIZE, NO_8BITMIME = (f"the server does not offer {keyword}" for keyword in ("PIPELINING", "SIZE", "8BITMIME"))
NO_EXTENSIONS = (NO_PIPELINING, NO_SIZE, NO_8BITMIME)
NO_TOP, NO_UIDL, NO_USER = (f"the POP3 server does not list the capability {keyword}" for keyword in ("TOP", "UIDL", "USER"))
OFFERS_LITTLE = {(f"smtp/offers-{keyword}", "INFO") for keyword in ("pipelining", "size")}
ERR = "expected +OK, got -ERR"
CLOSED = ("the server closed the connection instead of a reply", "?QUIT: the connection ended: the peer closed the connection")
LOOP_TAKEN = "expected 4yz | 5yz, got 250"
OTHER_LINE = "a line of the reply differs from what is written"
OTHER_LINES = "no line of the response matches"
ANY = ("?*",)  # a matter of time
SIZES = (("pop3/list-size", "NON-STRICT"),)  # what is sent is not what LIST counted


def cause_of(case):
    """The reason without where the case was, or whose maildrop it wanted."""
    return re.sub(r"^(in the preparation: |before line one: |the maildrop of \w+ could not be prepared: )", "", case["reason"])


# broken: what is named, and nothing else.
# causes: every case that is not judged has one of them (fnmatch), and each is the cause of at least one; "?...": it may be of none.
# also: rules that are named or not, as the time falls
Row = collections.namedtuple("Row", "smtp pop3 broken causes scale also jobs", defaults=((), (), 1, (), 8))


def unusual_row(smtp="Smtp", pop3="Pop3", **rest):
    return Row(getattr(unusual, smtp), getattr(unusual, pop3), **rest)


def defective_row(broken, smtp="Smtp", pop3="Pop3", **rest):
    return Row(getattr(defective, smtp), getattr(defective, pop3), broken, **rest)


def verdicts(broken):
    """{(rule, verdict)}; a rule alone is a FAIL."""
    return {(rule, "FAIL") if isinstance(rule, str) else rule for rule in broken}


class OddServers(Case):
    maxDiff = None

    def play(self, row):
        store = Store()

        def serving(kind):
            return lambda connection, closing: kind(connection, closing, store).serve()

        report = os.path.join(self.folder, "report.json")
        with Server(serving(row.smtp)) as smtp, Server(serving(row.pop3)) as pop3:
            target = self.write("odd.target", f"Name: odd\nSmtp: smtp://127.0.0.1:{smtp.port}\n"
                                              f"Pop3: pop3://127.0.0.1:{pop3.port}\n{TARGET}")
            # The dialogues of RFCs and courses judge no rule, and ask for what these servers never had.
            result = run("run", "--target", target, "-t", "!example", "--report", f"json={report}", "--time-scale", str(row.scale),
                         "-j", str(row.jobs), limit=120, cwd=self.folder)
        self.assertNotIn("Sanitizer", result.err)
        with open(report, encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        return result, [case for case in cases if case.get("reason") not in NOT_HERE]

    def check_causes(self, cases, patterns):
        found = {}
        for case in cases:
            if case["verdict"] in ("INCONCLUSIVE", "UNSUPPORTED"):
                found.setdefault(cause_of(case), []).append(case["id"])
        plain = [pattern.removeprefix("?") for pattern in patterns]
        surplus = {cause: ids for cause, ids in found.items() if not any(fnmatch.fnmatchcase(cause, pattern) for pattern in plain)}
        self.assertEqual(surplus, {}, "not judged, and should be")
        missing = [pattern for pattern in patterns if pattern[0] != "?" and not fnmatch.filter(found, pattern)]
        self.assertEqual(missing, [], f"the cause of nothing; there are {sorted(found)}")

    def check_row(self, row):
        result, cases = self.play(row)
        broken = {(finding["rule"], finding["verdict"]): f"{case['id']}: {finding['text']}"
                  for case in cases for finding in case["findings"]}
        may = verdicts(row.also) | (OFFERS_LITTLE if NO_PIPELINING in row.causes else set())
        self.assertEqual(set(broken) - may, verdicts(row.broken), broken)
        without_rule = [case["id"] for case in cases
                        if case["verdict"] in ("FAIL", "NON-STRICT", "ERROR") and not case["findings"]]
        self.assertEqual(without_rule, [])
        fails = any(verdict == "FAIL" for _, verdict in verdicts(row.broken))
        self.assertEqual(result.status, 1 if fails else 0, result)
        self.check_causes(cases, row.causes)

    def check_rows(self, *rows):
        for row in rows:
            with self.subTest(f"{row.smtp.__name__}, {row.pop3.__name__}"):
                self.check_row(row)


class Unusual(OddServers):
    """They conform: whatever is not accepted is INCONCLUSIVE or UNSUPPORTED, with the reason."""

    def test_plain(self):
        self.check_rows(Row(Smtp, Pop3))

    def test_minimal(self):
        self.check_rows(unusual_row("MinimalSmtp", "MinimalPop3", broken=(
                            ("smtp/help", "NON-STRICT"), ("smtp/offers-8bitmime", "NON-STRICT")),
                                    causes=NO_EXTENSIONS + (NO_TOP, NO_UIDL, NO_USER, ERR)),
                        unusual_row("NoPipelining", causes=(NO_PIPELINING,)),
                        unusual_row("SizeBare", causes=("the server tells no limit with SIZE",)),
                        unusual_row("SizeZero", causes=("the server tells no limit with SIZE",)))

    def test_texts(self):
        # RFC 1939 makes no demand on the text of a response; RFC 5321 4.2 does on that of a reply.
        self.check_rows(unusual_row("ChineseSmtp", "ChinesePop3", broken=("smtp/reply-text-grammar",)))
        self.check_rows(*(unusual_row(name) for name in ("ManyLines", "SpaceAndNothing", "TrailingBlanks",
                                                         "SmallLetters", "Twice", "Forwards")))

        self.check_rows(unusual_row("BareCodes", broken=(("smtp/bare-code", "NON-STRICT"),)))

    def test_refusals_for_now(self):
        self.check_rows(unusual_row("Greylisting", causes=("*450*", OTHER_LINE)),
                        unusual_row("GreylistingAlways", causes=("*451*", OTHER_LINE)),
                        unusual_row("BusyBeforeHello"),
                        unusual_row("BusyAtTimes", causes=("?*450*",), scale=0.2),
                        unusual_row(pop3="BusyPop3AtTimes", causes=("?*-ERR*",), scale=0.2))

    def test_421(self):
        self.check_rows(unusual_row("FiveErrors"),
                        unusual_row("OneError", causes=("*421*",)),
                        unusual_row("ThirdCommand", causes=("*421*", OTHER_LINE)),
                        unusual_row("UnaskedAfterMail", causes=("*421*", OTHER_LINE)),
                        unusual_row("UnaskedWhileIdle", causes=("?*421*",)))

    def test_refusals_of_policy(self):
        self.check_rows(unusual_row("WantsSenderDomain", causes=("*550*",)),
                        unusual_row("Blocklist", causes=("*554*", OTHER_LINE)),
                        unusual_row("BlocklistAtMail", causes=("*550*",)),
                        unusual_row("NoRelayAttempts"),
                        unusual_row("OncePerRecipient", causes=("*550",)),
                        unusual_row("MailboxFile"),
                        unusual_row("NoContent", causes=("*554*", OTHER_LINE)),
                        unusual_row("WantsTls", causes=NO_EXTENSIONS + ("*530*", "the server does not offer ENHANCEDSTATUSCODES")),
                        unusual_row("CatchAll", broken=(("smtp/unknown-user-at-rcpt", "INFO"),), causes=("expected 55z, got 250", LOOP_TAKEN)),
                        unusual_row("NoBareLf", causes=(LOOP_TAKEN,)),
                        unusual_row("NoBareLfEarly", causes=(LOOP_TAKEN,)),
                        unusual_row("NothingBehindBareLf"),
                        unusual_row("OneMessage", causes=("*550",)),
                        unusual_row("OnlyWithFrom", broken=(("smtp/header-defects", "NON-STRICT"),), causes=(LOOP_TAKEN,)),
                        unusual_row("OnlyWithFields", broken=(("smtp/header-defects", "NON-STRICT"),), causes=("expected 250, got 554",)),
                        unusual_row("NoLiteral"),
                        unusual_row("NoopWithoutArgument", broken=(("smtp/noop-argument", "NON-STRICT"),), causes=("*501",)),
                        unusual_row("OneHello", causes=("*503",)),
                        unusual_row("Unknown502", broken=(("smtp/unknown-command", "NON-STRICT"),)))

    def test_vrfy(self):
        self.check_rows(unusual_row("NoVrfy", broken=(("smtp/vrfy-supported", "NON-STRICT"),), causes=("*502",)),
                        unusual_row("Vrfy252", causes=("*252",)))

    def test_connections(self):
        busy = "* at the greeting, while another connection of this case is open"
        self.check_rows(unusual_row("OneConnectionSmtp", causes=(busy,)),
                        unusual_row(pop3="OneConnectionPop3", causes=("?the greeting: the server answered -ERR*", busy,)),
                        unusual_row("LateClose"))

    def test_pop3(self):
        self.check_rows(unusual_row(pop3="NoTop", causes=(NO_TOP,)),
                        unusual_row(pop3="ChattyPop3", broken=(("pop3/listing-extra", "NON-STRICT"),)),
                        unusual_row(pop3="BareStatus"),
                        unusual_row(pop3="FieldsBehind", broken=(("pop3/list-size", "NON-STRICT"),)),
                        unusual_row(pop3="LastPop3"),
                        unusual_row(pop3="OneLogin", causes=CLOSED),
                        unusual_row(pop3="OneLoginLateClose", causes=CLOSED),
                        unusual_row(pop3="LoginDelay", causes=(ERR, "?the reply has a line that must not be there")),
                        unusual_row(pop3="QuitError", causes=(ERR,)),
                        unusual_row(pop3="ApopOnly", causes=("the server lets nobody log in: -ERR no", NO_USER)),
                        unusual_row(pop3="SharedMaildrop", broken=(("pop3/exclusive-lock", "NON-STRICT"),), causes=ANY),
                        # A login may meet the lock of another case, and nothing tells it from a refusal: one at a time.
                        unusual_row(pop3="SharedLock", causes=("?*-ERR*",), jobs=1),
                        unusual_row(pop3="LateUnlock", broken=("pop3/lock-released",), causes=("?*-ERR [[]IN-USE]*",)))

    def test_pace(self):
        self.check_rows(unusual_row("SlowSmtp", "SlowPop3"), unusual_row("OctetByOctetSmtp", "OctetByOctetPop3"))

    def test_before_rfc_1869(self):
        self.check_rows(unusual_row("HeloOnly", broken=("smtp/ehlo",), causes=NO_EXTENSIONS + ("expected 250, got 502",)))


class Defective(OddServers):
    """One defect, one rule, unless the defect has more than one face."""

    def test_lines(self):
        self.check_rows(defective_row(("smtp/reply-crlf",), "BareLfSmtp"),
                        defective_row(("smtp/reply-code-grammar",), "EmptyLineBehind"),
                        defective_row(("smtp/reply-text-grammar",), "CrCrLf"),
                        defective_row(("smtp/reply-code-grammar",), "FiveDigits"),
                        defective_row(("smtp/ehlo-keyword-grammar",), "AuthEquals"))

    def test_replies(self):
        self.check_rows(defective_row(("smtp/one-reply-per-command",), "TwoGreetings", causes=NO_EXTENSIONS),
                        defective_row(("smtp/one-reply-per-command",), "DataReplyEarly"),
                        defective_row(("smtp/command-gets-reply",), "NoopHangsAfterData", scale=0.1),
                        defective_row(("smtp/command-gets-reply",), "CloseInData", causes=CLOSED),
                        defective_row(("smtp/command-gets-reply",), "CloseAfterData", causes=CLOSED),
                        defective_row(("smtp/command-gets-reply",), "CloseAtUnknown"))

    def test_commands(self):
        self.check_rows(defective_row(("smtp/minimum",), "RsetUnknown"),
                        defective_row(("smtp/rset-clears",), "RsetKeepsRecipients"),
                        defective_row(("smtp/ehlo-clears",), "EhloKeepsRecipients"),
                        defective_row(("smtp/ehlo-clears",), "HeloKeepsRecipients"),
                        defective_row(("smtp/helo",), "HeloExtensions"),
                        defective_row(("smtp/ehlo-clears",), "HeloKeeps", causes=("expected 250, got 503",)),
                        defective_row(("smtp/rcpt-without-mail",), "OutOfOrder554"),
                        defective_row(("smtp/error-keeps-state",), "Drops503", causes=("expected 250 | 251, got 503",)),
                        defective_row(("smtp/minimum",), "NoNoop", causes=("expected 250, got 502",)),
                        defective_row(("smtp/vrfy-verified",), "Vrfy550", causes=("expected 250, got 550",)),
                        defective_row(("smtp/verb-case",), "Capitals"),
                        defective_row(("smtp/postmaster",), "NoPostmaster", causes=("expected 250 | 251, got 550",)),
                        defective_row(("smtp/null-reverse-path",), "NoNull", causes=("expected 250 | 251, got 550",)),
                        defective_row(("smtp/recipients-100",), "FewRecipients"),
                        defective_row(("smtp/recipients-100",), "FewRecipientsAtData", causes=("expected 354, got 503",)),
                        defective_row(("smtp/ehlo-clears", "smtp/rcpt-without-mail", "smtp/rset-clears", "smtp/size-refused",
                                       "smtp/unknown-parameter", ("smtp/unknown-parameter", "NON-STRICT"),
                                       ("smtp/nested-mail", "NON-STRICT")), "NoState",
                                      causes=("expected 503, got 250", "expected 503 | 5yz, got 250", "expected 250 | 251, got 550")))

    def test_quit(self):
        self.check_rows(defective_row(("smtp/quit-reply",), "QuitCloses", causes=CLOSED),
                        defective_row(("smtp/quit-closes",), "QuitStays", scale=0.1),
                        defective_row(("pop3/command-gets-response", "pop3/minimum"), pop3="Pop3QuitCloses", causes=CLOSED),
                        defective_row(("pop3/quit-closes",), pop3="Pop3QuitStays",
                                      causes=("the server did not close the connection in *",), scale=0.1))

    def test_groups(self):
        self.check_rows(defective_row(("smtp/command-gets-reply",), "LosesGroups", causes=ANY, scale=0.1,
                                      also=("smtp/pipelining-order", "smtp/minimum")))

    def test_messages(self):
        self.check_rows(defective_row(("smtp/smuggled-message", "smtp/command-line-end"), "LinesByLf", also=("smtp/text-line-end",), causes=("?the server spoke where silence was expected",)),
                        defective_row(("smtp/dot-unstuffing",), "KeepsDots", causes=("a line of the reply differs from what is written",)),
                        defective_row(("smtp/received-added", "smtp/return-path-added"), "TraceAtEnd", causes=(OTHER_LINES,)),
                        defective_row(("smtp/content-kept",), "CutsAtFrom"),
                        defective_row(("smtp/text-line-1000",), "CountsDots"),
                        defective_row(("smtp/content-kept", "smtp/text-line-1000"), "WrapsLines"))

    def test_pop3_lines(self):
        self.check_rows(defective_row(("pop3/line-end",), pop3="BareLfPop3", also=("smtp/end-of-data",)),
                        defective_row(("pop3/status-indicator",), pop3="ErrSmall"),
                        defective_row(("pop3/multiline-end",), pop3="RetrWithoutDot", causes=("?the server closed the connection instead of a reply",)),
                        defective_row(("pop3/multiline-end",), pop3="RetrOkOnly", scale=0.1),
                        defective_row(("pop3/byte-stuffing",), pop3="StuffsTwice", also=SIZES),
                        defective_row(("pop3/byte-stuffing",), pop3="NoStuffing", also=SIZES))

    def test_pop3_commands(self):
        self.check_rows(defective_row(("pop3/stat-form",), pop3="StatWithWords"),
                        defective_row(("pop3/keyword-case",), pop3="CapitalsPop3"),
                        defective_row(("pop3/keyword-case",), pop3="CapitalsRetr"),
                        defective_row(("pop3/keyword-case",), pop3="CapitalsQuit"),
                        defective_row(("pop3/minimum",), pop3="Pop3NoNoop", causes=(ERR,), also=("pop3/autologout",)),
                        defective_row(("pop3/minimum",), pop3="Pop3NoQuitBefore", causes=(ERR,)),
                        defective_row(("pop3/minimum",), pop3="Pop3NoRetr", causes=(ERR,)),
                        defective_row(("pop3/minimum",), pop3="Pop3NoDele", causes=(ERR,)),
                        defective_row(("pop3/bad-login",), pop3="AnyPassword", causes=("expected -ERR, got +OK",)),
                        defective_row(("pop3/bad-login",), pop3="OpensAfterError"),
                        # A field that is missing may have been lost on either way.
                        defective_row(("pop3/retr-content", ("smtp/header-kept", "NON-STRICT")), pop3="RetrWithoutFields", also=SIZES,
                                      causes=(OTHER_LINES,)),
                        defective_row(("pop3/top-lines",), pop3="TopWithoutHeader"),
                        defective_row(("pop3/top-lines",), pop3="TopWhole"))

    def test_deleting(self):
        self.check_rows(defective_row(("pop3/no-quit-keeps", "pop3/rset-unmarks"), pop3="DeleAtOnce", causes=(ERR, "?expected -ERR, got +OK")),
                        defective_row(("pop3/dele-marks",), pop3="StatCountsDeleted"),
                        defective_row(("pop3/dele-marks",), pop3="TopOfDeleted"),
                        defective_row(("pop3/dele-marks",), pop3="UidlOfDeleted"),
                        defective_row(("pop3/dele-marks",), pop3="UidlListsDeleted"),
                        defective_row(("pop3/rset-unmarks",), pop3="RsetUnmarksForNow"),
                        defective_row(("pop3/quit-deletes",), pop3="QuitDeletesAll"),
                        defective_row(("pop3/no-quit-keeps",), pop3="DeletesWithoutQuit"),
                        defective_row(("pop3/uidl-unique",), pop3="OneIdForTwo", causes=ANY, also=(
                            "pop3/no-quit-keeps", "pop3/quit-deletes", "pop3/rset-unmarks", "pop3/uidl-stable", "pop3/retr-keeps",
                            ("pop3/uidl-not-reused", "INFO"))),
                        defective_row(("pop3/uidl-stable",), pop3="NewIds",
                                      causes=("a line of the reply differs from what is written", OTHER_LINES)))


if __name__ == "__main__":
    main()
