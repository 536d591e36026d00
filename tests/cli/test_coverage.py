#!/usr/bin/env python3
"""mailspec coverage: its formats say the same, selectors select, and what cannot be read is told with its place."""
import json
import os
import re
import shutil

from harness import Case, main, run

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def coverage(*words):
    result = run("coverage", *words)
    assert result.status == 0, str(result)
    return result.out


class Formats(Case):
    def test_text_has_every_rule_and_statement(self):
        data = json.loads(coverage("--format", "json"))
        text = coverage()
        self.assertGreater(len(data["rules"]), 290)
        for rule in data["rules"]:
            self.assertIn(f"\n  {rule['rule']}: {rule['title']}\n", "\n" + text)
        wanted = [f"  {row['section']}, {row['subject']}, {row['level']}: {row['statement']}"
                  for row in data["statements"] if row["becomes"] != "rule"]
        found = [line for line in text.splitlines() if re.match(r"  [\d.]+, \w+, ", line)]
        self.assertEqual(sorted(found), sorted(wanted))
        for rule in data["rules"]:
            for fault in rule["faults"]:
                self.assertIn(fault, text)

    def test_counts_add_up(self):
        data = json.loads(coverage("--format", "json"))
        for document in data["documents"]:
            own = [row for row in data["statements"] if f"RFC {row['document']}" == document["document"]]
            self.assertEqual(document["statements"], len(own))
            for column, word in (("judged", "rule"), ("not-judged", "out")):
                self.assertEqual(document[column], len([row for row in own if row["becomes"] == word]))
        together = re.search(r"^together +(\d+) +(\d+) +(\d+) +(\d+)$", coverage(), re.M)
        self.assertEqual([int(number) for number in together.groups()],
                         [sum(document[name] for document in data["documents"])
                          for name in ("rules", "statements", "judged", "not-judged")])
        self.assertEqual(int(together.group(1)), len(data["rules"]))

    def test_tsv_says_the_same(self):
        data = {rule["rule"]: rule for rule in json.loads(coverage("--format", "json"))["rules"]}
        lines = [line.split("\t") for line in coverage("--format", "tsv").splitlines()]
        self.assertEqual(lines[0][0], "rule")
        self.assertEqual(len(lines) - 1, len(data))
        for line in lines[1:]:
            row = dict(zip(lines[0], line))
            rule = data[row["rule"]]
            self.assertEqual(row["cases"].split(), rule["cases"])
            self.assertEqual(row["faults"].split(), rule["faults"])
            self.assertEqual(row["sources"].split("; "), rule["sources"])
            self.assertEqual((row["level"], row["side"], row["title"]), (rule["level"], rule["side"], rule["title"]))

    def test_lines_are_not_too_long(self):
        for line in coverage().splitlines():
            if line.startswith("      "):
                self.assertLessEqual(len(line), 100)


class Selection(Case):
    def rules(self, *words):
        return {rule["rule"] for rule in json.loads(coverage("--format", "json", *words))["rules"]}

    def test_patterns_and_documents(self):
        self.assertEqual(self.rules("smtp/rset-clears"), {"smtp/rset-clears"})
        self.assertEqual(self.rules("smtp/rset-clears", "pop3/stat-form"), {"smtp/rset-clears", "pop3/stat-form"})
        self.assertTrue(all(rule.startswith("pop3/") for rule in self.rules("pop3/**")))
        self.assertEqual(self.rules("rfc1870"), self.rules("1870"))
        self.assertEqual(self.rules("rfc1870"), self.rules("RFC 1870"))
        self.assertIn("smtp/size-refused", self.rules("rfc1870"))
        self.assertNotIn("smtp/helo", self.rules("rfc1870"))

    def test_statements_follow(self):
        rows = json.loads(coverage("--format", "json", "rfc1870"))["statements"]
        self.assertEqual({row["document"] for row in rows}, {1870})
        self.assertIn("out", {row["becomes"] for row in rows})
        rows = json.loads(coverage("--format", "json", "smtp/rset-clears"))["statements"]
        self.assertTrue(rows and all("smtp/rset-clears" in row["rules"] for row in rows))

    def test_what_names_nothing(self):
        for word in ("smtp/rset-cleers", "rfc99", "nothing"):
            result = run("coverage", word)
            self.assertEqual(result.status, 5, str(result))
            self.assertIn(f"\"{word}\" is no rule and no document", result.err)
        self.assertIn("did you mean \"smtp/rset-clears\"?", run("coverage", "smtp/rset-cleers").err)

    def test_wrong_options(self):
        for words, text in ((("--format", "xml"), "expected text, markdown, json or tsv"), (("--table", "smtp/helo"), "without a selector")):
            result = run("coverage", *words)
            self.assertEqual(result.status, 2, str(result))
            self.assertIn(text, result.err)


