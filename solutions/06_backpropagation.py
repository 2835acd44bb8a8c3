# %% [markdown] form=2 minutes=110 seconds=30 short="1, 2, 3, 5" needs=["05"]
# # Lab 06: How does a weight deep inside learn its share of the blame?
#
# A soup comes back to the kitchen: too salty. The cook who salted the vegetables never saw the guest. Her
# vegetables went into the broth and into the sauce, and only there into the soup. Still somebody must tell
# her whether to take less next time, and how much less. A network is such a kitchen. The error is known at
# its far end only, and yet after every mistake each weight is told its share of it, also the first one.
# You will be the messenger, at first with ten weights and a pencil.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown] folded=true
# ## Two questions from memory

# %% [markdown]
# 1. In the valley $a\theta^2/2$ of lab 05, above which learning rate does a walk run away?
#
# <details><summary>Answer</summary>
#
# Above $2/a$. Each step multiplies the distance by $1 - \nu a$, and there the size of that is above 1.
#
# </details>
#
# 2. In lab 02 no straight line was right for XOR. What did the hidden layer do about it?
#
# <details><summary>Answer</summary>
#
# It moved the four points, so that a line could part them.
#
# </details>

# %% [markdown] minutes=9 covers=["002.25"]
# ## 1. Ten dials, one error
#
# This is a whole network: two inputs, two hidden layers of two units, one output, and a sigmoid in every
# unit. The weights are w1 = 0.1, w2 = 0.2 and so on to w10 = 1, and the biases are 0. A sum is called s, and a
# is what the sigmoid makes of it. To compute from left to right what the network says is the **forward pass**.

# %%
import numpy as np

from utils.checks import bet, check, hint


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


def forward(x, w):
    """x (2,), w (10,) -> the five sums s, and what the sigmoids make of them, a"""
    (x1, x2), (w1, w2, w3, w4, w5, w6, w7, w8, w9, w10) = x, w
    s1, s2 = w1 * x1 + w3 * x2, w2 * x1 + w4 * x2
    a1, a2 = sigmoid(s1), sigmoid(s2)
    s3, s4 = w5 * a1 + w7 * a2, w6 * a1 + w8 * a2
    a3, a4 = sigmoid(s3), sigmoid(s4)
    s5 = w9 * a3 + w10 * a4
    return (s1, s2, s3, s4, s5), (a1, a2, a3, a4, sigmoid(s5))


# %% covers=["001.18"]
x, w, t = (1.0, 3.0), np.arange(1, 11) / 10, 1.0  # t is the label
s, a = forward(x, w)
print(f"s1 = b1 + w1 x1 + w3 x2 = {s[0]:.3f}   s3 = b3 + w5 a1 + w7 a2 = {s[2]:.3f}")
print("5 activations:", np.round(a, 4), "  10 weights, 5 biases")
print(f"E = (a5 - t)^2 / 2 = {(a[4] - t) ** 2 / 2:.4f}")

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from utils import plots
from utils.knobs import Choice, Slider, knobs

PLACES = {"x1": (0.24, 1), "x2": (0.24, 0), "s1": (1.48, 1), "s2": (1.48, 0), "a1": (2.22, 1)}
PLACES |= {"a2": (2.22, 0), "s3": (3.55, 1), "s4": (3.55, 0), "a3": (4.29, 1), "a4": (4.29, 0)}
PLACES |= {"s5": (5.63, 1), "a5": (5.63, 0.5), "E": (5.63, 0)}
WIRES = {(f"s{k}", f"a{k}"): "" for k in range(1, 6)} | {("a5", "E"): ""}
WIRES |= {("x1", "s1"): "w1", ("x1", "s2"): "w2", ("x2", "s1"): "w3", ("x2", "s2"): "w4"}
WIRES |= {("a1", "s3"): "w5", ("a1", "s4"): "w6", ("a2", "s3"): "w7", ("a2", "s4"): "w8"}
WIRES |= {("a3", "s5"): "w9", ("a4", "s5"): "w10"}


def values_at(w):
    """The number in each box of the drawing"""
    s, a = forward(x, w)
    sums = {f"s{k + 1}": one for k, one in enumerate(s)}
    outputs = {f"a{k + 1}": one for k, one in enumerate(a)}
    return {"x1": x[0], "x2": x[1], **sums, **outputs, "E": (a[4] - t) ** 2 / 2}


def one_number(slope):
    """As a float, also where it stands in an array; nan where it is open or no number"""
    try:
        return float(np.asarray(slope).item())
    except (TypeError, ValueError):
        return np.nan


def slope_in_words(slope):
    """A slope with five decimals, and a question mark where there is none"""
    return "?" if np.isnan(one_number(slope)) else f"{one_number(slope):.5f}"


