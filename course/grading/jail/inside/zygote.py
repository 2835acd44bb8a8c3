"""The process that imports TensorFlow once and is forked: for each submission, and for each judge.

    python -m course.grading.jail.inside.zygote ROLE FD

FD is a socket of datagrams whose other end the grader holds. ROLE is `submission`, whose forks run
students' code and have no check to read, or `judge`, whose forks run checks and never a student's
code. With each order (jailed, uid, folder, places, size, limits) two sockets arrive: one goes to
the new process, the other is its life line. Over it the grader gets a descriptor of the process, by
which it can end it whatever happens in here. When the life line closes, on whatever side, the
process and all that it started end.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from typing import Any

from course.grading.jail.inside import frames, memory, namespaces
from utils import quiet

# What a process answers: a message, or the reply to a check's question as text.
Respond = Callable[[dict[str, Any], socket.socket], dict[str, Any] | str]


def serve(role: str, orders: socket.socket) -> None:
    """Fork for each order, until the grader closes its end."""
    with quiet.descriptor_2():  # TensorFlow's words on the machine
        import keras  # noqa: F401
        import sklearn  # noqa: F401
        import tensorflow  # noqa: F401

        respond = {"submission": _submission, "judge": _judge}[role]()
    memory.make_forks_cheap()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks that end leave nothing behind
    namespaces.hide()  # of an ordinary user it is a process of the same user as its forks
    orders.send(b"ready")
    while True:
        text, descriptors, _, _ = socket.recv_fds(orders, 65536, 2)
        if not text:
            return
        try:
            child = os.fork()
        except OSError:  # no memory or no process is left: the grader sees its sockets close
            child = -1
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            orders.close()
            connection, line = (socket.socket(fileno=number) for number in descriptors)
            _keep(json.loads(text), respond, connection, line)
        for number in descriptors:
            os.close(number)


def _submission() -> Respond:
    """Runs cells and answers what checks ask. Nothing else may be in this process."""
    from course.grading.jail.inside import cells
    from utils.checks.student import Answers

    shell = cells.make_shell()

    def respond(message: dict[str, Any], connection: socket.socket) -> dict[str, Any] | str:
        if "run" in message:
            return {"outputs": cells.run(shell, message["run"])}
        if "seed" in message:
            with contextlib.suppress(Exception):  # a submission may have changed NumPy itself
                _seed_all(message["seed"])
        try:
            return Answers(shell.user_ns).respond(message["ask"])
        except KeyboardInterrupt:
            return ""

    return respond


def _seed_all(seed: int) -> None:
    """Seed all that a student's function may draw from without a seed of its own."""
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(seed)


def _judge() -> Respond:
    """Runs checks; their questions go back to the grader, who passes them on."""
    from utils.checks import core
    from utils.checks.student import captured

    def respond(message: dict[str, Any], connection: socket.socket) -> dict[str, Any]:
        def ask(question: str) -> str:
            frames.send(connection, {"ask": question})
            return frames.receive_text(connection)

        exercise = core.find(message["exercise"])
        with captured():
            result = core.run(
                exercise, ask, seed=message["seed"], seeds=message["seeds"], asks_ahead=True
            )
        return {"result": {name: getattr(result, name) for name in core.SHOWN}}

    for lab in sys.argv[3:]:
        with contextlib.suppress(LookupError):
            core.find(f"{int(lab)}.1")  # imports its checks
    return respond


# ---- One fork ----


def _keep(
    order: dict[str, Any], respond: Respond, connection: socket.socket, line: socket.socket
) -> None:
    """Stand between the zygote and the process: end it when the line closes, and say that it ended.

    Signals to a process group know no namespaces: here, and in the process, a session begins whose
    groups hold nobody else.
    """
    # The jail has a folder of its own for each process, in memory.
    folder = None if order["jailed"] else tempfile.mkdtemp()
    try:
        os.setsid()
        if order["jailed"]:
            namespaces.enter(order["uid"])
            namespaces.hide()
        else:
            namespaces.show()  # the memory of what runs is looked at by the grader
        first = os.fork()
        if first == 0:
            os.setsid()
            line.close()
            _serve_one(order, respond, connection, folder)
        connection.close()
        ended = os.pidfd_open(first)
        socket.send_fds(line, [b"forked"], [ended])
        watched: list[Any] = [ended, line]
        select.select(watched, [], [])
        os.kill(first, signal.SIGKILL)  # the first of a process namespace takes all others along
        if folder:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(first, signal.SIGKILL)
            shutil.rmtree(folder, ignore_errors=True)
        os.waitpid(first, 0)
        line.send(b"ended")
    except (BrokenPipeError, ConnectionResetError):
        pass
    finally:
        os._exit(0)


def _serve_one(
    order: dict[str, Any], respond: Respond, connection: socket.socket, folder: str | None
) -> None:
    """The process itself: it answers one message after the other until it is killed."""
    try:
        namespaces.die_with_parent()
        # A grader that a script started in the background ignores it, and so would this process.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if folder:
            os.chdir(folder)
            del order["limits"]["NPROC"]  # it would count all that the user runs
        else:
            has_own_user = order["uid"] is not None
            places = order["places"]
            namespaces.settle(order["folder"], places, order["size"], has_own_user=has_own_user)
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        os.closerange(3, connection.fileno())
        os.closerange(connection.fileno() + 1, 4096)
        namespaces.limit(order["limits"])
        os.register_at_fork(after_in_child=partial(os.nice, 19))  # neighbours come first
        frames.send(connection, {"began": True})
        own = os.getpid()
        while True:
            with contextlib.suppress(KeyboardInterrupt):  # that came too late to stop anything
                answer = respond(frames.receive(connection), connection)
                if os.getpid() != own:  # a fork that the student's code made and never ended
                    return
                if isinstance(answer, str):
                    frames.send_text(connection, answer)
                else:
                    frames.send(connection, answer)
    except frames.Broken:
        pass
    finally:
        os._exit(0)


if __name__ == "__main__":
    serve(sys.argv[1], socket.socket(fileno=int(sys.argv[2])))
