"""The build refuses what would fold too much, hide work, or make the map of a lab wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.notebook import SourceError, lab_of, solution_of
from course.rules import refuse
from tests.course import form2

HIDDEN = 'tags=["hide-input"]\nimport matplotlib.pyplot as plt'
SHOWN = "# One or two joined sentences say why"


def test_the_template_breaks_no_rule(tmp_path: Path) -> None:
    refuse(form2.lab(tmp_path))


FOLDING = {
    "nothing behind": ("minutes=2\n# ## What we saw", "minutes=2\n# ### What we saw", "swallow"),
    "no heading": ("folded=true\n# ## More", "folded=true\n# More", "no heading of a section"),
    "text beside it": ("folded=true\n# ## More\n", "folded=true\n# ## More\n#\n# A.\n", "alone"),
    "minutes of no heading": ("# %%\nimport numpy", "# %% minutes=3\nimport numpy", "no heading"),
    "the title": ("form=2 draft=true", "form=2 folded=true", "no heading of a section"),
}
HIDING = {
    "a printed number": ("plots.show(", "print(y)\nplots.show(", "holds print"),
    "a claim": ("plots.show(", "assert y[0] == -3\nplots.show(", "holds assert"),
    "a training": ("plots.show(", "model.fit(x, y)\nplots.show(", "holds fit"),
    "a check": ('# %%\ncheck("2.3")', '# %% tags=["hide-input"]\ncheck("2.3")', "holds check"),
    "an answer": ('# %% exercise="2.3"', '# %% exercise="2.3" tags=["hide-input"]', "an answer"),
    "no picture": (
        "# %%\nimport numpy",
        '# %% tags=["hide-input"]\nz = 1\n\n# %%\nimport numpy',
        "draws nothing",
    ),
}
MAP = {
    "no short path": (' short="1, 2"', "", "states short"),
    "no needs": (" needs=[]", "", "states needs"),
    "a sum that is another": ("minutes=12 seconds", "minutes=13 seconds", "13 minutes, .* 12"),
    "a section for home": ("minutes=2\n", 'minutes=2 tags=["home"]\n', "12 minutes, .* 10"),
    "another part for home": ("folded=true\n# ## More", 'tags=["home"]\n# ### More', "no section"),
    "a silent section": ("# %% [markdown] minutes=2", "# %% [markdown]", "What we saw"),
    "a heading in mid-cell": (SHOWN, "# ## Another\n#\n" + SHOWN, "does not begin its cell"),
    "two questions": (
        "# <details><summary>What does a slope of 0",
        "# <b>What does",
        "3 questions",
    ),
    "raw HTML": ("vertical axis?</summary>\n#\n", "vertical axis?</summary>\n", "empty line"),
}
LECTURES = {
    "one line": (SHOWN, "# (000, line 68)", 'says "line 68"'),
    "lines": (SHOWN, "# Lecture 000 (lines 32-156)", 'says "lines 32-156"'),
    "L": (SHOWN, "# The slide (L302)", 'says "L302"'),
    "an alt text": ('alt="A straight', 'alt="As in line 7: a straight', 'says "line 7"'),
    "an analysis": ("**Analysis.**", "**Analysis.** See line 9.", 'says "line 9"'),
}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param(*case, id=name)
        for cases in (FOLDING, HIDING, MAP, LECTURES)
        for name, case in cases.items()
    ],
)
def test_what_breaks_a_rule_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        refuse(form2.lab(tmp_path, (old, new)))


# Where names are bound and used: under "More", at the end of section 1 or 2, in the last section.
MORE = "It runs all the same.\n"
TEST = "The height is b everywhere: x no longer counts.\n#\n# </details>\n"
ONE, TWO, END = (
    'grows "\n    "by 1.",\n)\n',
    "and turn it back.\n",
    "# - One question, which the next lab answers.\n",
)


@pytest.mark.parametrize(
    ("bound", "used", "short", "says"),
    [
        (MORE, END, "1, 2", "needs found from a section folded or for home"),
        (MORE, TEST, "1, 2", "needs found from another section folded or for home"),
        (TWO, END, "1", "needs found from a section beside the short path"),
        (TWO, TEST, "1", "needs found from a section beside the short path"),
        (MORE, MORE, "1, 2", None),
        (ONE, MORE, "1, 2", None),
        (ONE, TWO, "1, 2", None),
        (ONE, END, "1", None),
    ],
)
def test_whoever_leaves_out_a_part_has_all_names(
    tmp_path: Path, bound: str, used: str, short: str, says: str | None
) -> None:
    use = "\n# %%\ndef f():\n    return [found for _ in range(2)]\n"
    edits = [(used, used + use), (bound, bound + "\n# %%\nfound = 1\n")]
    notebook = form2.lab(tmp_path, ('short="1, 2"', f'short="{short}"'), *edits)
    if says is None:
        refuse(notebook)
        return
    with pytest.raises(SourceError, match=says):
        refuse(notebook)


@pytest.mark.parametrize(
    ("bound", "used", "says"),
    [(TWO, END, "needs found from a section folded or for home"), (ONE, TWO, None)],
)
def test_whoever_leaves_a_section_for_another_day_has_all_names(
    tmp_path: Path, bound: str, used: str, says: str | None
) -> None:
    use = "\n# %%\ndef f():\n    return found\n"
    at_home = [("minutes=12", "minutes=6"), ("minutes=6\n", 'minutes=6 tags=["home"]\n')]
    edits = [(used, used + use), (bound, bound + "\n# %%\nfound = 1\n"), *at_home]
    notebook = form2.lab(tmp_path, *edits)
    if says is None:
        refuse(notebook)
        return
    with pytest.raises(SourceError, match=says):
        refuse(notebook)


@pytest.mark.parametrize("cases", [MAP, LECTURES])
def test_a_lab_of_the_first_form_may_be_as_it_was(
    tmp_path: Path, cases: dict[str, tuple[str, str, str]]
) -> None:
    for old, new, _ in cases.values():
        refuse(form2.lab(tmp_path, (old, new), ("form=2 ", "")))


@pytest.mark.parametrize("text", ["# two lines of code", "# L1 and L2", "# the line, 3 units up"])
def test_other_lines_are_free(tmp_path: Path, text: str) -> None:
    refuse(form2.lab(tmp_path, (SHOWN, text)))


def test_cells_that_only_the_solution_has_may_lie_behind_a_fold(tmp_path: Path) -> None:
    """But they are no end of it for students."""
    source = form2.lab(
        tmp_path, ("minutes=2\n# ## What we saw", 'minutes=2 tags=["solution"]\n# ## What we saw')
    )
    refuse(solution_of(source))
    with pytest.raises(SourceError, match="swallow"):
        refuse(lab_of(source, set()))