class Fields(Case):
    def test_texts_that_disagree_are_shown(self):
        words = "RFC 5321 4.1.2 demands 501 for invalid characters, 2.4 has a SHOULD and 500."
        self.assertIn(f"\nConflict: {words} The milder text counts.\n", run("show", "smtp/non-ascii-refused").out)
        self.assertIn(words, " ".join(coverage("smtp/non-ascii-refused").split()))
        failed = run("run", "--fault", "non-ascii-refused", "--fail-on", "should", "smtp/non-ascii-refused")
        self.assertEqual(failed.status, 1, str(failed))
        self.assertIn(words, " ".join(failed.out.split()))
        self.assertNotIn("Conflict", run("show", "smtp/rset-clears").out)

    def test_what_a_rule_needs_is_shown(self):
        self.assertIn("\nNeeds: ehlo SIZE\n", run("show", "smtp/size-refused").out)
        self.assertRegex(coverage("smtp/size-refused"), r"(?m)^      needs      ehlo SIZE$")
        self.assertNotRegex(coverage("smtp/rset-clears"), r"(?m)^      needs ")


    def test_who_suffers_is_shown(self):
        harm = "nobody hears of its failure"
        self.assertRegex(run("show", "smtp/rcpt-without-mail").out, rf"(?m)^Harm: .*{harm}")
        self.assertRegex(coverage("smtp/rcpt-without-mail"), rf"(?m)^      harm       .*{harm}")
        rule = json.loads(coverage("smtp/rcpt-without-mail", "--format", "json"))["rules"][0]
        self.assertIn(harm, rule["harm"])


class Table(Case):
    def test_cells_have_their_cases(self):
        cells = json.loads(coverage("--table", "--format", "json"))["cells"]
        cell = next(cell for cell in cells if (cell["group"], cell["command"], cell["column"]) == ("smtp", "EHLO", "greeted"))
        self.assertIn("smtp/verb-case-hello/ehlo", cell["cases"])
        for cell in cells:
            self.assertNotEqual(bool(cell["cases"]), "reason" in cell, cell)
        lines = coverage("--table", "--format", "tsv").splitlines()
        self.assertEqual(len(lines) - 1, len(cells))
        for line, cell in zip(lines[1:], cells):
            self.assertEqual(line.split("\t")[:4], [cell["group"], cell["command"], cell["column"], str(len(cell["cases"]))])

    def test_grids_count_them(self):
        cells = {(cell["group"], cell["command"], cell["column"]): cell
                 for cell in json.loads(coverage("--table", "--format", "json"))["cells"]}
        grid = re.search(r"^smtp\n(.*?)\n\n", coverage("--table") + "\n", re.M | re.S).group(1).splitlines()
        states = grid[0].split()
        row = next(line.split() for line in grid if line.startswith("MAIL "))
        self.assertEqual(states[0], "greeted")
        for state, number in zip(states, row[1:]):
            cell = cells["smtp", "MAIL", state]
            self.assertEqual(number, "-" if "reason" in cell else str(len(cell["cases"])), state)
        self.assertIn(f"  MAIL, greeted: {cells['smtp', 'MAIL', 'greeted']['reason']}\n", coverage("--table"))
        markdown = coverage("--table", "--format", "markdown")
        self.assertIn("| " + " | ".join(row) + " |", markdown)


class Unreadable(Case):
    """A copy of the shipped scenarios with one thing wrong."""

    def broken(self, name, old, new, *words):
        folder = os.path.join(self.folder, "scenarios")
        shutil.copytree(os.path.join(ROOT, "scenarios"), folder)
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertIn(old, text)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new, 1))
        result = run("coverage", "--scenarios", folder, *words)
        shutil.rmtree(folder)
        self.assertEqual((result.status, result.out), (3, ""), str(result))
        return result.err

    def test_statements(self):
        name = "catalogue/requirements.tsv"
        for old, new, text in (("\trule\tsmtp/ehlo\n", "\trule\tsmtp/nothing\n", "the rule smtp/nothing is not there"),
                               ("\trule\tsmtp/ehlo\n", "\truled\tsmtp/ehlo\n", "it becomes \"ruled\"; wanted is rule or out"),
                               ("\trule\tsmtp/ehlo\n", "\tsmtp/ehlo\n", "expected eight fields, parted by tabs")):
            err = self.broken(name, old, new)
            self.assertRegex(err, rf"requirements\.tsv:\d+: {re.escape(text)}")

    def test_a_case_that_two_patterns_fit_counts_once(self):
        folder = os.path.join(self.folder, "scenarios")
        shutil.copytree(os.path.join(ROOT, "scenarios"), folder)
        with open(os.path.join(folder, "table.tsv"), "w", encoding="utf-8") as file:
            file.write("smtp\tEHLO\tany\tsmtp/ehlo smtp/domain-255/* smtp/domain-255/ehlo smtp/ehlo\n")
        cells = json.loads(run("coverage", "--scenarios", folder, "--table", "--format", "json").out)["cells"]
        self.assertEqual(cells[0]["cases"], ["smtp/ehlo", "smtp/domain-255/ehlo", "smtp/domain-255/helo"])

    def test_statements_that_cannot_be_read(self):
        folder = os.path.join(self.folder, "scenarios")
        shutil.copytree(os.path.join(ROOT, "scenarios"), folder)
        path = os.path.join(folder, "catalogue", "requirements.tsv")
        with open(path, "ab") as file:
            file.truncate(1 << 21)
        self.check(run("coverage", "--scenarios", folder), 3, "requirements.tsv is too large")
        os.unlink(path)
        self.check(run("coverage", "--scenarios", folder), 3, "requirements.tsv is not there")

    def test_table(self):
        self.assertRegex(self.broken("table.tsv", "smtp/ehlo smtp/", "smtp/nothing smtp/", "--table"),
                         r"table\.tsv:\d+: smtp/nothing is no case")
        self.assertRegex(self.broken("table.tsv", "smtp\tEHLO\tgreeted\t", "smtp\tEHLO\t", "--table"),
                         r"table\.tsv:\d+: expected group, command, column, and cases or a reason")


if __name__ == "__main__":
    main()