def draw_graph(w, slopes=None, shaded=(), styles=None):
    """The network as a graph of numbers, with the slopes below them"""
    values, slopes, styles = values_at(w), slopes or {}, styles or {}
    fig, ax = plt.subplots(figsize=(6, 2.9))  # on a narrow page it would shrink if it were wider
    for (before, after), name in WIRES.items():
        (x0, y0), (x1, y1) = PLACES[before], PLACES[after]
        style = {"color": plots.GREY, "linewidth": 1} | styles.get((before, after), {})
        ax.plot([x0, x1], [y0, y1], zorder=1, **style)
        label = f"{name} = {w[int(name[1:]) - 1]:g}" if name else ""
        label += f"\n{slope_in_words(slopes[name])}" if name in slopes else ""
        at = 0.3 if y0 != y1 else 0.46 if x0 < 1 else 0.5  # where wires cross, names stand apart
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        place = x0 + at * (x1 - x0), y0 + at * (y1 - y0)
        ax.text(*place, label, fontsize=9, ha="center", va="center", bbox=box if label else None)
    for name, (across, up) in PLACES.items():
        digits = 4 if name == "E" else 3
        text = f"{name}\n{round(values[name], digits) + 0:.{digits}f}"  # no -0.000
        text += f"\n{slope_in_words(slopes[name])}" if name in slopes else ""
        box = {"boxstyle": "round", "facecolor": "#dfe6ff" if name in shaded else "white"}
        ax.text(across, up, text, fontsize=9, ha="center", va="center", bbox=box, zorder=3)
    ax.set(position=(0, 0, 1, 1), xlim=(0, 6), ylim=(-0.35, 1.35))
    ax.axis("off")
    return fig


plots.show(
    draw_graph(w),
    alt="The network with ten weights as a graph, from left to right: the inputs x1 = 1 and x2 = 3, the "
    "sums s1, s2 and after each its sigmoid a1 = 0.731, a2 = 0.802; then s3, s4 with a3 = 0.716, a4 = "
    "0.747; then s5, below it a5 = 0.801, and at the end E = 0.0198. Each weight stands on its wire.",
)

# %% [markdown]
# The output says 0.801 and should say 1, so the error $E$ is 0.0198. Which dial would you turn? Let one
# weight grow by 1. **In which layer does this change the error most?**
#
# | | |
# |---|---|
# | a | in the first (w1 to w4): all the rest reacts to it, and one input is as large as 3 |
# | b | in the middle (w5 to w8): most wires meet there |
# | c | in the last (w9, w10) |
#
# Write `"a"`, `"b"` or `"c"` in the place of `...`, and if you like how sure you are: `sure=70` (percent).

# %% bet="6.b1"
bet("6.b1", "c")

# %% [markdown]
# Now try it. Choose a weight by its number (its wire is blue) and nudge it. The boxes that change are blue,
# too, so you see the nudge run through the network.

# %% tags=["hide-input"]


def nudged(weight, nudge):
    return w + nudge * (np.arange(1, 11) == weight)


def error_change(weight, nudge):
    return values_at(nudged(weight, nudge))["E"] - values_at(w)["E"]


def draw_nudge(weight, nudge):
    before, after = values_at(w), values_at(nudged(weight, nudge))
    shaded = [name for name in PLACES if before[name] != after[name]]
    styles = {
        k: {"color": plots.BLUE, "linewidth": 3} for k, v in WIRES.items() if v == f"w{weight:g}"
    }
    fig = draw_graph(nudged(weight, nudge), shaded=shaded, styles=styles)
    change = f"{after['E'] - before['E']:+.4f}" if shaded else "unchanged"
    return fig, (
        f"w{weight:g} is {nudged(weight, nudge)[weight - 1]:.1f}. {len(shaded)} boxes change, "
        f"and E = {after['E']:.4f}, which is {change}."
    )


knobs(
    draw_nudge,
    task="Turn one weight, by at most 1, so that the error falls by 0.01 or more.",
    reached=lambda weight, nudge: error_change(weight, nudge) <= -0.01,
    weight=Slider(1, 10, 1, start=1),
    nudge=Slider(-1, 1, 0.1, start=0),
)

# %% [markdown]
# <details><summary>Which weights can do it?</summary>
#
# Only w9 and w10, from a nudge of 0.6 on. A whole 1 on w1 brings less than 0.001.
#
# </details>
#
# For ten weights you could go on like this: nudge one, run the forward pass, look. A million weights need a
# million forward passes, for a single step downhill. Can one know all slopes at once?

# %% [markdown] minutes=12
# ## 2. Machines in a row
#
# A nudge of w1 changes s1, which changes a1, and so on up to $E$. So look at a row of machines, in which
# each gets what the one before gives out. These are four, and each comes with its slope. The one called
# `f4` stands first.

# %%
f4, slope_f4 = np.square, lambda u: 2 * u
f3, slope_f3 = np.sin, np.cos
f2, slope_f2 = np.exp, np.exp
f1, slope_f1 = sigmoid, lambda u: sigmoid(u) * (1 - sigmoid(u))

# %% covers=["001.16"]
nudge = 1e-6
print(f"first machine, f4, at 1.2:   out {f4(1.2):.2f}   slope {slope_f4(1.2):.3f}")
print(f"second machine, f3, at 1.44: out {f3(1.44):.2f}   slope {slope_f3(1.44):.3f}")
by_nudge = (f3(f4(1.2 + nudge)) - f3(f4(1.2))) / nudge
product = slope_f4(1.2) * slope_f3(f4(1.2))
print(f"both machines: {by_nudge:.4f}   product of the slopes: {product:.4f}")

# %% [markdown]
# The first machine makes a nudge 2.4 times as large, and the second leaves 0.13 of what it gets. Together that
# is 0.31, so **slopes in a row are multiplied**. Note where the second slope is taken: at 1.44, the place where
# *that* machine stands, and not at 1.2. This is the **chain rule** of lab 03, here for $h(x) = f(g(x))$:
#
# $$h'(x) = f'(g(x)) \cdot g'(x)$$
#
# Half of the machines in our network are sigmoids. Say that everything to the right of one has been
# worked out already, and is known as one number, `d_a`: the slope of $E$ along $a$. How does it come back
# through the sigmoid?
#
# <div class="alert alert-success">
#
# **Exercise 6.0** (1 point): back through a sigmoid
#
# </div>
#
# Complete `back_through_sigmoid(d_a, a)`, which returns the slope of $E$ along $s$, where $a = \sigma(s)$.
# From lab 03 you know the sigmoid's own slope: what comes out, times 1 minus it. Numbers and arrays
# should both work.
#
# *Expected*: -0.1 for d_a = -0.4 and a = 0.5.


