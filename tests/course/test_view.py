"""How a built lab opens: folded sections, hidden code, minutes, and the map under the title."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jupytext
import pytest

from course import build
from course.build import LabFiles
from course.notebook import SourceError, fingerprint, read_source, solution_of
from course.sections import sections
from course.view import Signpost, dress, map_of, on_the_road
from tests.course import form2

OTHERS = [
    Signpost("00_orientation", "How these labs work"),
    Signpost("06_backprop", "By hand"),
    Signpost("10_iris", "Two outputs"),
    Signpost("12_fashion", "Garments"),
    Signpost("03_activations", "Bends"),
]


def dressed(folder: Path, *edits: tuple[str, str]) -> Any:
    notebook = solution_of(form2.lab(folder, *edits))
    dress(notebook, "02", OTHERS)
    return notebook


def test_a_folded_heading_is_folded_in_jupyterlab_and_in_colab(tmp_path: Path) -> None:
    notebook = dressed(tmp_path)
    folded = [c for c in notebook.cells if c.metadata.get("jp-MarkdownHeadingCollapsed")]
    assert [c.source.partition("\n")[0] for c in folded] == ["## More", "## Test yourself"]
    assert notebook.metadata["colab"]["collapsed_sections"] == [c.metadata["id"] for c in folded]
    assert [c.metadata["id"] for c in folded] == [c.id for c in folded]
    assert "colab" not in dressed(tmp_path, ("folded=true", "minutes=0")).metadata


def test_hidden_code_is_hidden_in_jupyterlab_and_in_colab(tmp_path: Path) -> None:
    hidden = [c for c in dressed(tmp_path).cells if c.metadata.get("jupyter")]
    assert [c.source.splitlines()[-1] for c in hidden] == [")"]
    assert hidden[0].metadata["jupyter"] == {"source_hidden": True}
    assert hidden[0].metadata["cellView"] == "form"
    assert "hide-input" in hidden[0].metadata["tags"]  # the name that sites and Jupyter Book know


def test_minutes_stand_in_the_headings(tmp_path: Path) -> None:
    notebook = dressed(tmp_path, ("[markdown] minutes=2", "[markdown] minutes=1"))
    headings = [c.source.partition("\n")[0] for c in notebook.cells if "minutes" in c.metadata]
    assert headings[1:] == [
        "## 1. Something moves *(4 minutes)*",
        "## 2. Your turn *(6 minutes)*",
        "## What we saw *(1 minute)*",
    ]


def test_the_map_says_minutes_short_path_and_neighbours(tmp_path: Path) -> None:
    notebook = dressed(tmp_path, ("needs=[]", 'needs=["00"]'))
    assert notebook.cells[1].source.splitlines() == [
        "- **Time:** about 12 minutes; this is an estimate.",
        "- **Short of time?** Sections 1 and 2 take 10 minutes and make a lab of their own.",
        "- **What you need:** what you learned in "
        "[lab 00: How these labs work](00_orientation.ipynb).",
        "- **After it:** [lab 03: Bends](03_activations.ipynb).",
    ]
    assert dressed(tmp_path, ("form=2 ", "")).cells[1].cell_type == "code"  # no map in form 1


def test_a_section_for_home_has_a_line_of_its_own(tmp_path: Path) -> None:
    at_home = dressed(
        tmp_path, ("minutes=12", "minutes=10"), ("minutes=2\n", 'minutes=2 tags=["home"]\n')
    )
    time, other_day, *_ = at_home.cells[1].source.splitlines()
    assert time == "- **Time:** about 10 minutes; this is an estimate."
    assert other_day.startswith('- **For another day:** "What we saw" takes 2 minutes more')


def test_the_lab_before_is_named_once(tmp_path: Path) -> None:
    before = "- **Before this lab:** [lab 00: How these labs work](00_orientation.ipynb)."
    assert before in dressed(tmp_path).cells[1].source.splitlines()  # it needs nothing
    needed = dressed(tmp_path, ("needs=[]", 'needs=["00"]')).cells[1].source
    assert "Before this lab" not in needed


def test_a_lab_that_needs_nothing_says_so_and_the_first_has_none_before(tmp_path: Path) -> None:
    text = map_of(form2.lab(tmp_path), "00", [lab for lab in OTHERS if lab.number != "00"])
    assert "**What you need:** nothing from the other labs." in text
    assert "Before this lab" not in text


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        ((25, 20, 4), ""),
        ((25, 20, 5), ""),
        ((25, 20, 6), "after section 2, when 45 minutes are over"),
        ((30, 20, 20), "after section 1, when 30 minutes are over"),  # before 50, not at 50
        ((30, 19, 1, 40), "after section 2, when 49 minutes are over"),
    ],
)
def test_the_break_comes_before_fifty_minutes(
    tmp_path: Path, minutes: tuple[int, ...], says: str
) -> None:
    text = map_of(_of(tmp_path, minutes), "02", OTHERS)
    (time,) = [line for line in text.splitlines() if "Time" in line]
    assert says in time
    assert ("break" in time) is bool(says)


def _of(folder: Path, minutes: tuple[int, ...]) -> Any:
    """A lab with these sections."""
    parts = [
        f"# %% [markdown] minutes={its}\n# ## {n}. A part\n" for n, its in enumerate(minutes, 1)
    ]
    head = f'# %% [markdown] form=2 minutes={sum(minutes)} short="1, 2" needs=[]\n# # Lab 02: A\n'
    path = folder / "02_parts.py"
    path.write_text("\n".join([head, *parts]), encoding="utf-8")
    return read_source(path)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('short="1, 2"', 'short="1, 3"', r"sections \[3\], which the lab does not have"),
        ('short="1, 2"', 'short="1"', "two sections or more"),
        ("needs=[]", 'needs=["04"]', "no such lab, or it is a draft"),
        ("needs=[]", 'needs=["03"]', "come later on the road"),
    ],
)
def test_a_map_that_would_be_wrong_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    with pytest.raises(SourceError, match=says):
        dressed(tmp_path, (old, new))


def test_a_section_too_long_for_a_break_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"section 1 takes 60 minutes, and a break is due"):
        map_of(_of(tmp_path, (60, 5)), "02", OTHERS)


def test_the_road_is_not_the_order_of_the_numbers() -> None:
    labs = [*OTHERS, Signpost("77_else", "Else"), Signpost("11_over", "Over")]
    numbers = [lab.number for lab in on_the_road(labs)]
    assert numbers == ["00", "03", "10", "06", "12", "11", "77"]


def test_links_lead_to_labs_that_exist_and_are_no_drafts(tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    for name in ("00_first", "02_line", "03_draft", "10_end"):
        edits = [("Lab 02: A line", f"Lab {name[:2]}: About {name}")]
        edits += [] if name == "03_draft" else [("draft=true ", "")]
        path = tmp_path / "solutions" / f"{name}.py"
        path.write_text(form2.edited(*edits), encoding="utf-8")
    lab = LabFiles(tmp_path, "02_line")
    text = build._solution(lab, read_source(lab.source)).cells[1].source
    assert "**Before this lab:** [lab 00: About 00_first](00_first.ipynb)." in text
    assert "**After it:** [lab 10: About 10_end](10_end.ipynb) (not 03: the numbers" in text


def test_what_the_build_writes_is_no_part_of_a_source(tmp_path: Path) -> None:
    """A paired editor writes the solution notebook back: names stay, what was written goes."""
    source = form2.lab(tmp_path)
    notebook = solution_of(source)
    dress(notebook, "02", OTHERS)
    written = jupytext.writes(notebook, fmt="py:percent")
    for name in ("jp-Markdown", "source_hidden", "cellView", "colab"):
        assert name not in written
    for name in ("form=2", 'short="1, 2"', "folded=true", '"hide-input"', "minutes=4", '"task"'):
        assert name in written
    path = tmp_path / "02_again.py"
    path.write_text(written, encoding="utf-8")
    assert fingerprint(read_source(path)) == fingerprint(source)
    assert [cell.id for cell in read_source(path).cells] == [cell.id for cell in source.cells]


def test_sections_are_named_by_their_number(tmp_path: Path) -> None:
    names = [section.name for section in sections(form2.lab(tmp_path))]
    assert names == ["section 1", "section 2", '"What we saw"']
