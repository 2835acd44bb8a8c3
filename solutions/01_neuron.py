# %% [markdown] form=2 minutes=75 seconds=30 short="1, 2, 4" needs=["00"]
# # Lab 01: Who turns the dials of a neuron?
#
# Over a door hangs a lamp with two sensors. One says that something moves, the other that it is
# dark, and the lamp should light only where both say yes. The smallest thing that can decide this
# has three dials, and it is also the smallest part of every network in this course. Somebody has to
# turn these dials. To begin with it is you.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown] minutes=14
# ## 1. A lamp with two sensors
#
# We write 1 where a sensor says yes and 0 where it says no. So there are four situations, the rows
# of `X`, and `y` says what the lamp should do in each of them. The table has a name: AND, because
# it wants motion *and* darkness.

# %%
import matplotlib.pyplot as plt
import numpy as np

from utils import data, plots
from utils.checks import bet, check, hint

gates = data.gates()
X, y = gates["AND"].X, gates["AND"].y
for situation, light in zip(X, y, strict=True):
    print(f"motion = {situation[0]:.0f}   dark = {situation[1]:.0f}   light = {light:.0f}")

# %% [markdown]
# Below they are the corners of a square, named by their inputs: at 01 nothing moves, but it is
# dark. A blue square is a corner at which the lamp should light. The lamp adds up
# $w_1 x_1 + w_2 x_2 + b$, where $x_1$ is motion and $x_2$ is darkness, and it lights where this
# **sum** is at least 0: on the shaded side of the line. The number at each corner is its sum. Turn
# the three dials, and watch how these numbers change their sign.

# %% tags=["hide-input"]
from utils.knobs import Choice, Slider, knobs

CORNERS = ("00", "01", "10", "11")


def draw_gate(name, w1, w2, b):
    """A gate with its line, and the sum at each corner."""
    # Where all sums are 0, all corners say yes: a hair more shades them.
    fig = plots.gate_planes({name: gates[name].y}, lines={name: ((w1, w2), b + 1e-9)})
    for (x1, x2), total in zip(X, X @ [w1, w2] + b, strict=True):
        place = (0, 9) if x2 else (0, -18)
        text = fig.axes[0].annotate(
            f"{total:g}", (x1, x2), xytext=place, textcoords="offset points", ha="center"
        )
        text.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1})
    return fig


def right_corners(name, w1, w2, b):
    return (X @ [w1, w2] + b >= 0) == gates[name].y


def draw_lamp(w1, w2, b):
    fig = draw_gate("AND", w1, w2, b)
    fig.axes[0].set(title="the lamp", xlabel="$x_1$, motion", ylabel="$x_2$, dark")
    sums = X @ [w1, w2] + b
    lit = ", ".join(name for name, total in zip(CORNERS, sums, strict=True) if total >= 0)
    listed = ", ".join(f"{total:g}" for total in sums)
    return fig, (
        f"Sums at 00, 01, 10, 11: {listed}. The lamp lights at {lit or 'no corner'}, which is "
        f"right in {np.sum(right_corners('AND', w1, w2, b))} of 4 situations."
    )


knobs(
    draw_lamp,
    task="Let the lamp light at 11 and nowhere else: right in 4 of 4 situations.",
    reached=lambda w1, w2, b: right_corners("AND", w1, w2, b).all(),
    w1=Slider(-3, 3, 0.5, start=1),
    w2=Slider(-3, 3, 0.5, start=0),
    b=Slider(-3, 3, 0.5, start=-0.5),
)

# %% [markdown] covers=["003.14"]
# Many settings will do; ours is 1, 1 and -1.5. Read yours in the same way: before any sensor says
# yes, the sum is $b$, and so 1.5 is missing. Each yes brings its weight, here 1. One yes is not
# enough, and two are.
#
# What you turned is a **neuron**, also called a *unit*. The numbers $w_1$ and $w_2$ are its
# *weights*, $b$ is its *bias*. In lab 00 the weights of one neuron were one column of the table W.
#
# At the end comes a step: it makes 1 of every sum that is at least 0 (the unit *fires*), and 0 of
# all others. This is the *unit step*. The line where the sum is exactly 0 is called the **decision
# boundary**.
#
# Now imagine that you double all three numbers. **What does the line do?**
#
# | | |
# |---|---|
# | a | it stays where it is |
# | b | it turns and becomes steeper |
# | c | it moves away from the corner 00, to twice the distance |
#
# Write `"a"`, `"b"` or `"c"` in the place of `...`, and if you like how sure you are: `sure=70`
# (percent).

# %% bet="1.b1"
bet("1.b1", "a")

# %% [markdown]
# You can see it above: set the dials to 1, 1 and -1.5, and then to 2, 2 and -3. And this is how one
# draws such a neuron.

# %% tags=["hide-input"] covers=["002.08"]
plots.show(
    plots.neuron([1, 1], bias=-1.5, inputs=["motion", "dark"], activation="step", output="light"),
    alt="The lamp as an artificial neuron with inputs x1, motion, and x2, dark, and the activation "
    "f, a step. The weights are 1 and 1; the bias -1.5 is drawn as the weight of a third input that "
    "is always 1. All three go into one sum, the sum into the step, and out comes the light.",
)

