#!/usr/bin/env python3
"""`mailspec wait`: what is found, by whom it was sent and to whom it went, in time or not, and what is said when it is not there."""
import os
import subprocess
import time
import unittest

from harness import PROGRAM, Case, main, run

MESSAGE = (b"Return-Path: <alice@example.test>\r\nEnvelope-To: bob@example.test\r\n"
           b"Received: from client by mx.example.test; Mon, 02 Nov 2026 10:00:00 +0000\r\n"
           b"From: Alice <alice@example.test>\r\nTo: The team <team@example.test>\r\nCc: carol@example.test\r\n"
           b"Subject: Your =?UTF-8?Q?inv?=\r\n =?utf-8?B?b2ljZSDigqw=?= 12\r\nX-Test: 4711\r\n\r\nhello\r\n..\r\n")
POSTFIX = (b"Return-Path: <alice@example.test>\nX-Original-To: sales@example.test\nDelivered-To: bob@example.test\n"
           b"Received: by mx (Postfix); now\nSubject: quote\nDelivered-To: forged@example.test\n\nhello\n")
PLAIN = b"From: alice@example.test\nTo: bob@example.test, \"x, y\" <dave@example.test>\nSubject: none\n\nhello\n"


class Store(Case):
    """A store with one maildrop for each user; deliver() as a server does it."""

    def setUp(self):
        super().setUp()
        self.store = os.path.join(self.folder, "mail")
        self.number = 0

    def maildrop(self, user):
        for part in ("tmp", "new", "cur"):
            os.makedirs(os.path.join(self.store, user, part), exist_ok=True)

    def deliver(self, user, message, where="new"):
        self.maildrop(user)
        self.number += 1
        name = f"1700000000.M{self.number}P1.mx"
        path = os.path.join(self.store, user, where, name)
        with open(os.path.join(self.store, user, "tmp", name), "wb") as file:
            file.write(message)
        os.utime(file.name, (1700000000, 1700000000 + self.number))
        os.rename(file.name, path)
        return path

    def wait(self, *arguments, **more):
        return run("wait", "--store", self.store, *arguments, **more)

    def octets(self, *arguments):
        result = subprocess.run([PROGRAM, "wait", "--no-config", "--store", self.store, *arguments], capture_output=True,
                                check=True, timeout=60)
        return result.stdout


