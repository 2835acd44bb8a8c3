# %% [markdown] form=2 minutes=90 seconds=30 short="1, 3, 4, 6" needs=["04"]
# # Lab 05: How do you find the valley when you only feel the slope?
#
# You stand on a mountain in thick fog. Somewhere below there is a hut, but you see no further than
# your boots. All that you feel is how steep the ground is, and to which side it falls. A network that
# learns is in the same place: it has numbers, it feels whether the loss rises or falls with each of
# them, and it has no map. You will walk down by hand, find out how long a step may be, and then let a
# network walk.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown] folded=true
# ## Two questions from memory

# %% [markdown]
# 1. In lab 02, fewer than one in five networks with two ReLU units learned XOR. Why not all?
#
# <details><summary>Answer</summary>
#
# Where training ends depends on the start, and many starts lead to a place from which no step helps.
#
# </details>
#
# 2. Where is the sigmoid steepest, and how steep is it there?
#
# <details><summary>Answer</summary>
#
# At 0, where its slope is 1/4. Its slope is $\sigma(s)\,(1 - \sigma(s))$, which lab 03 looks at.
#
# </details>

# %% [markdown] minutes=11
# ## 1. In the fog
#
# Each slider is one step, to the right where it is positive. A short line shows how the ground lies
# under your feet, at the start (0) and after each step. **Stop where the ground is flat and lower than
# at the start.**

# %% tags=["hide-input"]
import keras
import matplotlib.pyplot as plt
import numpy as np

from utils import plots
from utils.checks import bet, check, hint
from utils.knobs import Slider, knobs


def height(place):
    return 2 + 0.05 * (place**4 / 4 + 2.5 * place**3 / 3 - 3.5 * place**2 - 4 * place)


def steepness(place):
    return 0.05 * (place + 4) * (place + 0.5) * (place - 2)


def is_in_a_valley(first_step, second_step, third_step):
    place = first_step + second_step + third_step
    return abs(steepness(place)) < 0.1 and height(place) < height(0)


def draw_hike(first_step, second_step, third_step):
    places = np.cumsum([0, first_step, second_step, third_step])
    arrived = is_in_a_valley(first_step, second_step, third_step)
    fig, ax = plt.subplots(figsize=(6.4, 3.4))
    ax.set(xlim=(-6, 4), ylim=(0, 4), xlabel="place", ylabel="height", yticks=range(5))
    ax.set_facecolor("white" if arrived else "gainsboro")
    if arrived:
        ground = np.linspace(-6, 4, 300)
        ax.plot(ground, height(ground), color=plots.GREY, linewidth=1.5)
    for place in dict.fromkeys(places):
        ends = place + np.array([-0.35, 0.35])
        ax.plot(ends, height(place) + steepness(place) * (ends - place), color=plots.BLUE, lw=3)
        here = ", ".join(str(number) for number in np.flatnonzero(places == place))
        ax.annotate(here, (place, height(place)), (0, 9), textcoords="offset points", ha="center")
    slope, last = steepness(places[-1]), places[-1]
    feels = "the ground is flat" if abs(slope) < 0.1 else "the ground falls to the "
    feels += "" if abs(slope) < 0.1 else "left" if slope > 0 else "right"
    feels += "" if -6 <= last <= 4 else ", and you have left the picture"
    return fig, (
        f"You are at {last:.2f}, at a height of {height(last):.2f}. The slope is {slope:.2f}: {feels}."
        + (" The fog lifts." if arrived else "")
    )


knobs(
    draw_hike,
    task="With three steps, get to a flat place that is lower than the start.",
    reached=is_in_a_valley,
    first_step=Slider(-4, 4, 0.25, start=0),
    second_step=Slider(-4, 4, 0.25, start=0),
    third_step=Slider(-4, 4, 0.25, start=0),
)

# %% [markdown] covers=["000.18", "001.09"]
# <details><summary>What do you see when the fog lifts?</summary>
#
# There are two valleys. If you went right, where the ground falls, you sit in the *higher* one: a
# **local minimum**, the lowest place nearby. The deeper one lies behind a ridge on the left, and no slope
# at the start tells you so.
#
# </details>
#
# That is the whole method, with its weakness. No one can guess the numbers of a real network, so a
# **gradient-based** optimiser walks, step by step, until there is only a **very small error** left. The
# parameters are **estimated iteratively**, that is, again and again a little better.
#
# You chose the length of each step yourself. A computer needs a rule for it, and the usual one is short:
# *go against the slope, by a fixed multiple of it*,
#
# $$\theta \leftarrow \theta - \nu \cdot \text{slope}.$$
#
# $\theta$ (theta) is where you are, and $\nu$ (nu) is the **learning rate**, the one number that you choose.
#
# <div class="alert alert-success">
#
# **Exercise 5.0** (1 point): one step downhill
#
# </div>
#
# Complete `downhill(theta, slope, learning_rate)`, which returns the next place. `theta` and `slope` are
# two numbers, or two arrays of the same shape.
#
# *Expected*: from 0 with the slope -0.2 and the rate 5 it goes to 1.


# %% exercise="5.0"
def downhill(theta, slope, learning_rate):
    """theta and slope, () or (k,) -> the next theta, of the same shape"""
    ### BEGIN SOLUTION
    return theta - learning_rate * slope
    ### END SOLUTION


# %%
check("5.0")

# %% [markdown]
# Stuck? This shows a hint, and the next of three if you run it again. For the other exercises write
# their number into it, such as `hint("5.1")`.

# %%
hint("5.0")

# %% [markdown] tags=["solution"]
# **Analysis.** A positive slope means that the ground rises to the right, so down is to the left, and
# therefore the minus. The same line works for a million weights, because NumPy subtracts number by
# number.

# %% [markdown]
# The rate stays the same all the way down. **What happens to the steps near the bottom of a smooth
# valley?**
#
# | | |
# |---|---|
# | a | they stay equally long |
# | b | they would jump over it, so the rate must be made smaller by hand |
# | c | they become shorter on their own |
#
# Write `"a"`, `"b"` or `"c"` in the place of `...`, and if you like how sure you are: `sure=70` (percent).

