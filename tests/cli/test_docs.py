#!/usr/bin/env python3
"""Every command line that README and docs print is run, as printed, and every file they name is there."""
import os
import re
import subprocess

from harness import PROGRAM, Case, main

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
# ./dev builds and tests what is being tested here: CI runs `./dev test` itself, and a test below reads its help.
NOT_RUN = ("./dev run", "./dev test")


def documents():
    yield "README.md"
    for name in sorted(os.listdir(os.path.join(ROOT, "docs"))):
        if name.endswith(".md"):
            yield "docs/" + name


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def blocks(text, language):
    return re.findall(r"^```" + language + r"\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(name):
    for block in blocks(read(name), "sh"):
        for line in re.sub(r"\\\n\s*", " ", block).splitlines():
            line = line.split("  #")[0].strip()
            if line and not line.startswith("#"):
                yield line


class Server:
    """The reference server, for the commands that name an address of one's own."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--no-config", "smtp://127.0.0.1:0", "pop3://127.0.0.1:0", "--user",
             "alice:secret:alice@example.test"], stdout=subprocess.PIPE, text=True)
        self.ports = [re.search(r"(\d+)$", self.process.stdout.readline().strip()).group(1) for _ in range(2)]
        return self.ports

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=10)


class Commands(Case):
    def test_every_command_runs(self):
        count = 0
        with Server() as (smtp, pop3):
            for name in documents():
                for line in commands(name):
                    if line.startswith(NOT_RUN):
                        continue
                    with self.subTest(document=name, line=line):
                        count += 1
                        self.run_line(line, smtp, pop3)
        self.assertGreater(count, 3)

    def run_line(self, line, smtp, pop3):
        line = line.replace("smtp://127.0.0.1:25 ", f"smtp://127.0.0.1:{smtp} ").replace(
            "pop3://127.0.0.1:110", f"pop3://127.0.0.1:{pop3}")
        if " serve" in line:
            return  # started above and in test_run.py
        if "--listen" in line:  # nobody comes
            line = re.sub(r"--listen smtp://127.0.0.1:[0-9-]+", "--listen smtp://127.0.0.1:0", line)
            line = re.sub(r"--for \w+", "--for 1s", line)
        path = os.path.dirname(PROGRAM) + os.pathsep + os.environ["PATH"]
        result = subprocess.run(["sh", "-c", line.replace("build/release/mailspec", "mailspec")], cwd=self.scratch(),
                                env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=120,
                                stdin=subprocess.DEVNULL, check=False)
        expected = (0, 1) if "--fault" in line or "--server" in line or "--client" in line else (0,)
        expected = (5,) if "--listen" in line else expected
        self.assertIn(result.returncode, expected, f"{line}\n{result.stdout + result.stderr}")

    def scratch(self):
        for name in ("scenarios", "docs"):
            link = os.path.join(self.folder, name)
            if not os.path.exists(link):
                os.symlink(os.path.join(ROOT, name), link)
        report = os.path.join(self.folder, "report.json")  # what an earlier command of the page would have left
        if not os.path.exists(report):
            subprocess.run([PROGRAM, "run", "--no-config", "-q", "--report", f"json={report}", "smtp/noop"], check=True)
        return self.folder

    def test_every_link_leads_somewhere(self):
        for name in documents():
            for target in re.findall(r"\]\(([^)#]+)\)", read(name)):
                path = os.path.join(ROOT, os.path.dirname(name), target)
                self.assertTrue(target.startswith("http") or os.path.exists(path), f"{name}: {target}")

    def test_every_folder_of_the_road_map_is_there(self):
        for cell in re.findall(r"^\| (`.*?) \|", read("README.md"), re.MULTILINE):
            for path in re.findall(r"`([^`]+)`", cell):
                self.assertTrue(os.path.isdir(os.path.join(ROOT, path)), path)

    def test_dev_says_what_it_can(self):
        result = subprocess.run([os.path.join(ROOT, "dev")], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 2)
        for word in ("run", "test", "live", "bench", "fuzz"):
            self.assertIn(f"./dev {word}", result.stdout)

    def test_the_readme_example_passes(self):
        scenario = next(block for block in blocks(read("README.md"), "") if block.startswith("Title:"))
        path = self.write("readme.scn", scenario)
        result = subprocess.run([PROGRAM, "run", "--no-config", path], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_the_pop3_example_passes(self):
        path = self.write("pop3.scn", blocks(read("docs/pop3.md"), "scenario")[0])
        result = subprocess.run([PROGRAM, "run", "--no-config", path], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    main()
