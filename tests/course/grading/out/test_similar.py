"""Which submissions are found to be alike, and which are not."""

from __future__ import annotations

import ast
import copy
import importlib
import keyword
import re
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course.grading.book.policy import Policy
from course.grading.book.tables import Attempt
from course.grading.book.totals import Total
from course.grading.out import similar
from course.grading.out.release import CourseFolder
from course.grading.out.similar import ADDED, Pair, handed_in, similar_pairs
from course.grading.run.lab import graded
from tests.misconceptions import Right
from tests.submissions import answered, exercises

ROOT = Path(__file__).resolve().parents[4]
LABS = [lab.name for lab in graded(ROOT)]
NOBODY = Policy()


def lab(name: str) -> NotebookNode:
    return nbformat.read(ROOT / "labs" / f"{name}.ipynb", as_version=4)


XOR = lab("02_xor")


def rights(number: str) -> dict[str, list[str]]:
    """The right answers of a lab by exercise, each in another style."""
    found: dict[str, list[str]] = {}
    for answer in importlib.import_module(f"tests.misconceptions.lab{number}").ANSWERS:
        if isinstance(answer, Right):
            found.setdefault(answer.exercise, []).append(answer.source)
    return found


STYLES = rights("02")["2.1"]
ORIGINAL = '''
def spread(values, centre):
    """How far values lie from their centre."""
    return [value - centre for value in values]


def ols(X, y):
    # Centre first, so that no column of ones is needed.
    means = np.array([np.sum(column) / len(column) for column in X.T])
    errors = spread(y, centre=np.sum(y) / len(y))
    moved = X - means
    slopes = np.linalg.pinv(moved.T @ moved + 1e-12 * np.eye(X.shape[1])) @ moved.T @ errors
    total = 0.0
    for row, error in zip(moved, errors):
        total += (error - sum(a * b for a, b in zip(row, slopes))) ** 2
    return np.sum(y) / len(y) - means @ slopes, slopes, total
'''
OWN_NAMES = re.compile(
    r"\b(spread|values|centre|value|means|column|errors|moved|slopes|total|row|error|a|b)\b"
)


def written(source: str, exercise: str = "2.1") -> NotebookNode:
    return answered(XOR, {exercise: source})


def pairs_with(*copies: NotebookNode, policy: Policy = NOBODY) -> list[Pair]:
    """The pairs in a class where others answer in other styles, and six have no answer."""
    handed = [(f"copy{k}", one) for k, one in enumerate(copies)]
    handed += [(f"other{k}", written(source)) for k, source in enumerate(STYLES)]
    handed += [(f"none{k}", XOR) for k in range(6)]
    return similar_pairs(handed, XOR, policy).pairs


def score(source: str) -> float:
    """How alike an answer is to the original, 0 where the pair is not listed."""
    pairs = pairs_with(written(ORIGINAL), written(source))
    assert all(pair.students == ("copy0", "copy1") for pair in pairs)
    return pairs[0].score if pairs else 0.0


# ---- What is found ----


def test_the_same_answer_is_found() -> None:
    [pair] = pairs_with(written(ORIGINAL), written(ORIGINAL))
    assert pair.students == ("copy0", "copy1")
    assert pair.score == pytest.approx(1.0)
    assert pair.exercises == ("2.1",)
    assert pair.shared > 50
    assert pair.others == 0


# Names that the answer uses for other things: to take one of them changes what the code means.
TAKEN = {"np", "sum", "len", "zip", "ols", "y", "T", "X", "pinv", "shape", "array", "linalg", "eye"}
NAMES = st.from_regex(r"[a-z_][a-z_0-9]{0,8}", fullmatch=True).filter(
    lambda name: name not in TAKEN and not keyword.iskeyword(name) and not OWN_NAMES.fullmatch(name)
)


@given(st.lists(NAMES, min_size=15, max_size=15, unique=True))
@settings(max_examples=25, deadline=None)
def test_renaming_never_changes_the_score(names: list[str]) -> None:
    places: dict[str, str] = {}
    renamed = OWN_NAMES.sub(lambda match: places.setdefault(match[0], names[len(places)]), ORIGINAL)
    assert renamed != ORIGINAL
    assert score(renamed) == pytest.approx(1.0)


def test_a_name_that_the_lab_imports_may_be_the_students_own() -> None:
    assert "data" in similar._Given(XOR).imports
    assert score(re.sub(r"\bmoved\b", "data", ORIGINAL)) == pytest.approx(1.0)


def test_layout_comments_docstrings_and_annotations_do_not_matter() -> None:
    other = ORIGINAL.replace("    ", "  ").replace("# Centre first", "# something else\n\n  #")
    other = other.replace('"""How far values lie from their centre."""', "'''Other words.'''")
    other = other.replace("def ols(X, y):", "def ols(X: np.ndarray, y: list[float]) -> tuple:")
    other = other.replace("total = 0.0", "total: float = 0.0\n  'a remark'")
    assert score(other) == pytest.approx(1.0)