# %% bet="5.b1"
bet("5.b1", "c")

# %% [markdown]
# Let your rule walk from the start in the fog, with the rate 1:

# %%
theta = 0.0
for _ in range(9):
    slope = steepness(theta)
    arrived_at = downhill(theta, slope, 1.0)
    print(f"slope {slope:5.2f}   step {arrived_at - theta:5.2f}   now at {arrived_at:.2f}")
    theta = arrived_at

# %% [markdown]
# Half-way down it is steepest, and there the steps are longest. Near the bottom they shrink, and nobody
# has touched the rate.

# %% [markdown] minutes=16 covers=["001.10", "003.22"]
# ## 2. Where the slope comes from
#
# A hiker feels the slope, while a network must compute it. In **supervised learning** it gets examples
# with their labels, the **training data**. Which unit is connected with which, its **topology**, is fixed.
#
# What it learns, the **model**, is the set of all weights. So a *place* is a set of weights, and its
# *height* is the loss.
#
# Take one neuron with a sigmoid, three weights and one example, whose label is 1. The first input is
# always 1, so that its weight is the bias. The error is the squared difference, $E = (y - \hat y)^2$. We
# put one half in front, because it will cancel a 2 in a moment. The sum, which was z in lab 03, is s on the
# slide and here.

# %% covers=["001.12"]
x, y = np.array([1.0, 0.5, -1.2]), 1
w = np.array([0.1, 0.4, -0.3])


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


def error(w):
    """The error of the neuron with the weights w (3,)"""
    return (y - sigmoid(w @ x)) ** 2 / 2


print(f"s = {w @ x:.2f}   y_hat = {sigmoid(w @ x):.4f}   E = {error(w):.6f}")

# %% [markdown]
# How does one feel a slope here? Put a foot forward: **nudge** one weight a little, and look by how much
# $E$ changes.

# %% covers=["001.12"]
nudge = 1e-6
# Each row of np.eye(3) is 1 for one weight, and 0 for the two others.
slopes = np.array([(error(w + nudge * one) - error(w)) / nudge for one in np.eye(3)])
print("slope along each weight:", slopes.round(4))
s, y_hat = w @ x, sigmoid(w @ x)
of_sigmoid = (sigmoid(s + nudge) - sigmoid(s)) / nudge
print(f"slope of the sigmoid: {of_sigmoid:.4f}   y_hat (1 - y_hat): {y_hat * (1 - y_hat):.4f}")

# %% [markdown]
# $E$ falls if the first two weights grow and the third one shrinks. These three slopes together are the
# **gradient**.
#
# But a million weights would need a million nudges, so one computes it from derivatives. A nudge of $w_n$
# passes through three places, and each multiplies it by its own slope: $s$ along $w_n$ has the slope
# $x_n$, the sigmoid has $\hat y\,(1 - \hat y)$, as the second line confirms, and $E$ has $-(y - \hat y)$:
# the 2 of the square cancels the half, and the minus comes from $-\hat y$. So the slope of $E$ along
# $w_n$, written $\partial E / \partial w_n$, is
#
# $$\frac{\partial E}{\partial w_n} = -(y - \hat y) \cdot \hat y\,(1 - \hat y) \cdot x_n, \qquad
# \hat y = \sigma(s), \quad s = w_1 x_1 + w_2 x_2 + \dots$$
#
# <div class="alert alert-success">
#
# **Exercise 5.1** (2 points): a neuron takes a step
#
# </div>
#
# Write `neuron_step(x, w, y, learning_rate)`. It returns two things: the gradient of
# $E = \frac12 (y - \hat y)^2$, and the new weights after one step downhill. It must work for any number of
# weights.
#
# *Expected for the neuron above, with the rate 1*: the gradient (-0.0765, -0.0383, 0.0919), as the nudges
# say, and the weights (0.1765, 0.4383, -0.3919).


# %% exercise="5.1"
def neuron_step(x, w, y, learning_rate):
    """x (k,), w (k,), y () -> gradient (k,), new w (k,)"""
    ### BEGIN SOLUTION
    y_hat = 1 / (1 + np.exp(-(w @ x)))
    gradient = -(y - y_hat) * y_hat * (1 - y_hat) * x
    return gradient, w - learning_rate * gradient
    ### END SOLUTION


# %%
check("5.1")

# %% [markdown] tags=["solution"]
# **Analysis.** The first two factors are the same for all weights, so the slopes are to each other as the
# inputs are. The square brings a 2, and the one half takes it away again. The middle factor is at most 1/4,
# and near 0 where the neuron is sure, even where it is sure and wrong: that is why lab 04 prefers the
# cross-entropy.

# %% [markdown]
# With your function, all of training fits into five lines:

# %% covers=["001.11", "001.13", "001.14"]
print("1 initialise:", w)
print(f"2 forward   : y_hat = {sigmoid(w @ x):.4f}")
print(f"3 error     : E = {error(w):.6f}")
gradient, new_w = neuron_step(x, w.copy(), y, learning_rate=1.0)
print("4 gradient  :", np.round(gradient, 6))
print(f"5 adjust    : {np.round(new_w, 4)}, and then E = {error(new_w):.6f}")

# %% [markdown]
# $E$ went down from 0.058 to 0.044, in one step. Steps 2 to 5 are then repeated, and only those.

# %% [markdown] folded=True
# ### More: why not just try?

# %% [markdown]
# One could also try a hundred steps in random directions and keep the best. We do so on a bowl, the sum
# of the squares of $k$ weights, from a random place, and compare with one step of the same length against
# the gradient. The numbers say how much of the gradient's gain the best trial gets (median of 20 starts).

# %% tolerance=0.05
rng = np.random.default_rng(0)
for k in (2, 10, 100, 1000):
    shares = []
    for _ in range(20):
        place = rng.normal(size=k)
        length = 0.1 * np.linalg.norm(place)
        trials = rng.normal(size=(100, k))
        trials *= length / np.linalg.norm(trials, axis=1, keepdims=True)
        best = np.sum(place**2) - np.min(np.sum((place + trials) ** 2, axis=1))
        against = np.sum(place**2) - np.sum((place * (1 - 0.1)) ** 2)
        shares.append(best / against)
    print(f"{k:4} weights: {np.median(shares):5.2f}")

