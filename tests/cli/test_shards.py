#!/usr/bin/env python3
"""--shard: the parts make up the whole, each case in just one, by the hash that docs/ci.md promises."""
import json
import os
import re

from harness import Case, main, run

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
        few = self.ids("smtp/**", "--shard", "2/3")
        self.assertEqual(few, [case for case in self.ids("--shard", "2/3") if case in set(self.ids("smtp/**"))])

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


if __name__ == "__main__":
    main()