def test_the_order_of_functions_does_not_matter() -> None:
    first, second = ORIGINAL.strip().split("\n\n\n")
    assert score(f"{second}\n\n\n{first}\n") == pytest.approx(1.0)


def test_how_a_library_is_imported_does_not_matter() -> None:
    other = "import numpy as n\nfrom numpy.linalg import pinv as inverse\n" + ORIGINAL
    other = other.replace("np.linalg.pinv", "inverse").replace("np.", "n.")
    assert score(other) == pytest.approx(1.0)


def test_a_magic_is_left_out() -> None:
    magics = "%%time\n%matplotlib inline\n!pip list\nfiles = !ls\nnp.sum?\n"
    assert score(magics + ORIGINAL) > 0.9


def test_a_small_change_lowers_the_score_a_little() -> None:
    assert 0.5 < score(ORIGINAL.replace("1e-12", "1e-9")) < 0.95
    assert 0.5 < score(ORIGINAL.replace("total = 0.0", "total = 0.0\n    print(slopes)")) < 0.98


def test_other_data_flow_is_something_else() -> None:
    other = ORIGINAL.replace("zip(row, slopes)", "zip(slopes, row)").replace("a * b", "a * a")
    assert score(other) < 0.95


def test_added_cells_count_and_changed_ones_of_the_lab_do_not() -> None:
    def with_cell(source: str) -> NotebookNode:
        notebook = copy.deepcopy(XOR)
        notebook.cells.insert(5, new_code_cell(source))
        return notebook

    [pair] = pairs_with(with_cell(ORIGINAL), with_cell("# mine\n" + ORIGINAL))
    assert pair.exercises == (ADDED,)

    def with_changed(source: str) -> NotebookNode:
        notebook = copy.deepcopy(XOR)
        next(cell for cell in notebook.cells if cell.cell_type == "code").source = source
        return notebook

    assert pairs_with(with_changed(ORIGINAL), with_changed(ORIGINAL)) == []


def test_an_answer_in_another_cell_is_found() -> None:
    [pair] = pairs_with(written(ORIGINAL, "2.1"), written(ORIGINAL, "2.3"))
    assert pair.exercises == ("2.1", "2.3")
    assert pair.score == pytest.approx(1.0)


def test_others_who_have_the_same() -> None:
    many = [(f"s{k}", written(ORIGINAL if k < 4 else STYLES[k % 4])) for k in range(20)]
    pairs = similar_pairs(many, XOR, NOBODY).pairs
    with_original = [pair for pair in pairs if set(pair.students) <= {"s0", "s1", "s2", "s3"}]
    assert len(with_original) == 6
    assert {pair.others for pair in with_original} == {2}


def test_the_best_pairs_come_first_and_no_more_than_asked() -> None:
    close = written(ORIGINAL.replace("1e-12", "1e-9"))
    pairs = pairs_with(written(ORIGINAL), close, written(ORIGINAL))
    assert pairs[0].students == ("copy0", "copy2")
    assert [pair.score for pair in pairs] == sorted((p.score for p in pairs), reverse=True)
    assert len(pairs) == 3
    copies = [(f"s{k}", written(ORIGINAL)) for k in range(2)]
    assert similar_pairs(copies, XOR, NOBODY, most=0).pairs == []


# ---- What is not ----


@pytest.mark.parametrize("name", LABS)
def test_right_answers_in_other_styles_are_not_alike(name: str) -> None:
    styles = rights(name[:2])
    students = max(len(sources) for sources in styles.values())
    released = lab(name)
    handed = [
        (f"s{k}", answered(released, {id: one[k] for id, one in styles.items() if k < len(one)}))
        for k in range(students)
    ]
    assert similar_pairs(handed, released, NOBODY).pairs == []


def test_what_a_third_of_the_class_has_is_not_listed() -> None:
    def class_(sharing: int) -> list[tuple[str, NotebookNode]]:
        own = [f"def ols(X, y):\n    return {k}, 'own', [{k}] * {k}, X[{k}], y" for k in range(12)]
        return [(f"s{k}", written(ORIGINAL if k < sharing else own[k])) for k in range(12)]

    assert len(similar_pairs(class_(3), XOR, NOBODY).pairs) == 3
    assert similar_pairs(class_(4), XOR, NOBODY).pairs == []


def test_stubs_are_not_alike() -> None:
    assert similar_pairs([(f"s{k}", XOR) for k in range(3)], XOR, NOBODY).pairs == []
    unanswered = copy.deepcopy(XOR)
    for cell in exercises(unanswered).values():
        cell.source = "# I did not get this one.\n" + cell.source
    assert similar_pairs([(f"s{k}", unanswered) for k in range(2)], XOR, NOBODY).pairs == []


def test_what_the_lab_shows_is_not_alike() -> None:
    shown = next(cell.source for cell in XOR.cells if "def crossing" in cell.source)
    used = shown.replace("crossing", "best_threshold_accuracy")
    copies = [(f"s{k}", written(used, "2.2")) for k in range(2)]
    assert similar_pairs(copies, XOR, NOBODY).pairs == []