# %% [markdown]
# A positive weight is a solid line, a negative one a dashed line, and whatever is done to the sum,
# here the step, is called the *activation*. Why the bias hangs at an input of its own, which is
# always 1, is a question for section 3. Now write the sum down.
#
# <details><summary>From memory, lab 00: X has shape (4, 2), w has shape (2,). Which shape has X @ w?</summary>
#
# It is (4,): the inner sizes, 2 and 2, must be equal and disappear. One number is left for each
# row.
#
# </details>
#
# <div class="alert alert-success">
#
# **Exercise 1.1** (1 point): the sum, in one line
#
# </div>
#
# Complete `neuron(x, w, b)`, which returns the weighted sum plus `b`, before any step. `x` is
# either one sample, with shape (k,), or a table of n, with shape (n, k). One line does both.
#
# *Expected*: `neuron(X[3], np.array([1, 1]), -1.5)` is 0.5, and with `X` for `X[3]` you get -1.5,
# -0.5, -0.5 and 0.5, our sums at the four corners.


# %% exercise="1.1"
def neuron(x, w, b):
    """x (k,) or (n, k), w (k,), b () -> the sums, () or (n,)"""
    ### BEGIN SOLUTION
    return x @ w + b
    ### END SOLUTION


# %%
check("1.1")

# %% [markdown] tags=["solution"]
# **Analysis.** `x @ w` multiplies each input by its weight and adds up the products: for one sample
# to one number, for a table to one number a row. The bias is one number as well. It is added once
# for each sample, however many inputs there are.

# %% [markdown] minutes=14
# ## 2. Room to spare
#
# Here are two more settings for the lamp. On paper both have the sum 0 at the corner 11, and 0 is
# enough. So both lamps should light there.

# %%
for w1, w2, b in ((0.5, 0.5, -1.0), (0.7, 0.1, -0.8)):
    total = w1 + w2 + b
    print(f"{w1} + {w2} - {-b} = {total:.17f}   light = {int(total >= 0)}")

# %% [markdown]
# The second stays dark, because a computer stores 0.7 and 0.1 only nearly, and the sum ends a
# little below 0. Real sensors are worse than that: what is "dark" in the evening?
#
# So a good line does not only have each corner on the side where it belongs, it also keeps away
# from them. The distance from the line to the nearest corner is called the **margin**:
#
# $$\text{margin} = \frac{\text{the smallest } |w_1 x_1 + w_2 x_2 + b| \text{ of the four corners}}{\sqrt{w_1^2 + w_2^2}}$$
#
# As long as the point strays by less than this, in whatever direction, the lamp decides as before.
# (Two readings that both stray by 0.2 move it by 0.28. And doubling all dials wins no room, since
# it doubles both parts of the fraction.)
#
# The next board shows the margin as a street between two dashed lines, and it has three **gates**:
# AND is the lamp, OR says 1 where at least one input is 1, and NAND, "not and", says 1 everywhere
# but at 11.


# %% tags=["hide-input"]
def margin_of(gate, w1, w2, b):
    """The distance from the line to the nearest corner; 0 where there is no line, or a mistake."""
    if not right_corners(gate, w1, w2, b).all():
        return 0.0
    return np.abs(X @ [w1, w2] + b).min() / np.hypot(w1, w2)


def draw_margin(gate, w1, w2, b):
    fig = draw_gate(gate, w1, w2, b)
    right, margin = right_corners(gate, w1, w2, b), margin_of(gate, w1, w2, b)
    if margin > 0:
        across, up = np.meshgrid(*[np.linspace(-0.45, 1.45, 100)] * 2)
        z, edge = w1 * across + w2 * up + b, margin * np.hypot(w1, w2)
        fig.axes[0].contour(across, up, z, [-edge, edge], colors="black", linestyles="--")
    wrong = ", ".join(name for name, ok in zip(CORNERS, right, strict=True) if not ok)
    says = f"wrong at {wrong}, so there is no margin yet" if wrong else f"margin {margin:.2f}"
    return fig, f"{gate} with the dials {w1:g}, {w2:g}, {b:g}: {np.sum(right)} of 4 right, {says}."


knobs(
    draw_margin,
    task="Choose NAND and make it right, with a margin of at least 0.3. Is there more than that?",
    reached=lambda gate, **dials: gate == "NAND" and margin_of(gate, **dials) >= 0.3,
    gate=Choice(("AND", "OR", "NAND")),
    w1=Slider(-3, 3, 0.5, start=1),
    w2=Slider(-3, 3, 0.5, start=1),
    b=Slider(-3, 3, 0.5, start=-1),
)

# %% [markdown] covers=["003.14"]
# The best margin is 0.35 for each of the three, and no other setting gives more. One corner is
# always alone on its side, and the diagonal through 01 and 10 is 0.71 away from it. The line has to
# pass between the two, and in the middle it is 0.35 away from both.
#
# Find good numbers for OR, too, and keep them for the exercise, which comes from Miklos's lecture.
# (There a line that parts two classes, like yours, is a *separating hyperplane*.)
#
# <div class="alert alert-success">
#
# **Exercise 1.2** (2 points): three gates
#
# </div>
#
# Find weights and a bias for NOT, AND and OR. Write each gate as a pair, such as `([0.25, -2], 1)`:
# first the list of weights, then the bias.
#
# - NOT has one input: 1 becomes 0, and 0 becomes 1.
# - No sum may come closer to 0 than 0.1, so that rounding cannot turn the gate. (This looks at the
#   sums. Large numbers make them large, too, but give no margin.)
#
# *Expected*: at 00, 01, 10 and 11, AND says 0, 0, 0, 1, and OR says 0, 1, 1, 1.

