#!/usr/bin/env python3
"""Hold the golden JSON reports and transcripts against the schemas that are shipped, and see broken ones refused.

usage: check_report_schemas.py [FOLDER]     exit status 1 names each document that should be valid and is not, and
each change that should be refused and is not
"""
import copy
import json
import pathlib
import sys

import jsonschema

SCHEMAS = {"run": "reports/schema/run-1.json", "transcript": "reports/schema/transcript-1.json"}


def first_case(document, wanted):
    return next(case for case in document["cases"] if wanted(case))


def failed(document):
    return first_case(document, lambda case: case["actual"] is not None and case["findings"])


def without(member):
    return lambda part: part.pop(member)


def with_(member, value):
    return lambda part: part.__setitem__(member, value)


# Which part of a run is changed, how, and in words.
RUN_CHANGES = [
    (lambda d: d, with_("schema", "mailspec-run/2"), "another schema number"),
    (lambda d: d, without("summary"), "no summary"),
    (lambda d: d, with_("extra", 1), "an unknown member"),
    (lambda d: d["info"], with_("started", "2026-01-02 03:04:05"), "a time that is not RFC 3339"),
    (lambda d: d["info"], with_("fail_on", "sometimes"), "an unknown fail_on"),
    (lambda d: d["summary"], with_("acceptable", "yes"), "acceptable as a string"),
    (lambda d: d["summary"]["counts"], without("FAIL"), "a count left out"),
    (lambda d: d["summary"]["counts"], with_("GOOD", 1), "a count of an unknown verdict"),
    (lambda d: d["summary"]["outcomes"], with_("ok", -1), "a negative count"),
    (failed, with_("verdict", "pass"), "an unknown verdict"),
    (failed, with_("duration_ms", "3 ms"), "a duration as a string"),
    (failed, without("place"), "a case without place"),
    (lambda d: failed(d)["place"], with_("line", 0), "line 0"),
    (lambda d: failed(d)["actual"], with_("base64", "not base64"), "octets that are not base64"),
    (lambda d: failed(d)["actual"], with_("text", "a\x1b"), "a control character in a text"),
    (lambda d: failed(d)["findings"][0], with_("level", "must"), "an unknown level"),
    (lambda d: failed(d)["findings"][0], without("evidence"), "a finding without evidence"),
    (lambda d: next(w for w in failed(d)["wire"] if w["kind"] == "octets"), without("side"), "octets of no side"),
    (lambda d: next(w for w in failed(d)["wire"] if w["kind"] == "note"), with_("side", "server"), "a note of a side"),
]
TRANSCRIPT_CHANGES = [
    (lambda d: d[0], with_("schema", "mailspec-transcript/2"), "another schema number"),
    (lambda d: d[0], without("case"), "no case"),
    (lambda d: line_of(d, "octets"), without("base64"), "octets without base64"),
    (lambda d: line_of(d, "octets"), with_("side", "both"), "octets of both sides"),
    (lambda d: line_of(d, "octets"), with_("t_us", 1.5), "half a microsecond"),
    (lambda d: line_of(d, "octets"), with_("base64", "====" ), "octets that are not base64"),
    (lambda d: line_of(d, "closed"), with_("how", "gently"), "an unknown end"),
    (lambda d: line_of(d, "case-end"), without("verdict"), "an end without verdict"),
    (lambda d: line_of(d, "note"), with_("extra", 1), "an unknown member"),
]


def line_of(lines, kind):
    return next(line for line in lines if line["kind"] == kind)


def errors(validator, document):
    parts = document if isinstance(document, list) else [document]
    return [e.message.splitlines()[0][:200] for part in parts for e in validator.iter_errors(part)]


def check_changes(validator, document, changes):
    problems = []
    for part, change, words in changes:
        broken = copy.deepcopy(document)
        change(part(broken))
        if not errors(validator, broken):
            problems.append(f"{words}: not refused")
    return problems


def read_document(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines()]
    return json.loads(text)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    problems, seen = [], 0
    for name, pattern, changed, changes in (
        ("run", "reports/*.json", "json.json", RUN_CHANGES),
        ("transcript", "transcripts/*.jsonl", "dialogue.jsonl", TRANSCRIPT_CHANGES),
    ):
        schema = json.loads((root / SCHEMAS[name]).read_text(encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        paths = sorted((root / "tests/golden").glob(pattern))
        problems += [] if paths else [f"no {pattern} below tests/golden"]
        for path in paths:
            document = read_document(path)
            problems += [f"{path.name}: {text}" for text in errors(validator, document)]
            seen += 1
            if path.name == changed:
                problems += check_changes(validator, document, changes)
    print("\n".join(problems) or f"{seen} documents are valid, {len(RUN_CHANGES) + len(TRANSCRIPT_CHANGES)} "
          "broken ones refused")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
