#!/usr/bin/env python3
"""The dialogues of scenarios/examples: each runs as it was written, on the built-in server, played against itself, and with the names of
another server; those that are wrong themselves fail, for just the reason that is told."""
import base64
import json
import os
import re

from harness import Case, Reference, main, run

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
FOLDER = os.path.join(ROOT, "scenarios", "examples")
FACTS = ("--user", "alice:secret-a:alice@example.test", "--user", "bob:secret-b:bob@example.test", "--unknown-user", "nobody-here@example.test")
GIVEN = "only the built-in server can be set up for it (Given:)"
NO_STARTTLS = "the server does not offer STARTTLS"
NO_STLS = "the POP3 server does not list the capability STLS"
NO_LMTP = "the case is for SMTP, the target speaks LMTP"

# Case: whether it can be played from both sides; what comes of it on another server, by SMTP and POP3, and by LMTP and POP3.
EXAMPLES = {
    "auth-login": (True, GIVEN, GIVEN),
    "course-corrected": (True, "PASS", NO_LMTP),
    "pop3-workflow": (True, GIVEN, GIVEN),
    "pop3-workflow-shared": (False, "PASS", "PASS"),
    "rfc1939-10": (True, "PASS", "PASS"),
    "rfc2033-4.2": (True, GIVEN, GIVEN),
    "rfc2595-4": (True, NO_STLS, NO_STLS),
    "rfc2920-1": (True, "PASS", NO_LMTP),
    "rfc2920-2": (True, "PASS", NO_LMTP),
    "rfc2920-3": (True, GIVEN, GIVEN),
    "rfc2920-4": (True, GIVEN, GIVEN),
    "rfc3030-4.1": (True, "PASS", NO_LMTP),
    "rfc3030-4.2": (True, "PASS", NO_LMTP),
    "rfc3207-5": (True, NO_STARTTLS, NO_LMTP),
    "rfc4954-4.1-cram-md5": (True, GIVEN, GIVEN),
    "rfc4954-4.1-external": (True, GIVEN, GIVEN),
    "rfc4954-4.1-plain": (True, GIVEN, GIVEN),
    "rfc4954-4.1-plain-334": (True, GIVEN, GIVEN),
    "rfc5034-6-digest-md5": (True, GIVEN, GIVEN),
    "rfc5034-6-plain": (True, GIVEN, GIVEN),
    "rfc5034-6-plain-334": (True, GIVEN, GIVEN),
    "rfc5321-d1": (True, "PASS", NO_LMTP),
    "rfc5321-d2": (True, "PASS", NO_LMTP),
    "rfc5321-d3-destination": (True, "PASS", NO_LMTP),
    "rfc5321-d3-source": (True, "PASS", NO_LMTP),
    "rfc5321-d4": (True, GIVEN, GIVEN),
    "rfc821-example1": (True, "PASS", "PASS"),
    "rfc821-example2/1": (True, GIVEN, GIVEN),
    "rfc821-example2/2": (True, GIVEN, GIVEN),
    "rfc821-example3-elsewhere/1": (True, GIVEN, GIVEN),
    "rfc821-example3-elsewhere/2": (True, GIVEN, GIVEN),
    "rfc821-example3-here/1": (True, GIVEN, GIVEN),
    "rfc821-example3-here/2": (True, GIVEN, GIVEN),
    "rfc821-example3-here/3": (True, GIVEN, GIVEN),
    "rfc821-example4/1": (True, GIVEN, GIVEN),
    "rfc821-example4/2": (True, GIVEN, GIVEN),
    "rfc821-example5": (True, "PASS", NO_LMTP),
    "rfc821-example6": (True, "PASS", "PASS"),
    "rfc821-example7": (True, "PASS", "PASS"),
    "rfc821-scenario1": (True, "PASS", NO_LMTP),
    "rfc821-scenario10": (True, GIVEN, GIVEN),
    "rfc821-scenario2": (True, "PASS", NO_LMTP),
    "rfc821-scenario3-destination": (True, "PASS", NO_LMTP),
    "rfc821-scenario3-source": (True, "PASS", NO_LMTP),
    "rfc821-scenario4": (True, GIVEN, GIVEN),
    "rfc821-scenario5": (True, GIVEN, GIVEN),
    "rfc821-scenario6": (True, GIVEN, GIVEN),
    "rfc821-scenario7-first": (True, GIVEN, GIVEN),
    "rfc821-scenario7-relay": (True, "PASS", NO_LMTP),
    "rfc821-scenario7-second": (True, GIVEN, GIVEN),
    "rfc821-scenario8": (True, GIVEN, GIVEN),
    "rfc821-scenario9-first": (True, GIVEN, GIVEN),
    "rfc821-scenario9-second": (True, "PASS", NO_LMTP),
    "smtp-attachment": (False, "PASS", NO_LMTP),
    "smtp-text": (False, "PASS", NO_LMTP),
    "textbook-corrected": (True, "PASS", NO_LMTP),
}
# No server of ours has the mechanism.
UNHEARD_OF = {"rfc5034-6-digest-md5": "UNSUPPORTED"}
# File: the warning, the line that nobody can satisfy, what the server says to it.
MISTAKEN = {
    "course": ("warning: a path stands in angle brackets: expected \"<\"", "expected 250, got 501", "501 5.5.2 The path must stand in angle brackets"),
    "textbook": ("warning: HELLO is no verb of SMTP: the greeting is HELO or EHLO", "expected 250, got 500", "500 5.5.1 Command not recognised"),
}