# %% exercise="1.2"
### BEGIN SOLUTION
NOT = ([-1], 0.5)
AND = ([1, 1], -1.5)
OR = ([1, 1], -0.5)
### END SOLUTION

# %% covers=["003.12"]
check("1.2")

# %% [markdown]
# Stuck? This shows a hint, and the next of three if you run it again. Every exercise has its own:
# just change the number.

# %%
hint("1.2")

# %% [markdown] tags=["solution"]
# **Analysis.** The bias says what is missing before any input has spoken. For OR one yes must be
# enough, so with weights 1 the bias lies between -1 and 0. For AND one yes must be too little and
# two enough: between -2 and -1. NOT starts above 0, and its input pulls it down: the weight is
# negative. The middle of each range has the largest margin.

# %% tags=["hide-input"]
# A pair, or one list of three numbers: the check takes both.
YOURS = {
    name: np.concatenate([np.ravel(part) for part in gate])
    for name, gate in (("AND", AND), ("OR", OR))
}
plots.show(
    plots.gate_planes(
        {name: gates[name].y for name in YOURS},
        lines={name: (numbers[:2], numbers[2]) for name, numbers in YOURS.items()},
    ),
    alt=f"Your gates as weights and bias, AND {YOURS['AND'].tolist()}, OR {YOURS['OR'].tolist()}. "
    "The side where a gate says 1 is shaded. In a right AND it holds the corner 11 alone, in a "
    "right OR all corners but 00.",
)

# %% [markdown] minutes=12 covers=["000.28", "002.03", "004.02"]
# ## 3. One neuron, seven spellings
#
# Why is such a sum called a neuron? In 1943 Warren **McCulloch**, a doctor who studied nerves, and
# the young logician Walter **Pitts** described the cells of the brain as units that add up and then
# say yes or no.
#
# A real neuron **takes information from other neurons**, processes it, and passes its answer on. It
# is connected to others by **excitation and inhibition**, our positive and negative weights. But it
# also has a **state** and speaks in **spikes**, short pulses; ours has no memory, and speaks in
# plain numbers.

# %% tags=["hide-input"]
from matplotlib.patches import Ellipse, Polygon

fig, (nerve, unit) = plt.subplots(2, 1, figsize=(6.6, 5.4))
plots.neuron(["$w_1$", "$w_2$", "$w_3$"], ax=unit)
for height in (1, 0, -1):
    nerve.plot([-0.6, 0.62], [height, height], color=plots.GREY, linewidth=2.5)
    nerve.plot([0.66], [height], "o", color=plots.GREY, markersize=11)
    nerve.plot([0.86, 1.3, 2.0], [height, 0.7 * height, 0], color=plots.BLUE, linewidth=3.5)
    for part in (-0.16, 0.16):
        nerve.plot([0.84, 1.1], [height + part, 0.83 * height], color=plots.BLUE, linewidth=2)
nerve.plot([2.9, 4.4], [0, 0], color=plots.BLUE, linewidth=4)
for height in (0.5, 0, -0.5):
    nerve.plot([4.4, 4.75, 4.95], [0, 0.8 * height, height], color=plots.BLUE, linewidth=2)
    nerve.plot([4.98], [height], "o", color=plots.BLUE, markersize=7)
nerve.add_patch(Polygon([(2.2, 0.36), (3.3, 0.04), (3.3, -0.04), (2.2, -0.36)], color=plots.BLUE))
nerve.add_patch(Ellipse((2.0, 0), 1.0, 0.9, facecolor="#dfe6ff", edgecolor=plots.BLUE, linewidth=2))
names = ("other\nneurons", "synapses", "cell body", "axon\nhillock", "axon")
for x, name in zip((-0.25, 0.84, 2.0, 3.3, 4.7), names, strict=True):
    nerve.text(x, -1.4, name, ha="center", va="top", fontsize=10)
nerve.set(xlim=unit.get_xlim(), ylim=(-2.0, 1.4), aspect="equal", title="a nerve cell")
unit.set_title("a unit")
nerve.axis("off")
plots.show(
    fig,
    alt="Above a nerve cell, below a unit, part under part. The ends of other neurons touch it at "
    "its synapses, as the inputs meet the weights. Branches lead to the cell body, which collects like "
    "the sum. At the axon hillock it is decided whether the cell fires, as the activation does. "
    "Along the axon the answer goes out.",
)

# %% [markdown]
# From left to right: the weights sit at the synapses, the cell body adds up, and the axon hillock
# is the step.
#
# The lectures write the sum in seven ways. (`w'x` is our `w @ x`, and Miklos calls the weights
# theta.) All should give the same number, but **one of them does not. Which one, and what did it
# forget?** Change `x`, `w` and `b`: for which `b` does nobody notice?

