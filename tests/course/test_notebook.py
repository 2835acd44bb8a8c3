"""From a source to a solution and a lab: stubs, ids, nbgrader's metadata, fingerprints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from course.notebook import (
    SourceError,
    fingerprint,
    lab_of,
    read_source,
    solution_of,
    stub,
)

SOURCE = '''# %% [markdown] minutes=10 seconds=20
# # A lab

# %% exercise="2.3" covers=["000.15"]
def xor_relu(X):
    """X (n, 2) -> (n,)."""
    ### BEGIN SOLUTION
    return secret(X)
    ### END SOLUTION


# %%
check("2.3")

# %% [markdown] tags=["solution"]
# **Analysis.** The secret.

# %%
print(xor_relu)

# %%
print(xor_relu)
'''


@pytest.fixture
def source(tmp_path: Path) -> Any:
    path = tmp_path / "02_xor.py"
    path.write_text(SOURCE, encoding="utf-8")
    return read_source(path)


def test_a_function_stub_keeps_signature_and_docstring_and_raises() -> None:
    head = 'def f(x):\n    """Doc."""\n'
    code = head + "    ### BEGIN SOLUTION\n    y = x\n    return y\n    ### END SOLUTION"
    assert stub(code, "2.3") == (
        head + '    raise NotImplementedError("Exercise 2.3: write f, then run this cell again.")'
    )


def test_a_value_stub_keeps_every_assigned_name_in_order() -> None:
    region = "W1, b1 = make()\nw2: float = 3\nb2 = b1\nb2 = 1\n"
    code = f"# shapes\n### BEGIN SOLUTION\n{region}### END SOLUTION\nuse(b2)"
    assert stub(code, "2.4") == "# shapes\nW1 = ...\nb1 = ...\nw2 = ...\nb2 = ...\nuse(b2)"


def test_a_value_stub_leaves_other_objects_alone() -> None:
    region = "W, (b, *c) = make()\nW[i] = 2\nmodel.trainable = False\n"
    code = f"### BEGIN SOLUTION\n{region}### END SOLUTION"
    assert stub(code, "2.4") == "W = ...\nb = ...\nc = ..."


def test_a_method_stub_names_the_method() -> None:
    region = "        ### BEGIN SOLUTION\n        pass\n        ### END SOLUTION"
    code = f"class A:\n    def f(self):\n{region}"
    assert "write f, then" in stub(code, "2.3")


REGION = "### BEGIN SOLUTION\n{0}return 1\n{0}### END SOLUTION"


@pytest.mark.parametrize(
    ("above", "indent", "name"),
    [
        ("async def f(x):", 4, "f"),
        ("def other():\n    return 1\n\nasync def f(x):", 4, "f"),
        ("def f(x):\n    def helper(y):\n        return y", 4, "f"),
        ("def f(x):\n    async def helper(y):\n        return y\n    if x:", 8, "f"),
        ("def f(x):\n    def inner(y):", 8, "inner"),
        ("def f(\n    x,\n    y=(1),\n):", 4, "f"),
        ("class A:\n    def helper(self):\n        return 1\n\n    def f(self):", 8, "f"),
        ("def f(x):\n    for _ in x:\n        try:", 12, "f"),
    ],
)
def test_a_stub_names_the_function_around_it(above: str, indent: int, name: str) -> None:
    space = " " * indent
    below = f"\n{' ' * 8}finally:\n{' ' * 12}pass" if "try" in above else ""
    came = stub(f"{above}\n{space}{REGION.format(space)}{below}", "2.3")
    says = f"Exercise 2.3: write {name}, then run this cell again."
    assert came == f'{above}\n{space}raise NotImplementedError("{says}"){below}'
    compile(came, "<cell>", "exec")


def test_a_value_stub_below_a_helper_or_in_an_if_assigns() -> None:
    head = "def helper(x):\n    return x\n\nif True:\n"
    region = "    W = helper(1)\n    b = 2\n"
    code = f"{head}    ### BEGIN SOLUTION\n{region}    ### END SOLUTION\nelse:\n    W = b = 0"
    assert stub(code, "2.4") == f"{head}    W = ...\n    b = ...\nelse:\n    W = b = 0"


def test_a_value_stub_has_the_names_of_all_branches_and_of_no_function() -> None:
    region = (
        "def helper(x):\n    inner = x\n    return inner\nif big:\n    W = 1\nelse:\n    b = 2\n"
        "try:\n    c = 1\nexcept ValueError:\n    c, d = 2, 3\n"
        "match W:\n    case 1:\n        e = 1\n"
    )
    came = stub(f"### BEGIN SOLUTION\n{region}### END SOLUTION", "2.4")
    assert came == "\n".join(f"{name} = ..." for name in "Wbcde")


@pytest.mark.parametrize(
    ("code", "exercise", "says"),
    [
        ("### BEGIN SOLUTION\nx = 1", "2.3", "without ### END"),
        ("### END SOLUTION", "2.3", "without ### BEGIN"),
        ("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", None, "without exercise metadata"),
        ("### BEGIN SOLUTION\nprint(1)\n### END SOLUTION", "2.3", "assigns no name"),
        ("if:\n    ### BEGIN SOLUTION\n    x = 1\n    ### END SOLUTION", "2.3", "is no Python"),
    ],
)
def test_a_broken_region_is_named(code: str, exercise: str | None, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        stub(code, exercise)


def test_the_lab_holds_no_solution_and_compiles(source: Any) -> None:
    lab = lab_of(source, set())
    text = "\n".join(cell.source for cell in lab.cells)
    assert "secret" not in text
    assert "SOLUTION" not in text
    for cell in lab.cells:
        if cell.cell_type == "code":
            compile(cell.source, "<cell>", "exec")
            assert cell.outputs == []


BET = '# %% bet="2.b1"\nbet("2.b1", "b")\n'


def test_a_lab_shows_nobody_the_right_option(tmp_path: Path) -> None:
    path = tmp_path / "02_xor.py"
    path.write_text(f"{SOURCE}\n{BET}", encoding="utf-8")
    source = read_source(path)
    assert solution_of(source).cells[-1].source == 'bet("2.b1", "b")'
    assert lab_of(source, set()).cells[-1].source == 'bet("2.b1", ...)'


@pytest.mark.parametrize(
    "cell",
    [
        BET.replace(' bet="2.b1"', ""),
        BET.replace(' bet="2.b1"', ' bet="2.b2"'),
        BET.replace('"b")', '"b", sure=70)'),
        BET.replace(' bet="2.b1"', "").replace("bet(", "x = bet("),
        BET.replace("bet(", "x = 1\nbet("),
        BET.replace('bet("2.b1", "b")', "print(1)"),
    ],
    ids=["no metadata", "another", "sure", "assigned", "not alone", "no bet"],
)
def test_a_bet_that_would_show_its_answer_is_refused(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "02_xor.py"
    path.write_text(f"{SOURCE}\n{cell}", encoding="utf-8")
    with pytest.raises(SourceError, match="a bet stands alone in its cell"):
        read_source(path)


def test_nbgrader_metadata_come_from_the_registry(source: Any) -> None:
    exercise, check = solution_of(source).cells[1:3]
    assert exercise.metadata["nbgrader"] == {
        "grade": False,
        "grade_id": "exercise-2-3",
        "locked": False,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    assert check.metadata["nbgrader"]["grade"] is True
    assert check.metadata["nbgrader"]["points"] == 2
    assert check.metadata["exercise"] == "2.3"


def test_waiting_cells_are_tagged_and_only_they(source: Any) -> None:
    waiting = {source.cells[-1].id}
    tagged = [
        c.id
        for c in lab_of(source, waiting).cells
        if "raises-exception" in c.metadata.get("tags", [])
    ]
    assert tagged == list(waiting)


def test_ids_are_stable_unique_and_survive_a_corrected_task(source: Any, tmp_path: Path) -> None:
    ids = [cell.id for cell in source.cells]
    assert len(set(ids)) == len(ids)
    path = tmp_path / "02_xor.py"
    path.write_text(SOURCE.replace("# # A lab", "# # A better lab"), encoding="utf-8")
    again = [cell.id for cell in read_source(path).cells]
    assert again[1:] == ids[1:]
    assert again[0] != ids[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("secret(X)", "public(X)"),
        ("# # A lab", "# # The lab"),
        ('covers=["000.15"]', 'covers=["000.16"]'),
        ("minutes=10", "minutes=11"),
    ],
)
def test_the_fingerprint_sees_code_text_and_metadata(
    source: Any, tmp_path: Path, old: str, new: str
) -> None:
    path = tmp_path / "other.py"
    path.write_text(SOURCE.replace(old, new), encoding="utf-8")
    assert fingerprint(read_source(path)) != fingerprint(source)


def test_line_ends_of_another_system_change_nothing(source: Any, tmp_path: Path) -> None:
    path = tmp_path / "02_xor.py"
    path.write_bytes(SOURCE.replace("\n", "\r\n").encode())
    assert fingerprint(read_source(path)) == fingerprint(source)


def test_a_paired_editor_that_writes_more_metadata_changes_nothing(
    source: Any, tmp_path: Path
) -> None:
    path = tmp_path / "02_xor.py"
    paired = SOURCE.replace('# %%\ncheck("2.3")', '# %% exercise="2.3"\ncheck("2.3")')
    assert paired != SOURCE
    path.write_text(paired, encoding="utf-8")
    assert fingerprint(read_source(path)) == fingerprint(source)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('covers=["000.15"]', 'cover=["000.15"]', "unknown cell metadata"),
        ('check("2.3")', 'check("2.3")\n\n# %%\ncheck("2.3")', "with a check cell"),
        ('exercise="2.3" ', "", "without exercise metadata|with a check cell"),
        ('# %%\ncheck("2.3")\n', "", "with a check cell"),
        ('check("2.3")', 'check("2.3")  # try', "with a check cell"),
        ('tags=["solution"]', 'tags=["raises-exception"]', "the build alone sets"),
    ],
)
def test_a_source_that_breaks_a_rule_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    path = tmp_path / "02_xor.py"
    path.write_text(SOURCE.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=says):
        lab_of(read_source(path), set())