class Finding(Store):
    ROWS = (
        # message, what it is, what it is not
        (MESSAGE, (
            (), ("--to", "bob@example.test"), ("--to", "BOB@Example.Test"), ("--to", "bob"), ("--to", "/^b.b@/"),
            ("--from", "alice@example.test"), ("--from", "alice"), ("--subject", "invoice"), ("--subject", "invoice \u20ac 12"),
            ("--subject", "/^Your inv/"), ("--subject", "/INVOICE/i"), ("--subject", "/12$/"), ("--header", "x-test: 4711"),
            ("--header", "X-Test: /^[0-9]+$/"), ("--header", "X-Test:"), ("--header", "To: team@"),
            ("--to", "bob", "--subject", "12", "--header", "X-Test: 47", "--header", "Cc: carol"),
        ), (
            # the envelope is known, so To: and Cc: do not say who it went to
            ("--to", "team@example.test"), ("--to", "carol"), ("--to", "bob@example.tes"), ("--to", "b"), ("--to", "ob"),
            ("--from", "bob"), ("--subject", "INVOICE"), ("--subject", "/^inv/"), ("--subject", "/INVOICE/"),
            ("--header", "X-Other:"), ("--header", "X-Test: 4712"), ("--to", "bob", "--subject", "other"),
        )),
        (POSTFIX, (
            ("--to", "bob@example.test"), ("--to", "sales@example.test"), ("--from", "alice"),
            ("--header", "Delivered-To: forged"),
        ), (("--to", "forged@example.test"),)),
        (PLAIN, (("--to", "bob"), ("--to", "dave@example.test"), ("--from", "alice@example.test")), (("--to", "x"),)),
        (b"Return-Path: <>\nFrom: postmaster\n\n", (("--from", "<>"), ("--from", "postmaster")), (("--to", "x"),)),
        (b"From: a@b\nTo: <bob@example.test", (("--to", "bob@example.test"),), (("--from", "<>"),)),
        (b"", ((), ("--not", "--to", "x")), (("--to", "x"),)),
        (b"\0\xff\n:\n\xff: \xff\nSubject: \xff\0\x1b[31m\n", (("--subject", "\x1b[31m"),), (("--subject", "::error::"),)),
    )

    def test_what_is_found(self):
        for i, (message, yes, no) in enumerate(self.ROWS):
            self.store = os.path.join(self.folder, str(i))
            self.deliver("drop", message)
            for arguments, status in [(row, 0) for row in yes] + [(row, 1) for row in no]:
                with self.subTest(message=message[:40], arguments=arguments):
                    self.check(self.wait(*arguments, "--timeout", "0s"), status)

    def test_where_it_is_found(self):
        for where in ("new", "cur"):
            self.store = os.path.join(self.folder, "in-" + where)
            path = self.deliver("bob", MESSAGE, where)
            for store in (self.store, os.path.join(self.store, "bob"), self.store + "/", self.folder):
                with self.subTest(where=where, store=store):
                    result = run("wait", "--store", store, "--to", "bob", "--timeout", "0s", "--print", "path")
                    self.check(result, 0)
                    self.assertTrue(os.path.samefile(result.out.strip(), path) or store == self.folder)
        self.store = os.path.join(self.folder, "unfinished")
        self.maildrop("bob")
        with open(os.path.join(self.store, "bob", "tmp", "1"), "wb") as file:
            file.write(MESSAGE)
        self.check(self.wait("--timeout", "0s"), 1, "no message at all")

    def test_the_environment_names_the_store(self):
        self.deliver("bob", MESSAGE)
        result = run("wait", "--to", "bob", "--timeout", "0s", config=True, cwd=self.folder, env={"MAILSPEC_STORE": self.store})
        self.check(result, 0, "X-Test: 4711")

    def test_the_oldest_is_first(self):
        paths = [self.deliver(user, MESSAGE) for user in ("zoe", "bob", "amy")]
        self.assertEqual(self.octets("--print", "path").decode().split("\n")[0], paths[0])
        self.assertEqual(self.octets("--count", "3").decode().splitlines(), paths)
        self.assertEqual(self.octets("--count", "2").decode().splitlines(), paths[:2])
        self.check(self.wait("--count", "4", "--timeout", "0s"), 1, "3 of 4 messages", "the store holds 3 messages")


    def test_one_message_in_several_maildrops(self):
        several = MESSAGE.replace(b"Envelope-To: bob@", b"Envelope-To: alice@example.test, sales@example.test,\r\n bob@")
        paths = {"alice": self.deliver("alice", several)}
        for user in ("bob", "m01"):
            self.maildrop(user)
            paths[user] = paths["alice"].replace("/alice/", f"/{user}/")
            os.link(paths["alice"], paths[user])
        for user, found in (("alice", "alice"), ("bob", "bob"), ("sales", "m01")):
            with self.subTest(user=user):
                self.assertEqual(self.octets("--to", user, "--print", "path", "--timeout", "0s").decode(), paths[found] + "\n")
        self.check(self.wait("--count", "2", "--timeout", "0s"), 1, "1 of 2 messages", "to alice@example.test,", "to bob@example.test,")
        self.octets("--to", "bob", "--remove")
        self.assertEqual([os.path.exists(paths[user]) for user in ("alice", "bob", "m01")], [True, False, True])