# %% [markdown]
# With two weights trying is as good. With a thousand nearly every direction is almost level, and a
# hundred trials gain next to nothing. The gradient finds the steepest of all directions, however many there
# are.

# %% [markdown] folded=True
# ### More: the same on the slides

# %% [markdown] covers=["001.10", "003.22"]
# Larreguy's tutorial calls learning from labelled examples the **data-driven approach**, and lists the five
# lines above as the training process. On Miklos's slides the examples are $(x_1, y_1), \dots, (x_n, y_n)$,
# and a weight is $\Theta^{(k)}_{i,j}$, where $k$ counts the layers.

# %% [markdown] minutes=13
# ## 3. Walk until you arrive
#
# One step is not a walk. The simplest valley of all is a parabola, $J(\theta) = \frac{a}{2}\theta^2$, whose
# slope at $\theta$ is $a\theta$: the larger $a$, the steeper it is. $J$ is the height, that is, the loss. The
# hut stands at 0. We begin with $a = 0.5$.


# %%
def slope_at(theta):
    """The slope of J = theta**2 / 4, of theta's shape"""
    return 0.5 * theta


print("slope at 6:", slope_at(6.0), "   slope at -2:", slope_at(-2.0))

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 5.2** (2 points): gradient descent
#
# </div>
#
# Write `gd(theta0, learning_rate, n)`. It starts at `theta0`, makes `n` steps, and returns all places on
# the way as an array: the start and `n` more. In each step it asks `slope_at` for the slope at the place
# where it is. `theta0` is a number or an array; for an array each place is one row.
#
# The fourth argument lets you give it another slope below. Leave it as it is.
#
# *Expected for* `gd(6.0, 0.2, 3)`: 6, 5.4, 4.86, 4.374.


# %% exercise="5.2"
def gd(theta0, learning_rate, n, slope_at=slope_at):
    """theta0 () or (k,) -> the path, (n + 1,) or (n + 1, k)"""
    ### BEGIN SOLUTION
    path = [theta0]
    for _ in range(n):
        path.append(path[-1] - learning_rate * slope_at(path[-1]))
    return np.array(path)
    ### END SOLUTION


# %%
check("5.2")

# %% [markdown] tags=["solution"]
# **Analysis.** `path[-1]` is always the place where we are, so the loop needs no other variable. The trap
# is `theta -= ...` on an array: it changes the array that is in the list already, and in the end all
# places of the path are the last one. With a plain number that does not happen.

# %% [markdown]
# Now ten steps with three rates.

# %%
for learning_rate in (0.2, 1.6, 4.2):
    path = np.array(gd(6.0, learning_rate, 10))
    print(f"rate {learning_rate}:", *path[:5].round(2), "...", path[-1].round(2))


# %% tags=["hide-input"] covers=["003.28"]
def draw_walk(ax, a, rate, n=10, start=6.0):
    """The first n steps on the parabola a/2 theta^2; each place is start * (1 - rate * a)^t."""
    path = start * (1 - rate * a) ** np.arange(n + 1)
    reach = np.clip(1.1 * np.abs(path).max(), 1.1 * start, 4 * start)
    valley = np.linspace(-reach, reach, 200)
    ax.plot(valley, a / 2 * valley**2, color=plots.GREY, linewidth=1)
    ax.plot(path, a / 2 * path**2, "-o", color=plots.BLUE, markersize=5, linewidth=1)
    ax.plot(path[0], a / 2 * path[0] ** 2, "s", color=plots.ORANGE, markersize=9, zorder=3)
    ax.set(xlabel="$\\theta$", xlim=(-reach, reach), ylim=(-0.03 * a * reach**2, a / 2 * reach**2))


fig, panels = plt.subplots(1, 3, figsize=(8.4, 3.0))
for ax, (rate, words) in zip(
    panels, ((0.2, "too small"), (1.6, "about right"), (4.2, "too large")), strict=True
):
    draw_walk(ax, 0.5, rate)
    ax.set_title(f"rate {rate}: {words}")
panels[0].set_ylabel("$J(\\theta)$")
plots.show(
    fig,
    alt="Learning rate on the parabola theta^2 / 4, ten steps from 6. With 0.2, too small, the steps "
    "creep down one side and end at 2.09. With 1.6, about right, they are at the bottom after four. "
    "With 4.2, too large, each step lands on the other side and higher, and the tenth at 15.56.",
)

# %% [markdown] covers=["003.28"]
# The square is the start. A **small rate is slow**: after ten steps it is still at 2. With 1.6, four steps
# are enough. And a **large rate diverges**: it overshoots, each time further. No error message tells you,
# so **monitor the learning**: print or plot the loss on the way.
#
# And in the fog? There `gd` asks `steepness`, and starts at 0, then a little further to the left:

# %%
for start_at in (0.0, -1.0):
    print("from", start_at, "to", np.round(gd(start_at, 1.5, 40, steepness)[-1], 2))

# %% [markdown]
# One valley each, and only the start decides which. (If both end near 0, your `gd` does not ask the
# `slope_at` that it is given.) But why does the same rule help with one rate and harm with another? Where
# is the border?

# %% [markdown] folded=True
# ### More: two weights at once

# %% [markdown]
# Miklos's slide writes the algorithm in three lines: begin at random, *loop until convergence*, return the
# weights. With several weights it is the same function, because NumPy walks along all of them at once:

# %% covers=["003.26"]
theta = np.random.default_rng(5).normal(size=2)
print("1 random weights:", theta.round(3))
path = np.array(gd(theta, 1.6, 10))
print("2 loop: gradient", slope_at(path[0]).round(3), "-> weights", path[1].round(3), "-> ...")
print("3 return the weights:", path[-1].round(3) + 0.0)