# %% exercise="6.0"
def back_through_sigmoid(d_a, a):
    """d_a and a, both () or of one shape -> the slope along s, of the same shape"""
    ### BEGIN SOLUTION
    return d_a * a * (1 - a)
    ### END SOLUTION


# %%
check("6.0")

# %% [markdown]
# Stuck? This shows a hint, and the next of three if you run it again. For the other exercises write
# their number into it, such as `hint("6.1")`.

# %%
hint("6.0")

# %% [markdown] tags=["solution"]
# **Analysis.** A nudge of s arrives at a multiplied by the sigmoid's slope, and at the error multiplied by
# d_a once more: slopes in a row. You need not know s, since the slope can be written with a. It is at most
# 1/4, so whatever comes back through a sigmoid shrinks.

# %% [markdown]
# And now all four machines, $h(x) = f_1(f_2(f_3(f_4(x))))$.
#
# <div class="alert alert-success">
#
# **Exercise 6.1** (1 point): four slopes
#
# </div>
#
# Write `chain_slope(x)`, the slope of $h$ at the number `x`. First let `x` run through the machines, and
# keep what lies between them. Then multiply the four slopes, each at the place where its machine stands.
#
# *Expected*: 0.0500 at 1.2, and 0.2762 at 0.7.


# %% exercise="6.1"
def chain_slope(x):
    """x () -> the slope of f1(f2(f3(f4(x)))), ()"""
    ### BEGIN SOLUTION
    u4 = f4(x)
    u3 = f3(u4)
    u2 = f2(u3)
    return slope_f1(u2) * slope_f2(u3) * slope_f3(u4) * slope_f4(x)
    ### END SOLUTION


# %%
check("6.1")

# %% [markdown] tags=["solution"]
# **Analysis.** There are two sweeps. One goes forward and keeps what each machine gets, the other
# multiplies slopes. Nothing is computed twice. That is all of back-propagation in a row without branches;
# what is missing is the branches.

# %% covers=["001.17"]
by_nudge = (f1(f2(f3(f4(1.2 + nudge)))) - f1(f2(f3(f4(1.2))))) / nudge
print(f"four machines: {one_number(chain_slope(1.2)):.4f}   by a nudge: {by_nudge:.4f}")

# %% [markdown]
# Both say 0.0500. For $n$ machines the product has $n$ factors. The forward pass must come first, because
# without its numbers nobody knows where the machines stand.

# %% [markdown] minutes=24
# ## 3. Slopes, from right to left
#
# Back to the network. Beside each number we put a second one, the slope of $E$ along it: `d_s3` is the
# slope along s3. We start at the right end, where it is easy, and go to the left. There are three moves:
#
# - **through a sigmoid**, from an a to its s: times $a\,(1 - a)$;
# - **through a weight**, from an s to an a on its left: times the weight on this wire;
# - **to a weight**: the slope of a weight is the slope of the sum that it leads to, times what comes in.
#
# Here are the first three. The 2 of the square cancels the half, so `d_a5` is just the difference.

# %%
(x1, x2), (w1, w2, w3, w4, w5, w6, w7, w8, w9, w10) = x, w
(s1, s2, s3, s4, s5), (a1, a2, a3, a4, a5) = s, a
d_a5 = a5 - t
d_s5 = d_a5 * a5 * (1 - a5)  # through the sigmoid
d_a4 = d_s5 * w10  # through the weight w10, which is 1
print(f"d_a5 = {d_a5:.5f}   d_s5 = {d_s5:.5f}   d_a4 = {d_a4:.5f}")

# %% [markdown] covers=["001.20"]
# All are negative, because if any of these numbers grew, $E$ would fall. The sigmoid took five sixths of
# the first, and w10 is 1, so it changes nothing.
#
# Further to the left something new waits. From a1 **two paths** lead to the error: one through w5 and s3,
# the other through w6 and s4, as the salt went into the broth and into the sauce. A number comes back
# along each. **What is the slope of $E$ along a1?**
#
# | | |
# |---|---|
# | a | the sum of what comes back along the two |
# | b | the product of the two, by the chain rule |
# | c | the larger one, because that path decides |

# %% bet="6.b2"
bet("6.b2", "a")

# %% [markdown]
# The next knob measures the slope of w1 by a nudge, and it can close a path: then the units to its right do
# not notice the nudge. Look at each path alone first. Then leave both open, and **turn w5 until w1 gets
# almost no blame**.

# %% tags=["hide-input"]
UPPER = [("a1", "s3"), ("s3", "a3"), ("a3", "s5")]
LOWER = [("a1", "s4"), ("s4", "a4"), ("a4", "s5")]
SHARED = [("x1", "s1"), ("s1", "a1"), ("s5", "a5"), ("a5", "E")]