# %% tags=["task"] covers=["001.07", "002.04", "003.06", "003.08", "004.03", "004.21"]
x, w, b = np.array([1.0, 0.5, 2.0]), np.array([2.0, -1.0, 0.25]), -0.5
x_0, w_0 = np.r_[1, x], np.r_[b, w]  # an input 1 in front, and the bias as its weight
spellings = {
    "Larreguy   s = w'x, with x_0 = 1": w_0 @ x_0,
    "Larreguy   s = sum of w_n x_n for n from 1, + w_0 x_0": np.sum(w * x) + w_0[0] * x_0[0],
    "Li         z = sum of w_i x_i for i from 0": np.sum(w_0 * x_0),
    "Miklos     sum of x_i theta_i for i from 1": np.sum(x * w),
    "Miklos     theta_0 + sum of x_i theta_i for i from 1": b + np.sum(x * w),
    "Espinosa   sum of w_i x_i for i from 1, + b": np.sum(w * x) + b,
    "Espinosa   z = w'x + b": w @ x + b,
}
for spelling, z in spellings.items():
    print(f"{z:.2f}   {spelling}")

# %% [markdown]
# The fourth forgot the bias, which Miklos adds on his next slide; only where `b` is 0 nobody
# notices. The other six differ in one thing only: where the bias stands, beside the sum or *in* it.

# %% tags=["hide-input"] covers=["003.07", "003.09"]
fig, panels = plt.subplots(1, 2, figsize=(9.6, 3.3))
plots.neuron([r"$\theta_1$", r"$\theta_2$"], ax=panels[0], title="without a bias")
plots.neuron([r"$\theta_1$", r"$\theta_2$"], bias=r"$\theta_0$", ax=panels[1], title="with a bias")
plots.show(
    fig,
    alt="The perceptron: forward propagation, from left to right: inputs, weights, sum, "
    "non-linearity (g), output. Left without a bias, with the weights theta 1 and theta 2. Right "
    "the perceptron with bias: one more input, which is always 1, has the weight theta 0.",
)

# %% [markdown]
# Inside the sum the bias is the weight of an input that is always 1. This is the **bias trick**,
# and it saves work: whatever holds for weights now holds for the bias as well.
#
# <div class="alert alert-success">
#
# **Exercise 1.3** (1 point): the bias trick
#
# </div>
#
# Write `bias_trick(X, theta)`. `X` has shape (n, k) and no column of ones yet. `theta` has shape
# (k + 1,), and the bias comes **first**. Return the n sums. `np.column_stack([a, B])` puts a column
# `a` in front of a table `B`, `np.ones(n)` makes n ones, and `len(X)` is the number of rows.
#
# *Expected*: `bias_trick(X, np.array([-1.5, 1, 1]))` is -1.5, -0.5, -0.5, 0.5, as before.


# %% exercise="1.3"
def bias_trick(X, theta):
    """X (n, k), theta (k + 1,) with the bias first -> the sums, (n,)"""
    ### BEGIN SOLUTION
    with_ones = np.column_stack([np.ones(len(X)), X])
    return with_ones @ theta
    ### END SOLUTION


# %%
check("1.3")

# %% [markdown] tags=["solution"]
# **Analysis.** A column of ones in front makes the first number of theta the bias, because it is
# multiplied by 1 in every row. Whoever writes `X @ theta[1:] + theta[0]` gets the same, without the
# trick. The order is a convention, but both sides must keep to it.

# %% [markdown] folded=true
# ### More: many neurons side by side, and in layers

# %% [markdown] covers=["001.05"]
# Several neurons that look at the same inputs form a **layer**. Each has weights of its own, and
# they are the columns of one table `W`, as in lab 00. Espinosa Loera's slide takes one sample as a
# column and writes $Wx + b$. He adds that "linear" means *affine* in machine learning, with a bias,
# and that such layers suit fast hardware, since one product computes all neurons for all samples.

# %% covers=["004.04"]
W, biases = np.array([[1, 1, -1], [1, 1, -1]]), np.array([-1.5, -0.5, 1.5])
layer = X @ W + biases
assert np.array_equal(layer, np.array([W.T @ sample + biases for sample in X]))
print("AND, OR and NAND at 00, 01, 10, 11:")
print((layer >= 0).astype(int))

# %% [markdown] covers=["001.05"]
# A network stacks layers: the **input layer** receives the data, **hidden layers** work on what
# comes from the layer before, and the **output layer** gives the answer.

# %% tags=["hide-input"]
plots.show(
    plots.network((3, 4, 2)),
    alt="A network with three inputs, one hidden layer of four units and two outputs. Each unit is "
    "connected to all units of the layer before.",
)