# %% [markdown] minutes=17
# ## 4. How large may the rate be?
#
# **A valley becomes four times as steep**, $a$ grows to $4a$. **What happens to the largest rate that
# still arrives?**
#
# | | |
# |---|---|
# | a | it becomes larger, because the slope pulls harder |
# | b | it stays the same |
# | c | half of it is left |
# | d | a quarter of it is left |

# %% bet="5.b2"
bet("5.b2", "d")

# %% [markdown]
# Find out by trying. Look for the largest rate that still arrives, first for $a = 1$, then for 2, then for
# 4, and write the three down.


# %% tags=["hide-input"]
def draw_valley(a, rate):
    fig, ax = plt.subplots(figsize=(5.6, 3.4))
    draw_walk(ax, a, rate, n=20)
    ax.set(title=f"a = {a:g}, rate {rate:.2f}", ylabel="$J(\\theta)$")
    first, last = (6.0 * (1 - rate * a) ** t for t in (1, 20))
    factor = abs(1 - rate * a)
    ends = (
        "It arrives"
        if factor < 0.999
        else "It runs away"
        if factor > 1.001
        else "It goes on for ever"
    )
    return (
        fig,
        f"a = {a:g}, rate {rate:.2f}: from 6 to {first:.2f}, after 20 steps {last:.3g}. {ends}.",
    )


def is_at_the_border(a, rate):
    """Whether this rate arrives and the slider's next one does not, in the valley with a = 4."""
    return a == 4 and abs(1 - rate * a) < 0.999 and abs(1 - (rate + 0.05) * a) > 0.999


knobs(
    draw_valley,
    task="Find the largest rate that arrives for a = 1, then for a = 2, and at last for a = 4.",
    reached=is_at_the_border,
    a=Slider(1, 4, 1, start=1),
    rate=Slider(0.05, 2.5, 0.05, start=0.1),
)

# %% [markdown]
# <details><summary>Which three are they, and what is the pattern?</summary>
#
# 1.95, 0.95 and 0.45, just below 2, 1 and 1/2. So the border is $2/a$.
#
# </details>
#
# Here is why. One step from $\theta$ is
#
# $$\theta - \nu \cdot a\theta = (1 - \nu a)\,\theta,$$
#
# so each step *multiplies* the distance from the hut by the same number, $1 - \nu a$. Multiplying again
# and again leads to 0 only if that number lies between -1 and 1; it is -1 at $\nu = 2/a$. At $\nu = 1/a$
# it is 0, and a single step arrives; above that the walk jumps over the hut, but still comes nearer.
#
# <div class="alert alert-success">
#
# **Exercise 5.3** (2 points): will it arrive?
#
# </div>
#
# Write `arrives(a, learning_rate)`. It returns True if gradient descent on $\frac{a}{2}\theta^2$ comes to
# 0, in the end, from any start, and False if it does not. `a` is above 0. The rate may be any number.
#
# *Expected*: True for (1, 1.5), False for (1, 2.5).


# %% exercise="5.3"
def arrives(a, learning_rate):
    """a > 0, learning_rate () -> True or False"""
    ### BEGIN SOLUTION
    return abs(1 - learning_rate * a) < 1
    ### END SOLUTION


# %%
check("5.3")

# %% [markdown] tags=["solution"]
# **Analysis.** The size of $1 - \nu a$ must be below 1, which means $0 < \nu < 2/a$. At $2/a$ itself the
# factor is -1, and the walk jumps from one side to the other for ever. At 0 the factor is 1, nothing
# moves. With $\nu < 1/a$ there is no overshooting, but that is more than is needed.

# %% [markdown]
# Miklos's slide says that the rate lies in $[0, 1]$. Ask your function and the walk: **which of these four
# arrive?**

# %%
for a, rate in ((0.1, 19), (0.1, 21), (10, 0.19), (10, 0.5)):
    print(f"arrives({a}, {rate}):", arrives(a, rate))

# %% tags=["task"] errata=["E003-06"]
for a, rates in ((0.1, (19, 21)), (10, (0.19, 0.5))):
    for rate in rates:
        last = (1 - rate * a) ** 200
        print(f"a = {a:4}   rate {rate:5}   after 200 steps from 1: {last:.3g}")

# %% [markdown]
# In the flat valley the walk arrives at the rate 19, far above 1, and in the steep one 0.5 is a disaster. All
# rates up to 1 are safe only where $a$ is below 2. A rate is not large or small by itself, only beside the
# steepness.
#
# A network has many weights, and the loss may be steep along one and flat along another. So take two on
# one map, $J = \frac12\theta_1^2 + \frac{10}{2}\theta_2^2$: flat along $\theta_1$, steep along $\theta_2$. The
# steep one sets the border for both, 2/10. **At the rate 0.1, which of the two takes more steps to
# arrive?**
#
# | | |
# |---|---|
# | a | the steep one, because there is the danger |
# | b | the flat one |
# | c | both take equally many, the rate is the same |

# %% bet="5.b3"
bet("5.b3", "b")

# %% [markdown]
# The lines join places of equal height, as on a hiking map; the large dot is the start.

# %% tags=["hide-input"]
fig, panels = plt.subplots(3, 1, figsize=(6.2, 6.4), sharex=True)
for ax, rate in zip(panels, (0.1, 0.18, 0.205), strict=True):
    path = np.array([8.0, 1.5]) * (1 - rate * np.array([1, 10])) ** np.arange(21)[:, np.newaxis]
    plots.loss_map(
        lambda across, up: across**2 / 2 + 5 * up**2,
        {"twenty steps": path},
        xlim=(-3, 9),
        ylim=(-2, 2),
        names=("", "$\\theta_2$"),
        title=f"rate {rate}",
        ax=ax,
    )
    ax.set_aspect("equal")
panels[2].set_xlabel("$\\theta_1$")
plots.show(
    fig,
    alt="Twenty steps on a long valley that is ten times as steep along theta 2 as along theta 1. "
    "Rate 0.1: the first step leads to the middle of the valley, and then the walk creeps along it, to "
    "theta 1 = 0.97. Rate 0.18: it jumps from side to side and comes along to 0.15. Rate 0.205: it jumps "
    "further each time.",
)