def slope_of_w1(paths, w5, nudge=1e-5):
    """The slope of E along w1 by a nudge that runs over the open paths alone"""

    here = np.where(np.arange(10) == 4, w5, w)
    a1, a2 = forward(x, here)[1][:2]

    def error(nudge):
        moved = forward(x, here + nudge * (np.arange(10) == 0))[1][0]
        upper = moved if paths in ("both", "upper") else a1
        lower = moved if paths in ("both", "lower") else a1
        a3 = sigmoid(here[4] * upper + here[6] * a2)
        a4 = sigmoid(here[5] * lower + here[7] * a2)
        return (sigmoid(here[8] * a3 + here[9] * a4) - t) ** 2 / 2

    return (error(nudge) - error(-nudge)) / (2 * nudge)


def draw_paths(paths, w5):
    blue = {"color": plots.BLUE, "linewidth": 3}
    orange = {"color": plots.ORANGE, "linewidth": 3, "linestyle": "--"}
    shut = {"color": plots.GREY, "linewidth": 1, "linestyle": ":"}
    styles = {wire: {"color": "black", "linewidth": 3} for wire in SHARED}
    styles |= {wire: blue if paths in ("both", "upper") else shut for wire in UPPER}
    styles |= {wire: orange if paths in ("both", "lower") else shut for wire in LOWER}
    fig = draw_graph(np.where(np.arange(10) == 4, w5, w), styles=styles)
    are = "both paths are" if paths == "both" else f"only the {paths} path, through "
    are += "" if paths == "both" else "s3, is" if paths == "upper" else "s4, is"
    return fig, f"w5 = {w5:.2f}, and {are} open. The slope of w1 is {slope_of_w1(paths, w5):.5f}."


knobs(
    draw_paths,
    task="Look at each path alone. Then leave both open, and turn w5 so that the slope of w1 is nearly 0.",
    reached=lambda paths, w5: paths == "both" and abs(slope_of_w1(paths, w5)) < 4e-5,
    paths=Choice(("both", "upper", "lower")),
    w5=Slider(-1, 1, 0.05, start=0.5),
)

# %% [markdown]
# <details><summary>What did you see?</summary>
#
# At w5 = 0.5 the upper path (solid blue) alone gives -0.00057 and the lower one (dashed orange) -0.00071, and
# both together -0.00128, their sum. At w5 = -0.5 the two cancel: a larger w1 would help through one and harm
# through the other. So w1 would hardly move, although the network is wrong.
#
# </details>
#
# <div class="alert alert-success">
#
# **Exercise 6.2** (3 points): the slopes on the way to w1
#
# </div>
#
# Compute seven slopes from right to left, each from those to its right: `d_a3`, `d_s3`, `d_s4`, `d_a1`,
# `d_s1`, and then those of two weights, `d_w1` and `d_w3`. Use the names `w5`, `a1`, `x1` ... from the cell
# that begins with `(x1, x2)`, and your `back_through_sigmoid`. Fill in one line, run it and the check, and
# go on: each line is judged by itself. Here x1 and w10 are 1, but write them all the same.
#
# *Expected*: d_s3 = -0.00581. Turn the knob back to w5 = 0.5: for both paths it shows your `d_w1`.

# %% exercise="6.2"
### BEGIN SOLUTION
d_a3 = d_s5 * w9
d_s3 = back_through_sigmoid(d_a3, a3)
d_s4 = back_through_sigmoid(d_a4, a4)
d_a1 = d_s3 * w5 + d_s4 * w6
d_s1 = back_through_sigmoid(d_a1, a1)
d_w1 = d_s1 * x1
d_w3 = d_s1 * x2
### END SOLUTION

# %%
check("6.2")

# %% [markdown] tags=["solution"]
# **Analysis.** Only a1 needs a thought, because it acts on two sums: along each path slopes are multiplied, and
# where paths meet they are added. In all other lines there is one factor for each step to the left. The
# slope of w3 is three times that of w1, for no other reason than that its input is three times as large.

# %% [markdown]
# Your slopes in the picture, a question mark where one is still open:

# %% tags=["hide-input"] covers=["001.15"]
yours = {"a5": d_a5, "s5": d_s5, "a4": d_a4, "a3": d_a3, "s4": d_s4, "s3": d_s3, "a1": d_a1}
yours |= {"s1": d_s1, "w1": d_w1, "w3": d_w3}
fig = draw_graph(w, slopes=yours)
fig.set_size_inches(6, 3.9)
fig.axes[0].set_ylim(-0.7, 1.7)
arrow = {"arrowstyle": "->", "linewidth": 1.5}
for height, ends, words in (
    (1.55, (0.1, 5.9), "forward: numbers"),
    (-0.55, (5.9, 0.1), "backward: slopes"),
):
    fig.axes[0].annotate("", (ends[1], height), (ends[0], height), arrowprops=arrow)
    fig.axes[0].text(3, height, words, ha="center", va="center", backgroundcolor="white")
plots.show(
    fig,
    alt="Backward and Forward Pass of the network with ten weights. An arrow above says that numbers go "
    "forward, from left to right, one below that slopes go backward. Below the numbers stand your slopes: "
    + ", ".join(f"{name} {slope_in_words(slope)}" for name, slope in yours.items())
    + ".",
)

# %% [markdown]
# Written out as one formula, the slope of w1 has two long products, one for each path:
#
# $$\begin{aligned}
# \frac{\partial E}{\partial w_1} = {} &
# \underbrace{\frac{\partial E}{\partial s_5} \frac{\partial s_5}{\partial a_3}
# \frac{\partial a_3}{\partial s_3} \frac{\partial s_3}{\partial a_1}}_{\text{upper path}}
# \frac{\partial a_1}{\partial s_1} \frac{\partial s_1}{\partial w_1} \\
# & + \underbrace{\frac{\partial E}{\partial s_5} \frac{\partial s_5}{\partial a_4}
# \frac{\partial a_4}{\partial s_4} \frac{\partial s_4}{\partial a_1}}_{\text{lower path}}
# \frac{\partial a_1}{\partial s_1} \frac{\partial s_1}{\partial w_1}
# \end{aligned}$$

