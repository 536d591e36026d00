#!/usr/bin/env python3
"""run --pcap: the capture has the octets of the transcripts, in order and whole, and tshark reads them as what they are."""
import base64
import collections
import glob
import ipaddress
import json
import os
import re
import shutil
import struct
import subprocess

from harness import Case, Reference, main, run

PROTOCOLS = {"smtp": "smtp", "lmtp": "smtp", "pop3": "pop"}
CASES = ("smtp/content-kept/**", "smtp/n*", "smtp/p*", "smtp/tls/**", "pop3/r*", "pop3/s*", "client/**/t*", "client/**/r*")
CLIENT, SERVER = "client", "server"
FIN, SYN, RST = 1, 2, 4
USER = ("--user", "alice:secret-a:alice@example.test")


def packets(path):
    """(time, source, destination, sequence, flags, payload) of each; addresses as "127.0.0.1:25", "[::1]:25"."""
    with open(path, "rb") as file:
        magic, _, _, _, _, _, kind = struct.unpack("<IHHiIII", file.read(24))
        assert (magic, kind) == (0xA1B2C3D4, 101), (magic, kind)
        while head := file.read(16):
            seconds, micros, kept, octets = struct.unpack("<IIII", head)
            packet = file.read(kept)
            assert kept == octets == len(packet)
            six = packet[0] >> 4 == 6
            hosts = (packet[8:24], packet[24:40]) if six else (packet[12:16], packet[16:20])
            segment = packet[40 if six else 20:]
            ports = struct.unpack(">HH", segment[:4])
            ends = [f"[{ipaddress.ip_address(host)}]:{port}" if six else f"{ipaddress.ip_address(host)}:{port}" for host, port in zip(hosts, ports)]
            yield seconds * 1000000 + micros, *ends, struct.unpack(">I", segment[4:8])[0], segment[13], segment[(segment[12] >> 4) * 4:]


class Flow:
    """Both directions of a connection, whose sequence numbers leave nothing out and repeat nothing."""

    def __init__(self, client, server):
        self.client, self.server = client, server
        self.said = {CLIENT: b"", SERVER: b""}
        self.segments = []
        self.next = {}
        self.ends = {CLIENT: "", SERVER: ""}

    def take(self, side, sequence, flags, payload):
        assert self.ends[side] == "" or not payload, "something comes behind the end"
        if flags & SYN:
            self.next[side] = sequence
        assert sequence == self.next[side], (self.client, side, sequence, self.next)
        self.next[side] += len(payload) + (1 if flags & (SYN | FIN) else 0)
        self.said[side] += payload
        self.ends[side] = "RST" if flags & RST else "FIN" if flags & FIN else self.ends[side]
        if payload:
            self.segments.append((side, payload))


def flows(path):
    """In the order in which they begin; ports may come again."""
    open_flows, found, before = {}, [], 0
    for time_us, source, destination, sequence, flags, payload in packets(path):
        assert time_us >= before, "time runs backwards"
        before = time_us
        if flags == SYN:
            found.append(Flow(source, destination))
            open_flows[source, destination] = found[-1]
        if (source, destination) in open_flows:
            open_flows[source, destination].take(CLIENT, sequence, flags, payload)
        else:
            open_flows[destination, source].take(SERVER, sequence, flags, payload)
    return found


def stored(folder):
    """What each connection of the transcripts says, TLS apart: {(client, server, inside TLS): {side: octets}}, and the protocol of each port."""
    said, protocols = collections.Counter(), {}
    for path in glob.glob(os.path.join(folder, "**", "*.jsonl"), recursive=True):
        now = {}
        with open(path, encoding="utf-8") as file:
            for event in map(json.loads, file):
                number = event.get("connection")
                if event["kind"] == "connected":
                    if number in now:
                        said[freeze(now.pop(number))] += 1
                    port = event["text"].rpartition(":")[2]
                    if port.isdigit():  # a secret may look like a port
                        protocols[port] = event["protocol"]
                    now[number] = {CLIENT: b"", SERVER: b""}
                elif event["kind"] == "octets" and number in now:
                    now[number][event["side"]] += base64.b64decode(event["base64"])
                elif event["kind"] == "secured" and event.get("tls", {}).get("secured", True) and number in now:
                    said[freeze(now[number])] += 1
                    now[number] = {CLIENT: b"", SERVER: b""}
        for both in now.values():
            said[freeze(both)] += 1
    return said, protocols


