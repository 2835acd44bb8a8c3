"""The command, with real processes where that is quick, and who may import the benchmarks."""

import ast
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import cli, contenders, training
from benchmarks.process import ROOT


def invoke(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, ["training", *arguments])
    return result.exit_code, " ".join(result.output.split())


def test_training_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--work", "mnist"], ["training", "--work", "mnist"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        assert ended.value.code == 2
        assert "There is no work 'mnist'" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    assert "training" in capsys.readouterr().out


def test_unknown_names_get_a_sentence() -> None:
    status, said = invoke("--quick", "--work", "mnist")
    assert status == 2
    assert "choose from XOR, iris, Fashion-MNIST" in said
    status, said = invoke("--quick", "--contender", "caffe")
    assert status == 2
    assert "raw JAX scan" in said


@pytest.mark.full
def test_without_a_gpu_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    # Hidden from TensorFlow also on a machine that has one.
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    status, said = invoke("--quick", "--gpu")
    assert status == 2
    assert said.startswith("TensorFlow sees no GPU here.")


def fake(name: str, **options: str) -> contenders.Contender:
    return contenders.Contender(name, "tests.benchmarks.fakes", "numpy", options=options)


def test_fit_and_compiled_fit_are_measured_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = contenders.Contender("a peer", "nowhere", "a_package_that_is_nowhere")
    who = (contenders.FIT, contenders.COMPILED_FIT, missing, fake("a broken one", fail="die"))
    monkeypatch.setattr(contenders, "ALL", who)
    status, said = invoke("--quick", "--work", "iris", "--write", "--to", str(tmp_path))
    assert status == 0, said
    names = {path.name for path in tmp_path.iterdir()}
    # A part never takes the place of the whole.
    assert names == {f"training-iris-quick.{kind}" for kind in ("json", "md", "png")}
    written = json.loads((tmp_path / "training-iris-quick.json").read_text(encoding="utf-8"))
    assert written["command"] == "python3 run.py bench --quick --work iris"
    (cell,) = written["cells"]
    fit, ours, peer, bad = cell["rows"]
    assert len(fit["rounds"]) == len(ours["rounds"]) == training.QUICK.rounds
    assert ours["losses"][-1] < ours["losses"][0]
    assert peer["sentence"].startswith("missing: ")
    assert bad["sentence"].startswith("failed: its process ended with status 3")


def test_a_part_is_not_written_unless_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contenders, "ALL", (fake("a fake"), fake("another")))
    status, said = invoke("--quick", "--work", "iris", "--contender", "a f", "--to", str(tmp_path))
    assert status == 0, said
    assert "Nothing is written" in said
    assert "another" not in said
    assert not list(tmp_path.iterdir())


def test_a_progress_bar_reaches_its_end() -> None:
    for plan in (training.FULL, training.QUICK):
        works = {cell.work for cell in plan.cells}
        sizes = len(plan.row_factors) + len(plan.widths)
        expected = len(works) + len(plan.cells) + len(plan.starts) + 3 + sizes
        assert training.number_of_parts(plan) == expected


def test_nothing_imports_the_benchmarks_but_their_tests() -> None:
    for folder in ("utils", "course", "solutions"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [getattr(one, "name", "") for one in getattr(node, "names", ())]
                module = getattr(node, "module", None) or ""
                assert not any(n.startswith("benchmarks") for n in [*names, module]), path
