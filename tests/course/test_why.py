"""The analyses of a source, as the cards show them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course.build import find_labs
from course.notebook import read_source
from course.why import why_of

ROOT = Path(__file__).resolve().parents[2]
SOURCE = r"""# %% [markdown]
# # A lab

# %% [markdown] tags=["solution"]
# A remark to no exercise.

# %%
check("2.1")

# %% [markdown] tags=["solution"]
# **Analysis.** The lecture's $\max\{0, a_1 * b_1 * c_1\}$ for $x < 2$, and `a < b`.

# %% [markdown] tags=["solution"]
# | a | b |
# |---|---|
# | 1 | 2 |
#
# $$f(x)_1 = \begin{pmatrix} 1 \\ 2 \end{pmatrix}$$

# %% exercise="2.2"
### BEGIN SOLUTION
a = 1
### END SOLUTION

# %% [markdown] tags=["solution"]
# A remark above the check.

# %%
check("2.2")

# %% [markdown]
# What students read, too.

# %% tags=["solution"]
print("code")

# %% [markdown] tags=["solution"]
# Behind all that.
"""


@pytest.fixture
def whys(tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "02_small.py"
    path.write_text(SOURCE, encoding="utf-8")
    found: dict[str, str] = json.loads(why_of(read_source(path)))
    return found


def test_the_analysis_is_the_solutions_text_behind_the_check(whys: dict[str, str]) -> None:
    assert whys["2.1"].startswith("<p><strong>Analysis.</strong> The lecture's")
    assert "remark" not in whys["2.1"]
    assert whys == {"2.1": whys["2.1"], "2.2": "<p>Behind all that.</p>\n"}


def test_formulas_stay_as_they_are_written(whys: dict[str, str]) -> None:
    assert r"$\max\{0, a_1 * b_1 * c_1\}$ for $x &lt; 2$" in whys["2.1"]
    assert r"<p>$$f(x)_1 = \begin{pmatrix} 1 \\ 2 \end{pmatrix}$$</p>" in whys["2.1"]


def test_the_rest_is_html(whys: dict[str, str]) -> None:
    assert "<code>a &lt; b</code>" in whys["2.1"]
    assert "<td>2</td>" in whys["2.1"]


def test_each_exercise_of_the_labs_has_a_why() -> None:
    for lab in find_labs(ROOT):
        source = read_source(lab.source)
        asked = {cell.metadata["exercise"] for cell in source.cells if "exercise" in cell.metadata}
        assert json.loads(lab.why.read_text(encoding="utf-8")).keys() == asked, lab.name