# %% [markdown] minutes=23
# ## 4. Let the mistakes turn the dials
#
# Until now you turned the dials, and you understood the task. Frank Rosenblatt's **perceptron** of
# 1957 turns its own. Show it the corners, one after the other, and do something only where it is
# wrong:
#
# - it says 0 and should say 1: its sum was too small, so *add* the point to the weights and 1 to
#   the bias;
# - it says 1 and should say 0: the sum was too large, so *subtract* both;
# - it says what it should: nothing changes.
#
# With $\hat y$ ("y hat") for what it said, one formula does all of this:
#
# $$w \leftarrow w + (y - \hat y)\, x, \qquad b \leftarrow b + (y - \hat y)$$
#
# The arrow says "becomes". The bias gets a 1, because that is its input, always.
#
# One round over all points is called an **epoch**. We begin with all dials at 0, and take the
# corners in the order 00, 01, 10, 11. Each change of the dials is a correction. **How many of them
# will it need before AND is right?**
#
# | | |
# |---|---|
# | a | two or three |
# | b | about six |
# | c | more than ten |

# %% bet="1.b2"
bet("1.b2", "c")

# %% [markdown]
# Walk with it: `step` goes from point to point, and the ring marks the point that is looked at. On
# the right are the weights as arrows: dotted before, broad what is added (blue) or subtracted
# (orange), and black after. At step 4, for example, the dials 0, 0 and -1 give the sum -1 at the
# corner 11. It says 0 and should say 1, so the dials become 1, 1 and 0.

# %% tags=["hide-input"]
# The dials w1, w2, b after each correction, by the number of the point at which it happened.
CHANGES = {
    "AND": {
        **{0: (0, 0, 0), 1: (0, 0, -1), 4: (1, 1, 0), 5: (1, 1, -1), 6: (1, 0, -2)},
        **{8: (2, 1, -1), 10: (2, 0, -2), 11: (1, 0, -3), 12: (2, 1, -2)},
        **{15: (1, 1, -3), 16: (2, 2, -2), 18: (2, 1, -3)},
    },
    "OR": {0: (0, 0, 0), 1: (0, 0, -1), 2: (0, 1, 0), 5: (0, 1, -1), 7: (1, 1, 0), 9: (1, 1, -1)},
    "NAND": {
        **{0: (0, 0, 0), 4: (-1, -1, -1), 5: (-1, -1, 0), 6: (-1, 0, 1), 8: (-2, -1, 0)},
        **{10: (-2, 0, 1), 11: (-1, 0, 2), 12: (-2, -1, 1), 15: (-1, -1, 2), 16: (-2, -2, 1)},
        **{18: (-2, -1, 2)},
    },
}


def dials(gate, step):
    """w1, w2, b after so many points."""
    return CHANGES[gate][max(at for at in CHANGES[gate] if at <= step)]


def draw_arrow(ax, start, end, color, **look):
    if start != end:
        arrow = {"arrowstyle": "-|>", "color": color, "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", end, xytext=start, arrowprops=arrow | look)


def draw_walk(gate, step):
    step, (w1, w2, b) = int(step), dials(gate, step)
    fig, (square, arrows) = plt.subplots(1, 2, figsize=(7.2, 4.5))
    # As above: where all sums are 0, a hair more shades them.
    plots.gate_planes({gate: gates[gate].y}, lines={gate: ((w1, w2), b + 1e-9)}, ax=square)
    arrows.set(xlim=(-3.3, 3.3), ylim=(-3.3, 3.3), aspect="equal", title=f"the weights; b = {b}")
    arrows.set(xlabel="$w_1$", ylabel="$w_2$")
    arrows.axhline(0, color="silver", linewidth=0.8, zorder=0)
    arrows.axvline(0, color="silver", linewidth=0.8, zorder=0)
    right = right_corners(gate, w1, w2, b).sum()
    now = f"w = ({w1}, {w2}), b = {b}, right at {right} of 4 corners"
    draw_arrow(arrows, (0, 0), (w1, w2), "black", zorder=3)
    if step == 0:
        return fig, f"{gate}, before the first point: {now}."
    at, (v1, v2, c) = (step - 1) % 4, dials(gate, step - 1)
    square.scatter(*X[at], s=330, facecolors="none", edgecolors="black", linewidths=2, zorder=4)
    said, wanted = int(X[at] @ [v1, v2] + c >= 0), int(gates[gate].y[at])
    done = "nothing changes"
    changed = [(place - 1) % 4 for place in CHANGES[gate] if 0 < place <= step]
    counts = ", ".join(f"{name}: {changed.count(i)}" for i, name in enumerate(CORNERS))
    if said != wanted:
        draw_arrow(arrows, (0, 0), (v1, v2), plots.GREY, linestyle=":")
        color, done = (plots.BLUE, "added") if wanted else (plots.ORANGE, "subtracted")
        draw_arrow(arrows, (v1, v2), (w1, w2), color, linewidth=6, alpha=0.5)
        done = f"the point is {done}"
    return fig, (
        f"{gate}, epoch {(step + 3) // 4}, corner {CORNERS[at]}: it says {said} and should say "
        f"{wanted}, so {done}. Now {now}. Corrections so far at {counts}."
    )


knobs(
    draw_walk,
    task="Stay with AND and walk to the first step at which it is right at 4 of 4 corners. Which "
    "corner was corrected most often?",
    reached=lambda gate, step: (
        gate == "AND"
        and right_corners(gate, *dials(gate, step)).all()
        and not right_corners(gate, *dials(gate, step - 1)).all()
    ),
    gate=Choice(("AND", "OR", "NAND")),
    step=Slider(0, 24, 1, start=0),
)

