#!/usr/bin/env python3
"""--shard: the parts make up the whole, each case in just one, by the hash that docs/ci.md promises; report merge joins them."""
import json
import os
import re
import subprocess

from harness import PROGRAM, Case, Reference, main, run

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
with open(os.path.join(ROOT, "docs", "ci.md"), encoding="utf-8") as page:
    PAGE = page.read()


def promised():
    """The function as the page prints it."""
    names = {}
    exec(re.search(r"^```python\n(def shard.*?)^```", PAGE, re.MULTILINE | re.DOTALL).group(1), names)
    return names["shard"]


class Shards(Case):
    def ids(self, *operands, status=0):
        result = run("list", *operands)
        self.check(result, status)
        return [line.split()[0] for line in result.out.splitlines()]

    def test_the_parts_make_up_the_whole(self):
        shard = promised()
        whole = self.ids()
        for count in (1, 2, 3, 7, 1000):
            for index in range(1, count + 1) if count < 10 else (1, 500, 1000):
                with self.subTest(index=index, count=count):
                    # In the order of the whole, and by nothing but the id.
                    wanted = [case for case in whole if shard(case, count) == index]
                    self.assertEqual(self.ids("--shard", f"{index}/{count}"), wanted)
        self.assertTrue(all(1 <= shard(case, 7) <= 7 for case in whole))

    def test_what_else_is_selected_moves_no_case(self):
        few, smtp = self.ids("smtp/**", "--shard", "2/3"), set(self.ids("smtp/**"))
        self.assertEqual(few, [case for case in self.ids("--shard", "2/3") if case in smtp])

    def test_a_run_takes_the_same(self):
        path = os.path.join(self.folder, "report.json")
        self.check(run("run", "-q", "pop3/**", "--shard", "1/3", "-r", f"json={path}"), 0)
        whole = self.ids("pop3/**")
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        self.assertEqual([case["id"] for case in report["cases"]], self.ids("pop3/**", "--shard", "1/3"))
        self.assertEqual(report["info"]["shard"], {"index": 1, "count": 3, "whole_count": len(whole)})
        for case in report["cases"]:
            self.assertEqual(whole[case["number"]], case["id"])

    def test_repeated_cases_keep_their_numbers_apart(self):
        numbers = []
        for index in (1, 2):
            path = os.path.join(self.folder, f"{index}.json")
            self.check(run("run", "-q", "smtp/n*", "--repeat", "3", "--shard", f"{index}/2", "-r", f"json={path}"), 0)
            with open(path, encoding="utf-8") as file:
                numbers += [case["number"] for case in json.load(file)["cases"]]
        self.assertEqual(sorted(numbers), list(range(3 * len(self.ids("smtp/n*")))))

    def test_an_empty_part_is_acceptable(self):
        empty = 1 + promised()("smtp/noop", 2) % 2
        self.assertEqual(self.ids("smtp/noop", "--shard", f"{empty}/2"), [])
        folder = os.path.join(self.folder, "out")
        result = run("run", "smtp/noop", "--shard", f"{empty}/2", "-o", folder, "--server", "smtp://127.0.0.1:1")
        self.check(result, 0, "0 cases of 1", f"Acceptable: shard {empty}/2 is empty, of 1 case selected.")
        with open(os.path.join(folder, "report.tap"), encoding="utf-8") as file:
            self.assertEqual(file.read(), f"TAP version 14\n1..0 # SKIP shard {empty}/2 is empty\n")
        with open(os.path.join(folder, "report.xml"), encoding="utf-8") as file:
            self.assertNotIn("<error", file.read())
        with open(os.path.join(folder, "report.json"), encoding="utf-8") as file:
            self.assertIs(json.load(file)["summary"]["acceptable"], True)

    def test_nothing_selected_is_no_pass_in_any_part(self):
        self.check(run("run", "smtp/nope", "--shard", "1/2"), 5, "did you mean")
        self.check(run("run", "-t", "no-such-tag", "--shard", "1/2"), 5, "no case is selected")
        self.check(run("list", "-t", "no-such-tag", "--shard", "1/2"), 5, "no case is selected")
        path = self.write("a.scn", "Requires: ehlo XNOSUCH\n\nC: EHLO {{client}}\nS: 250\n")
        full = promised()("a", 2)
        self.check(run("run", path, "--shard", f"{full}/2"), 5, "UNSUPPORTED")

    def test_words_that_are_no_part(self):
        for word in ("0/2", "3/2", "1", "1/", "one/two", "1/10001"):
            for verb in ("run", "list"):
                self.check(run(verb, "--shard", word), 2, "--shard", "I/N", word)
        self.check(run("run", "smtp/noop", "--shard", "1/1"), 0, "1 case against")