def freeze(both):
    return both[CLIENT], both[SERVER]


class Pcap(Case):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.folder, "run.pcap")

    def tshark(self, protocols, *words):
        decode = [word for port, protocol in protocols.items() for word in ("-d", f"tcp.port=={port},{PROTOCOLS[protocol]}")]
        result = subprocess.run(["tshark", "-r", self.path, *decode, *words], capture_output=True, text=True, timeout=100, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def record(self, *words, status=(0,)):
        out = os.path.join(self.folder, "out")
        shutil.rmtree(out, ignore_errors=True)
        result = run("run", "-q", "-o", out, "--pcap", self.path, "--time-scale", "0.3", *words, cwd=self.folder, limit=100)
        self.assertIn(result.status, status, result)
        return stored(os.path.join(out, "transcripts"))

    def test_the_octets_of_the_transcripts(self):
        said, _ = self.record("--show-secrets", *CASES)
        found = collections.Counter((flow.said[CLIENT], flow.said[SERVER]) for flow in flows(self.path))
        self.assertGreater(len(said), 300)
        del said[b"", b""]  # TLS from the beginning
        self.assertEqual(list((said - found).elements())[:3], [])
        # Probes and what was opened behind the dialogue are in the capture alone.
        self.assertLess((found - said).total(), said.total())

    def test_tshark_reads_it(self):
        if shutil.which("tshark") is None:
            self.skipTest("tshark is missing")
        _, protocols = self.record(*CASES)
        warnings = self.tshark(protocols, "-q", "-z", "expert,warn")
        # What cases are about is no fault of the capture; and tshark wants a number behind +OK to TOP, which RFC 1939 does not.
        found = set(re.findall(r"^ +\d+ +(?:Sequence|Malformed|Checksum|Reassemble) +(.*)", warnings, re.MULTILINE))
        self.assertLessEqual({re.sub(" +", " ", line) for line in found},
                             {"TCP Connection reset (RST)", "POP Length must be a string containing an integer"})
        commands = self.tshark(protocols, "-T", "fields", "-e", "smtp.req.command").split()
        self.assertGreater(commands.count("EHLO"), 100)
        self.assertGreater(self.tshark(protocols, "-T", "fields", "-e", "pop.request.command").split().count("RETR"), 20)
        self.assertGreater(len(self.tshark(protocols, "-Y", "imf").splitlines()), 50)

    def test_lines(self):
        """tshark's lines are those of the dialogue."""
        if shutil.which("tshark") is None:
            self.skipTest("tshark is missing")
        case = self.write("a.scn", "Start: greeting\n\nC: HELO a.example\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\nC: RCPT TO:<bob@example.test>\nS: 250\n"
                          "C: DATA\nS: 354\nC: Subject: a test\nC:\nC: text\nC: .\nS: 250\nC: QUIT\nS: 221\n")
        for server in ("smtp://127.0.0.1:0", "smtp://[::1]:0"):
            with self.subTest(server=server), Reference(server) as reference:
                _, protocols = self.record(*reference.options, case)
                shown = self.tshark(protocols, "-T", "fields", "-Y", "smtp.req || smtp.rsp", "-E", "separator= ", "-e", "smtp.req.command",
                                    "-e", "smtp.req.parameter", "-e", "smtp.response.code")
                lines = [line.strip() for line in shown.splitlines()]
                begin = lines.index("HELO a.example")
                self.assertEqual(lines[begin:begin + 11], ["HELO a.example", "250", "MAIL FROM:<a@b.example>", "250", "RCPT TO:<bob@example.test>", "250",
                                                           "DATA", "354", "250", "QUIT", "221"])
                self.assertIn("a test", self.tshark(protocols, "-T", "fields", "-e", "imf.subject"))

    def test_secrets(self):
        case = self.write("a.scn", "C: CAPA\nS: +OK\nC: QUIT\nS: +OK\n")
        login = self.write("b.scn", "Start: greeting\n\nC: USER alice\nS: +OK\nC: PASS secret-a\nS: +OK\nC: QUIT\nS: +OK\n")
        with Reference("pop3://127.0.0.1:0") as server:
            for words, shown in (((), b"PASS xxxxxxxx\r\n"), (("--show-secrets",), b"PASS secret-a\r\n")):
                with self.subTest(words=words):
                    self.record(*server.options, *USER, *words, case, login)
                    whole = b"".join(flow.said[CLIENT] for flow in flows(self.path))
                    self.assertIn(shown, whole)
                    self.assertEqual(b"secret-a" in whole, bool(words))

    def test_segments_and_ends(self):
        """A write is a packet; FIN and RST as they were."""
        cut = self.write("a.scn", "Start: greeting\n\nC: <octet by octet>\nC: NOOP\nS: 250\nC: QUIT\nS: 221\n")
        reset = self.write("b.scn", "Start: greeting\n\nC: NOOP\nS: 250\nC: <reset connection>\n")
        with Reference("smtp://127.0.0.1:0") as server:
            self.record(*server.options, "-j", "1", cut, reset)
        dialogues = [flow for flow in flows(self.path) if b"NOOP" in flow.said[CLIENT] and b"EHLO" not in flow.said[CLIENT]]
        octets = [payload for side, payload in dialogues[0].segments if side == CLIENT]
        self.assertEqual(octets[:6], [b"N", b"O", b"O", b"P", b"\r", b"\n"])
        self.assertEqual((dialogues[0].ends, dialogues[1].ends[CLIENT]), ({CLIENT: "FIN", SERVER: "FIN"}, "RST"))

    def test_out_of_a_result(self):
        said, _ = self.record("--show-secrets", "smtp/n*", "smtp/tls/**", "pop3/r*")
        begin, live = next(packets(self.path))[0], collections.Counter((flow.said[CLIENT], flow.said[SERVER]) for flow in flows(self.path))
        again = os.path.join(self.folder, "again.pcap")
        for result in ("out", "out/report.json", "out/transcripts"):
            with self.subTest(result=result):
                self.check(run("report", "pcap", result, "--pcap", again, cwd=self.folder), 0)
                found = collections.Counter((flow.said[CLIENT], flow.said[SERVER]) for flow in flows(again))
                self.assertEqual(list((found - live).elements())[:3], [])
                self.assertEqual(list((said - found).elements())[:3], [])
                if result != "out/transcripts":  # nobody says there when that was
                    self.assertLess(abs(next(packets(again))[0] - begin), 60 * 1000000)

    def test_results_that_are_none(self):
        self.write("x.txt", "Dear all,\nnothing was said.\n")
        for words, status, said in ((("out",), 2, "--pcap run.pcap"), (("--pcap", "x.pcap"), 2, "--pcap run.pcap"),
                                    (("nowhere", "--pcap", "x.pcap"), 3, "nowhere"), (("x.txt", "--pcap", "x.pcap"), 3, "x.txt:1")):
            with self.subTest(words=words):
                self.check(run("report", "pcap", *words, cwd=self.folder), status, said)
        self.check(run("report", "merge", "x.txt", "--pcap", "x.pcap", cwd=self.folder), 2, "report pcap")

    def test_it_cannot_be_written(self):
        self.check(run("run", "--pcap", os.path.join(self.folder, "no", "x.pcap"), "smtp/noop", cwd=self.folder), 6, "no/x.pcap", "1 PASS")


if __name__ == "__main__":
    main()