# %% [markdown]
# The last correction comes at step 18, and it is the eleventh. Four of them were at the corner 11,
# because what was subtracted for the other corners made its sum too small again. In the sixth epoch
# nothing is left to correct.
#
# <div class="alert alert-success">
#
# **Exercise 1.4** (1 point): one correction
#
# </div>
#
# Write `update(w, b, x, y)` for one point `x` with shape (k,); `y`, 0 or 1, is what it should say.
# It returns the new `w` and the new `b`. Your `neuron` gives the sum that you need.
#
# *Expected*: `update(np.array([1.0, 0.0]), -2, X[3], 1)` gives (2, 1) and -1, as at step 8 of AND.
# With 0 for the last argument nothing changes.


# %% exercise="1.4"
def update(w, b, x, y):
    """w (k,), b (), x (k,), y () 0 or 1 -> new w (k,), new b ()"""
    ### BEGIN SOLUTION
    said = int(x @ w + b >= 0)
    return w + (y - said) * x, b + (y - said)
    ### END SOLUTION


# %%
check("1.4")

# %% [markdown] tags=["solution"]
# **Analysis.** The difference $y - \hat y$ is 1, 0 or -1, so that one line adds, leaves alone or
# subtracts. After adding $x$ and 1 the sum of this point is larger by $x \cdot x + 1$: at the
# corner 11 by 3. So each correction goes in the right direction, though one may not be enough.

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 1.4b** (2 points): until nothing is wrong
#
# </div>
#
# Write `train(X, y, most=100)`. Begin with zeros (`np.zeros(k)` makes k of them), and go through
# the rows of `X` in their order, epoch by epoch, correcting at each row. Stop after the first epoch
# without a mistake; but nobody has promised that it comes, so stop after `most` epochs in any case.
# Return `w`, `b` and the number of epochs, the last one counted. Your `update` may help. (If the
# check never ends, your loop does not either: press the stop button ■.)
#
# *Expected* for AND: w = (2, 1), b = -3 after 6 epochs. For OR: (1, 1) and -1 after 4.


# %% exercise="1.4b"
def train(X, y, most=100):
    """X (n, k), y (n,) zeros and ones -> w (k,), b (), the number of epochs"""
    ### BEGIN SOLUTION
    w, b, epochs, mistakes = np.zeros(X.shape[1]), 0, 0, 1
    while mistakes and epochs < most:
        epochs, mistakes = epochs + 1, 0
        for x, target in zip(X, y, strict=True):
            if int(x @ w + b >= 0) != target:
                w, b = update(w, b, x, target)
                mistakes += 1
    return w, b, epochs
    ### END SOLUTION


# %%
check("1.4b")

# %% [markdown] tags=["solution"]
# **Analysis.** Two loops: epochs outside, rows inside. Mistakes are counted anew in each epoch, and
# without their signs, because a 1 and a -1 would cancel: the dials may come back to where they were
# although two points were wrong. The last epoch only finds that all is right, and it counts, too.

# %% [markdown]
# Does your rule learn all three gates of the board?

# %%
for name in ("AND", "OR", "NAND"):
    w, b, epochs = train(X, gates[name].y)
    print(f"{name:4} w = {[float(v) for v in w]}   b = {float(b)}   epochs: {epochs}")

# %% [markdown]
# It does, and nobody told it what AND means. Now put its AND, with w = (2, 1) and b = -3, beside
# the one that you made by hand. **Would the rule's AND have passed exercise 1.2?**
#
# | | |
# |---|---|
# | a | no |
# | b | yes, but with less room than the best |
# | c | yes: it goes on until the line lies in the middle |

# %% bet="1.b3"
bet("1.b3", "a")

# %%
print("sums of the rule's AND at 00, 01, 10, 11:", np.ravel(neuron(X, np.array([2, 1]), -3)))

# %% [markdown]
# At 11 the sum is exactly 0, so the line runs through the corner and the margin is 0. The rule
# learns from mistakes alone, and stops at the first line that makes none. Your hand-made gate is
# the better lamp. But your hand had three dials and four points, and the rule stays the same for a
# thousand of each.

# %% [markdown] folded=true
# ### More: why it comes to an end

# %% [markdown]
# If some line has all points on their right sides, then the rule finds one: Albert Novikoff proved
# it in 1962. Take all three dials as one arrow, and any solution as a second one, $v$, of length 1.
# Each correction moves the first at least $\gamma$ further in the direction of $v$, where $\gamma$
# is the smallest sum of $v$ at a corner, without its sign. But its length grows slowly, since only
# wrong points are added or subtracted: its square by at most 3, the largest $x \cdot x + 1$. After
# $m$ corrections the arrow would be longer in one direction than it is in all, unless
# $m \le 3 / \gamma^2$.

# %%
v = np.array([1, 1, -1.5]) / np.linalg.norm([1, 1, -1.5])
gamma = np.abs(X @ v[:2] + v[2]).min()
print(f"gamma = {gamma:.3f}: at most {3 / gamma**2:.0f} corrections, and 11 were enough")