# %% covers=["001.19", "001.21"]
upper, lower = (slope_of_w1(path, w5) for path in ("upper", "lower"))  # as the knob measures it
print(
    f"upper path {upper:.5f} + lower path {lower:.5f} = {upper + lower:.5f}, yours {slope_in_words(d_w1)}"
)
after = w1 - 1.0 * one_number(d_w1)
print(f"a step downhill with the rate 1, w1 before: {w1:.5f} after: {slope_in_words(after)}")

# %% [markdown] covers=["001.15", "002.25", "003.29"]
# The paths add up to your `d_w1`, and w1 grows a little, by 0.0013. But you never had to write these long
# products, because each of your slopes holds all that lies to its right. This way to all slopes, from right to
# left, is **back-propagation**. It became famous in 1986 by **Rumelhart, Hinton and Williams**, though others
# had found it before. Training repeats four things: a forward pass, the error, the slopes, and a step. It does
# so for one batch after the other, and an **epoch** is over when all rows have had their turn.

# %% [markdown] minutes=16
# ## 4. All ten, and what they promise
#
# Two slopes of ten are done, and the others are nearly free: you have `d_s3` already, so w5 and w7 need one
# product each.
#
# <div class="alert alert-success">
#
# **Exercise 6.2b** (2 points): ten slopes
#
# </div>
#
# Write `slopes(x, w, t)`, which returns the slopes of $E$ along w1 to w10 as an array, in this order. Now
# the numbers may be any, also the label `t`. The first two lines are given. Take over your lines from 6.2,
# and add those of `a2`. Compute `d_s5` and `d_a4` here, too: those of the cell above belong to its network.
#
# *Expected for the network above*, rounded: -0.0013, -0.0014, -0.0038, -0.0042, -0.0042, -0.0044, -0.0047,
# -0.0048, -0.0228, -0.0237.


# %% exercise="6.2b"
def slopes(x, w, t):
    """x (2,), w (10,), t () -> the slopes along w1 to w10, (10,)"""
    a = forward(x, w)[1]
    (x1, x2), (*_, w5, w6, w7, w8, w9, w10), (a1, a2, a3, a4, a5) = x, w, a
    ### BEGIN SOLUTION
    d_s5 = back_through_sigmoid(a5 - t, a5)
    d_s3 = back_through_sigmoid(d_s5 * w9, a3)
    d_s4 = back_through_sigmoid(d_s5 * w10, a4)
    d_s1 = back_through_sigmoid(d_s3 * w5 + d_s4 * w6, a1)
    d_s2 = back_through_sigmoid(d_s3 * w7 + d_s4 * w8, a2)
    first = [d_s1 * x1, d_s2 * x1, d_s1 * x2, d_s2 * x2]
    second = [d_s3 * a1, d_s4 * a1, d_s3 * a2, d_s4 * a2]
    return np.array([*first, *second, d_s5 * a3, d_s5 * a4])
    ### END SOLUTION


# %%
check("6.2b")

# %% [markdown] tags=["solution"]
# **Analysis.** Five sums have one slope each, and these five serve all ten weights: a weight's slope is that of
# its sum, times what comes in. With a bias it would be the slope of the sum itself, because what comes in
# is 1.

# %% [markdown]
# A slope is a promise: *nudge this weight by 0.1, and $E$ changes by 0.1 times me.* How far can one trust
# it? The curve below is the real error, and the dashed line is what your slope promises. **Find a promise
# that cannot be kept: an error below 0.**


# %% tags=["hide-input"]
def promised_slope(weight):
    """Your slope of this weight; nan where `slopes` is open or does not give ten numbers"""
    try:
        found = np.asarray(slopes(x, w.copy(), t), float)
    except Exception:
        return np.nan
    is_ten = found.shape in ((10,), (10, 1), (1, 10)) and np.isfinite(found).all()
    return found.ravel()[weight - 1] if is_ten else np.nan


def promised_error(weight, nudge):
    return values_at(w)["E"] + promised_slope(weight) * nudge


def draw_promise(weight, nudge):
    grid = np.linspace(-2, 2, 81)
    real = [values_at(nudged(weight, one))["E"] for one in grid]
    promise, after = promised_error(weight, nudge), values_at(nudged(weight, nudge))["E"]
    fig, ax = plt.subplots(figsize=(5.8, 3.4))
    ax.plot(grid, real, color=plots.GREY, label="real")
    ax.plot(nudge, after, "o", color=plots.GREY)
    ax.axhline(0, color="black", linewidth=0.8)
    says = f"w{weight:g} nudged by {nudge:.1f}: the error becomes {after:.4f}"
    if np.isnan(promise):
        says += ". There is no promise yet: slopes is open, or does not return ten numbers."
    else:
        ax.plot(grid, promised_error(weight, grid), "--", color=plots.BLUE, label="promised")
        ax.plot(nudge, promise, "s", color=plots.BLUE)
        says += f", promised is {promise:.4f}."
    ax.set(ylim=(-0.03, 0.14), xlabel=f"nudge of w{weight:g}", ylabel="E")
    ax.legend(loc="upper right")
    return fig, says