FAULTS = ("--fault", "rcpt-without-mail", "--fault", "nested-mail")
KINDS = ("json", "xml", "tap")


def plain(text):
    """Without what differs from run to run: times, ports, the name of the run and of its folder."""
    text = re.sub(r"2\d{3}-\d\d-\d\dT[0-9:.]+Z?", "TIME", text)
    text = re.sub(r'("(?:duration|start|t)_ms": )-?[0-9.e-]+', r"\1T", text)
    text = re.sub(r'time="[0-9.]+"', 'time="T"', text)
    text = re.sub(r" *[0-9.]+ ms|<1 ms|[0-9.]+ s$", "T", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "ADDRESS", text)
    text = re.sub(r"\.[a-z2-9]{7}-\d+@", ".RUN@", text)
    text = re.sub(r'"base64": "[^"]*"', "OCTETS", text)
    text = re.sub(r'"target_url": (null|"[^"]*")', "URL", text)
    text = re.sub(r' *<property name="target-url"[^>]*>\n', "", text)
    return re.sub(r"(whole|part\d)/transcripts", "DIR/transcripts", text)


class Merge(Case):
    def path(self, *names):
        return os.path.join(self.folder, *names)

    def text(self, *names):
        with open(self.path(*names), encoding="utf-8") as file:
            return file.read()

    def result(self, name, *words, status=0):
        self.check(run("run", "-q", "-r", f"json={name}", *words, cwd=self.folder), status)
        return json.loads(self.text(name))

    def put(self, name, document):
        self.write(name, json.dumps(document))

    def merge(self, status, *words, says=()):
        result = run("report", "merge", *words, cwd=self.folder)
        self.check(result, status, *says)
        return result

    def test_one_result_octet_by_octet(self):
        for words, status in ((FAULTS, 1), (("--trace", "all", "--fail-on", "any"), 1), (("--trace", "none", *FAULTS), 1)):
            with self.subTest(words=words):
                self.check(run("run", "-o", "whole", "smtp/n*", "smtp/r*", "smtp/d*", "pop3/l*", "pop3/s*", *words, cwd=self.folder), status)
                self.merge(status, "whole/report.json", "-o", "all", "-r", "tap13=all/13")
                for kind in KINDS:
                    self.assertEqual(self.text("whole", f"report.{kind}"), self.text("all", f"report.{kind}"), kind)

    def test_a_result_may_be_merged_onto_itself(self):
        self.result("a/report.json", "smtp/noop")
        before = self.text("a/report.json")
        self.assertIn("auto, always or never", self.merge(2, "a/report.json", "--color", "blue").err)
        self.merge(0, "a/report.json", "-o", "a")
        self.assertEqual(self.text("a/report.json"), before)

    def test_a_result_is_not_lost_to_a_report(self):
        for i in (1, 2):
            self.result(f"a/{i}.json", "smtp/r*", "--shard", f"{i}/2")
        self.write("a/report.json", self.text("a/2.json"))
        os.symlink("1.json", os.path.join(self.folder, "a", "link"))
        before = {name: self.text("a", name) for name in os.listdir(os.path.join(self.folder, "a"))}
        for words in (("a/1.json", "a/2.json", "-r", "json=a/1.json"), ("a/1.json", "a/2.json", "-r", "json=./a/../a/2.json"),
                      ("a/1.json", "a/2.json", "-r", "tap=a/link"), ("a/link", "a/2.json", "-r", "junit=a/1.json"),
                      ("a/1.json", "a/report.json", "-o", "a"), ("a/1.json", "-r", "junit=a/1.json")):
            with self.subTest(words=words):
                result = self.merge(2, *words)
                self.assertIn("would take the place of the result", result.err)
                self.assertEqual(before, {name: self.text("a", name) for name in os.listdir(os.path.join(self.folder, "a"))})

    def test_shards_are_the_whole_run(self):
        selection = ("smtp/r*", "smtp/n*", "pop3/l*", "pop3/s*", "--repeat", "2", "--trace", "none", *FAULTS)
        self.check(run("run", "-o", "whole", *selection, cwd=self.folder), 1)
        for i in (1, 2, 3):
            part = run("run", "-o", f"part{i}", "--shard", f"{i}/3", *selection, cwd=self.folder)
            self.assertIn(part.status, (0, 1), part)
        parts = [f"part{i}/report.json" for i in (3, 1, 2)]  # in any order
        self.merge(1, *parts, "-o", "all", says=("FAIL", "Reports:", "all/report.xml"))
        for kind in KINDS:
            whole, joined = plain(self.text("whole", f"report.{kind}")), plain(self.text("all", f"report.{kind}"))
            self.assertEqual(whole.splitlines(), joined.splitlines(), kind)
        self.assertIn("smtp/nested-mail", self.text("all", "report.tap"))

    def test_an_empty_shard_is_merged_too(self):
        for i in (1, 2):
            self.result(f"{i}.json", "smtp/noop", "--shard", f"{i}/2")
        self.merge(0, "1.json", "2.json", says=("1 case against", "Acceptable."))

    def test_a_missing_shard_is_no_pass(self):
        for i in (1, 2, 3):
            self.result(f"{i}.json", "smtp/n*", "--shard", f"{i}/3")
        whole = len(run("list", "smtp/n*").out.splitlines())
        self.merge(0, "1.json", "2.json", "3.json")
        self.merge(4, "1.json", "3.json", "-r", "tap=t", says=("the result of shard 2/3 of built-in server and client is missing",))
        self.assertIn(f"1..{whole}\n", self.text("t"))
        self.assertIn("\nBail out! ", self.text("t"))
        self.merge(4, "2.json", says=("the results of shards 1/3, 3/3 of",))
        document = json.loads(self.text("1.json"))  # one that lost a case on the way
        document["cases"].pop()
        document["info"]["case_count"] -= 1
        self.put("1.json", document)
        self.merge(4, "1.json", "2.json", "3.json", says=(f"1 of {whole} cases are in no shard",))

    def test_shards_of_different_runs(self):
        for i in (1, 2):
            self.result(f"{i}.json", "smtp/n*", "--shard", f"{i}/2")
        document = json.loads(self.text("2.json"))
        document["cases"][0]["number"] = json.loads(self.text("1.json"))["cases"][0]["number"]
        self.put("2.json", document)
        self.merge(2, "1.json", "2.json", says=("are not shards of one run",))

    def test_a_case_twice_counts_once_by_the_graver_verdict(self):
        self.result("good.json", "smtp/nested-mail/mail", "smtp/noop")
        self.result("bad.json", "smtp/nested-mail/mail", "--fault", "nested-mail")
        for names in (("good.json", "bad.json"), ("bad.json", "good.json")):
            result = self.merge(0, *names, "-r", "json=all.json", says=("1 case is in more than one result", "smtp/nested-mail/mail"))
            self.assertIn("2 cases: 1 PASS, 1 NON-STRICT", result.out)
            document = json.loads(self.text("all.json"))
            self.assertEqual(len({case["number"] for case in document["cases"]}), 2)
        self.merge(1, *names, "--fail-on", "should")
        self.merge(0, "good.json", "good.json", says=("2 cases are in more than one result",))

    def test_targets_are_kept_apart(self):
        with Reference("smtp://127.0.0.1:0") as one:
            target = self.write("one.target", f"Name: one\nSmtp: {one.urls[0]}\n")
            self.result("one.json", "smtp/noop", "--target", target)
        self.result("two.json", "smtp/noop")
        both = ("one: smtp/noop", "built-in server and client: smtp/noop", "2 cases against one, built-in server and client")
        self.merge(0, "one.json", "two.json", "-o", "all", says=both)
        self.assertIn('classname="one: smtp" name="noop"', self.text("all/report.xml"))
        names = [case["target"] for case in json.loads(self.text("all/report.json"))["cases"]]
        self.assertEqual(names, ["one", "built-in server and client"])
        again = self.merge(0, "all/report.json", "-r", "tap=again.tap")
        self.assertEqual(self.text("again.tap"), self.text("all/report.tap"), again)

    def test_versions_are_told(self):
        document = self.result("a.json", "smtp/noop")
        self.result("b.json", "pop3/noop")
        document["info"]["version"] = "0.0.9"
        self.put("a.json", document)
        self.merge(0, "a.json", "b.json", says=("the results are of different versions: 0.0.9, ",))

    def test_fail_on(self):
        self.result("must.json", "smtp/nested-mail/mail", "--fault", "nested-mail")
        self.result("should.json", "smtp/noop", "--fail-on", "should")
        self.merge(2, "must.json", "should.json", says=("--fail-on",))
        self.merge(0, "must.json", "should.json", "--fail-on", "must")
        self.merge(1, "must.json", "should.json", "--fail-on", "should", says=("Not acceptable: 1 NON-STRICT.",))
        self.merge(0, "must.json")
        self.merge(1, "must.json", "--fail-on", "any")

    def test_what_was_not_judged(self):
        path = self.write("a.scn", "Requires: ehlo XNOSUCH\n\nC: EHLO {{client}}\nS: 250\n")
        self.result("nothing.json", path, status=5)
        self.merge(5, "nothing.json", says=("Nothing was judged.",))
        self.result("none.json", "smtp/nope", status=5)
        self.result("off.json", "smtp/noop", "--server", "smtp://127.0.0.1:1", status=4)
        self.result("good.json", "pop3/noop")
        self.merge(4, "off.json")
        self.merge(4, "good.json", "off.json", says=("Broken off: ",))
        self.merge(4, "good.json", "none.json", says=("did you mean",))

    def test_what_cannot_be_read_is_told_and_the_others_stay(self):
        self.result("good.json", "smtp/noop")
        self.write("cut.json", self.text("good.json")[:999])
        self.write("text.json", "hello\x1b[31m")
        self.write("empty.json", "")
        document = json.loads(self.text("good.json"))
        document["schema"] = "mailspec-run/2"
        self.put("later.json", document)
        for name, says in (("cut.json", "cut.json: it ends in the middle, in line "), ("text.json", "text.json: it is no JSON: line 1"),
                           ("empty.json", "empty.json: it is empty"), ("nope.json", "nope.json"),
                           ("later.json", 'later.json: schema: expected "mailspec-run/1"'), (".", "folder")):
            with self.subTest(name=name):
                result = self.merge(3, name, "good.json", "-r", "junit=j.xml", says=(says, f"Broken off: not readable: {name}"))
                self.assertNotIn("\x1b", result.out + result.err)
                self.assertIn('name="noop"', self.text("j.xml"))
                self.assertIn("<error", self.text("j.xml"))
                self.merge(3, name, says=("Broken off",))

    def test_hostile_text_is_shown_escaped(self):
        document = self.result("a.json", "smtp/noop")
        document["cases"][0].update(verdict="FAIL", reason="\x1b[31m\n::error::x", text="t\n::error::y\n##[group]\x07", title="<&>\x00"[:3])
        document["info"]["target_name"] = "\n::stop-commands::x"
        self.put("a.json", document)
        result = self.merge(1, "a.json", "-r", "junit=j.xml", "-r", "tap=t")
        for text in (result.out, result.err, self.text("j.xml"), self.text("t")):
            self.assertNotRegex(text, r"[\x00-\x09\x0b-\x1f\x7f]")
            self.assertNotRegex(text, r"::error|##\[|::stop")

    def test_words(self):
        self.check(run("report"), 2, "report merge")
        self.check(run("report", "merge"), 2, "report merge")
        self.check(run("report", "html", "a.json"), 2, '"html"')
        self.result("a.json", "smtp/noop")
        self.merge(2, "a.json", "-r", "nope", says=("there is no report",))
        self.merge(6, "a.json", "-r", "tap=/proc/nope/x")