def test_short_right_answers_are_not_alike() -> None:
    short = "def xor_relu(X):\n    return np.abs(X[:, 0] - X[:, 1])"
    assert (
        similar_pairs([(f"s{k}", written(short, "2.3")) for k in range(2)], XOR, NOBODY).pairs == []
    )


def test_a_team_is_no_pair() -> None:
    team = Policy(teams={"red": ["copy0", "copy1"]})
    pairs = pairs_with(*[written(ORIGINAL)] * 3, policy=team)
    assert {pair.students for pair in pairs} == {("copy0", "copy2"), ("copy1", "copy2")}


# ---- What must not stop it ----

BAD = {
    "no Python": "def ols(X, y:\n  return (",
    "empty": "",
    "only magics": "%matplotlib inline\n!ls\n?",
    "shell": "%%bash\nfor f in *; do echo $f; done",
    "null byte": "x = '\0'",
    "lone surrogate": "x = '\ud800'",
    "long integer": "x = " + "9" * 5_000,
    "long hexadecimal": "x = 0x" + "f" * 9_000,
    "deep brackets": "(" * 3_000 + ")" * 3_000,
    "deep sum": "x = " + "1 + " * 20_000 + "1",
    "deep calls": "f" + "()" * 15_000,
    "deep blocks": "".join(" " * k + "if x:\n" for k in range(90)) + " " * 90 + "x",
    "many magics": "%x\n" * 15_000,
    "huge": "x = [\n" + "    1,\n" * 200_000 + "]",
    "many nodes": "x = [" + "a," * 24_000 + "]",
    "all of Python": """
async def f(*a, b: int = 1, **c):
    global g
    async with x as y:
        match y:
            case {"k": v, **rest}: pass
            case [1, *z]: pass
    try:
        (yield)
    except* E as e:
        del e
    h = lambda q: (w := q)
class C(B, metaclass=M):
    n: int
    def m(self): return f"{self.n!r:>{4}}"
""",
}


@pytest.mark.parametrize("source", BAD.values(), ids=BAD)
def test_bad_code_does_not_stop_the_others(source: str) -> None:
    bad = written(source)
    [pair] = pairs_with(written(ORIGINAL), written(ORIGINAL), bad)
    assert pair.students == ("copy0", "copy1")


def with_cells(*sources: str) -> NotebookNode:
    """The lab with the original answer, and these cells before it."""
    notebook = written(ORIGINAL)
    notebook.cells[:0] = [new_code_cell(source) for source in sources]
    return notebook


@pytest.mark.parametrize(
    ("sources", "is_cut"),
    [
        ([], False),
        (["x = 1  # one\n" * 3_800], False),
        (["x = 1  # one\n" * 4_000], True),
        (["# a long remark\n" * 3_000] * 4, False),
        (["# a long remark\n" * 3_000] * 5, True),
        (["x = [" + "a," * 24_000 + "]"], True),
    ],
    ids=["nothing", "a long cell", "a too long cell", "much", "too much", "too many nodes"],
)
def test_who_has_more_than_is_compared_is_named(sources: list[str], is_cut: bool) -> None:
    found = similar_pairs([("a", with_cells(*sources)), ("b", XOR)], XOR, NOBODY)
    assert found.cut == (["a"] if is_cut else [])


def test_no_more_is_parsed_than_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree takes 200 times the memory of its text."""
    given, read, parse = similar._Given(XOR), [], similar._parsed

    def counted(source: str) -> ast.Module:
        read.append(len(source))
        return parse(source)

    monkeypatch.setattr(similar, "_parsed", counted)
    given.own(with_cells(*["a," * 22_500] * 50))
    assert 150_000 < sum(read) <= similar.MOST_CHARACTERS_IN_ALL
    assert len(ORIGINAL.strip()) <= read[-1], "what is short is read, whatever stands before it"


def test_all_that_a_lab_needs_is_compared() -> None:
    for name in LABS:
        written_in = [str(cell.source) for cell in lab(name).cells if cell.cell_type == "code"]
        assert 5 * sum(map(len, written_in)) < similar.MOST_CHARACTERS_IN_ALL


def test_a_class_of_nobody_and_one() -> None:
    assert similar_pairs([], XOR, NOBODY).pairs == []
    assert similar_pairs([("a", written(ORIGINAL))], XOR, NOBODY).pairs == []


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_read(source: str) -> None:
    tree = similar._parsed(source)
    list(similar._Reader({}, [tree]).fingerprints(tree))


def test_notebooks_are_read_one_at_a_time(tmp_path: Path) -> None:
    folder = CourseFolder(tmp_path)
    path = folder.handed_in("02_xor", "1", "a")
    path.parent.mkdir(parents=True)
    nbformat.write(written(ORIGINAL), path)
    attempt, gone = (Attempt(lab="02_xor", student=one, sha256="a") for one in "13")
    totals = [
        Total(student, student, which, {}, 1.0, 0.0, 0.0)
        for student, which in (("1", attempt), ("2", attempt), ("3", gone))
    ]
    [(student, notebook)] = handed_in(folder, "02_xor", totals)
    assert student == "1"
    assert ORIGINAL in [cell.source for cell in notebook.cells]