knobs(
    draw_promise,
    task="Find a weight and a nudge for which an error below 0 is promised.",
    reached=lambda weight, nudge: promised_error(weight, nudge) < 0,
    weight=Slider(1, 10, 1, start=1),
    nudge=Slider(-2, 2, 0.1, start=0.1),
)

# %% [markdown]
# <details><summary>Where is it?</summary>
#
# At w9 and w10, from a nudge of 0.9 on. $E$ is a square, so it is never below 0.
#
# </details>
#
# Near 0 the two agree, further out they part. That is why one step is never the whole way, and why the rate
# of lab 05 matters.

# %% [markdown] minutes=8
# ## 5. How many roads?
#
# Our w1 had two paths. Imagine a network with 784 inputs, ten hidden layers of 100 units each, and one output:
# from each weight of its first layer $100^9$ paths lead to the error, a 1 with 18 zeros. **How long does it
# take to get *all* slopes, compared with one forward pass?**
#
# | | |
# |---|---|
# | a | about twice as long |
# | b | as many times as long as there are weights |
# | c | as many times as long as there are paths |

# %% bet="6.b3"
bet("6.b3", "a")

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 6.5** (1 point): weights and paths
#
# </div>
#
# The numbers 6.3 and 6.4 come after this one.
# Write `count(sizes)`. The list `sizes` has the units of each layer, inputs first, so our network is
# `[2, 2, 2, 1]`. It returns two numbers: all parameters, with the biases, and the paths from *one* weight of
# the first layer to the error.
#
# *Expected*: 15 and 2 for `[2, 2, 2, 1]`.


# %% exercise="6.5"
def count(sizes):
    """sizes, a list of whole numbers -> parameters (), paths ()"""
    ### BEGIN SOLUTION
    parameters = sum((sizes[k] + 1) * sizes[k + 1] for k in range(len(sizes) - 1))
    return parameters, int(np.prod(sizes[2:]))
    ### END SOLUTION


# %%
check("6.5")

# %% [markdown] tags=["solution"]
# **Analysis.** A weight of the first layer ends at one unit, so its layer gives no choice. Each layer behind it
# multiplies the number of paths by its size: with L hidden layers of n units and one output that makes n to the
# power L - 1. The biases are counted with the units, as each unit has one.

# %% [markdown]
# Now count the multiplications. A forward pass needs one for each weight. On the way back each wire is used
# at most twice, once to send a slope through it and once for its own weight.

# %%
sizes = [784] + 10 * [100] + [1]
parameters, paths = np.ravel(count(sizes))
one_pass = sum(sizes[k] * sizes[k + 1] for k in range(len(sizes) - 1))
print(f"one forward pass              {one_pass:.1e}")
print(f"slopes from right to left     {2 * one_pass:.1e}")
print(f"a nudge for each parameter    {one_pass * (parameters + 1):.1e}")
print(f"each path written out         {paths * 10.0:.0e} for one weight alone")

# %% [markdown]
# A third of a million, where nudges need thirty billion, and the paths of one weight, with ten factors each,
# ten million million million. Nothing is left out: where paths meet their slopes are added *once*, and all that
# lies to the left uses the sum.

# %% [markdown] minutes=25
# ## 6. A table of rows
#
# A network gets many rows at once. So now `X` has n rows and d inputs; there are h hidden units with a sigmoid
# and q outputs *without* one, called $P$ (no probabilities). The loss $J$ is the sum of
# $\frac12 (P - Y)^2$ over the outputs of a row, and its mean over the rows.


# %%
def predict(X, W1, b1, W2, b2):
    """X (n, d), W1 (d, h), b1 (h,), W2 (h, q), b2 (q,) -> H (n, h), P (n, q)"""
    H = sigmoid(X @ W1 + b1)
    return H, H @ W2 + b2


def loss(X, Y, weights):
    return np.sum((predict(X, *weights)[1] - Y) ** 2) / 2 / len(X)


def first_weights(seed, h=4):
    """Random weights for two inputs, h hidden units and one output"""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(2, h)), np.zeros(h), rng.normal(size=(h, 1)), np.zeros(1)]


X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
Y = np.array([[0], [1], [1], [0]], float)  # XOR
print("a random start says:", predict(X, *first_weights(0))[1].ravel().round(2))
print(f"its loss: {loss(X, Y, first_weights(0)):.2f}")

# %% [markdown]
# It says about -1.4 to everything, so its loss is large. The moves back stay the same, but each slope is a
# table, *in the shape of what it belongs to*. The first is `d_P = (P - Y) / len(X)`, because $J$ is a mean.
# From there let the shapes lead you:
#
# - **through the weights:** `d_H` must be (n, h), made of `d_P` (n, q) and `W2` (h, q). One product fits, with
#   `.T` at the right place.
# - **through the sigmoid:** from `d_H` to the slopes of the sums, again (n, h).
# - **to the weights:** `dW2` must be (h, q), made of `d_P` and what came in, `H` (n, h). The product adds up the
#   rows. For `dW1` it is the same, one layer further to the left.
# - **to a bias:** add up the slopes of its sums over the rows, by `.sum(axis=0)`. For `b2` those are `d_P`.
#
# <div class="alert alert-success">
#
# **Exercise 6.3** (3 points): the backward pass of a table
#
# </div>
#
# Write `backward(X, Y, W1, b1, W2, b2)`. It returns four slopes of $J$, in this order: `dW1`, `db1`, `dW2`,
# `db2`. The forward pass is given, and your `back_through_sigmoid` takes tables as well.
#
# *Expected for XOR and* `first_weights(0)`: dW2 is a column of -0.849, -1.006, -1.357, -1.191, and db2 is
# -1.898.


