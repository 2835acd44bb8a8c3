"""The playground, side by side: the two programs, the waits, the goals and the page."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks import cli, machine
from benchmarks.playground import contenders, measure, page, waits
from benchmarks.playground.contenders import ALL, FIT, FULL_SPEED, NODE, ONE_EPOCH, command
from benchmarks.playground.goals import goals
from benchmarks.process import Failed, Process
from benchmarks.race import Row
from tests.programs import with_node
from tests.utils.playground import original

# ---- The page, from fixed numbers ----


def row(name: str, *rounds: float, **fields: Any) -> dict[str, Any]:
    return asdict(Row(name, rounds=list(rounds), **{"start": 1.5, **fields}))


def network(name: str, *rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"difference": 2e-7, "epochs_a_call": 40, **fields}
    sizes = {"points": 250, "batch_size": 10, "rate": 0.03}
    return {"network": name, "settings": {}, **sizes, **given, "rows": list(rows)}


def seeds(*firsts: int | None) -> list[dict[str, Any]]:
    return [
        {"seed": seed, "first": first, "seconds": 1.5, "loss": 0.0123, "epochs": 2000}
        for seed, first in enumerate(firsts)
    ]


def results() -> dict[str, Any]:
    rows = [
        row(FULL_SPEED.name, 0.0005, 0.0005, 0.001),
        row(ONE_EPOCH.name, 0.005, 0.005, 0.005),
        row(FIT.name, 0.05, 0.05, 0.05),
        row(NODE.name, 0.00025, 0.00025, 0.00025, start=0.0),
    ]
    without = [*rows[:3], row(NODE.name, sentence="missing: no `node` is installed")]
    picture = {"snapshot": 0.008, "drawing": 0.012, "both": 0.02}
    return {
        "name": "playground",
        "command": "python3 run.py bench playground",
        "date": "2030-01-02",
        "machine": {"processor": "Abacus 9", "Node": "99.1"},
        "networks": [
            network(measure.SMALL, *rows),
            network(measure.DEEP, *without, difference=None),
        ],
        "waits": {
            "sentence": "",
            "starts": [0.5, 0.75, 1.0],
            "changes": {"none": [1.0, 1.0, 1.0], "8-8": [2.0, 2.5, 2.5]},
            "pictures": {name: [picture] for name in measure.NETWORKS},
            "count": 20,
        },
        "memory": {
            **{"sentence": "", "seconds": 20.0, "pictures": 400, "epochs": 12_345},
            "bytes": 1_500_000,
        },
        "spiral": {
            "sentence": "",
            "recipes": [
                {"settings": {"data": "spiral", "hidden": [8]}, "seeds": seeds(200, 150, 275)},
                {"settings": {"data": "spiral", "hidden": [4]}, "seeds": seeds(200, None, 275)},
            ],
        },
    }


def line(text: str, start: str) -> str:
    return re.findall(rf"^\| {re.escape(start)}.*$", text, re.M)[0]


def test_the_page_says_what_was_measured() -> None:
    text = page.text(results())
    assert "Measured on 2030-01-02 with `python3 run.py bench playground`" in text
    assert "| Node | 99.1 |" in text
    assert "## Six layers of eight ReLU units on spiral" in text
    assert "At full speed a call had 40 epochs in the end." in text
    assert "no weight of Node's is further from Engine's than 2e-07." in text
    assert "`Playground()` takes 750 ms (625 ms to 875 ms) when" in text
    assert "| 8-8 | 2.50 s (2.25 s to 2.50 s) |" in text
    assert f"| {measure.DEEP} | 8.00 ms | 12.0 ms | 20.0 ms |" in text
    assert "with 12,345 epochs and 400 pictures, the process" in text
    assert "grew by 1.5 MB." in text
    assert "| `hidden=[4]` | 1 | never in 2,000 | 1.50 s | 0.012 at 2,000 |" in text


def test_a_row_is_compared_with_node_and_with_fit() -> None:
    assert line(page.text(results()), FULL_SPEED.name) == (
        f"| {FULL_SPEED.name} | 2,000 | 500 µs | 0.500x (0.375 to 0.500) | 100x (75.0 to 100) "
        "| 1.50 s |"
    )
    assert line(page.text(results()), NODE.name).endswith("| 200x (200 to 200) | none seen |")


def test_without_node_the_row_says_so_and_the_rest_stands() -> None:
    text = "\n\n".join(page.network_parts(results()["networks"][1]))
    assert line(text, NODE.name).startswith(f"| {NODE.name} | missing: no `node` is installed |")
    assert "| not measured | 10.0x (10.0 to 10.0) |" in line(text, ONE_EPOCH.name)
    assert "further from Engine" not in text


def test_what_failed_is_a_sentence() -> None:
    for part in ("waits", "memory", "spiral"):
        text = page.text({**results(), part: {"sentence": "failed: it gave no answer"}})
        assert "It could not be measured. It failed: it gave no answer." in text


def test_memory_that_nobody_knows_is_unknown() -> None:
    (words,) = page.memory_parts({**results()["memory"], "bytes": None})
    assert words.endswith("grew by an unknown amount.")


def test_goals_say_what_was_reached() -> None:
    found = [(goal.limit, goal.reached, goal.met) for goal in goals(results())]
    assert found == [
        (1000, pytest.approx(2000), True),
        (2.0, 0.75, True),
        (2.0, 2.5, False),
        (30.0, pytest.approx(20.0), True),
        (3.0, 3.0, True),
        (3.0, 2.0, False),
    ]


def test_a_page_that_is_stored_is_the_one_of_its_numbers() -> None:
    for stored in cli.DOCS.glob("playground*.json"):
        found = json.loads(stored.read_text(encoding="utf-8"))
        assert page.text(found) == stored.with_suffix(".md").read_text(encoding="utf-8")


# ---- The two programs ----


TASK: dict[str, Any] = {
    "x": [[1.0, -2.0], [0.5, 0.25], [-1.5, 1.0], [2.0, 2.0], [-0.25, -1.0]],
    "y": [1.0, -1.0, 1.0, -1.0, 1.0],
    "weights": [
        *([[0.5, -0.25, 0.125], [0.3, 0.2, -0.1]], [0.0, 0.1, 0.0]),
        *([[0.5], [-0.75], [0.25]], [0.0]),
    ],
    "batch_size": 2,
    "rate": 0.3,
}


@with_node
@pytest.mark.parametrize("hidden", ["tanh", "relu", "sigmoid", "linear"])
def test_node_trains_as_the_original_describes(hidden: str) -> None:
    activations = [hidden, "tanh"]
    with Process(command=command(NODE)) as process:
        process.ask("prepare", epochs=2, options={}, activations=activations, **TASK)
        reply = process.ask("train", epochs=1)
        ours = process.ask("weights")["weights"]
    assert reply["seconds"] >= 0
    assert np.isfinite(reply["losses"]).all()
    wanted = original.train(
        [np.array(one) for one in TASK["weights"]],
        activations,
        *(np.array(TASK[name]) for name in "xy"),
        **{"batch_size": 2, "rate": 0.3, "penalty": "none", "penalty_rate": 0.0, "epochs": 3},
    )
    for one, other in zip(ours, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


@with_node
def test_a_failure_of_node_is_one_sentence() -> None:
    with Process(command=command(NODE)) as process, pytest.raises(Failed, match="failed: Type"):
        process.ask("prepare", epochs=1, options={}, x=[], y=[])


@pytest.fixture(scope="module")
def tensorflow() -> Any:
    with Process(command=command(FULL_SPEED)) as process:
        process.ask("open")
        yield process


@with_node
@pytest.mark.parametrize("name", measure.NETWORKS)
def test_node_and_engine_end_with_the_same_weights(tensorflow: Process, name: str) -> None:
    settings = measure.NETWORKS[name]
    task = tensorflow.ask("task", settings=settings)
    ours = measure.trained(FULL_SPEED, tensorflow, {"settings": settings})
    with Process(command=command(NODE)) as process:
        theirs = measure.trained(NODE, process, task)
    assert measure.difference(ours, theirs) <= measure.TOLERANCE
    # They have trained at all.
    assert measure.difference(ours, task["weights"]) > 100 * measure.TOLERANCE


def test_all_ways_to_train_end_alike(tensorflow: Process) -> None:
    message = {"settings": measure.NETWORKS[measure.SMALL]}
    ours = [measure.trained(one, tensorflow, message) for one in ALL if one != NODE]
    for other in ours[1:]:
        assert measure.difference(ours[0], other) <= measure.TOLERANCE


def test_a_difference_may_be_no_number() -> None:
    assert measure.difference([[1.0], [[2.0]]], [[1.5], [[2.25]]]) == 0.5
    assert np.isnan(measure.difference([[1.0], [2.0]], [[1.0], [float("nan")]]))


class Told:
    """Stands for a process whose weights are given."""

    def __init__(self, weights: list[Any] | None) -> None:
        self.weights = weights

    def ask(self, do: str, **_: Any) -> dict[str, Any]:
        if self.weights is None:
            raise Failed("failed: it broke")
        return {"weights": self.weights}


@pytest.mark.parametrize(
    ("theirs", "found", "sentence"),
    [
        ([[1.00005]], 5e-5, ""),
        ([[1.5]], 0.5, "failed: after 3 epochs its weights are 0.5 off those of Engine"),
        ([[float("nan")]], float("nan"), "failed: after 3 epochs its weights are nan off those"),
        (None, None, "not comparable with Engine: failed: it broke"),
    ],
)
def test_node_is_not_timed_unless_it_trains_the_same(
    theirs: list[Any] | None, found: float | None, sentence: str
) -> None:
    rows = {one: Row(one.name) for one in ALL}
    processes: Any = {FULL_SPEED: Told([[1.0]]), NODE: Told(theirs)}
    difference = measure._check(processes, {FULL_SPEED: {}, NODE: {}}, rows)
    assert difference == (None if found is None else pytest.approx(found, nan_ok=True))
    assert rows[NODE].sentence.startswith(sentence)
    assert bool(rows[NODE].sentence) == bool(sentence)


# ---- The waits ----


def test_the_waits_are_measured(tensorflow: Process) -> None:
    assert tensorflow.ask("start")["seconds"] > 0
    changed = tensorflow.ask("change", settings={}, architectures=[[], [3]])
    assert len(changed["seconds"]) == 2
    drawn = tensorflow.ask("pictures", settings={"hidden": [3]}, count=2)
    assert drawn["both"] >= max(drawn["snapshot"], drawn["drawing"]) > 0
    grown = tensorflow.ask("memory", settings={"hidden": [3]}, seconds=0.2)
    assert grown["epochs"] >= grown["pictures"] > 0


def test_a_recipe_is_solved_at_an_epoch_or_never(tensorflow: Process) -> None:
    easy = {"data": "gauss", "hidden": []}
    found = tensorflow.ask("solve", settings=easy, epochs=60, limit=0.5, is_whole=False)
    assert (found["first"], found["epochs"]) == (25, 25)
    found = tensorflow.ask("solve", settings=easy, epochs=60, limit=0.5)
    assert (found["first"], found["epochs"]) == (25, 60)
    found = tensorflow.ask("solve", settings=easy, epochs=60, limit=-1.0)
    assert (found["first"], found["epochs"]) == (None, 60)


def test_full_speed_fills_a_picture_as_the_widget_does(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    def step(epochs: int) -> None:
        nonlocal now
        now += epochs / 1024  # a power of two has no rounding

    monkeypatch.setattr(waits, "perf_counter", lambda: now)
    speed = waits.FullSpeed(step, 20 / 1024)
    assert [speed.call(most=1000) for _ in range(7)] == [1, 2, 4, 8, 16, 20, 20]
    # The rest of a block is no reason to train fewer in the next call.
    assert [speed.call(most=5), speed.call(most=1000)] == [5, 20]


# ---- The plan and the command ----


def test_every_part_is_measured_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = {"seconds": 0.1, "losses": [0.5], "device": "cpu", "bytes": 1, "weights": [[0.0]]}
    reply |= {"epochs": 5, "x": [[0.0]] * 25, "y": [], "batch_size": 10, "rate": 0.03}

    class Fake:
        def __init__(self, **_: Any) -> None: ...
        def __enter__(self) -> Fake:
            return self

        def __exit__(self, *_: object) -> None: ...
        def send(self, do: str, **_: Any) -> None: ...
        def receive(self) -> dict[str, Any]:
            return reply

        def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
            if do == "memory":
                raise Failed("failed: it broke")
            if do == "change":
                return {"seconds": [0.1] * len(arguments["architectures"])}
            return reply

    monkeypatch.setattr(measure, "Process", Fake)
    monkeypatch.setattr(measure, "missing", lambda one: "missing: it is" if one == NODE else "")
    told: list[str] = []
    found = measure.measure(measure.QUICK, tell=told.append)
    assert len({words.partition(":")[0] for words in told}) == measure.number_of_parts(
        measure.QUICK
    )
    first = found["networks"][0]
    assert [bool(one["rounds"]) for one in first["rows"]] == [True, True, True, False]
    assert first["rows"][0]["steps"] == 3
    assert found["waits"]["changes"].keys() == {"none", "8", "4-4", "8-8-8", "8-8-8-8-8-8"}
    assert found["memory"] == {"sentence": "failed: it broke"}
    assert [one["seed"] for one in found["spiral"]["recipes"][0]["seeds"]] == [0, 1, 2]


def test_a_machine_without_node_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contenders.shutil, "which", lambda name: None)
    assert contenders.missing(NODE) == "missing: no `node` is installed"
    assert contenders.missing(FULL_SPEED) == ""
    assert contenders.node_version() == "missing"


def test_the_command_writes_a_page_and_its_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = {name: results()[name] for name in ("networks", "waits", "memory", "spiral")}
    monkeypatch.setattr(cli.playground, "measure", lambda plan, *, tell: parts)
    monkeypatch.setattr(machine, "processor", lambda: "Abacus 9")

    def invoke(*arguments: str) -> str:
        result = CliRunner().invoke(cli.app, ["playground", *arguments, "--to", str(tmp_path)])
        assert result.exit_code == 0, result.output
        return " ".join(result.output.split())

    assert "Nothing is written: this was only a part." in invoke("--quick")
    assert not list(tmp_path.iterdir())
    assert invoke("--quick", "--write").endswith(" and .json")
    invoke()
    assert {path.name for path in tmp_path.iterdir()} == {
        f"playground{part}.{kind}" for part in ("", "-quick") for kind in ("md", "json")
    }
    written = json.loads((tmp_path / "playground.json").read_text(encoding="utf-8"))
    assert written["command"] == "python3 run.py bench playground"
    assert "jax" not in written["machine"]
