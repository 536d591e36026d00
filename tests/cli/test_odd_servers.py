#!/usr/bin/env python3
"""The whole suite against servers that are odd: what conforms is accused of nothing, one defect is named as what it is."""
import collections
import fnmatch
import json
import os
import unittest

import defective_servers as defective
import unusual_servers as unusual
from harness import Case, Server, main, run
from odd_servers import TARGET, Pop3, Smtp, Store

# ---- Cases by what they need ----

# Said of every server here, whatever is odd about it.
NOT_HERE = ("only the built-in server can be set up for it (Given:)", "the case is for LMTP, the target speaks SMTP",
            "the POP3 server does not list the capability LANG", "the POP3 server does not list the capability UTF8",
            "the server does not offer DSN", "the server does not offer SMTPUTF8", "the server does not offer CHUNKING", "the server does not offer BINARYMIME",
            "the POP3 greeting has no timestamp for APOP", "the server does not offer STARTTLS",
            *(f"the POP3 server does not list the capability {capability}"
              for capability in ("STLS", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE", "LOGIN-DELAY", "EXPIRE")),
            *(f"the server does not offer a login by {mechanism}"
              for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256")))

SEED = ("pop3/keyword-case-top", "pop3/list", "pop3/list-one", "pop3/list-matches-stat", "pop3/uidl", "pop3/uidl-unique",
        "pop3/argument-count/*", "pop3/bad-number*", "pop3/noop-keeps-marks", "pop3/list-size-all", "pop3/message-numbers")
FETCHED = ("smtp/header-kept", "smtp/message-64k-delivered", "smtp/one-return-path", "smtp/received-f*", "smtp/received-kept",
           "smtp/received-registered", "smtp/received-zone", "smtp/recipients-kept", "smtp/recipients-not-shown/*",
           "smtp/refused-not-delivered", "smtp/content-*", "smtp/dot-unstuffing", "smtp/received-added", "smtp/return-path-*",
           "smtp/text-line-1000-delivered", "smtp/reverse-path-kept/*", "smtp/local-part-64-kept", "smtp/path-256-kept", "smtp/8bit-kept/*")
DELETED = ("pop3/dele-*", "pop3/no-quit-keeps", "pop3/quit-deletes*", "pop3/rset-unmarks*")
LOCK = ("pop3/lock-released", "pop3/lock-released-refused", "pop3/loss-releases*")  # not judged without CAPA
NEW_SESSION = ("pop3/no-quit-keeps", "pop3/quit-deletes*", "pop3/rset-unmarks-quit", "pop3/uidl-stable", "pop3/command-line-255",
               "pop3/lock-released", "pop3/retr-keeps", "pop3/uidl-not-reused")
DELIVERY = FETCHED + DELETED + ("smtp/aborted-not-delivered*", "smtp/accepted-is-delivered*", "smtp/close-keeps-accepted*",
                                "smtp/source-route-delivered", "smtp/text-line-end/*", "smtp/end-of-data-delivered/*",
                                "pop3/byte-stuffing", "pop3/keyword-case-message/*", "pop3/minimum-message/*",
                                "pop3/retr-content", "pop3/top-*", "pop3/uidl-stable", "pop3/list-size",
                                "pop3/retr-keeps", "pop3/uidl-not-reused")
MESSAGE = SEED + DELIVERY + ("smtp/message-64k", "smtp/closes-unasked-message", "smtp/header-defects*",
                             "smtp/mail-clears*", "smtp/odd-trace-fields/*", "smtp/resent-fields/*",
                             "smtp/rcpt-after-message", "smtp/text-line-1000")
RECIPIENT = MESSAGE + ("smtp/ehlo-clears/*rcpt", "smtp/ehlo-clears-recipients/*", "smtp/end-of-data/*",
                       "smtp/error-keeps-state-relay", "smtp/helo",
                       "smtp/nested-mail/rcpt", "smtp/noop-after-rcpt", "smtp/null-reverse-path-recipient",
                       "smtp/pipelining-transaction", "smtp/postmaster/*", "smtp/quit-closes/rcpt", "smtp/quit-reply/rcpt",
                       "smtp/recipients-100", "smtp/serves-after-loss*", "smtp/rset-clears/rcpt", "smtp/rset-clears-recipients",
                       "smtp/verb-case-transaction", "smtp/command-line-end-transaction/*", "smtp/quoted-local-part/*",
                       "smtp/relay-refusal-code", "smtp/source-route/*", "smtp/trailing-blanks-transaction",
                       "smtp/unknown-parameter-rcpt", "smtp/unwanted-argument/data", "smtp/vrfy-supported",
                       "smtp/vrfy-usable", "smtp/vrfy-verified-known", "smtp/size-not-end/*",
                       "smtp/local-part-any-case", "smtp/unknown-user-at-rcpt")
GROUPS = ("smtp/pipelining-octets", "smtp/pipelining-refused-recipient")
MAIL = ("smtp/data-all-refused", "smtp/data-without-rcpt", "smtp/ehlo-clears/*", "smtp/error-keeps-state-*",
        "smtp/path-256", "smtp/local-part-64", "smtp/nested-mail/*", "smtp/noop-keeps-state", "smtp/null-reverse-path", "smtp/quit-reply/mail",
        "smtp/rset-clears/*", "smtp/unknown-command-in-transaction", "smtp/verb-case-parameter", "smtp/verb-case/*-mail",
        "smtp/verb-case/lower-from", "smtp/vrfy-keeps-state/*", "smtp/closes-unasked/rcpt-without-a-path", "smtp/invalid-character/*",
        "smtp/body-parameter/*", "smtp/mail-argument/*", "smtp/non-ascii-refused/*", "smtp/size-parameter/*", "smtp/offers-*", "smtp/source-route-mail", "smtp/trailing-blanks/mail*",
        "smtp/unknown-parameter/*", "smtp/unwanted-argument/rset", "smtp/vrfy-verified/*")
SENDER = RECIPIENT + GROUPS + MAIL
REFUSED = ("smtp/data-all-refused", "smtp/error-keeps-state-relay", "smtp/error-keeps-state-unknown-user",
           "smtp/accepted-is-delivered-refused/*", "smtp/relay-refusal-code", "smtp/vrfy-verified/*") + GROUPS
PIPELINING = GROUPS + ("smtp/pipelining-transaction",)
EHLO = ("smtp/ehlo-address-literal", "smtp/ehlo-clears/mail", "smtp/ehlo-clears/rcpt", "smtp/ehlo-clears-recipients/ehlo",
        "smtp/ehlo-twice", "smtp/rcpt-without-mail-hello/ehlo", "smtp/verb-case-hello/ehlo", "smtp/ehlo-registered-keyword", "smtp/offers-*", "smtp/trailing-blanks-hello")
SIZE = ("smtp/size-refused/*", "smtp/size-parameter/*", "smtp/size-not-end/*", "smtp/verb-case-parameter")
EIGHT_BIT = ("smtp/body-parameter/*", "smtp/8bit-kept/*")
TOP = ("pop3/top-*", "pop3/dele-marks-top", "pop3/keyword-case-top", "pop3/no-such-message-top", "pop3/bad-number-top/*")
UIDL = ("pop3/dele-marks-uidl", "pop3/keyword-case-uidl", "pop3/no-quit-keeps", "pop3/no-such-message-uidl",
        "pop3/quit-deletes*", "pop3/rset-unmarks-quit", "pop3/uidl*", "pop3/bad-number-uidl/*", "pop3/message-numbers",
        "pop3/retr-keeps")
SIZES = (("pop3/list-size", "NON-STRICT"),)  # what is sent is not what LIST counted
VRFY = ("smtp/vrfy-usable", "smtp/vrfy-user-name", "smtp/vrfy-user-name-domain")
ANY = None  # a matter of time, or too many to list: not compared

# also: rules that are named or not, as the time falls
Row = collections.namedtuple("Row", "smtp pop3 broken inconclusive unsupported scale also jobs",
                             defaults=((), (), (), 1, (), 8))


def unusual_row(smtp="Smtp", pop3="Pop3", **rest):
    return Row(getattr(unusual, smtp), getattr(unusual, pop3), **rest)


def defective_row(broken, smtp="Smtp", pop3="Pop3", **rest):
    return Row(getattr(defective, smtp), getattr(defective, pop3), broken, **rest)


def verdicts(broken):
    """{(rule, verdict)}; a rule alone is a FAIL."""
    return {(rule, "FAIL") if isinstance(rule, str) else rule for rule in broken}


class OddServers(Case):
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

    def check_cases(self, cases, verdict, patterns):
        """Those cases have the verdict that a pattern matches, and each pattern matches at least one."""
        found = {case["id"]: case["reason"] for case in cases if case["verdict"] == verdict}
        wanted = {case["id"] for case in cases for pattern in patterns if fnmatch.fnmatch(case["id"], pattern)}
        surplus = {name: reason for name, reason in found.items() if name not in wanted}
        self.assertEqual(surplus, {}, f"{verdict}, and should not be")
        self.assertEqual(sorted(wanted - set(found)), [], f"not {verdict}")

    def check_row(self, row):
        result, cases = self.play(row)
        broken = {(finding["rule"], finding["verdict"]): f"{case['id']}: {finding['text']}"
                  for case in cases for finding in case["findings"]}
        self.assertEqual(set(broken) - verdicts(row.also), verdicts(row.broken), broken)
        without_rule = [case["id"] for case in cases
                        if case["verdict"] in ("FAIL", "NON-STRICT", "ERROR") and not case["findings"]]
        self.assertEqual(without_rule, [])
        fails = any(verdict == "FAIL" for _, verdict in verdicts(row.broken))
        self.assertEqual(result.status, 1 if fails else 0, result)
        if row.inconclusive is not ANY:
            self.check_cases(cases, "INCONCLUSIVE", row.inconclusive)
        if row.unsupported is not ANY:
            self.check_cases(cases, "UNSUPPORTED", row.unsupported)

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
                            ("smtp/help", "NON-STRICT"), ("smtp/offers-8bitmime", "NON-STRICT"),
                            ("smtp/offers-pipelining", "INFO"), ("smtp/offers-size", "INFO")),
                                    unsupported=PIPELINING + SIZE + EIGHT_BIT + TOP + UIDL + ("pop3/capabilities-both-states/*", "pop3/command-line-255"),
                                    inconclusive=LOCK),
                        unusual_row("NoPipelining", broken=(("smtp/offers-pipelining", "INFO"),), unsupported=PIPELINING),
                        unusual_row("SizeBare", unsupported=("smtp/size-refused/*",)),
                        unusual_row("SizeZero", unsupported=("smtp/size-refused/*",)))

    def test_texts(self):
        # RFC 1939 makes no demand on the text of a response; RFC 5321 4.2 does on that of a reply.
        self.check_rows(unusual_row("ChineseSmtp", "ChinesePop3", broken=("smtp/reply-text-grammar",)))
        self.check_rows(*(unusual_row(name) for name in ("ManyLines", "SpaceAndNothing", "TrailingBlanks",
                                                         "SmallLetters", "Twice", "Forwards")))

        self.check_rows(unusual_row("BareCodes", broken=(("smtp/bare-code", "NON-STRICT"),)))

    def test_refusals_for_now(self):
        self.check_rows(unusual_row("Greylisting", inconclusive=RECIPIENT + ("smtp/vrfy-verified/*",)),
                        unusual_row("GreylistingAlways", inconclusive=RECIPIENT + GROUPS + ("smtp/vrfy-verified/*",)),
                        unusual_row("BusyBeforeHello"),
                        unusual_row("BusyAtTimes", inconclusive=ANY, scale=0.2),
                        unusual_row(pop3="BusyPop3AtTimes", inconclusive=ANY, scale=0.2))

    def test_421(self):
        self.check_rows(unusual_row("FiveErrors"),
                        unusual_row("OneError", inconclusive=ANY),
                        unusual_row("ThirdCommand", inconclusive=ANY),
                        unusual_row("UnaskedAfterMail", inconclusive=SENDER),
                        unusual_row("UnaskedWhileIdle", inconclusive=ANY))

    def test_refusals_of_policy(self):
        self.check_rows(unusual_row("WantsSenderDomain", inconclusive=tuple(set(SENDER) - {"smtp/return-path-*"}) +
                                    ("smtp/return-path-added",)),
                        unusual_row("Blocklist", inconclusive=RECIPIENT + GROUPS),
                        unusual_row("BlocklistAtMail", inconclusive=SENDER),
                        unusual_row("NoRelayAttempts"),
                        unusual_row("OncePerRecipient", inconclusive=(
                            "smtp/pipelining-refused-recipient", "smtp/quoted-local-part/*", "smtp/recipients-100")),
                        unusual_row("MailboxFile"),
                        unusual_row("NoContent", inconclusive=MESSAGE),
                        unusual_row("WantsTls", inconclusive=ANY, unsupported=PIPELINING + SIZE),
                        unusual_row("CatchAll", broken=(("smtp/unknown-user-at-rcpt", "INFO"),), inconclusive=REFUSED),
                        unusual_row("NoBareLf", inconclusive=("smtp/refused-not-delivered",)),
                        unusual_row("NoBareLfEarly"),
                        unusual_row("NothingBehindBareLf"),
                        unusual_row("OneMessage", inconclusive=ANY),
                        unusual_row("OnlyWithFrom", broken=(("smtp/header-defects", "NON-STRICT"),),
                                    inconclusive=("smtp/refused-not-delivered",)),
                        unusual_row("OnlyWithFields", broken=(("smtp/header-defects", "NON-STRICT"),), inconclusive=(
                            "smtp/accepted-is-delivered*", "smtp/close-keeps-accepted*", "smtp/source-route-delivered",
                            "pop3/byte-stuffing", "pop3/list-size", "pop3/uidl-not-reused", "pop3/quit-deletes-no-other", "smtp/content-*", "smtp/dot-unstuffing",
                            "smtp/text-line-1000-delivered")),
                        unusual_row("NoLiteral"),
                        unusual_row("NoopWithoutArgument", broken=(("smtp/noop-argument", "NON-STRICT"),), inconclusive=("smtp/command-line-512",)),
                        unusual_row("OneHello", inconclusive=(
                            "smtp/ehlo-clears*", "smtp/ehlo-registered-keyword", "smtp/offers-*", "smtp/trailing-blanks-hello")),
                        unusual_row("Unknown502", broken=(("smtp/unknown-command", "NON-STRICT"),)))

    def test_vrfy(self):
        self.check_rows(unusual_row("NoVrfy", broken=(("smtp/vrfy-supported", "NON-STRICT"),), inconclusive=VRFY),
                        unusual_row("Vrfy252", inconclusive=VRFY),
                        unusual_row("VrfyLocalOnly", broken=(("smtp/vrfy-user-name", "NON-STRICT"),),
                                    inconclusive=("smtp/vrfy-usable", "smtp/vrfy-user-name")))

    def test_connections(self):
        self.check_rows(unusual_row("OneConnectionSmtp", inconclusive=ANY),
                        unusual_row(pop3="OneConnectionPop3", inconclusive=ANY),
                        unusual_row("LateClose"))

    def test_pop3(self):
        self.check_rows(unusual_row(pop3="NoTop", unsupported=TOP + ("pop3/capabilities-both-states/top",)),
                        unusual_row(pop3="ChattyPop3", broken=(("pop3/listing-extra", "NON-STRICT"),)),
                        unusual_row(pop3="BareStatus"),
                        unusual_row(pop3="FieldsBehind", broken=(("pop3/list-size", "NON-STRICT"),)),
                        unusual_row(pop3="LastPop3"),
                        unusual_row(pop3="OneLogin", inconclusive=("pop3/command-line-255", "pop3/pass-needs-user")),
                        unusual_row(pop3="OneLoginLateClose", inconclusive=("pop3/command-line-255", "pop3/pass-needs-user")),
                        unusual_row(pop3="LoginDelay", inconclusive=ANY),
                        unusual_row(pop3="QuitError", inconclusive=("pop3/keyword-case-login",) + NEW_SESSION),
                        unusual_row(pop3="ApopOnly", unsupported=ANY),
                        unusual_row(pop3="SharedMaildrop", broken=(("pop3/exclusive-lock", "NON-STRICT"),),
                                    inconclusive=ANY),
                        # A login may meet the lock of another case, and nothing tells it from a refusal: one at a time.
                        unusual_row(pop3="SharedLock", inconclusive=ANY, jobs=1),
                        unusual_row(pop3="LateUnlock", broken=("pop3/lock-released",), inconclusive=ANY))

    def test_pace(self):
        self.check_rows(unusual_row("SlowSmtp", "SlowPop3"), unusual_row("OctetByOctetSmtp", "OctetByOctetPop3"))

    def test_before_rfc_1869(self):
        self.check_rows(unusual_row("HeloOnly", broken=("smtp/ehlo",), inconclusive=EHLO, unsupported=PIPELINING + SIZE))


class Defective(OddServers):
    """One defect, one rule, unless the defect has more than one face."""

    def test_lines(self):
        self.check_rows(defective_row(("smtp/reply-crlf",), "BareLfSmtp", inconclusive=ANY),
                        defective_row(("smtp/reply-code-grammar",), "EmptyLineBehind"),
                        defective_row(("smtp/reply-text-grammar",), "CrCrLf"),
                        defective_row(("smtp/reply-code-grammar",), "FiveDigits"),
                        defective_row(("smtp/ehlo-keyword-grammar",), "AuthEquals"))

    def test_replies(self):
        self.check_rows(defective_row(("smtp/one-reply-per-command",), "TwoGreetings", inconclusive=ANY,
                                      unsupported=PIPELINING + SIZE + EIGHT_BIT),
                        defective_row(("smtp/one-reply-per-command",), "DataReplyEarly", inconclusive=ANY),
                        defective_row(("smtp/command-gets-reply",), "NoopHangsAfterData", scale=0.1),
                        defective_row(("smtp/command-gets-reply",), "CloseInData", inconclusive=("smtp/text-line-end/*",)),
                        defective_row(("smtp/command-gets-reply",), "CloseAfterData", inconclusive=("smtp/text-line-end/*",)),
                        defective_row(("smtp/command-gets-reply",), "CloseAtUnknown"))

    def test_commands(self):
        self.check_rows(defective_row(("smtp/rset-clears",), "RsetUnknown", inconclusive=(
                            "smtp/close-keeps-accepted-rset", "smtp/command-line-end-transaction/*",
                            "smtp/invalid-character/*", "smtp/mail-clears*", "smtp/non-ascii-refused/*",
                            "smtp/relay-refusal-code", "smtp/source-route/*", "smtp/trailing-blanks/rset", "smtp/vrfy-supported", "smtp/vrfy-usable",
                            "smtp/vrfy-verified*", "smtp/postmaster/*", "smtp/rcpt-without-mail/after-rset", "smtp/rset-clears-recipients",
                            "smtp/verb-case/lower-rset")),
                        defective_row(("smtp/rset-clears",), "RsetKeepsRecipients"),
                        defective_row(("smtp/ehlo-clears",), "EhloKeepsRecipients"),
                        defective_row(("smtp/ehlo-clears",), "HeloKeepsRecipients"),
                        defective_row(("smtp/helo",), "HeloExtensions"),
                        defective_row(("smtp/ehlo-clears",), "HeloKeeps", inconclusive=(
                            "smtp/ehlo-clears-recipients/helo",)),
                        defective_row(("smtp/rcpt-without-mail",), "OutOfOrder554"),
                        defective_row(("smtp/error-keeps-state",), "Drops503", inconclusive=(
                            "smtp/ehlo-clears-recipients/*", "smtp/rset-clears-recipients")),
                        defective_row(("smtp/noop-keeps-state",), "NoNoop", inconclusive=ANY),
                        defective_row(("smtp/vrfy-verified",), "Vrfy550", inconclusive=VRFY),
                        defective_row(("smtp/verb-case",), "Capitals"),
                        defective_row(("smtp/postmaster",), "NoPostmaster", inconclusive=("smtp/quoted-local-part/*",)),
                        defective_row(("smtp/null-reverse-path",), "NoNull", inconclusive=("smtp/return-path-null",)),
                        defective_row(("smtp/recipients-100",), "FewRecipients"),
                        defective_row(("smtp/recipients-100",), "FewRecipientsAtData"),
                        defective_row(("smtp/ehlo-clears", "smtp/rcpt-without-mail", "smtp/rset-clears", "smtp/size-refused/*",
                                       "smtp/unknown-parameter", ("smtp/unknown-parameter", "NON-STRICT"),
                                       ("smtp/nested-mail", "NON-STRICT")), "NoState",
                                      inconclusive=("smtp/error-keeps-state-order/nested-mail", "smtp/mail-argument/*", "smtp/reverse-path-kept/rcpt-route",
                                                    "smtp/source-route-delivered")))

    def test_quit(self):
        self.check_rows(defective_row(("smtp/quit-reply",), "QuitCloses", inconclusive=ANY),
                        defective_row(("smtp/quit-closes",), "QuitStays", scale=0.1),
                        defective_row(("pop3/command-gets-response", "pop3/minimum"), pop3="Pop3QuitCloses",
                                      inconclusive=ANY),
                        defective_row(("pop3/quit-closes",), pop3="Pop3QuitStays", inconclusive=ANY, scale=0.1))

    def test_groups(self):
        self.check_rows(defective_row(("smtp/command-gets-reply",), "LosesGroups", inconclusive=ANY, scale=0.1,
                                      also=("smtp/pipelining-order",)))

    def test_messages(self):
        self.check_rows(defective_row(("smtp/smuggled-message", "smtp/command-line-end", "smtp/text-line-end"), "LinesByLf",
                                      inconclusive=("smtp/end-of-data-delivered/*lf-dot-lf", "smtp/end-of-data-delivered/crlf-dot-crcrlf")),
                        defective_row(("smtp/dot-unstuffing",), "KeepsDots", inconclusive=("pop3/byte-stuffing",)),
                        defective_row(("smtp/received-added", "smtp/return-path-added"), "TraceAtEnd"),
                        defective_row(("smtp/content-kept",), "CutsAtFrom"),
                        defective_row(("smtp/text-line-1000",), "CountsDots"),
                        defective_row(("smtp/content-kept", "smtp/text-line-1000"), "WrapsLines"))

    def test_pop3_lines(self):
        self.check_rows(defective_row(("pop3/line-end",), pop3="BareLfPop3"),
                        defective_row(("pop3/status-indicator",), pop3="ErrSmall", inconclusive=ANY),
                        defective_row(("pop3/multiline-end",), pop3="RetrWithoutDot"),
                        defective_row(("pop3/multiline-end",), pop3="RetrOkOnly", scale=0.1),
                        defective_row(("pop3/byte-stuffing",), pop3="StuffsTwice", also=SIZES),
                        defective_row(("pop3/byte-stuffing",), pop3="NoStuffing", also=SIZES))

    def test_pop3_commands(self):
        self.check_rows(defective_row(("pop3/stat-form",), pop3="StatWithWords", inconclusive=ANY),
                        defective_row(("pop3/keyword-case",), pop3="CapitalsPop3"),
                        defective_row(("pop3/keyword-case",), pop3="CapitalsRetr"),
                        defective_row(("pop3/keyword-case",), pop3="CapitalsQuit"),
                        defective_row(("pop3/minimum",), pop3="Pop3NoNoop", inconclusive=ANY),
                        defective_row(("pop3/minimum",), pop3="Pop3NoQuitBefore",
                                      inconclusive=("pop3/keyword-case-quit", "pop3/quit-closes/authorization")),
                        defective_row(("pop3/minimum",), pop3="Pop3NoRetr", inconclusive=FETCHED + (
                            "smtp/aborted-not-delivered*", "smtp/text-line-end/*", "smtp/end-of-data-delivered/*",
                            "pop3/argument-count/retr", "pop3/bad-number/retr-*", "pop3/retr-keeps",
                            "pop3/byte-stuffing", "pop3/keyword-case-message/lower-retr", "pop3/retr-content",
                            "pop3/rset-unmarks")),
                        defective_row(("pop3/minimum",), pop3="Pop3NoDele",
                                      inconclusive=DELETED + ("pop3/keyword-case-message/lower-dele", "pop3/noop-keeps-marks", "pop3/uidl-not-reused")),
                        defective_row(("pop3/bad-login",), pop3="AnyPassword", inconclusive=ANY),
                        defective_row(("pop3/bad-login",), pop3="OpensAfterError"),
                        defective_row(("pop3/retr-content",), pop3="RetrWithoutFields", also=SIZES,
                                      inconclusive=("smtp/received-added", "smtp/return-path-*")),
                        defective_row(("pop3/top-lines",), pop3="TopWithoutHeader"),
                        defective_row(("pop3/top-lines",), pop3="TopWhole"))

    def test_deleting(self):
        self.check_rows(defective_row(("pop3/no-quit-keeps", "pop3/rset-unmarks"), pop3="DeleAtOnce",
                                      inconclusive=("pop3/keyword-case-message/lower-dele", "pop3/noop-keeps-marks")),
                        defective_row(("pop3/dele-marks",), pop3="StatCountsDeleted"),
                        defective_row(("pop3/dele-marks",), pop3="TopOfDeleted"),
                        defective_row(("pop3/dele-marks",), pop3="UidlOfDeleted"),
                        defective_row(("pop3/dele-marks",), pop3="UidlListsDeleted"),
                        defective_row(("pop3/rset-unmarks",), pop3="RsetUnmarksForNow"),
                        defective_row(("pop3/quit-deletes",), pop3="QuitDeletesAll"),
                        defective_row(("pop3/no-quit-keeps",), pop3="DeletesWithoutQuit"),
                        defective_row(("pop3/uidl-unique",), pop3="OneIdForTwo", inconclusive=ANY, also=(
                            "pop3/no-quit-keeps", "pop3/quit-deletes", "pop3/rset-unmarks", "pop3/uidl-stable", "pop3/retr-keeps",
                            ("pop3/uidl-not-reused", "NON-STRICT"))),
                        defective_row(("pop3/uidl-stable",), pop3="NewIds", inconclusive=(
                            "pop3/no-quit-keeps", "pop3/quit-deletes-no-other", "pop3/retr-keeps", "pop3/rset-unmarks-quit")))


if __name__ == "__main__":
    main()