# %% exercise="6.3"
def backward(X, Y, W1, b1, W2, b2):
    """X (n, d), Y (n, q) and weights as in predict -> dW1, db1, dW2, db2 in the shapes of the weights"""
    H, P = predict(X, W1, b1, W2, b2)
    ### BEGIN SOLUTION
    d_P = (P - Y) / len(X)
    d_S = back_through_sigmoid(d_P @ W2.T, H)
    return X.T @ d_S, d_S.sum(axis=0), H.T @ d_P, d_P.sum(axis=0)
    ### END SOLUTION


# %%
check("6.3")

# %% [markdown] tags=["solution"]
# **Analysis.** Forward one multiplies by W2, backward by its transpose, because each slope goes back over the
# wires on which the number came. In the product of H.T and d_P the rows are the inner size, so the rows are
# added up without a loop. Where n, d, h and q are equal, a wrong transpose has the right shape: so test with
# four different sizes.

# %% [markdown]
# Never trust a backward pass that nobody has checked. Here are two more witnesses: a nudge of each weight,
# which is slow and cannot be fooled, and TensorFlow's tape, which writes down the forward pass and then goes
# through its list from right to left, as you did.

# %%
import tensorflow as tf


def by_nudges(X, Y, weights, nudge=1e-5):
    """The slopes of all four, each number by two forward passes"""
    tables = [np.zeros(one.shape) for one in weights]
    for which, slope in enumerate(tables):
        for place in np.ndindex(slope.shape):
            more, less = [one.copy() for one in weights], [one.copy() for one in weights]
            more[which][place] += nudge
            less[which][place] -= nudge
            slope[place] = (loss(X, Y, more) - loss(X, Y, less)) / (2 * nudge)
    return tables


def by_tape(X, Y, weights):
    W1, b1, W2, b2 = variables = [tf.Variable(one) for one in weights]
    with tf.GradientTape() as tape:
        P = tf.sigmoid(X @ W1 + b1) @ W2 + b2
        J = tf.reduce_sum((P - Y) ** 2) / 2 / len(X)
    return [slope.numpy() for slope in tape.gradient(J, variables)]


# %%
weights = first_weights(0)
mine = [np.asarray(slope) for slope in backward(X, Y, *weights)]
nudges, tape = by_nudges(X, Y, weights), by_tape(X, Y, weights)
print("first row of dW1:")
for name, found in {"you": mine, "nudges": nudges, "tape": tape}.items():
    agree = all(np.allclose(found[k], mine[k], atol=1e-6) for k in range(4))
    print(f"{name:7}{found[0][0].round(4)}   all four as yours: {agree}")

# %% [markdown]
# If all say True: three witnesses, one story.

# %% [markdown] minutes=14
# ## 7. Step, but all at once
#
# Now let your own slopes train a network.
#
# <div class="alert alert-success">
#
# **Exercise 6.4** (2 points): train
#
# </div>
#
# Write `train(X, Y, weights, learning_rate, steps)`. The list `weights` holds W1, b1, W2 and b2. In each step
# all four move against their slopes, as in lab 05, and all slopes belong to the *same* old weights. It returns
# the four new ones.
#
# *Expected for XOR,* `first_weights(0)`*, the rate 0.5 and one step*: the loss falls from 1.94 to 0.23.


# %% exercise="6.4"
def train(X, Y, weights, learning_rate, steps):
    """weights [W1, b1, W2, b2] -> the four after so many steps"""
    ### BEGIN SOLUTION
    for _ in range(steps):
        slopes_now = backward(X, Y, *weights)
        weights = [w - learning_rate * d for w, d in zip(weights, slopes_now, strict=True)]
    return weights
    ### END SOLUTION


# %%
check("6.4")

# %% [markdown] tags=["solution"]
# **Analysis.** backward is called once in a step, before anything has moved, so all four slopes see the same
# weights. The list is made anew in each step, and the caller's arrays stay as they are.

# %% [markdown]
# And now XOR, with nothing but your own lines: no Keras, no tape.

# %% tolerance=0.01
trained = first_weights(0)
print(f"loss before: {loss(X, Y, trained):.4f}")
for steps in (500, 1000):
    trained = [np.asarray(one) for one in train(X, Y, trained, learning_rate=0.5, steps=500)]
    print(f"after {steps:4} steps: {loss(X, Y, trained):.4f}")
print("says at 00, 01, 10, 11:", predict(X, *trained)[1].ravel().round(2))

# %% [markdown]
# That is XOR, learned in 1,000 steps, and you have built what `fit` does.
#
# One trap is left. Somebody wants to save time: as soon as the slopes of W2 and b2 are known they move, and
# only then the rest is sent back, to the left. **Which slopes does that spoil?**
#
# | | |
# |---|---|
# | a | none: the slope of W1 belongs to W1, and that has not moved |
# | b | those of W1 and b1 |
# | c | all four |

# %% bet="6.b4"
bet("6.b4", "b")

# %% errata=["E003-08"]
W1, b1, W2, b2 = first_weights(0)
H, P = predict(X, W1, b1, W2, b2)
d_P = (P - Y) / len(X)


def sent_back(W2):
    return X.T @ (d_P @ W2.T * H * (1 - H))


