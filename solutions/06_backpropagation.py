# %% [markdown] form=2 draft=true minutes=12 seconds=30 short="1, 2" needs=[]
# # Lab 06: How does a weight deep inside learn its share of the blame?
#
# One question, which stays open until the lab answers it, and a reason from the world to ask it.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown] minutes=4
# ## 1. Something moves
#
# One or two joined sentences say why, then comes one cell of a few lines, and then the reading of
# what it shows. Within 150 words there is a first picture.

# %%
import numpy as np

from utils.checks import check

x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
y = 2 * x + 1
print(y)

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from utils import plots

fig, ax = plt.subplots(figsize=(4.5, 3.0))
ax.plot(x, y, marker="o", color=plots.BLUE)
ax.set(xlabel="x", ylabel="y", title="w = 2, b = 1")
plots.show(
    fig,
    alt="A straight line through five points. It passes through (0, 1) and rises by 2 where x grows "
    "by 1.",
)

# %% [markdown] minutes=6
# ## 2. Your turn
#
# <div class="alert alert-success">
#
# **Exercise 6.0** (1 point): complete a line
#
# </div>
#
# Write `line(x, w, b)`, which computes the height of a line with the slope `w` and the intercept `b`.
#
# *Expected*: for x = 3, w = 2 and b = 1 the height is 7, as in the picture, drawn on to the right.


# %% exercise="6.0"
def line(x, w, b):
    """x (n,), w (), b () -> the heights, (n,)"""
    ### BEGIN SOLUTION
    return w * x + b
    ### END SOLUTION


# %%
check("6.0")

# %% [markdown] tags=["solution"]
# **Analysis.** The product comes first, so each height grows by w where x grows by 1, and b lifts all
# of them by the same amount.

# %% [markdown] tags=["task"]
# **Try it:** which `w` turns the line of section 1 upside down? Change it there, run that cell and the
# picture again, and turn it back.

# %% [markdown] folded=true
# ## More

# %% [markdown]
# What would be too much for the core of the lab stands here, folded. It runs all the same.

# %% [markdown] folded=true
# ## Test yourself

# %% [markdown]
# <details><summary>What does the slope of a line say?</summary>
#
# By how much the height grows where x grows by 1.
#
# </details>
#
# <details><summary>Where does the line meet the vertical axis?</summary>
#
# At the height b, because there x is 0.
#
# </details>
#
# <details><summary>What does a slope of 0 mean?</summary>
#
# The height is b everywhere: x no longer counts.
#
# </details>

# %% [markdown] minutes=2
# ## What we saw
#
# - What the reader's own numbers were, and what they mean.
# - One question, which the next lab answers.