def path_of(name):
    """The file of a case; those that Either and Or make have a number behind it."""
    name = name.split("/")[0]
    return os.path.join(FOLDER, name + ".scn")


def text_of(name):
    with open(path_of(name), encoding="utf-8") as file:
        return file.read()


def said_by_client(name):
    """What the client says as it is printed, up to the first line that has something to be filled in."""
    text = text_of(name).split("\n\n", 1)[1]
    if "/" in name:
        text = re.split(r"^ *(?:Either|Or)$", text, flags=re.MULTILINE)[int(name.split("/")[1])]
    client = "S" if re.search(r"^ *R *:", text, re.MULTILINE) else "C"
    lines = []
    for line in text.splitlines():
        said = re.match(rf"\s*{client} *:(?: *)(.*?)(?: //.*|<CR><LF>)?$", line)
        if said and not said[1].startswith("<"):
            lines.append(said[1])
        if "{{" in line:
            break
    return lines


class Examples(Case):
    def cases(self, *arguments, status=0):
        result = run("run", *arguments, "--report", "json=-", cwd=self.folder, limit=120)
        self.check(result, status)
        self.assertEqual(result.err, "")
        return {case["id"].removeprefix("examples/"): case for case in json.loads(result.out)["cases"]}

    def test_every_file_is_expected(self):
        files = {name.removesuffix(".scn") for name in os.listdir(FOLDER)}
        self.assertEqual(files, {name.split("/")[0] for name in EXAMPLES} | MISTAKEN.keys())

    def test_on_the_built_in_server(self):
        cases = self.cases("examples/**")
        self.assertEqual({name: case["verdict"] for name, case in cases.items()}, dict.fromkeys(EXAMPLES, "PASS") | UNHEARD_OF)

    def test_played_against_themselves(self):
        cases = self.cases("--self", "examples/**")
        self.assertEqual({name: case["verdict"] for name, case in cases.items()},
                         {name: "PASS" for name, (both, _, _) in EXAMPLES.items() if both})

    def test_on_another_server(self):
        for column, urls in ((1, ("smtp://127.0.0.1:0", "pop3://127.0.0.1:0")), (2, ("lmtp://127.0.0.1:0", "pop3://127.0.0.1:0"))):
            with self.subTest(urls=urls):
                with Reference(*urls) as server:
                    cases = self.cases("examples/**", *server.options, *FACTS)
                came = {name: case["verdict"] if case["verdict"] != "UNSUPPORTED" else case["reason"] for name, case in cases.items()}
                self.assertEqual(came, {name: row[column] for name, row in EXAMPLES.items()})

    def test_said_as_printed(self):
        """On the server that is set up for them nothing is exchanged, whatever Cast: says."""
        self.cases("examples/**", "--out", "out", "--show-secrets")
        for name in EXAMPLES:
            if "\nGiven:" not in text_of(name) or name == "rfc3030-4.2" or name in UNHEARD_OF:
                continue
            with self.subTest(name=name):
                with open(os.path.join(self.folder, "out", "transcripts", "examples", name + ".jsonl"), encoding="utf-8") as file:
                    events = [json.loads(line) for line in file]
                sent = b"".join(base64.b64decode(event["base64"]) for event in events
                                if event["kind"] == "octets" and event["side"] == "client" and event["connection"] == 1)
                lines = [line.strip() for line in sent.decode("latin-1").split("\r\n")]
                printed = [line.strip() for line in said_by_client(name)]
                self.assertGreater(len(printed), 0)
                for line in printed:
                    if not line.startswith(("PASS ", "APOP ")):  # secrets stand in no transcript
                        # A line may be printed on two.
                        self.assertTrue(any(part == line or (line and part.startswith(line + " ")) for part in lines), (line, lines))

    def test_those_that_are_mistaken(self):
        for name, (warning, reason, said) in MISTAKEN.items():
            with self.subTest(name=name):
                lint = run("lint", path_of(name))
                self.check(lint, 0, "ok, 1 case")
                self.assertIn(warning, lint.err)
                for operand in (path_of(name), f"examples/{name}"):
                    result = run("run", operand, cwd=self.folder)
                    self.check(result, 1, reason)
                    self.assertIn(said, result.out)
                    self.assertIn(warning, result.err)

    def test_those_that_are_mistaken_on_another_server(self):
        with Reference("smtp://127.0.0.1:0", "pop3://127.0.0.1:0") as server:
            for name, (_, reason, said) in MISTAKEN.items():
                with self.subTest(name=name):
                    result = run("run", f"examples/{name}", *server.options, *FACTS, cwd=self.folder)
                    self.check(result, 1, reason, said)

    def test_they_run_when_asked_for_only(self):
        listed = run("list", "-t", "mistaken")
        self.check(listed, 0)
        self.assertEqual({line.split()[0] for line in listed.out.splitlines()}, {f"examples/{name}" for name in MISTAKEN})
        for arguments in ((), ("examples/**",), (FOLDER,), ("-t", "example")):
            with self.subTest(arguments=arguments):
                listed = run("list", *arguments)
                self.check(listed, 0)
                self.assertEqual(listed.err, "")
                names = {line.split()[0].removeprefix("examples/") for line in listed.out.splitlines()}
                self.assertEqual(names & MISTAKEN.keys(), set())
                self.assertLessEqual(EXAMPLES.keys(), names)
        self.check(run("run", "-t", "mistaken", "-q", cwd=self.folder), 1, "2 cases: 2 FAIL")

    def test_their_notation_is_left_to_them(self):
        self.check(run("fmt", "--check", os.path.join(ROOT, "scenarios"), limit=120), 0)
        result = run("fmt", "--check", path_of("rfc5321-d1"))
        self.check(result, 1, "not in canonical form")

    def test_in_our_notation_they_are_the_same(self):
        for name in sorted({name.split("/")[0] for name in EXAMPLES} - UNHEARD_OF.keys()):
            with self.subTest(name=name):
                result = run("fmt", path_of(name))
                self.check(result, 0)
                self.assertNotIn("\nR:", result.out)
                again = self.write(f"{name}.scn", result.out)
                self.check(run("run", "-q", again, "--scenarios", os.path.join(ROOT, "scenarios"), cwd=self.folder), 0)

    def test_the_numbers_of_rfc_1939(self):
        """Its messages have 120 and 200 octets."""
        for name, octets in (("rfc1939-1", 120), ("rfc1939-2", 200)):
            with open(os.path.join(ROOT, "scenarios", "messages", name + ".eml"), "rb") as file:
                self.assertEqual(len(file.read().replace(b"\n", b"\r\n")), octets)


if __name__ == "__main__":
    main()
