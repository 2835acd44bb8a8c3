"""A server of git on this machine, from which a lab fetches the course."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def git(*arguments: str, folder: Path) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@x")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the repositories in `folder`; yields the address under which they are."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["git", "daemon", f"--base-path={folder}", "--export-all", "--reuseaddr"]
    server = subprocess.Popen([*command, "--listen=127.0.0.1", f"--port={port}"])
    try:
        for _ in range(100):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"git://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