# %% [markdown]
# At 0.1 the steep direction is done in one step, while the flat one creeps. At 0.18 the walk jumps from side
# to side, but gets further along, and at 0.205 it runs away. What the steep direction allows is too little
# for the flat one. Lab 09 is about walkers that find a way out.

# %% [markdown] minutes=16
# ## 5. A map made of flowers
#
# Now real data: 100 iris flowers of two species, *versicolor* (0) and *virginica* (1). One neuron gets the
# width $x$ of the petal, *standardised*, that is, minus its mean and divided by its standard deviation. It
# has two weights, $b$ and $w$, so the loss is a map. What it says, $p = \sigma(b + wx)$, is the probability
# of *virginica*.
#
# The loss is the **cross-entropy**: minus the logarithm of the probability that it gave to the true species,
# as a mean over all flowers. The function below computes it from $z = b + wx$, without ever taking the
# logarithm of 0.

# %%
from utils import data

flowers = data.iris()
is_one_of_two = flowers.y > 0
# The width is all that is needed here, the length comes in with the exercise.
petals = flowers.columns("petal width (cm)", "petal length (cm)")[is_one_of_two]
petals = (petals - petals.mean(axis=0)) / petals.std(axis=0)
species = flowers.y[is_one_of_two] - 1.0


def cross_entropy(z):
    """The mean cross-entropy of the sums z (..., 100)"""
    return np.mean(np.logaddexp(0, z) - species * z, axis=-1)


print("loss at b = 0, w = 0:", cross_entropy(0 * petals[:, 0]).round(4))

# %% [markdown]
# 0.6931 is log 2, the price of saying 1/2 to every flower. For this loss the factor $p\,(1 - p)$ cancels, so
# the slope is simpler than in section 2: the mean of $p - y$ for $b$, and the mean of $(p - y)\,x$ for $w$.
#
# Now Keras walks. `SGD` is its name for your rule, and TensorFlow's tape, which notes down what was computed,
# gives the slopes. You need not read this function.

# %%
import tensorflow as tf

width, label = (tf.constant(one, tf.float32) for one in (petals[:, 0], species))


def sgd_path(start, learning_rate, n):
    """Places (b, w) on the way from start: (n + 1, 2)"""
    theta, sgd = keras.Variable(start), keras.optimizers.SGD(learning_rate)
    sgd.build([theta])

    @tf.function  # the step as one compiled piece, which is faster
    def step():
        with tf.GradientTape() as tape:
            z = theta[0] + theta[1] * width
            loss = tf.reduce_mean(tf.nn.softplus(z) - label * z)
        sgd.apply(tape.gradient(loss, [theta.value]), [theta])
        return tf.identity(theta.value)

    return np.array([start, *(step().numpy() for _ in range(n))])


# %% [markdown]
# It begins at $b = -3$, $w = 0$, where the neuron says 0.05 to every flower, although half of them are
# *virginica*. **Guess whether $b$ grows or falls in the first step, and $w$, then run.**

# %% tags=["task"]
path = sgd_path([-3.0, 0.0], learning_rate=4.0, n=200)
wrong_by = 1 / (1 + np.exp(3)) - species  # p - y
slope = np.array([np.mean(wrong_by), np.mean(wrong_by * petals[:, 0])])  # for b, for w
print("first step, Keras:", path[1].round(3), "  by the rule:", ([-3, 0] - 4 * slope).round(3))

# %% [markdown]
# Both grow, and Keras makes the step of the rule, so the formula is right here. This is the walk:


# %% tags=["hide-input"] covers=["003.27"]
def flower_loss(b, w):
    return cross_entropy(b[..., np.newaxis] + w[..., np.newaxis] * petals[:, 0])


AREA = {"xlim": (-6, 5), "ylim": (-3, 10), "names": ("b", "w")}
fig, panels = plt.subplots(2, 3, figsize=(8.4, 5.8), sharex=True, sharey=True)
titles = ("1 begin somewhere", "2 which way is up?", "3 a step the other way")
titles += ("4 ask again", "5 and step again", "6 until it is flat")
for ax, title, (steps, arrow) in zip(
    panels.flat, titles, ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (200, 0)), strict=True
):
    plots.loss_map(flower_loss, {"walk": path[: steps + 1]}, **AREA, steps=61, title=title, ax=ax)
    if arrow:
        uphill = path[steps] - path[steps + 1]
        ax.annotate(
            "", path[steps] + uphill, path[steps], arrowprops={"arrowstyle": "->", "color": "black"}
        )
for ax in (*panels[0], *panels[:, 1:].flat):
    ax.label_outer()
plots.show(
    fig,
    alt="Gradient descent on the map of b and w in six pictures: begin somewhere, here at (-3, 0); find "
    "the gradient, an arrow that points uphill; take a small step in the opposite direction; ask again "
    f"for the gradient; step again; and so on, until the ground is flat, at ({path[-1, 0]:.2f}, "
    f"{path[-1, 1]:.2f}).",
)

# %% tags=["hide-input"] covers=["004.18", "004.16"]
fig, panels = plt.subplots(1, 4, figsize=(10.4, 2.9), width_ratios=(1, 1, 1, 1.1))
line = np.linspace(-2.2, 2.2, 100)
for ax, steps in zip(panels, (0, 2, 200), strict=False):
    b, w_flower = path[steps]
    ax.plot(line, 1 / (1 + np.exp(-(b + w_flower * line))), color="black")
    for value, (color, marker) in enumerate(((plots.ORANGE, "o"), (plots.BLUE, "s"))):
        chosen = species == value
        ax.plot(petals[chosen, 0], species[chosen], marker, color=color, markersize=5, alpha=0.6)
    ax.set(title=f"after {steps} steps", xlabel="petal width", ylim=(-0.08, 1.08))