for rate in (0.1, 0.5):
    off = sent_back(W2 - rate * H.T @ d_P) - sent_back(W2)
    share = np.max(np.abs(off)) / np.max(np.abs(sent_back(W2)))
    print(f"rate {rate}: wrong by {share:.3f} of the largest slope")

# %% [markdown]
# At the rate 0.1 it is a twelfth, which nobody would notice in a loss curve, and at our 0.5 more than two
# fifths. A slide of Miklos's updates in this very order, from the output layer back. So: *all slopes first,
# then all steps.*

# %% [markdown]
# **A challenge to take home** (no points): how few steps does your network need for XOR, until the loss is
# below 0.001? Ten starts decide, by their median, because single ones differ a lot. Ours need 566 with the
# numbers below, and the best of the 48 settings that we tried needs 45. Change the rate, the hidden units `h`,
# and the `size` of the first weights.


# %% tags=["task"] tolerance=0.2
def steps_needed(seed, h=4, size=1.0, rate=0.5, most=3000):
    """Steps until the loss is below 0.001, at most `most`"""
    W1, b1, W2, b2 = first_weights(seed, h)
    weights = [size * W1, b1, W2, b2]
    for step in range(most):
        if loss(X, Y, weights) < 0.001:
            return step
        slopes_now = [np.asarray(one) for one in backward(X, Y, *weights)]
        weights = [w - rate * d for w, d in zip(weights, slopes_now, strict=True)]
    return most


print(f"median of ten starts: {np.median([steps_needed(seed) for seed in range(10)]):.1f} steps")

# %% [markdown] folded=true
# ## More: the same on one more slide

# %% [markdown]
# Espinosa Loera's slide has the whole lab in one line. With $m$ for what the model says, the loss depends on
# the weights only through $m$, so each slope is a product: $\nabla_{w,b} L = \left(\frac{\partial L}{\partial
# m} \frac{\partial m}{\partial w}, \frac{\partial L}{\partial m} \frac{\partial m}{\partial b}\right)$. For $m
# = wx + b$ and the half square:

# %% covers=["004.17"]
from tensorflow import GradientTape, Variable

weight, bias, point, wanted = Variable(0.4), Variable(0.1), 1.5, 1.36
with GradientTape() as tape:
    m = weight * point + bias
    L = (m - wanted) ** 2 / 2
by_the_tape = [float(one) for one in tape.gradient(L, [weight, bias])]
dL_dm = 0.4 * point + 0.1 - wanted
print(f"along w: dL/dm * dm/dw = {dL_dm * point:.2f}   along b: dL/dm * dm/db = {dL_dm * 1:.2f}")
print(f"by the tape: {by_the_tape[0]:.2f} {by_the_tape[1]:.2f}")

# %% [markdown]
# Both ways agree: the model says 0.66 too little, which is the slope along $b$, and along $w$ it is times the
# input, 1.5.

# %% [markdown] folded=true
# ## Slips on the slides

# %% [markdown] errata=["E001-04", "E001-05", "E002-12", "E003-16"]
# - Larreguy's tutorial says that back-propagation is used to update the parameters. It only **computes the
#   slopes**; what updates is the step that uses them, and that may be another one, such as Adam.
# - It speaks of the derivative of each weight with respect to the loss. It is the other way round, the slope
#   **of the loss along the weight**.
# - Yang Li's slide on this topic says "See Powerpoint slides", but **the slides themselves are not there**. This
#   lab stands in their place.
# - Miklos's slide says that the derivatives are computed "implicitly". You have seen them one by one, so
#   **explicitly** is the word.
#
# In the tutorial's update of w1 the learning rate is gone. A linear unit with one weight, the input 5.8 (the
# length of a sepal) and the label 1 shows what it is for:

# %% errata=["E001-03"]
for rate in (1.0, 0.01):
    weight = 0.1
    for _ in range(20):
        weight = weight - rate * (weight * 5.8 - 1) * 5.8
    print(f"weight after 20 steps at the rate {rate:g}: {weight:.3g}")

# %% [markdown]
# With the rate 1 it has run away, and with 0.01 it stands at 0.172, which is 1/5.8, as it should.

# %% [markdown] folded=true
# ## Test yourself

# %% [markdown]
# 1. Slopes are multiplied here and added there. When which?
#
# <details><summary>Answer</summary>
#
# Multiplied along a path, because one machine stands behind the other. Added where several paths meet.
#
# </details>
#
# 2. Your backward pass is right for 4 rows, 4 inputs, 4 hidden units and 4 outputs. Is it right?
#
# <details><summary>Answer</summary>
#
# Nobody knows: with equal sizes a wrong transpose has the right shape. Try four different sizes, and compare
# with nudges.
#
# </details>
#
# 3. The output gets a sigmoid, too, and the loss stays the square. What changes in `backward`?
#
# <details><summary>Answer</summary>
#
# One line: the slope of P comes back through that sigmoid, times P (1 - P), before it goes on to W2 and H.
#
# </details>

# %% [markdown] minutes=2
# ## What we saw
#
# How does a weight deep inside learn its share of the blame? *From its neighbours on the right.* Only
# the guest tasted the soup. In the kitchen each one asked those to whom she had passed something on, and added
# up what they said. You can now
#
# - send a slope back through a sigmoid, through a weight, and to a weight;
# - say why paths are added, and why their number costs nothing;
# - write the backward pass of a network, and check it by nudges.
#
# One question stays open. From a5 back to w1 less than a hundredth of the slope was left, after only three
# sigmoids. What is left after fifty layers, and can one choose the first weights so that it arrives? That is
# lab 08.
