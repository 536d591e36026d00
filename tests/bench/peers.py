"""Servers and clients that mailspec is measured beside: smtp-sink, smtp-source, nc, curl, swaks."""
import contextlib
import os
import pathlib
import select
import socket
import subprocess
import sys
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


@contextlib.contextmanager
def smtp_sink():
    """(port, process): Postfix's server that throws everything away."""
    with held_ports.hold() as holder:
        port = holder.getsockname()[1]
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = ["smtp-sink", *user, "-m", "4096", f"127.0.0.1:{port}", "4096"]
        with running(subprocess.Popen(command, stderr=subprocess.DEVNULL)) as process:
            wait_for_port(port, process)
            yield port, process


@contextlib.contextmanager
def mailspec_serve(mailspec):
    command = [mailspec, "serve", "smtp://127.0.0.1:0"]
    with running(subprocess.Popen(command, stdout=subprocess.PIPE, text=True)) as process:
        line = process.stdout.readline()
        port = line.strip().rsplit(":", 1)[-1]
        if not port.isdigit():
            raise RuntimeError(f"mailspec serve said {line!r} instead of where it listens")
        yield int(port), process


def run_quietly(command, text=None, accept=(0,)):
    """Seconds from start to end; any other exit status is an error, never a measurement."""
    begin = time.monotonic()
    done = subprocess.run(command, input=text, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    seconds = time.monotonic() - begin
    if done.returncode not in accept:
        raise RuntimeError(f"{' '.join(command)}: status {done.returncode}\n{done.stdout[-2000:]}")
    return seconds, done.stdout
