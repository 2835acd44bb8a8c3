# %% [markdown] form=2 minutes=14 seconds=20 short="1, 2" needs=[]
# # Lab 16: Slip or right?
#
# Five lecturers wrote the slides that these labs rebuild, and whoever writes hundreds of slides
# slips now and then: a sign, a factor, a date, a word too strong. We found 82 such places. Could
# you have found them? Each card of this lab shows one claim. Half of them are slips from a slide,
# told in our words, and the others are right, and sound as good.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown] minutes=6
# ## 1. Five claims
#
# Read the claim, say how sure you are, and press **Slip** or **Right**. The card then says what is
# so and why, and where there is something to run it shows the code and what it prints. Cards come
# from the labs that you have begun, or from all where you have begun none. What you missed comes
# back in the next rounds, what you knew comes later each time, and nothing gives points.

# %% tags=["nbval-ignore-output"]
from utils.cards import Table, standing

table = Table(5, labs="begun")
table

# %% [markdown] tags=["task"]
# **Try it:** answer all of them. Then run the cell again for the next round, as often as you like:
# two minutes for a card are well spent.

# %% tags=["nbval-ignore-output"]
standing()

# %% [markdown]
# To say 50 % is to toss a coin, and the cards know it: a right guess does not count as knowledge.
# Your answers are kept for you alone, in `.ipynb_checkpoints/cards.jsonl`. A cell with
# `from utils.cards import forget` and `forget()` deletes them.

# %% [markdown] minutes=6
# ## 2. How to catch a slip
#
# Experts rarely know a formula by heart. They try it, and four trials catch most of the slips that
# we found:
#
# - **Put numbers in.** A formula for the slope of the sigmoid can be compared with a difference
#   quotient in one line. So can every other slope.
# - **Count.** Weights, units, lines and layers can be counted, and so can the shapes that a product
#   needs.
# - **Go to the extremes.** What happens at 0, at very large numbers, with one sample, with none?
# - **Look for one case against it.** Words such as *always*, *never* and *only* fall with a single
#   example.
#
# Here is the first of them at work. Somebody claims that the slope of $\tanh(z)$ is
# $1 - \tanh(z)$.

# %%
import numpy as np

z = np.array([-1.0, 0.0, 2.0])
h = 1e-6
print("difference quotient:", ((np.tanh(z + h) - np.tanh(z - h)) / (2 * h)).round(4))
print("claimed:            ", (1 - np.tanh(z)).round(4))

# %% [markdown] tags=["task"]
# **Try it:** where do the two agree, and which small change of the claim makes them agree
# everywhere? Change the last line until it does.

# %% [markdown]
# <details><summary>Which one?</summary>
#
# Of the three places they agree at 0 only, which is why one trial is not enough. A square is missing: the slope is
# $1 - \tanh^2(z)$, in code `1 - np.tanh(z)**2`.
#
# </details>

# %% [markdown] folded=true
# ## Test yourself

# %% [markdown]
# 1. "The loss went down in each of the ten trainings, so gradient descent always lowers the loss."
# Which trial would you make?
#
# <details><summary>Answer</summary>
#
# Look for one case against it: a learning rate that is too large makes the loss grow.
#
# </details>
#
# 2. A slide says that a layer with 4 inputs and 3 units has 12 parameters. What do you do?
#
# <details><summary>Answer</summary>
#
# Count: 4 · 3 weights and 3 biases are 15. Twelve is right only for a layer without biases.
#
# </details>
#
# 3. A formula agrees with a difference quotient at one place. Is it right?
#
# <details><summary>Answer</summary>
#
# Not yet: try several places, such as one on each side of 0. The claim above agrees at 0.
#
# </details>

# %% [markdown] minutes=2
# ## What you can do now
#
# You can doubt a slide politely: not by opinion but by a number, a count, an extreme or one case.
# Your standing says what you missed, and whether you were surer than right; the labs that it names
# are worth a second look. Come back in a week, because what was missed today waits for you.
