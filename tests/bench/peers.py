"""Servers and clients that mailspec is measured beside: smtp-sink, smtp-source, nc, curl, swaks."""
import contextlib
import os
import pathlib
import select
import socket
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).parent.parent / "tools"))
import held_ports

WAIT_S = 20


def wait_for_port(port, process):
    """Until somebody listens; a refused connection comes back at once."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with status {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        select.select([], [], [], 0.005)
    raise RuntimeError(f"nobody listens on port {port}")


@contextlib.contextmanager
def running(process):
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def memory_kib(process, name):
    """VmRSS: what is resident now; VmHWM: the most that ever was."""
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise RuntimeError("the server is gone")


def processor_s(process):
    """What the process has used so far, in itself and in the kernel."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def smtp_sink(most=4096):
    """(port, process): Postfix's server that throws everything away, for so many at once."""
    with held_ports.hold() as holder:
        port = holder.getsockname()[1]
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = ["smtp-sink", *user, "-m", str(most), f"127.0.0.1:{port}", "4096"]
        with running(subprocess.Popen(command, stderr=subprocess.DEVNULL)) as process:
            wait_for_port(port, process)
            yield port, process


@contextlib.contextmanager
def mailspec_serve(mailspec, *options):
    command = [mailspec, "serve", "--no-config", *options, "smtp://127.0.0.1:0"]
    with running(subprocess.Popen(command, stdout=subprocess.PIPE, text=True)) as process:
        line = process.stdout.readline()
        port = line.strip().rsplit(":", 1)[-1]
        if not port.isdigit():
            raise RuntimeError(f"mailspec serve said {line!r} instead of where it listens")
        yield int(port), process


def run_quietly(command, text=None):
    """Seconds from start to end, and what was printed; an exit status that is not 0 is an error, never a measurement."""
    begin = time.monotonic()
    done = subprocess.run(command, input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    seconds = time.monotonic() - begin
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: status {done.returncode}\n{done.stdout[-2000:]}")
    return seconds, done.stdout


def peak_kib(command, text=None):
    """The most memory that one run has resident. GNU time starts it: what the kernel tells of a child of ours is no less than
    what we have ourselves."""
    with tempfile.NamedTemporaryFile("r", prefix="mailspec-bench-") as told:
        run_quietly(["/usr/bin/time", "-f", "%M", "-o", told.name, *command], text)
        return int(told.read())
