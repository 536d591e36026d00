#!/usr/bin/env python3
"""Plant each kind of forbidden include in a small tree: check_layers must find just that one.

usage: check_layers_self.py     exit status 1 names what was not found, or found without need
"""
import pathlib
import sys
import tempfile

import check_layers

# A tree in which everything is allowed.
CLEAN = {
    "harness/base/a.h": '#include <stddef.h>\n#include "base/b.h"\n',
    "harness/proto/a.c": '#include "base/a.h"\n',
    "harness/net/a.c": '#include <uv.h>\n#include "base/a.h"\n',
    "harness/engine/a.c": '#include "net/a.h"\n#include "model/a.h"\n',
    "harness/cli/a.c": '#include "engine/a.h"\n#include "fake_servers/server.h"\n#include <jansson.h>\n',
    "fake_servers/a.c": '#include "proto/a.h"\n',
    "fake_clients/a.c": '#include "net/a.h"\n',
    "reports/a.c": '#include "model/a.h"\n#include <libxml/xmlwriter.h>\n',
}
# What makes it wrong, and what must be said about it.
PLANTED = [
    ("harness/base/b.c", '#include "model/event.h"\n', "b.c:1: base may not include model"),
    ("harness/proto/b.c", '\n#include "net/conn.h"\n', "b.c:2: proto may not include net"),
    ("harness/engine/b.c", '#include "judge/judge.h"\n', "engine may not include judge"),
    ("harness/engine/b.c", '#include "fake_servers/server.h"\n', "engine may not include fake_servers"),
    ("fake_servers/b.c", '#include "engine/engine.h"\n', "fake_servers may not include engine"),
    ("fake_servers/b.h", '  #  include "engine/engine.h"\n', "b.h:1: fake_servers may not include engine"),
    ("harness/engine/b.c", '#include "fake_clients/client.h"\n', "engine may not include fake_clients"),
    ("fake_clients/b.c", '#include "fake_servers/server.h"\n', "fake_clients may not include fake_servers"),
    ("reports/b.c", '#include "proto/smtp_reply.h"\n', "reports may not include proto"),
    ("harness/script/b.c", '#include "engine/vars.h"\n', "script may not include engine"),
    ("harness/engine/b.c", "#include <uv.h>\n", "only net may include <uv.h>"),
    ("harness/base/b.c", "#include <pcre2.h>\n", "only match may include <pcre2.h>"),
    ("harness/base/b.c", '#include "buf.h"\n', '"buf.h" is not written as module/file'),
    ("harness/extra/b.c", "\n", "no module is called extra"),
]


def problems_of(tree):
    with tempfile.TemporaryDirectory(prefix="mailspec layers ") as folder:
        root = pathlib.Path(folder)
        for name, text in tree.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return check_layers.check(root)[0]


def main():
    wrong = []
    clean = problems_of(CLEAN)
    if clean:
        wrong.append(f"found where nothing is wrong: {clean}")
    for name, text, wanted in PLANTED:
        found = problems_of({**CLEAN, name: text})
        if len(found) != 1 or wanted not in found[0]:
            wrong.append(f"planted {text.strip()!r} in {name}, found {found}")
    print("\n".join(wrong) or f"each of {len(PLANTED)} planted includes was found")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