# %% [markdown] minutes=10 covers=["003.11"]
# ## 5. Softer steps
#
# In a network nobody knows what the neurons *inside* should say, so the rule has no mistake to
# learn from. One asks instead: if I turn this dial a little, does the answer get a little better?
#
# Miklos's slide says that the unit step is **not used in practice**, because it is not
# differentiable (it has no slope at 0), but that it helps in **small toy examples**. Is one point
# so bad? **Measure the slope somewhere else**, here at 0.7, and then wherever you like. TensorFlow,
# which finds slopes by itself with what it calls a *tape*, is asked as well.

# %% tags=["task"] errata=["E003-02"]
import tensorflow as tf


def step(z):
    """z, any shape -> zeros and ones of that shape"""
    return (np.asarray(z) >= 0).astype(float)


place = 0.7
print(f"slope of the step at {place}: {(step(place + 0.01) - step(place - 0.01)) / 0.02}")
z = tf.Variable(place)
with tf.GradientTape() as tape:
    output = tf.cast(z >= 0, tf.float32)
print("TensorFlow's answer     :", tape.gradient(output, z))

# %% [markdown] covers=["000.28"]
# The slope is 0 there and at every other place but one, and TensorFlow's `None` means that it does
# not even try. That is the real trouble: whichever dial you turn a little, nothing answers. (Nearer
# to 0 than 0.01 the cell prints 50, because its two points lie on both sides of the jump. Bring
# them nearer, and the number grows without end: the jump itself has no slope.)
#
# So when learning by slopes came up, the thresholding unit of McCulloch and Pitts got round edges.
# The *sigmoid*, $\sigma(z) = 1/(1 + e^{-z})$, is a **smooth, differentiable approximation** of the
# step, and *tanh* does the same from -1 to 1.

# %% tags=["hide-input"]
z = np.linspace(-6, 6, 601)
curves = {"unit step": step(z), "sigmoid": 1 / (1 + np.exp(-z)), "tanh": np.tanh(z)}
fig, ax = plt.subplots(figsize=(5.6, 3.2))
for (name, values), line in zip(curves.items(), plots.LINES, strict=False):
    ax.plot(z, values, line, linewidth=2, label=name)
ax.set(xlabel="the sum z", ylabel="output")
ax.legend(loc="lower right")
plots.show(
    fig,
    alt="Three curves over the sum z from -6 to 6. The unit step jumps from 0 to 1 at z = 0. The "
    "sigmoid rises smoothly from 0 to 1 and is 0.5 at z = 0. Tanh rises smoothly from -1 to 1.",
)

# %% [markdown]
# Let your `bias_trick` add up the lamp of section 1, and put a sigmoid behind it instead of the
# step:

# %% covers=["001.08"]
s = np.ravel(bias_trick(X, np.array([-1.5, 1, 1])))
a = 1 / (1 + np.exp(-s))
print("s =", s)
print("a =", a.round(2))

# %% [markdown]
# Now the lamp says how far it leans to yes: 0.62 where both sensors do, and 0.38 where one does.
#
# A neuron with a soft step stands on a slide of Espinosa Loera's under the title "THE NEURON". It
# has one input, w = 2, b = 6, and tanh. The slide works out three examples. **In which row is a
# number wrong?**
#
# | | $x$ | $2x + 6$ | tanh |
# |---|---|---|---|
# | a | 18 | 42 | 1 |
# | b | -2.79 | .042 | 0.3969 |
# | c | -10 | -14 | -1 |

# %% bet="1.b4"
bet("1.b4", "b")

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 1.5** (1 point): a soft neuron
#
# </div>
#
# Write `soft_neuron(x, w, b)`, a neuron with one input and the activation tanh, `np.tanh` in NumPy.
# `x` is one number or an array of any shape, `w` and `b` are numbers.
#
# *Expected*: `soft_neuron(-3, 2, 6)` is 0, the middle of the soft step, and `soft_neuron(-2, 2, 6)`
# is 0.964.


# %% exercise="1.5"
def soft_neuron(x, w, b):
    """x of any shape, w (), b () -> outputs of that shape"""
    ### BEGIN SOLUTION
    return np.tanh(w * np.asarray(x) + b)
    ### END SOLUTION


# %%
check("1.5")

# %% [markdown] tags=["solution"]
# **Analysis.** First the sum, then the curve. A large $w$ makes the step steep, and the middle,
# where the sum is 0, lies at $x = -b/w$.

# %% [markdown]
# Let your `soft_neuron` work out the three rows.

# %% covers=["004.19", "004.20"] errata=["E004-01"]
inputs = (18, -2.79, -10)
for x, output in zip(inputs, np.ravel(soft_neuron(np.array(inputs), 2, 6)), strict=True):
    print(f"w = 2, b = 6: {x} -> {2 * x + 6:.2f} -> {output:.4f}")
print(f"tanh(0.042) = {np.tanh(0.042):.4f}")

# %% [markdown]
# In the second row a zero slipped in: the sum is 0.42, and its tanh is the 0.3969 that the slide
# prints. The other two are only rounded. Far from the middle tanh is so flat that 1 and -1 are
# right to eleven decimals, and that flatness will return as a problem in lab 03.

# %% [markdown] folded=true
# ### More: what one neuron is called elsewhere