panels[0].set_ylabel("probability of virginica")
panels[3].plot(flower_loss(*path.T), color=plots.BLUE)
panels[3].set(title="the loss", xlabel="step", ylim=(0, 1.6))
plots.show(
    fig,
    alt="How are they trained? Three pictures of the neuron: before the first step it says 0.05 to all "
    "flowers, after 2 steps its curve rises from left to right, and after 200 steps it is steep and "
    f"parts most of the two species. A fourth one, how the loss falls: from 1.55 to "
    f"{flower_loss(*path[-1]):.2f}, fast at first and then ever slower.",
)

# %% [markdown]
# Each arrow points uphill, and the step goes the other way. Two steps lower the loss from 1.55 to 0.26, and
# the other 198 only to 0.17: they make the neuron surer.
#
# Now let it begin at three places that are far from each other. **Where do the walks end?**
#
# | | |
# |---|---|
# | a | all in the same place |
# | b | each in a valley of its own, as in lab 02 |
# | c | in different places of the same height |

# %% bet="5.b4"
bet("5.b4", "a")

# %%
starts = ([-3.0, 0.0], [4.0, 9.0], [4.0, 0.0])
paths = {str(place): sgd_path(place, learning_rate=6.0, n=250) for place in starts}
for place, path in paths.items():
    print("from", place, "to", path[-1].round(2))

# %% tags=["hide-input"] covers=["003.25"]
plots.show(
    plots.loss_map(flower_loss, paths, **AREA, title="three walks, one lowest place"),
    alt="The loss surface of one neuron as a map over b and w, with contours like a bowl that is long in "
    "one direction. Three paths, from (-3, 0), (4, 9) and (4, 0), come together at (0.57, 5.47).",
)

# %% [markdown]
# All three end at (0.57, 5.47). The axes have different scales, so the steps look tilted.
#
# <div class="alert alert-success">
#
# **Exercise 5.4** (3 points): logistic regression, by walking
#
# </div>
#
# A neuron with the cross-entropy is what statistics calls *logistic regression*. Write
# `fit_logistic(X, y)` for any number of inputs. It returns two things, `b` and `w`, at the lowest place.
#
# - With $p = \sigma(b + Xw)$, the slope for $b$ is the mean of $p - y$, as above, and that for each $w_j$ is
#   the mean of $(p - y)\,x_j$. Start at 0.
# - You choose the rate and the number of steps. At the start this map bends like a parabola with
#   $a = 0.46$, and nowhere more, so $2/a$ is about 4.3. Rates up to 4 are safe, also for the check's tables.
# - It looks at two decimals. Double the steps: if the second decimal moves, you have not arrived.
#
# *Expected for both columns of* `petals`: b = 0.468, w = (4.415, 4.727).


# %% exercise="5.4"
def fit_logistic(X, y):
    """X (n, k), y (n,) zeros and ones -> b (), w (k,)"""
    ### BEGIN SOLUTION
    b, w = 0.0, np.zeros(X.shape[1])
    for _ in range(3000):
        p = 1 / (1 + np.exp(-(b + X @ w)))
        b = b - 4.0 * np.mean(p - y)
        w = w - 4.0 * X.T @ (p - y) / len(y)
    return b, w
    ### END SOLUTION


# %%
check("5.4")

# %% [markdown] tags=["solution"]
# **Analysis.** It is the walk of 5.2 with two slopes in each round. A sum in the place of a mean is a rate
# that is `len(y)` times as large, and runs away. 2/0.46 is about 4.3, so 4 is just below the border. Most
# of the 3,000 steps are spent along the flat direction near the end, where the map bends over a hundred
# times less.

# %% [markdown]
# Your walk against a program that has been polished for years:

# %%
from sklearn.linear_model import LogisticRegression

for name, C in (("C = 1", 1.0), ("C = infinity", np.inf)):
    model = LogisticRegression(C=C, tol=1e-8).fit(petals, species)
    print(f"scikit-learn, {name:12}: b = {model.intercept_[0]:.3f}   w = {model.coef_[0].round(3)}")
b, w_flower = map(np.ravel, fit_logistic(petals, species))
print(f"your walk                 : b = {b[0]:.3f}   w = {w_flower.round(3)}")

# %% [markdown]
# With `C=np.inf` it is your place (`tol` lets it walk on until the third decimal is right). But `C=1` is what
# scikit-learn takes if you say nothing: it adds a penalty on large weights and ends elsewhere, a well-known
# trap for those who compare. Lab 11 is about such penalties.

# %% [markdown] minutes=14 covers=["003.24"]
# ## 6. Which rate for a network?
#
# One more time, for a real network. It gets pictures of handwritten digits, 8 times 8 grey values, and
# says which digit it is. **Training is to minimise the loss over all its weights**, 2,410 here. For a line
# one sets all partial derivatives to 0 and solves the equations; such an **analytical solution** exists
# for linear models with the squared error, but not even for the one neuron of section 5. So it walks.

# %%
from sklearn.datasets import load_digits

digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.data))
images, numbers = digits.data[order] / 16, digits.target[order]
print(images.shape, "of which for training:", int(0.8 * len(images)))

# %% [markdown]
# The slope is the mean over some rows, a **batch**. One step takes one batch, and when every row had its
# turn, an **epoch** is over. Rows for validation are only looked at.
#
# <div class="alert alert-success">
#
# **Exercise 5.5** (1 point): steps in an epoch
#
# </div>
#
# Write `steps_per_epoch(rows, batch_size, validation_split)`. The part `validation_split` of the rows,
# from 0 to 1, is kept for validation. The last batch may be smaller.
#
# *Expected*: 1,875 for (60000, 32, 0), which is Fashion-MNIST, and 27 for (120, 4, 0.1), the lecture's
# iris.


# %% exercise="5.5"
def steps_per_epoch(rows, batch_size, validation_split):
    """rows (), batch_size (), validation_split () -> a whole number"""
    ### BEGIN SOLUTION
    training_rows = int(rows * (1 - validation_split))
    return int(np.ceil(training_rows / batch_size))
    ### END SOLUTION


# %%
check("5.5")

# %% [markdown] tags=["solution"]
# **Analysis.** Of 120 rows 108 are learned from, which makes 27 batches of 4. The last batch of an epoch
# may be smaller, but it makes a step like the others, so one rounds up.

