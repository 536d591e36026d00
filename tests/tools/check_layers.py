#!/usr/bin/env python3
"""Hold the includes of every module against the table of who may include whom.

usage: check_layers.py [FOLDER]     exit status 1 names each include that goes up or sideways
"""
import pathlib
import re
import sys

MAY_INCLUDE = {
    "base": set(),
    "model": {"base"},
    "proto": {"base"},
    "mail": {"base", "proto"},
    "match": {"base"},
    "auth": {"base", "model"},
    "net": {"base", "model"},
    "script": {"base", "model", "match"},
    "judge": {"base", "model", "proto", "match"},
    "reports": {"base", "model"},
    "record": {"base", "model", "proto", "match", "auth", "script"},
    "engine": {"base", "model", "proto", "match", "auth", "net"},
    "fake_servers": {"base", "model", "proto", "match", "auth", "net"},
    "fake_clients": {"base", "proto", "auth", "net"},
    "copro": {"base", "model", "match", "script", "net", "engine"},
}
MAY_INCLUDE["cli"] = set(MAY_INCLUDE)
# Only these modules may include a header of that library.
LIBRARIES = {
    "uv.h": {"net"},
    "openssl/ssl.h": {"net"},
    "openssl/bio.h": {"net"},
    "openssl/pem.h": {"net"},
    "openssl/x509": {"net"},
    "openssl/evp.h": {"auth", "net"},
    "pcre2.h": {"match"},
    "gsasl.h": {"auth"},
    "pcap/pcap.h": {"record"},
    "libxml/": {"reports"},
    "jansson.h": {"reports", "record", "copro", "cli"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def module_of(path):
    return path.parts[1] if path.parts[0] == "harness" else path.parts[0]


def problem_with(module, form, name):
    """One sentence when that include is not allowed, else None."""
    if form == '"':
        below = name.split("/")[0]
        if below not in MAY_INCLUDE:
            return f'"{name}" is not written as module/file'
        if below != module and below not in MAY_INCLUDE[module]:
            return f"{module} may not include {below}"
        return None
    for library, modules in LIBRARIES.items():
        if name.startswith(library) and module not in modules:
            return f"only {', '.join(sorted(modules))} may include <{name}>"
    return None


def check(root):
    problems, files = [], 0
    for folder in ("harness", "fake_servers", "fake_clients", "reports"):
        for path in sorted((root / folder).rglob("*.[ch]")):
            files += 1
            relative = path.relative_to(root)
            module = module_of(relative)
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                found = INCLUDE.match(line)
                text = problem_with(module, *found.groups()) if found and module in MAY_INCLUDE else None
                if text:
                    problems.append(f"{relative}:{number}: {text}")
            if module not in MAY_INCLUDE:
                problems.append(f"{relative}: no module is called {module}")
    return problems, files


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    problems, files = check(root)
    print("\n".join(problems) or f"{files} files keep to the layers")
    return 1 if problems or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