# %% [markdown] covers=["001.06", "002.09"]
# Larreguy's tutorial calls the **weighted sum** with its **activation** the easiest of all
# networks, and compares it with the **Logit** model, by which statistics predicts a yes or a no.
#
# Li's lecture sums up: a single neuron is a **linear binary classifier**. With the sigmoid it is
# the same as a *softmax* of two classes, with the *sign* as activation it is the perceptron.
# Softmax turns several numbers into shares, $e^{z_k}$ divided by the sum of all $e^{z_j}$. With 0
# for the second class:

# %% covers=["002.09"]
z = np.array([-1.5, -0.5, 0.5])
shares = np.exp(z) / (np.exp(z) + np.exp(0))
print("softmax of (z, 0), first class:", shares.round(4))
print("sigmoid of z                  :", (1 / (1 + np.exp(-z))).round(4))

# %% [markdown] folded=true
# ## Slips on the slides

# %% [markdown] errata=["E002-02", "E003-13", "E003-16"]
# For readers of the lectures: all slides have some, and a run with the numbers finds most of them.
#
# - Li's slide speaks of a "weighted average of $l$ inputs" and writes $w_i(x_i)$. It is a
#   **weighted sum**: the weights need not add up to 1. With the index 0 it has $l + 1$ terms, and
#   $w_i(x_i)$ is simply a product.
# - In Miklos's lecture the letter $n$ counts features on the perceptron's slide, and later **data
#   items** and weights. The sentence on the unit step has "it is not" twice: **as it is not it is
#   not** differentiable.
#
# On his slide on the bias a sum sign stands before $\Theta^\top X$, which is a sum already. What
# would come of it for three features?

# %% errata=["E003-01"]
theta, features = np.array([-0.9, 0.4, 0.3, -0.1]), np.array([1, 0.7, 0.9, 0.52])
z = theta @ features
print(f"theta'x = {z:.3f}   summed for i = 1, 2, 3: {sum(z for i in range(3)):.3f}")

# %% [markdown]
# Three times too much, so the sign has to go. The last one concerns Larreguy's tutorial. It
# compares the neuron with the Logit model, and then takes the *squared error* as its loss, the
# number that says how wrong a model is. Logit is fitted by likelihood instead, which is the
# *cross-entropy*, minus the logarithm of the right class's share (lab 04). The difference, for a
# sample with the class 1 and the sum s:

# %% errata=["E001-21"]
s = np.linspace(-12, 12, 24001)
share = 1 / (1 + np.exp(-s))
squared, cross_entropy = (1 - share) ** 2 / 2, -np.log(share)
for name, loss in (("half squared error", squared), ("cross-entropy", cross_entropy)):
    slope = np.gradient(loss, s)
    curvature = np.gradient(slope, s)[2:-2]
    print(f"{name:18}: slope at s = -10: {slope[2000]:.6f}   ", end="")
    print(f"smallest curvature: {curvature.min():.3f}")

# %% [markdown]
# Where the neuron is quite wrong, at s = -10, the squared error has nearly no slope to learn from,
# and its curve bends downward in places (the curvature is negative), so it may have several
# valleys. The cross-entropy has the slope -1 there, and never bends downward.

# %% [markdown] folded=true
# ## Test yourself

# %% [markdown]
# 1. You double both weights and the bias. What changes, and what does not?
#
# <details><summary>Answer</summary>
#
# The sums double. The line, the decisions and the margin stay.
#
# </details>
#
# 2. Why does the perceptron rule add 1 to the bias where it adds the point to the weights?
#
# <details><summary>Answer</summary>
#
# The bias is the weight of an input that is always 1, and so it gets what every weight gets: its
# input.
#
# </details>
#
# 3. What is wrong with the step where one wants to learn by slopes?
#
# <details><summary>Answer</summary>
#
# Not the one place where it has no slope, but all the others: there the slope is 0, and says
# nothing.
#
# </details>

# %% [markdown] minutes=2
# ## What we saw
#
# Who turns the dials of a neuron?
#
# - You did, with a sum at each corner before your eyes. You can now read three numbers as a line,
#   say how much room it leaves, and set them for a gate.
# - Then the mistakes did. A rule of one line found AND, OR and NAND from nothing but examples. It
#   is content as soon as nothing is wrong, even without room.
# - In a network slopes will do it, and for them the step needs round edges.
#
# **A challenge to take home** (no points): make the rule more careful. Let it also correct where
# the sum is on the right side, but closer to 0 than a number that you choose. Change your `train`,
# and put its weights and its bias into the next cell. Begun from zeros and with the number 1, our
# careful rule brought AND to a margin of 0.277 in 9 epochs, and with 10 to 0.345 in 68; more than
# 0.354 there is not, as you saw in section 2. Can you come closer, or get there sooner?


# %% tags=["task"]
def margin(w, b):
    """w (2,), b () -> the distance from the line to the nearest corner; 0 where AND is wrong"""
    sums = X @ np.asarray(w) + b
    is_right = np.array_equal(sums >= 0, y == 1)
    return np.abs(sums).min() / np.linalg.norm(w) if is_right else 0.0


print(f"by hand {margin([1, 1], -1.5):.3f}   by the rule {margin([2, 1], -3):.3f}")

# %% [markdown]
# Next comes a lamp in a stairwell. It has two switches and no sensors, and it looks like the easier
# one.