class Printing(Store):
    def test_octets(self):
        odd = MESSAGE + bytes(range(256)) * 500 + b"no line end"
        self.deliver("bob", odd)
        self.assertEqual(self.octets(), odd)
        self.assertEqual(self.octets("--print", "content"), odd[odd.index(b"From:"):])
        self.assertEqual(self.octets("--print", "nothing"), b"")
        self.store = os.path.join(self.folder, "plain")
        self.deliver("bob", PLAIN)
        self.assertEqual(self.octets("--print", "content"), PLAIN)

    def test_a_large_one(self):
        size = 100 * 1024 * 1024
        os.truncate(self.deliver("bob", MESSAGE), size)
        with open(os.path.join(self.folder, "out"), "wb") as out:
            child = subprocess.Popen([PROGRAM, "wait", "--no-config", "--store", self.store, "--print", "content"], stdout=out)
            _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(child.returncode, 0)
        self.assertEqual(os.path.getsize(out.name), size - MESSAGE.index(b"From:"))
        self.assertLess(usage.ru_maxrss, 50000)

    def test_removing(self):
        first, second = (self.deliver("bob", MESSAGE) for _ in range(2))
        self.assertEqual(self.octets("--remove"), MESSAGE)
        self.assertEqual([os.path.exists(path) for path in (first, second)], [False, True])
        self.check(self.wait("--to", "carol", "--remove", "--timeout", "0s"), 1)
        self.assertEqual(self.octets("--remove", "--print", "path").decode(), second + "\n")
        self.check(self.wait("--timeout", "0s"), 1)

    def test_nothing_is_lost_on_a_full_disk(self):
        path = self.deliver("bob", MESSAGE)
        with open("/dev/full", "wb") as full:
            result = subprocess.run([PROGRAM, "wait", "--no-config", "--store", self.store, "--remove"], stdout=full,
                                    stderr=subprocess.PIPE, check=False)
        self.assertEqual(result.returncode, 6, result.stderr)
        self.assertTrue(os.path.exists(path))