class Page(Case):
    """docs/ci.md: its session runs as it is printed."""

    def test_the_session(self):
        script = re.search(r"^```bash\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL).group(1)
        path = os.path.dirname(PROGRAM) + os.pathsep + os.environ["PATH"]
        result = subprocess.run(["sh", "-euc", script], cwd=self.folder, env={**os.environ, "PATH": path}, capture_output=True,
                                text=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertRegex(result.stdout, r"\d+ cases: \d+ PASS[^\n]*\n.*\nAcceptable\.\n")
        with open(os.path.join(self.folder, "report.xml"), encoding="utf-8") as file:
            self.assertIn('name="noop"', file.read())

    def test_every_command_of_the_pipelines_is_known(self):
        """What the YAML of the page says to mailspec is taken by it, with numbers in place of the variables."""
        lines = [line for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
                 for line in re.findall(r"(?:run: |- )(mailspec .*)$", block, re.MULTILINE)]
        self.assertEqual(len(lines), 4)
        for line in lines:
            line = re.sub(r"\$\{\{ matrix.shard \}\}|\$CI_NODE_INDEX", "1", line).replace("$CI_NODE_TOTAL", "4")
            words = line.replace("--target target.txt ", "").split()[1:]
            words = [word for word in words if "*" not in word]
            with self.subTest(line=line):
                if words[0] == "report":
                    self.check(run("run", "-q", "-r", "json=r.json", "smtp/noop", cwd=self.folder), 0)
                    self.check(run(*words, "r.json", cwd=self.folder), 0)
                else:
                    self.check(run(*words, "-q", "smtp/n*", cwd=self.folder), 0)


if __name__ == "__main__":
    main()
