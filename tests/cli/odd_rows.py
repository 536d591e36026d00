"""What the program must say of each odd server: one row a server, in groups. Rows are data; test_odd_servers.py plays them."""
import collections

import defective_servers as defective
import extended_servers as extended
import unusual_servers as unusual
from odd_servers import Pop3, Smtp

# ---- Why cases are not judged ----

# Said of every server here, whatever is odd about it.
NOT_HERE = ("only the built-in server can be set up for it (Given:)", "the case is for LMTP, the target speaks SMTP",
            "the POP3 greeting has no timestamp for APOP",
            *(f"the server does not offer {keyword}" for keyword in ("DSN", "CHUNKING", "BINARYMIME", "SMTPUTF8", "STARTTLS", "VRFY", "EXPN")),
            *(f"the POP3 server does not list the capability {capability}"
              for capability in ("STLS", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE", "LOGIN-DELAY", "EXPIRE", "LANG", "UTF8")),
            *(f"the server does not offer a login by {mechanism}"
              for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256")))

# Why a case is not judged, as cause_of() has it.
NO_EXTENSIONS = tuple(f"the server does not offer {keyword}" for keyword in ("PIPELINING", "SIZE", "8BITMIME", "HELP"))
NO_PIPELINING = NO_EXTENSIONS[0]
NO_TOP, NO_UIDL, NO_USER = (f"the POP3 server does not list the capability {keyword}" for keyword in ("TOP", "UIDL", "USER"))
OFFERS_LITTLE = (("smtp/offers-pipelining", "INFO"), ("smtp/offers-size", "INFO"))
ERR = "expected +OK, got -ERR"
BEHIND_ERR = ("the server closed the connection behind -ERR", "?QUIT: the connection ended: the peer closed the connection")
CLOSED = ("the server closed the connection instead of a reply", "?QUIT: the connection ended: the peer closed the connection")
LOOP_TAKEN = "expected 4yz | 5yz, got 250"
OTHER_LINE = "a line of the reply differs from what is written"
OTHER_LINES = "no line of the response matches"
ANY = ("?*",)  # a matter of time
SIZES = (("pop3/list-size", "NON-STRICT"),)  # what is sent is not what LIST counted
# What is judged where no mail is taken, and where a session is short.
REFUSED = ("smtp/data-all-refused*", "smtp/error-keeps-state*", "smtp/vrfy*", "smtp/noop*", "pop3/capa*")
SHORT = ("smtp/ehlo", "smtp/noop*", "smtp/quit-reply*", "pop3/capa*")
BUSY = "* at the greeting, while another connection of this case is open"


# broken: what is named, and nothing else.
# causes: every case that is not judged has one of them (fnmatch), and each is the cause of at least one; "?...": it may be of none.
# also: rules that are named or not, as the time falls
# judged: so many cases are, at least: a row in which nothing can be said would say nothing of the program
# tried: of each of these patterns a case is judged
# broken_off: the run is, and says so
class Row(collections.namedtuple("Row", "smtp pop3 broken causes scale also jobs judged tried broken_off", defaults=((), (), 1, (), 8, 440, (), None))):
    @property
    def is_patient(self):
        """It has time for other rows beside it: a wait of seconds does not end because the machine is slow."""
        return self.scale == 1


def unusual_row(smtp="Smtp", pop3="Pop3", **rest):
    return Row(getattr(unusual, smtp), getattr(unusual, pop3), **rest)


def defective_row(broken, smtp="Smtp", pop3="Pop3", **rest):
    return Row(getattr(defective, smtp), getattr(defective, pop3), broken, **rest)


# They conform: whatever is not accepted is INCONCLUSIVE or UNSUPPORTED, with the reason.
UNUSUAL = {
    "plain": (Row(Smtp, Pop3),),
    "extended": (
        Row(extended.ExtendedSmtp, extended.ExtendedPop3, judged=520, tried=(
            "smtp/bdat-*", "smtp/verb-case-query/lower-vrfy", "pop3/apop*", "pop3/pipelining-*", "pop3/response-codes*")),
    ),
    "minimal": (
        unusual_row("MinimalSmtp", "MinimalPop3", broken=(
            ("smtp/help", "NON-STRICT"), ("smtp/offers-8bitmime", "NON-STRICT"), *OFFERS_LITTLE),
                    causes=NO_EXTENSIONS + (NO_TOP, NO_UIDL, NO_USER, ERR), judged=380, tried=("smtp/content-kept*", "pop3/retr*")),
        unusual_row("NoPipelining", broken=OFFERS_LITTLE[:1], causes=(NO_PIPELINING,)),
        unusual_row("SizeBare", causes=("the server tells no limit with SIZE",)),
        unusual_row("SizeZero", causes=("the server tells no limit with SIZE",)),
    ),
    "texts": (
        # RFC 1939 makes no demand on the text of a response; RFC 5321 4.2 does on that of a reply.
        unusual_row("ChineseSmtp", "ChinesePop3", broken=("smtp/reply-text-grammar",)),
        *(unusual_row(name) for name in ("ManyLines", "SpaceAndNothing", "TrailingBlanks",
                                         "SmallLetters", "Twice", "Forwards")),
        unusual_row("BareCodes", broken=(("smtp/bare-code", "NON-STRICT"),)),
    ),
    "refusals_for_now": (
        unusual_row("Greylisting", causes=("*450*", OTHER_LINE), judged=210, tried=REFUSED),
        unusual_row("GreylistingAlways", causes=("*451*", OTHER_LINE), judged=210, tried=REFUSED),
        unusual_row("BusyBeforeHello"),
        unusual_row("BusyAtTimes", causes=("?*450*",), judged=400),
        unusual_row(pop3="BusyPop3AtTimes", causes=("?*-ERR*",), judged=400),
    ),
    "421": (
        unusual_row("FiveErrors"),
        unusual_row("OneError", causes=("*421*",), judged=410),
        unusual_row("ThirdCommand", causes=("*421*", OTHER_LINE), judged=130, tried=SHORT),
        unusual_row("UnaskedAfterMail", causes=("*421*", OTHER_LINE), judged=150, tried=SHORT),
        unusual_row("UnaskedWhileIdle", causes=("?*421*", "?" + OTHER_LINE), also=(("smtp/serves-after-loss", "INFO"),), judged=350),
    ),
    "refusals_of_policy": (
        unusual_row("WantsSenderDomain", causes=("*550*",), judged=150, tried=SHORT),
        # As a wrong address would be: most could not be judged, and the first word is what to do.
        unusual_row("Blocklist", causes=("*554*", "?" + OTHER_LINE), judged=1, broken_off="Is the address right (--user NAME:SECRET:ADDRESS"),
        unusual_row("BlocklistAtMail", causes=("*550*",), judged=150, tried=SHORT),
        unusual_row("NoRelayAttempts"),
        unusual_row("OncePerRecipient", causes=("*550",)),
        unusual_row("MailboxFile"),
        unusual_row("NoContent", causes=("*554*", OTHER_LINE), judged=320, tried=REFUSED),
        unusual_row("WantsTls", causes=NO_EXTENSIONS + ("*530*", "the server does not offer ENHANCEDSTATUSCODES"), judged=120, tried=(*SHORT, "smtp/closes-unasked*")),
        unusual_row("CatchAll", broken=(("smtp/unknown-user-at-rcpt", "INFO"),), causes=("?expected 55z, got 250", "expected 5yz, got 250", "expected 52z | 55z, got 250", LOOP_TAKEN)),
        unusual_row("NoBareLf", causes=(LOOP_TAKEN,)),
        unusual_row("NoBareLfEarly", causes=(LOOP_TAKEN,)),
        unusual_row("NothingBehindBareLf"),
        unusual_row("OneMessage", causes=("*550", "?MAIL: the server answered 550*"), judged=420),
        unusual_row("OnlyWithFrom", broken=(("smtp/header-defects", "NON-STRICT"),), causes=(LOOP_TAKEN,)),
        unusual_row("OnlyWithFields", broken=(("smtp/header-defects", "NON-STRICT"),), causes=("expected 250, got 554",)),
        unusual_row("NoLiteral"),
        unusual_row("NoopWithoutArgument", broken=(("smtp/noop-argument", "NON-STRICT"),), causes=("*501",)),
        unusual_row("OneHello", causes=("*503",)),
        unusual_row("Unknown502", broken=(("smtp/unknown-command", "NON-STRICT"),)),
    ),
    "vrfy": (
        unusual_row("NoVrfy", broken=(("smtp/vrfy-supported", "NON-STRICT"),), causes=("*502",)),
        unusual_row("Vrfy252", causes=("*252",)),
        unusual_row("VrfyLocalOnly", broken=(("smtp/vrfy-user-name", "NON-STRICT"),), causes=("expected 250, got 501",)),
    ),
    "connections": (
        unusual_row("OneConnectionSmtp", causes=(BUSY,)),
        unusual_row(pop3="OneConnectionPop3", causes=("?the greeting: the server answered -ERR*", BUSY,)),
        unusual_row("LateClose"),
    ),
    "pop3": (
        unusual_row(pop3="NoTop", causes=(NO_TOP,)),
        unusual_row(pop3="ChattyPop3", broken=(("pop3/listing-extra", "NON-STRICT"),)),
        unusual_row(pop3="BareStatus"),
        unusual_row(pop3="FieldsBehind", broken=(("pop3/list-size", "NON-STRICT"),)),
        unusual_row(pop3="LastPop3"),
        unusual_row(pop3="OneLogin", causes=BEHIND_ERR),
        unusual_row(pop3="OneLoginLateClose", causes=BEHIND_ERR),
        unusual_row(pop3="LoginDelay", causes=(ERR, "?the reply has a line that must not be there", "?no line of the reply matches")),
        unusual_row(pop3="QuitError", causes=(ERR,)),
        unusual_row(pop3="ApopOnly", causes=("the server lets nobody log in: -ERR no", NO_USER), judged=240, tried=("pop3/capa*", "pop3/wrong-state-authorization/*", "pop3/quit-closes*")),
        unusual_row(pop3="SharedMaildrop", broken=(("pop3/exclusive-lock", "NON-STRICT"),), causes=ANY),
        # A login may meet the lock of another case, and nothing tells it from a refusal: one at a time.
        unusual_row(pop3="SharedLock", causes=("?*-ERR*",), jobs=1),
        unusual_row(pop3="LateUnlock", broken=("pop3/lock-released",),  # whoever waits for mail finds the maildrop in use, time and again
                    causes=("?*-ERR [[]IN-USE]*", "?the message * did not arrive in *")),
    ),
    "pace": (
        unusual_row("SlowSmtp", "SlowPop3"), unusual_row("OctetByOctetSmtp", "OctetByOctetPop3"),
    ),
    "before_rfc_1869": (
        unusual_row("HeloOnly", broken=("smtp/ehlo",), causes=NO_EXTENSIONS + ("expected 250, got 502",), judged=420),
    ),
}

# One defect, one rule, unless the defect has more than one face.
DEFECTIVE = {
    "lines": (
        defective_row(("smtp/reply-crlf",), "BareLfSmtp"),
        defective_row(("smtp/reply-code-grammar",), "EmptyLineBehind"),
        defective_row(("smtp/reply-text-grammar",), "CrCrLf"),
        defective_row(("smtp/reply-code-grammar",), "FiveDigits"),
        defective_row(("smtp/ehlo-keyword-grammar",), "AuthEquals"),
    ),
    "replies": (
        defective_row(("smtp/one-reply-per-command",), "TwoGreetings", causes=NO_EXTENSIONS, judged=430),
        # Where the long message has left before the early 250 comes, that is taken for the refusal that did not come.
        defective_row(("smtp/one-reply-per-command",), "DataReplyEarly", causes=("?" + LOOP_TAKEN,)),
        defective_row(("smtp/command-gets-reply",), "NoopHangsAfterData", scale=0.1),
        defective_row(("smtp/command-gets-reply",), "CloseInData", causes=("?the server closed the connection instead of a reply",)),
        defective_row(("smtp/command-gets-reply",), "CloseAfterData", causes=("?the server closed the connection instead of a reply",)),
        defective_row(("smtp/command-gets-reply",), "CloseAtUnknown"),
    ),
    "commands": (
        defective_row(("smtp/minimum",), "RsetUnknown"),
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
        defective_row(("smtp/recipients-100",), "FewRecipients", causes=("expected 250 | 251, got 452",)),
        defective_row(("smtp/recipients-100",), "FewRecipientsAtData", causes=("expected 354, got 503",)),
        defective_row(("smtp/ehlo-clears", "smtp/rcpt-without-mail", "smtp/rset-clears", "smtp/size-refused",
                       "smtp/unknown-parameter", ("smtp/unknown-parameter", "NON-STRICT"),
                       ("smtp/nested-mail", "NON-STRICT"), ("smtp/parameter-value", "INFO")), "NoState",
                      causes=("expected 503, got 250", "expected 503 | 5yz, got 250", "expected 250 | 251, got 550")),
    ),
    "quit": (
        defective_row(("smtp/quit-reply",), "QuitCloses", causes=CLOSED, judged=340),
        defective_row(("smtp/quit-closes",), "QuitStays", scale=0.1),
        defective_row(("pop3/command-gets-response", "pop3/minimum"), pop3="Pop3QuitCloses", causes=CLOSED, judged=400),
        defective_row(("pop3/quit-closes",), pop3="Pop3QuitStays",
                      causes=("the server did not close the connection in *",), scale=0.1),
    ),
    "groups": (
        # What is left of a command that comes in pieces is another one.
        defective_row(("smtp/command-gets-reply", "smtp/pipelining-order"), "LosesGroups", scale=0.1, also=("smtp/minimum",)),
    ),
    "messages": (
        defective_row(("smtp/smuggled-message", "smtp/command-line-end", "smtp/text-line-end"), "LinesByLf", causes=("the server spoke where silence was expected",)),
        defective_row(("smtp/dot-unstuffing",), "KeepsDots", causes=("a line of the reply differs from what is written",)),
        defective_row(("smtp/received-added", "smtp/return-path-added"), "TraceAtEnd", causes=(OTHER_LINES,)),
        defective_row(("smtp/content-kept",), "CutsAtFrom"),
        defective_row(("smtp/text-line-1000",), "CountsDots"),
        defective_row(("smtp/content-kept", "smtp/text-line-1000"), "WrapsLines"),
    ),
    "pop3_lines": (
        defective_row(("pop3/line-end",), pop3="BareLfPop3"),
        defective_row(("pop3/status-indicator",), pop3="ErrSmall"),
        defective_row(("pop3/multiline-end",), pop3="RetrWithoutDot", causes=("?the server closed the connection instead of a reply",)),
        defective_row(("pop3/multiline-end",), pop3="RetrOkOnly", scale=0.1),
        defective_row(("pop3/byte-stuffing",), pop3="StuffsTwice", also=SIZES),
        defective_row(("pop3/byte-stuffing",), pop3="NoStuffing", also=SIZES),
    ),
    "pop3_commands": (
        defective_row(("pop3/stat-form",), pop3="StatWithWords"),
        defective_row(("pop3/stat-form",), pop3="StatInWords"),
        defective_row(("pop3/keyword-case",), pop3="CapitalsPop3"),
        defective_row(("pop3/keyword-case",), pop3="CapitalsRetr"),
        defective_row(("pop3/keyword-case",), pop3="CapitalsQuit"),
        defective_row(("pop3/minimum",), pop3="Pop3NoNoop", causes=(ERR,)),
        defective_row(("pop3/minimum",), pop3="Pop3NoQuitBefore", causes=(ERR,)),
        defective_row(("pop3/minimum",), pop3="Pop3NoRetr", causes=(ERR,), judged=430),
        defective_row(("pop3/minimum",), pop3="Pop3NoDele", causes=(ERR,)),
        defective_row(("pop3/bad-login",), pop3="AnyPassword", causes=("expected -ERR, got +OK",)),
        defective_row(("pop3/bad-login",), pop3="OpensAfterError", causes=(ERR,)),
        # A field that is missing may have been lost on either way.
        defective_row(("pop3/retr-content", ("smtp/header-kept", "NON-STRICT")), pop3="RetrWithoutFields", also=SIZES,
                      causes=(OTHER_LINES,)),
        defective_row(("pop3/top-lines",), pop3="TopWithoutHeader"),
        defective_row(("pop3/top-lines",), pop3="TopWhole"),
    ),
    "deleting": (
        defective_row(("pop3/no-quit-keeps", "pop3/rset-unmarks"), pop3="DeleAtOnce", causes=(ERR, "?expected -ERR, got +OK"),
                      also=("pop3/dele-marks",)),  # where the mail of others stands behind it
        defective_row(("pop3/dele-marks",), pop3="StatCountsDeleted"),
        defective_row(("pop3/dele-marks",), pop3="TopOfDeleted"),
        defective_row(("pop3/dele-marks",), pop3="UidlOfDeleted"),
        defective_row(("pop3/dele-marks",), pop3="UidlListsDeleted"),
        defective_row(("pop3/rset-unmarks",), pop3="RsetUnmarksForNow"),
        defective_row(("pop3/quit-deletes",), pop3="QuitDeletesAll"),
        defective_row(("pop3/no-quit-keeps",), pop3="DeletesWithoutQuit"),
        defective_row(("pop3/uidl-unique",), pop3="OneIdForTwo", also=(  # as many messages as there happen to be
            "pop3/no-quit-keeps", "pop3/quit-deletes", "pop3/rset-unmarks", "pop3/uidl-stable", "pop3/retr-keeps",
            ("pop3/uidl-not-reused", "INFO"))),
        defective_row(("pop3/uidl-stable",), pop3="NewIds",
                      causes=("a line of the reply differs from what is written", OTHER_LINES)),
    ),
}