# %% [markdown]
# And our digits, of which a fifth is kept?

# %%
print("steps in an epoch:", int(steps_per_epoch(len(images), 32, 0.2)))

# %% [markdown]
# 45, so ten epochs are 450 steps. We train the network with 17 rates from 0.001 to 10, from five starts
# each, for ten epochs. `train_many` does all 85 at once (half a minute on a slow machine).

# %%
from utils.training import train_many


def build():
    """A network 64-32-10 with its loss and optimizer, not trained"""
    hidden = keras.layers.Dense(32, activation="relu")
    model = keras.Sequential([keras.Input(shape=(64,)), hidden, keras.layers.Dense(10)])
    # The cross-entropy of ten digits; the layer above gives it sums, which Keras calls logits.
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


# %% tolerance=0.1
train_x, train_y = images[:1437], numbers[:1437]
rates = np.geomspace(0.001, 10, 17)
many = train_many(
    build,
    train_x,
    train_y,
    n=85,
    epochs=10,
    batch_size=32,
    learning_rate=np.repeat(rates, 5),
    seed=0,
)
losses = many.history["loss"].reshape(17, 5, 10)
print("loss after ten epochs at the rate 0.001:", np.median(losses[0, :, -1]).round(2))

# %% [markdown]
# The loss is 2.27. A network that says 1/10 to each digit pays log 10 = 2.30, so this one knows nearly
# nothing. Which rate does better? The slider takes the exponent: -2 means the rate $10^{-2} = 0.01$. Each
# line is one of the five starts.


# %% tags=["hide-input"] tolerance=0.1
def final_loss(exponent):
    """The median loss of the five starts after ten epochs; inf where one ran away"""
    return np.nan_to_num(
        np.median(losses[round(4 * (exponent + 3)), :, -1]), nan=np.inf, posinf=np.inf
    )


def draw_rate(exponent):
    fig, ax = plt.subplots(figsize=(5.6, 3.4))
    for run in losses[round(4 * (exponent + 3))]:
        ax.plot(range(1, 11), run, color=plots.BLUE, linewidth=1.2)
    ax.axhline(np.log(10), color=plots.GREY, linestyle=":", label="knows nothing: 2.30")
    ax.set(ylim=(0, 4), xlabel="epoch", ylabel="loss", title=f"rate {10**exponent:.3g}")
    ax.legend(loc="upper right")
    return (
        fig,
        f"Rate {10**exponent:.3g}: the median loss after ten epochs is {final_loss(exponent):.3f}.",
    )


knobs(
    draw_rate,
    task="Find the rate with the lowest loss after ten epochs.",
    reached=lambda exponent: final_loss(exponent) == min(map(final_loss, np.arange(-3, 1.1, 0.25))),
    exponent=Slider(-3, 1, 0.25, start=-3),
)

# %% [markdown] covers=["003.28"]
# **Too small**: at 0.001 ten epochs hardly leave the start. **Right**: we found 1, where the loss is about
# 0.06. **Too large**: from 1.8 on, all five starts end as networks that know nothing. It is the picture of
# section 3 again, with 2,410 weights, and the best rate stands close to the cliff. Nobody computes $2/a$
# here, because this map bends differently at each place. Instead one tries rates, looks at the curves, and
# stays a little below the cliff. At first rates three times apart are enough.
#
# Last, the batch. The rate is 0.1, the epochs are ten, but **each batch has 320 rows in the place of 32.
# Where does the loss end?**
#
# | | |
# |---|---|
# | a | lower, because each slope is the mean over more rows |
# | b | higher, because there are fewer steps |
# | c | about the same, because each row was seen equally often |

# %% bet="5.b5"
bet("5.b5", "b")

# %% tolerance=0.1
large = train_many(
    build, train_x, train_y, n=5, epochs=10, batch_size=320, learning_rate=[0.1] * 5, seed=0
)
print(f"batches of  32: 450 steps, loss {np.median(losses[8, :, -1]):.2f}")
print(f"batches of 320:  50 steps, loss {np.median(large.history['loss'][:, -1]):.2f}")

# %% [markdown]
# 0.20 after 450 steps, and 1.47 after 50. So compare batches by their steps, or by the time that they
# take, and not by epochs. How large should a batch be? That is a question for lab 09.

# %% [markdown] folded=true
# ## Slips on the slides

# %% [markdown] errata=["E003-05", "E003-07", "E003-13", "E003-14", "E003-15", "E003-16", "E003-17"]
# Most of these take a line to find, if one runs the slide.
#
# - Miklos's update reads $\theta^{(i+1)} \leftarrow \theta^{(i)}\, \gamma \nabla J$: a **minus is lost**, and
#   from $\theta = 0$ it never moves. The rate is called $\gamma$ there and $\eta$ on a later slide.
# - "Already obtaining the derivatives is too costly": **all derivatives together cost about one or two
#   forward passes**: with 1.9 million weights we measured 2.3 times the time of a forward pass for both
#   together. What cannot be done is to *solve* the equations.
# - A small rate "could get stuck in a local minimum", and one should monitor the accuracy. Whether a walk
#   gets stuck depends on **start and landscape**, as for XOR, not on the rate alone. And **monitor the
#   loss**: the accuracy stays the same until some row changes sides.
# - "Ideally **hundreds of millions** of data items": our labs need 150 flowers or 60,000 pictures.
# - $n$ counts features, data items and weights, and $m$ counts inputs and samples; **one letter, one
#   meaning** would help.
# - The address of the MIT course is **introtodeeplearning.com**. "Ans solve" should be **and solve**, and on
#   the back-propagation slide the derivatives are computed **explicitly**, not "implicitly".
#
# Larreguy's slide writes step 5 as $w_{n+1} = w_n - \nu\, \partial E / \partial w_n$, where $n$ counted the
# *inputs* two lines before. What if somebody takes it at its word, so that weight $n + 1$ is made from
# weight $n$? Here is the neuron of section 2 once more. Guess whether $E$ still falls:

