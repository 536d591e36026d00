#!/usr/bin/env python3
"""Measure mailspec beside its peers, each as a ratio within the same run.

usage: bench.py --mailspec PATH [--rounds N] [sessions] [start] [idle] [busy] [large]
"""
import argparse
import resource
import sys

import clients
import servers
import table

MEASURES = {"sessions": clients.measure_sessions, "start": clients.measure_start, "idle": servers.measure_idle,
            "busy": servers.measure_busy, "large": servers.measure_large}
FILES = servers.IDLE + 100  # open in this process, and in a server


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mailspec", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("what", nargs="*", metavar=", ".join(MEASURES))
    args = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < FILES:
        most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    shown = table.Table()
    failed = False
    for name in args.what or MEASURES:
        if name not in MEASURES:
            parser.error(f"{name}: expected one of {', '.join(MEASURES)}")
        try:
            MEASURES[name](args, shown)
        except (RuntimeError, OSError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed = True
    shown.show()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