class Waiting(Store):
    def during(self, what, *arguments):
        """Wait, and do `what` when the program watches or looks at the clock; the wait itself is what is tested, not its speed."""
        child = subprocess.Popen([PROGRAM, "wait", "--no-config", "--store", self.store, "--timeout", "60s", *arguments],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(child.kill)
        while not sleeps(child.pid) and child.poll() is None:
            time.sleep(0.005)
        what()
        out, err = child.communicate(timeout=60)
        return child.returncode, out, err

    def test_it_comes_later(self):
        self.maildrop("bob")
        self.assertEqual(self.during(lambda: self.deliver("bob", MESSAGE)), (0, MESSAGE, b""))

    def test_another_maildrop_comes(self):
        self.maildrop("bob")
        self.assertEqual(self.during(lambda: self.deliver("carol", MESSAGE)), (0, MESSAGE, b""))

    def test_the_store_comes(self):
        self.assertEqual(self.during(lambda: self.deliver("bob", MESSAGE)), (0, MESSAGE, b""))

    def test_others_come_before(self):
        self.maildrop("bob")

        def deliver():
            for _ in range(100):
                self.deliver("bob", PLAIN)
            self.deliver("bob", MESSAGE)
            self.deliver("bob", PLAIN)

        self.assertEqual(self.during(deliver, "--subject", "invoice"), (0, MESSAGE, b""))

    def test_several_come(self):
        paths = []
        self.maildrop("bob")
        status, out, _ = self.during(lambda: paths.extend(self.deliver("bob", MESSAGE) for _ in range(20)), "--count", "20")
        self.assertEqual((status, out.decode().splitlines()), (0, paths))

    def test_it_is_read_meanwhile(self):
        path = self.deliver("bob", PLAIN)

        def read_and_deliver():
            os.rename(path, path.replace("/new/", "/cur/") + ":2,S")
            self.deliver("bob", PLAIN)

        status, out, _ = self.during(read_and_deliver, "--count", "2")
        self.assertEqual((status, len(out.splitlines())), (0, 2))

    def test_it_is_gone_while_others_are_printed(self):
        self.store = os.path.join(self.folder, "m" * 200)
        paths = [self.deliver("bob", PLAIN) for _ in range(600)]  # more octets than a pipe holds
        with subprocess.Popen([PROGRAM, "wait", "--no-config", "--store", self.store, "--count", "600"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            first = child.stdout.readline()
            os.remove(paths[-1])
            out, err = child.stdout.read(), child.stderr.read()
        self.assertEqual((first + out).decode().splitlines(), paths[:-1])
        self.assertEqual(child.returncode, 4, err)
        self.assertIn(b"somebody has removed one since", err)

    def test_one_is_gone_and_others_were_taken(self):
        self.store = os.path.join(self.folder, "m" * 200)
        paths = [self.deliver("bob", PLAIN) for _ in range(600)]
        moved = paths[-2].replace("/new/", "/cur/") + ":2,S"
        with subprocess.Popen([PROGRAM, "wait", "--no-config", "--store", self.store, "--count", "600", "--remove", "--print", "path"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            first = child.stdout.readline()
            os.rename(paths[-2], moved)  # by then many are removed, so it has another place among the others
            out, err = child.stdout.read(), child.stderr.read()
        self.assertEqual((first + out).decode().splitlines(), [*paths[:-2], moved, paths[-1]])
        self.assertEqual(child.returncode, 0, err)

    def test_two_take_each_another_one(self):
        for i in range(20):
            self.deliver("bob", MESSAGE.replace(b"4711", str(i).encode()))
        command = [PROGRAM, "wait", "--no-config", "--store", self.store, "--remove", "--print", "path", "--timeout", "60s"]
        for _ in range(5):
            children = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
            outs = [child.communicate(timeout=60)[0] for child in children]
            self.assertEqual([child.returncode for child in children], [0] * 4)
            self.assertEqual(len(set(outs)), 4, outs)

    def test_nothing_may_come(self):
        self.deliver("bob", PLAIN)
        status, out, err = self.during(lambda: self.deliver("bob", MESSAGE), "--not", "--subject", "/invoice/")
        self.assertEqual((status, out), (1, b""))
        self.assertIn(b"came, and none should", err)
        self.check(self.wait("--not", "--subject", "other", "--timeout", "100ms"), 0)
        self.check(self.wait("--not", "--subject", "invoice", "--timeout", "60s"), 1)

    def test_it_takes_the_time(self):
        self.maildrop("bob")
        result = self.wait("--timeout", "700ms")
        self.check(result, 1, "within 700ms")
        self.assertGreaterEqual(result.seconds, 0.7)

    def test_waiting_costs_nothing(self):
        for user in range(20):
            self.deliver(f"user{user}", PLAIN)
        child = subprocess.Popen([PROGRAM, "wait", "--no-config", "--store", self.store, "--to", "nobody", "--timeout", "2s"],
                                 stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(child.pid, 0)
        child.returncode = 1
        self.assertLess(usage.ru_utime + usage.ru_stime, 0.5)

    def test_many_messages(self):
        for _ in range(5000):
            self.deliver("bob", PLAIN)
        self.assertEqual(self.during(lambda: self.deliver("bob", MESSAGE), "--subject", "invoice"), (0, MESSAGE, b""))


def sleeps(pid):
    """Does the process wait in epoll? Where the kernel does not tell, whether it sleeps at all."""
    try:
        with open(f"/proc/{pid}/wchan", encoding="ascii") as file:
            name = file.read()
        if name not in ("", "0"):
            return "epoll" in name or "ep_poll" in name
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] == "S"
    except OSError:
        return False


class Telling(Store):
    def test_what_was_seen_instead(self):
        for i in range(7):
            self.deliver("carol", MESSAGE.replace(b"bob@", b"carol@").replace(b"12", str(i).encode()))
        self.deliver("bob", MESSAGE.replace(b"4711", b"4712"))
        result = self.wait("--to", "bob", "--header", "X-Test: 4711", "--subject", "invoice", "--timeout", "0s")
        self.check(result, 1, "no message to bob, with subject invoice, with X-Test: 4711 came within 0s",
                   "the store holds 8 messages, nearest:", 'subject "Your invoice \u20ac 6" (differs: to)',
                   'to bob@example.test, from alice@example.test, subject "Your invoice \u20ac 12" (differs: X-Test)')
        self.assertEqual(len(result.err.splitlines()), 6, result)
        self.assertNotIn('\u20ac 0"', result.err)

    def test_hostile_text_is_escaped(self):
        self.deliver("bob", b"From: a\x1b[31m@b\nTo: c@d\nSubject: ::error::x =?UTF-8?Q?=0A##[error]=E2=80=AE?= " + b"y" * 5000 + b"\n\n")
        result = self.wait("--to", "x\x1b[31m", "--timeout", "0s")
        self.check(result, 1, "\\x1b[31m")
        for text in ("\x1b", "::error", "##[", "\u202e", "y" * 200):
            self.assertNotIn(text, result.err)
        self.assertEqual(len(result.err.splitlines()), 2, result)

    def test_the_statuses_stand_in_the_help(self):
        for command in ("serve", "wait", "tell"):
            self.check(run(command, "--help"), 0, "\nExit status:\n  0  ", "\n  2  ", "\n  4  ")
        self.assertNotIn(" \n", run("wait", "--help").out)

    def test_slips(self):
        rows = (
            ((), "--store names the folder"),
            (("--store", "x", "--to", "bob", "--to", "alice"), "--to is given twice"),
            (("--store", "x", "--subject", "a", "--from", "b", "--subject", "a"), "--subject is given twice"),
            (("--store", "x", "bob"), '"bob" is no option'),
            (("--store", "x", "--subject", "/a"), "between two slashes"),
            (("--store", "x", "--subject", "//"), "between two slashes"),
            (("--store", "x", "--subject", "/(/"), "--subject: /(/: the pattern is wrong at octet 2"),
            (("--store", "x", "--subject", "/a)(b/"), "the pattern is wrong"),
            (("--store", "x", "--header", "Subject"), "expected a field and its text"),
            (("--store", "x", "--header", "A: /(/"), "the pattern is wrong"),
            (("--store", "x", "--timeout", "10"), "expected a time with its unit"),
            (("--store", "x", "--count", "0"), "expected a number from 1"),
            (("--store", "x", "--print", "body"), "expected message, content, path or nothing"),
            (("--store", "x", "--count", "2", "--print", "message"), "--print path"),
            (("--store", "x", "--not", "--count", "2"), "--not waits for nothing"),
            (("--store", "x", "--not", "--remove"), "--not waits for nothing"),
            (("--store", "x", *("--header", "a: b") * 33), "at most 32"),
        )
        for arguments, word in rows:
            with self.subTest(arguments=arguments):
                self.check(run("wait", *arguments), 2, word)

    def test_no_store_is_no_answer(self):
        for arguments in ((), ("--not",)):
            self.check(self.wait("--timeout", "100ms", *arguments), 4, "mail is not there (waited 100ms)")
        self.write("mail", "a file")
        self.check(self.wait("--timeout", "0s"), 4, "is no folder")

    def test_a_folder_without_a_maildir_is_no_answer(self):
        os.mkdir(self.store)
        self.check(self.wait("--timeout", "0s"), 1, "the store holds no Maildir")
        self.check(self.wait("--timeout", "0s", "--not"), 4, "mail holds no Maildir")
        self.maildrop("bob")
        self.check(self.wait("--timeout", "0s", "--not"), 0)

    @unittest.skipIf(os.getuid() == 0, "root may read everything")
    def test_an_unreadable_store(self):
        self.deliver("bob", MESSAGE)
        os.chmod(os.path.join(self.store, "bob"), 0)
        self.addCleanup(os.chmod, os.path.join(self.store, "bob"), 0o700)
        self.check(self.wait("--timeout", "0s"), 4, "cannot be read")

    def test_a_long_subject(self):
        self.deliver("bob", b"Subject: " + b"A" * 500000 + b" the end\n\n")
        for pattern in ("/end$/", "/END$/i", "/^A/", "/[a-z] end/"):
            self.check(self.wait("--subject", pattern, "--print", "nothing", "--timeout", "0s"), 0)

    def test_a_pattern_that_takes_too_long(self):
        self.deliver("bob", b"Subject: " + b"a" * 5000 + b"!\n\n")
        self.check(self.wait("--subject", "/^(a+)+$/", "--timeout", "0s"), 1, "/^(a+)+$/ took too long for a message")
        self.check(self.wait("--subject", "/^(a+)+$/", "--not", "--timeout", "0s"), 4, "/^(a+)+$/ took too long for a message")

    def test_odd_members_of_a_store(self):
        self.deliver("bob", MESSAGE)
        os.mkfifo(os.path.join(self.store, "bob", "new", "pipe"))
        os.symlink("/no/such", os.path.join(self.store, "bob", "new", "link"))
        os.symlink(self.store, os.path.join(self.store, "circle"))
        self.check(self.wait("--count", "2", "--timeout", "0s"), 1, "the store holds 1 message:")


if __name__ == "__main__":
    main()