# %% errata=["E001-02"]
x, w, nudge = np.array([1.0, 0.5, -1.2]), np.array([0.1, 0.4, -0.3]), 1e-6


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


def error(w):
    return (1 - sigmoid(w @ x)) ** 2 / 2


slopes = np.array([(error(w + nudge * one) - error(w)) / nudge for one in np.eye(3)])
literal = w.copy()
for n in (0, 1):
    literal[n + 1] = literal[n] - 1.0 * slopes[n]
print(f"start {error(w):.3f}, as printed {error(literal):.3f}, ", end="")
print(f"each weight from itself {error(w - 1.0 * slopes):.3f}")

# %% [markdown]
# It more than doubles. The index must count the *rounds*: $w_n^{(t+1)} = w_n^{(t)} - \nu\, \partial E /
# \partial w_n^{(t)}$, each weight from itself.
#
# His tutorial defines $E = (y - \hat y)^2$, then uses $\frac12 (y - \hat y)^2$, and then
# differentiates the first and writes down the result of the second. Nudge both:

# %% errata=["E001-01"]
for name, factor in (("half", 0.5), ("whole", 1.0)):
    by_nudge = [
        factor * ((1 - sigmoid((w + nudge * one) @ x)) ** 2 - (1 - sigmoid(w @ x)) ** 2) / nudge
        for one in np.eye(3)
    ]
    print(f"slopes of the {name:5} square:", np.round(by_nudge, 4))

# %% [markdown]
# The printed gradient belongs to the half square. Its five steps are "for batch n at epoch e", with the
# random start among them, and the rate is gone in the last one. A linear neuron with the input 5.8, the
# length of a sepal, and the rate 1:

# %% errata=["E001-03"]
weight = 0.1
for _ in range(20):
    weight = weight - 1.0 * (weight * 5.8 - 1) * 5.8
print(f"weight after 20 steps at the rate 1: {weight:.1e}")
fresh = [np.random.default_rng(batch).normal() for batch in range(3)]
print("a new random start in each batch forgets the last one:", np.round(fresh, 2))

# %% [markdown]
# The tutorial calls the neuron a *logit* model, which is fitted by the cross-entropy, but takes half the
# squared error. With one weight, the input 1 and the label 1, compare how the two bend, and what a neuron feels
# that is sure and wrong:

# %% errata=["E001-21"]
grid = np.linspace(-8, 8, 1601)
p = sigmoid(grid)
bend_squared = p * (1 - p) ** 2 * (3 * p - 1)
print(
    f"half the squared error: bends by {bend_squared.min():.3f} at w = {grid[bend_squared.argmin()]:.2f}"
)
print("cross-entropy: smallest bend is above 0:", bool(np.min(p * (1 - p)) > 0))
p = sigmoid(-10.0)
print(
    f"slope at s = -10: half the squared error {-(1 - p) * p * (1 - p):.1e}, cross-entropy {-(1 - p):.1f}"
)

# %% [markdown]
# A negative bend means that the squared error is no bowl, and its slope vanishes where help is needed
# most. At last, "all weights including the bias terms" are in $\theta$; but when Miklos adds a penalty, he
# divides it by $2m$ and sums over the same $\theta$. Keras divides by nothing and leaves biases alone:

# %% errata=["E003-09"]
weights = np.array([1.0, -2.0, 3.0])
keras_penalty = float(keras.regularizers.L2(0.1)(weights))
print(
    f"penalty 0.1: Keras {keras_penalty:.1f}, slide with m = 120 {0.1 / 240 * weights @ weights:.5f}"
)
print("bias_regularizer of a Dense layer:", keras.layers.Dense(1).bias_regularizer)

# %% [markdown] folded=true
# ## Test yourself

# %% [markdown]
# 1. A walk on a parabola with $a = 8$ has the rate 0.2. Does it arrive?
#
# <details><summary>Answer</summary>
#
# Yes: 2/8 is 0.25. Each step multiplies the distance by 1 - 1.6 = -0.6, so it jumps to and fro and comes
# nearer.
#
# </details>
#
# 2. Your loss is `nan` after three steps. What do you change first?
#
# <details><summary>Answer</summary>
#
# The learning rate: a third or a tenth of it. Then look whether the inputs are scaled, because large inputs
# make a map steep.
#
# </details>
#
# 3. How many steps are ten epochs with 1,000 rows, a fifth of them for validation, in batches of 64?
#
# <details><summary>Answer</summary>
#
# 130: of the 800 rows for training 12 batches are full, and a 13th holds the other 32.
#
# </details>

# %% [markdown] minutes=3 covers=["002.31"]
# ## What we saw
#
# How do you find the valley when you only feel the slope? *Against the slope, in steps of a fixed multiple
# of it.* You can now
#
# - compute the slope of a neuron, and make the step;
# - say from $2/a$ whether a walk arrives, and see why one rate must serve steep and flat directions;
# - choose a rate for a network by trying a few, and count its steps.
#
# What the rule cannot do you saw in the fog: it finds *a* valley, not *the* valley. One neuron with the
# cross-entropy has at most one, because its map bends upwards everywhere. For networks nobody promises
# that, so there the hiker walks again from another start.
#
# To watch a linear classifier walk, go to Stanford's
# [linear-classify demo](http://vision.stanford.edu/teaching/cs231n-demos/linear-classify/), which Yang Li's
# slides recommend.
#
# **A challenge to take home** (no points): with plain SGD, one rate and ten epochs, how low can the median
# loss of five starts on the digits become? Change the rate and the batch size below. The best that we have
# seen is about 0.03, in a trial of seven pairs. Single starts differ by 0.01, so try another `seed` before
# you believe a better one.

# %% tags=["task"] tolerance=0.2
runs = train_many(
    build, train_x, train_y, n=5, epochs=10, batch_size=32, learning_rate=[0.1] * 5, seed=0
)
print(f"loss: {np.median(runs.history['loss'][:, -1]):.4f}")

# %% [markdown]
# Next, in lab 10, come the flowers again, with a network of two outputs.
