# %% [markdown] form=2 minutes=90 seconds=60 short="1, 2, 5, 6" needs=["02"]
# # Lab 03: Why does one word decide whether eight layers learn?
#
# For decades networks with many layers would hardly train. In 2010 Xavier Glorot and Yoshua Bengio
# [looked inside of some](https://proceedings.mlr.press/v9/glorot10a.html) while they failed, and one of
# their suspects was a small curve that many people used. You will meet such a network at once, and heal it
# by changing a single word. What that word does is the question of this lab.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown] minutes=11
# ## 1. Change one word
#
# Here are two sets of 120 points, each with two classes.

# %%
import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import make_blobs, make_circles

from utils import data, plots
from utils.checks import bet, check, hint

blobs = make_blobs(120, centers=[(-1, -1), (1, 1)], cluster_std=0.45, random_state=0)
points, classes = make_circles(120, noise=0.1, factor=0.4, random_state=0)

# %% tags=["hide-input"] covers=["001.23"]
import matplotlib.pyplot as plt

fig, panels = plt.subplots(1, 2, figsize=(7.6, 3.6))
for ax, name, (some, its) in zip(
    panels, ("blobs", "circles"), (blobs, (points, classes)), strict=True
):
    for value, color, marker in ((0, plots.ORANGE, "o"), (1, plots.BLUE, "s")):
        chosen = some[its == value]
        ax.scatter(*chosen.T, color=color, marker=marker, edgecolors="black", label=f"y = {value}")
    ax.set(title=name, xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
panels[1].legend(loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(
    fig,
    alt="Linear vs. non-linear problems. Left, blobs: two clouds of points side by side, one "
    "line separates them. Right, circles: class 1 in the middle, class 0 in a ring around "
    "it, no line separates them.",
)

# %% [markdown]
# **From memory (lab 02):** for which of them is a single line enough, and why would a hidden layer without an
# activation not help with the other?
#
# <details><summary>Answer</summary>
#
# A line parts the blobs, but not a ring from what lies inside of it. Without an activation two layers are
# one linear layer, so they still draw one line.
#
# </details>
#
# The circles are a *non-linear* problem, so we take a network of eight hidden layers. `SGD`, plain gradient
# descent, moves each weight downhill in each step, by the learning rate, here 0.1, times the slope of the
# loss along this weight; all slopes together are the *gradient*. The last unit gives a *logit*, its plain
# sum, of which the loss makes a probability (lab 04).


# %%
def build(activation, optimizer=None, factor=1):
    """Eight hidden layers and a logit, not trained; Keras's first weights, times `factor`"""
    net = keras.Sequential([keras.Input(shape=(2,))])
    for _ in range(8):
        first = keras.initializers.VarianceScaling(factor**2, "fan_avg", "uniform")
        net.add(keras.layers.Dense(16, activation=activation, kernel_initializer=first))
    net.add(keras.layers.Dense(1))
    net.compile(
        optimizer=optimizer or keras.optimizers.SGD(0.1),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy", threshold=0)],
    )
    return net


# %% [markdown]
# One network proves little, so we train ten at once, each from random weights of its own, for 300 steps with
# all points, so an epoch is one step (5 seconds). The activation of the hidden layers is the sigmoid, an S
# from 0 to 1.

# %% tolerance=0.1
from functools import partial

from utils.training import train_many

failed = train_many(partial(build, "sigmoid"), points, classes, n=10, epochs=300, seed=0)
print("sigmoid, share of points right:", failed.history["accuracy"][:, -1].round(2))

# %% [markdown]
# About half of the points: a coin could do that. Perhaps they need more time, or longer steps? Try ten times
# as many, and then steps ten times as long, with five networks each (10 seconds).

# %% tolerance=0.1
rates = np.repeat([0.1, 1.0], 5)
longer = train_many(
    partial(build, "sigmoid"), points, classes, n=10, epochs=3000, learning_rate=rates, seed=0
)
accuracy = longer.history["accuracy"]
print(f"rate 0.1, 3,000 steps, best of five: {accuracy[:5, -1].max():.2f}")
print(f"rate 1.0,   300 steps, best of five: {accuracy[5:, 299].max():.2f}")

# %% [markdown]
# Still a coin. Leave all that as it is, and change the word `"sigmoid"`. **Which word heals the
# networks?**
#
# | | |
# |---|---|
# | a | `"tanh"` alone, which is a smooth S as well |
# | b | `"relu"` alone, which most people use today |
# | c | each of the two |

# %% bet="3.b1"
bet("3.b1", "c")

# %% [markdown]
# Run this with `"tanh"`, and then with `"relu"`. The picture shows what the first of the ten networks says all
# over the plane; on the dashed line it finds both classes equally probable.

# %% tags=["task"] tolerance=0.1
word = "tanh"
changed = train_many(partial(build, word), points, classes, n=10, epochs=300, seed=0)
print(f"{word}, share of points right:", changed.history["accuracy"][:, -1].round(2))

# %% tags=["hide-input"] tolerance=0.1
fig, panels = plt.subplots(1, 2, figsize=(9.6, 4.2))
for ax, name, ensemble in zip(panels, ("sigmoid", word), (failed, changed), strict=True):
    net = ensemble.model_of(0)
    plots.decision_regions(
        lambda x, net=net: tf.sigmoid(net(x)),
        points,
        classes,
        score_name="probability of class 1",
        title=f"eight hidden layers, {name}",
        margin=0.2,
        steps=81,
        ax=ax,
    )
plots.show(
    fig,
    alt="What the first of the ten networks says all over the plane. Left, sigmoid: the "
    f"probability is near 0.5 everywhere. Right, {word}: "
    f"{changed.history['accuracy'][0, -1]:.2f} of the points lie on their side of the boundary.",
)

# %% [markdown]
# All ten networks are right at all points, although data, loss, steps and random numbers are the same.
# Section 5 will show that sigmoid and tanh are *the same curve*, stretched. So what is
# wrong with the sigmoid? Make a guess now; section 6 has the answer.

# %% [markdown] minutes=13 covers=["000.13", "001.23"]
# ## 2. A curve and its slope
#
# Each unit first adds up and then bends:
#
# $$z = XW + b, \qquad a = g(z).$$
#
# The bend $g$ is the **activation function**, such as ReLU from lab 02, $g(z) = \max\{0, z\}$. It **must
# not be linear**, because it is what brings **non-linearity** into a network.
#
# Learning cares about the *slope* of such a curve, its derivative: how much $a$ changes when $z$ changes a
# little. This helper asks TensorFlow for it.


# %%
def slope(g, z):
    """The slope of g at each number of z (n,), as TensorFlow finds it; (n,)"""
    z = tf.Variable(z, dtype="float64")
    with tf.GradientTape() as tape:
        a = g(z)
    return tape.gradient(a, z, unconnected_gradients="zero").numpy()


slope(tf.square, [0.0, 1.0, 3.0])

# %% [markdown]
# The slope of $z^2$ is $2z$: 0, 2 and 6. Now walk along some curves. The black line touches the curve at
# your place, and the dashed curve shows the slope at every place.

# %% tags=["hide-input"]
from utils.knobs import Choice, Slider, knobs

CURVES = {
    "sigmoid": tf.sigmoid,
    "tanh": tf.tanh,
    "ReLU": tf.nn.relu,
    "softplus": tf.math.softplus,
    "step": lambda z: tf.cast(z >= 0, z.dtype),
}


def draw_place(curve, z):
    g = CURVES[curve]
    value, here = g(tf.constant([z], tf.float64)).numpy()[0], slope(g, [z])[0]
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    everywhere, near = np.linspace(-6, 6, 481), np.array([z - 1.5, z + 1.5])
    ax.plot(everywhere, g(tf.constant(everywhere)), color=plots.BLUE, linewidth=2, label="curve")
    ax.plot(
        everywhere, slope(g, everywhere), "--", color=plots.ORANGE, linewidth=2, label="its slope"
    )
    ax.plot(near, value + here * (near - z), color="black", linewidth=1.5)
    ax.plot([z, z], [value, here], "o", color="black")
    ax.set(xlabel="z", title=curve, xlim=(-6, 6), ylim=(-1.4, 2.4))
    ax.legend(loc="upper left")
    return fig, f"{curve} at z = {z:.1f}: the value is {value:.3f}, the slope is {here:.4f}."


knobs(
    draw_place,
    task="Find the sigmoid's steepest place. Then go right, to the first place where less than a "
    "tenth of that slope is left.",
    reached=lambda curve, z: curve == "sigmoid" and abs(z - 3.7) < 0.05,
    curve=Choice(tuple(CURVES)),
    z=Slider(-6, 6, 0.1, start=-1),
)

# %% [markdown]
# The sigmoid's largest slope is 0.25, at $z = 0$, and from 3.7 on less than a tenth of it is left. There
# the curve hardly changes any more: it *saturates*. The step has the slope 0 on both sides of its jump, so a
# weight below a step never learns that it should change.
#
# Where do slopes come from if nobody tells you a formula? From two points close together.
#
# <div class="alert alert-success">
#
# **Exercise 3.0** (1 point): a slope from two points
#
# </div>
#
# Complete `slope_between(left, right, h)`. It gets the heights of a curve at $z - h$ and at $z + h$, and
# returns the slope of the straight line through these two points. It works for whole arrays, too.
#
# *Expected for* `slope_between(3.61, 4.41, 0.1)`: 4. These are the heights of $z^2$ at 1.9 and 2.1.


# %% exercise="3.0"
def slope_between(left, right, h):
    """heights at z - h and z + h, any shape, and h > 0 -> slopes, that shape"""
    ### BEGIN SOLUTION
    return (right - left) / (2 * h)
    ### END SOLUTION


# %%
check("3.0")

# %% [markdown] tags=["solution"]
# **Analysis.** A slope is the rise divided by the run. The rise is `right - left`, and the run is $2h$,
# because the points lie $h$ to the left and $h$ to the right of $z$. Without parentheses, `/ 2 * h`
# divides by 2 and then *multiplies* by $h$.

# %% [markdown] folded=True
# ### More: from a step to the sigmoid

# %% [markdown] covers=["002.05", "000.28", "000.27"]
# Yang Li's lecture begins with the biological picture: a neuron **fires if $z$ is above some threshold**,
# and the function that decides this is its **threshold function**. The pioneers, from **McCulloch and
# Pitts** on, wanted to model nerve cells, so they used such **thresholding units**. When learning by
# gradients came, the sigmoid was a natural choice, because it is a **smooth, differentiable
# approximation** of one:
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# It takes any number of $\mathbb{R}$ and gives one in **(0, 1)**. This makes it a **squashing function**,
# since it squeezes $(-\infty, \infty)$ into a short range. How good is the approximation?

# %% tags=["hide-input"] covers=["002.05", "000.28"]
z = np.linspace(-5, 5, 401)
fig, ax = plt.subplots(figsize=(6.4, 3.4))
for k, line in ((1, "-"), (3, "--"), (10, "-.")):
    label = f"$\\sigma({k if k > 1 else ''}z)$"
    ax.plot(z, tf.sigmoid(k * z), line, linewidth=2, label=label)
ax.plot(z, z >= 0, color="black", linewidth=1.2, label="step")
ax.set(xlabel="z", ylabel="activation", title="the sigmoid, a smooth step")
ax.legend()
plots.show(
    fig,
    alt="The threshold function (step) and the sigmoid for k = 1, 3 and 10: S-shaped curves "
    "from 0 to 1 through the point (0, 1/2). The larger k, the closer the curve is to the "
    "step.",
)

# %% [markdown]
# With a larger $k$ the curve $\sigma(kz)$ comes closer to the step. Espinosa Loera's lecture lists its
# features: it **introduces non-linear behaviour**, it can be read as a **probability estimate**, it has a
# **simple derivative**, and it **saturates**, so that its **derivative vanishes**. It is written in two
# forms, which agree:

# %% covers=["004.05", "003.10"]
z = np.array([-2.0, 0.0, 2.0])
print("1 / (1 + e^-z):", (1 / (1 + np.exp(-z))).round(4))
print("e^z / (e^z + 1):", (np.exp(z) / (np.exp(z) + 1)).round(4))

# %% [markdown] minutes=20
# ## 3. Write the curves yourself
#
# Begin with curves of straight pieces.
#
# <div class="alert alert-success">
#
# **Exercise 3.1** (1.5 points): three curves of straight pieces
#
# </div>
#
# | function | formula | in words |
# |---|---|---|
# | `step(z)` | $\mathbf{1}\{z \ge 0\}$ | 1 from 0 on, else 0; as in lab 02, step(0) = 1 |
# | `relu(z)` | $\max\{0, z\}$ | negative numbers become 0 |
# | `hard_tanh(z)` | $\max(-1, \min(1, z))$ | $z$, cut off at -1 and 1 |
#
# `z` is a NumPy array of **any shape**, of floats or of **whole numbers**, and the answer has its shape.
# It must also hold far out: for $z = \pm 1000$, and `relu(-np.inf)` is 0. Each function counts alone.
#
# *Expected for z = -2, 0, 2*: step 0, 1, 1; relu 0, 0, 2; hard_tanh -1, 0, 1.


# %% exercise="3.1"
def step(z):
    """z, any shape -> zeros and ones, that shape"""
    ### BEGIN SOLUTION
    return np.where(z >= 0, 1.0, 0.0)
    ### END SOLUTION


def relu(z):
    """z, any shape -> that shape"""
    ### BEGIN SOLUTION
    return np.maximum(0, z)
    ### END SOLUTION


def hard_tanh(z):
    """z, any shape -> that shape"""
    ### BEGIN SOLUTION
    return np.clip(z, -1, 1)
    ### END SOLUTION


# %%
check("3.1")

# %% [markdown]
# Stuck? This shows a hint, and the next of three if you run it again.

# %%
hint("3.1")

# %% [markdown] tags=["solution"]
# **Analysis.** All three compare numbers, and NumPy compares whole arrays: `np.where`, `np.maximum`,
# `np.clip`. `z * (z > 0)` looks like ReLU, but at $-\infty$ it computes $-\infty \cdot 0$, which is
# `nan`; `np.maximum` only compares.

# %% [markdown]
# The others are made of exponentials, and those have a trap. A *float* has a largest value, in NumPy about
# $10^{308}$, and what is above it becomes `inf`. Take the sigmoid $1 / (1 + e^{-z})$ at $z = -1000$, where
# $e^{1000}$ stands below the line. **What does NumPy say?**
#
# | | |
# |---|---|
# | a | `nan`, "not a number" |
# | b | 0 |
# | c | nothing, it stops with an error |

# %% bet="3.b2"
bet("3.b2", "b")

# %%
np.seterr(all="ignore")  # NumPy would warn in red; here we look at the results instead
inf = np.exp(1000.0)
print("e^1000 =", inf, "    1 / (1 + e^1000) =", 1 / (1 + inf))
print("inf / inf =", inf / inf, "    0 * inf =", 0 * inf, "    log(inf) =", np.log(inf))

# %% [markdown]
# So `1 / inf` is harmless, while `inf / inf` is `nan`, and one `nan` spreads through all later sums until the
# whole training is lost. Which of the next formulas are in danger?
#
# <div class="alert alert-success">
#
# **Exercise 3.1b** (2.5 points): four curves of exponentials
#
# </div>
#
# | function | formula | in words |
# |---|---|---|
# | `sigmoid(z)` | $1 / (1 + e^{-z})$ | squeezes all numbers between 0 and 1 |
# | `tanh(z)` | $(1 - e^{-2z}) / (1 + e^{-2z})$ | squeezes them between -1 and 1 |
# | `softplus(z)` | $\log(1 + e^z)$ | a ReLU with a round corner |
# | `rbf(x, w, s)` | $\exp(-\lVert w - x \rVert^2 / s^2)$ | 1 at the centre $w$, falls with the distance |
#
# - The demands are those of 3.1. Where a formula fails at $\pm 1000$, NumPy has a function for it.
# - In `rbf` (1 point), `x` (n, d) holds n inputs, `w` (d,) is the centre, and the answer has shape (n,).
#   $\lVert w - x \rVert^2$ is the sum of the squared differences.
#
# *Expected for z = -2, 2*: sigmoid 0.119, 0.881; tanh -0.964, 0.964; softplus 0.127, 2.127. And
# `rbf(np.array([[3.0, 4.0]]), np.zeros(2), 5.0)` is 0.368.


# %% exercise="3.1b"
def sigmoid(z):
    """z, any shape -> that shape"""
    ### BEGIN SOLUTION
    return 1 / (1 + np.exp(-z))
    ### END SOLUTION


def tanh(z):
    """z, any shape -> that shape"""
    ### BEGIN SOLUTION
    return np.tanh(z)
    ### END SOLUTION


def softplus(z):
    """z, any shape -> that shape"""
    ### BEGIN SOLUTION
    return np.logaddexp(0, z)
    ### END SOLUTION


def rbf(x, w, s):
    """x (n, d), centre w (d,), width s () -> (n,)"""
    ### BEGIN SOLUTION
    return np.exp(-np.sum((w - x) ** 2, axis=1) / s**2)
    ### END SOLUTION


# %%
check("3.1b")

# %% [markdown] tags=["solution"]
# **Analysis.** The sigmoid is safe as it stands. The formula of tanh is inf / inf at $z = -1000$, and
# that of softplus is log(inf) at 1000; `np.tanh` and `np.logaddexp` were written with large numbers in
# mind. In the RBF the minus matters: without it the bump would grow with the distance.

# %% [markdown]
# Here are *your* curves, in blue, over TensorFlow's, in grey.

# %% tags=["hide-input"]
Z = np.linspace(-4, 4, 401)


def draw_over(mine, theirs):
    """Panels with the reader's functions over those of TensorFlow, and how many agree."""
    fig, axes = plt.subplots(
        -(-len(mine) // 4), 4, figsize=(9.2, 2.3 * -(-len(mine) // 4)), sharex=True
    )
    agree = 0
    for ax, (name, function), g in zip(np.ravel(axes), mine.items(), theirs, strict=False):
        expected = np.asarray(g(tf.constant(Z)))
        try:
            came = np.asarray(function(Z), float).reshape(Z.shape)
        except Exception:  # still open, or wrong: the check says which
            came = np.full(Z.shape, np.nan)
        ax.plot(Z, expected, color="lightgrey", linewidth=7)
        ax.plot(Z, came, color=plots.BLUE, linewidth=1.5)
        ax.set_title(name)
        agree += np.allclose(came, expected, atol=0.01)
    for ax in np.ravel(axes)[len(mine) :]:
        ax.axis("off")
    return fig, agree


fig, agree = draw_over(
    {
        "step": lambda z: step(z),
        "relu": lambda z: relu(z),
        "hard_tanh": lambda z: hard_tanh(z),
        "sigmoid": lambda z: sigmoid(z),
        "tanh": lambda z: tanh(z),
        "softplus": lambda z: softplus(z),
        "rbf, w = 0, s = 1": lambda z: rbf(z[:, np.newaxis], np.zeros(1), 1.0),
    },
    [
        CURVES["step"],
        tf.nn.relu,
        lambda z: tf.clip_by_value(z, -1.0, 1.0),
        tf.sigmoid,
        tf.tanh,
        tf.math.softplus,
        lambda z: tf.exp(-(z**2)),
    ],
)
plots.show(fig, alt=f"Your seven curves over TensorFlow's, a panel each: {agree} of 7 lie on them.")

# %% [markdown] folded=True
# ### More: formulas for paper, formulas for floats

# %% [markdown]
# On paper the sigmoid never reaches 0 or 1. And in a computer? A float32, the type that Keras uses, has
# about seven digits, and its largest value is near $3 \cdot 10^{38}$.

# %% errata=["E000-08"]
for dtype, z in (("float32", 16), ("float32", 17), ("float64", 36), ("float64", 37)):
    s = 1 / (1 + np.exp(np.array(-z, dtype)))
    print(f"{dtype}  sigmoid({z}) == 1 is {s == 1}")

# %% [markdown]
# The open interval closes in floating point, at 17 already in float32. Then $\log(1 - \sigma)$ is
# $-\infty$, and this is why the networks of section 1 give the loss *logits*, their plain sums,
# and not probabilities.
#
# Three formulas of Sarmiento-Barbieri's slides are right on paper: $\sigma'(z) = e^{-z}/(1 + e^{-z})^2$ and
# those of tanh and softplus above. Where does each of them fail? The lower three lines are safe forms.

# %% errata=["E000-07"]
z = np.array([-1000.0, -400.0, 0.0, 400.0, 1000.0])
e, s = np.exp(-z), 1 / (1 + np.exp(-z))
forms = {
    "sigmoid', as printed": e / (1 + e) ** 2,
    "tanh, as printed": (1 - e**2) / (1 + e**2),
    "softplus, as printed": np.log(1 + np.exp(z)),
    "s (1 - s)": s * (1 - s),
    "np.tanh(z)": np.tanh(z),
    "np.logaddexp(0, z)": np.logaddexp(0, z),
}
print(f"{'z':22}", *(f"{value:7.0f}" for value in z))
for name, values in forms.items():
    print(f"{name:22}", *(f"{value:7.2f}" for value in values))

# %% [markdown]
# Each time a large positive number stood in an exponent: **a formula for paper is not yet a formula for
# floats.**

# %% [markdown] minutes=13
# ## 4. Four slopes on paper
#
# Two points *measure* a slope, but a formula is exact.
#
# <div class="alert alert-info">
#
# **The chain rule.** The slope of $f(g(z))$ is $f'(g(z)) \cdot g'(z)$, the outer slope times the inner
# one. Pieces: $e^z$ has the slope $e^z$, so $e^{-z}$ has $-e^{-z}$; $1/u$ has $-1/u^2$; $\log u$ has
# $1/u$; and $u/v$ has $(u'v - uv') / v^2$.
#
# </div>
#
# <div class="alert alert-success">
#
# **Exercise 3.2** (2 points): four derivatives
#
# </div>
#
# Write the derivatives of ReLU, sigmoid, tanh and softplus, **as functions of z**, for all the inputs of
# 3.1. Each gives 0.5 points.
#
# - At 0 ReLU has a corner. The lectures take the slope on the **left** of it, 0.
# - Sigmoid: differentiate $1 / (1 + e^{-z})$, then write the result with $s = \sigma(z)$ only. That form is
#   safe for large numbers.
# - tanh: apply the quotient rule to $(e^z - e^{-z}) / (e^z + e^{-z})$, then write it with $\tanh(z)$ only.
#
# *Expected for z = -2, 0, 2*: d_relu 0, 0, 1; d_sigmoid 0.105, 0.25, 0.105; d_tanh 0.071, 1, 0.071;
# d_softplus 0.119, 0.5, 0.881.


# %% exercise="3.2"
def d_relu(z):
    """z, any shape -> that shape; 0 at 0"""
    ### BEGIN SOLUTION
    return np.where(z > 0, 1.0, 0.0)
    ### END SOLUTION


def d_sigmoid(z):
    """z, any shape -> that shape"""
    ### BEGIN SOLUTION
    s = sigmoid(z)
    return s * (1 - s)
    ### END SOLUTION


def d_tanh(z):
    """z, any shape -> that shape"""
    ### BEGIN SOLUTION
    return 1 - np.tanh(z) ** 2
    ### END SOLUTION


def d_softplus(z):
    """z, any shape -> that shape"""
    ### BEGIN SOLUTION
    return sigmoid(z)
    ### END SOLUTION


# %%
check("3.2")

# %% [markdown] tags=["solution"]
# **Analysis.** $\sigma'(z) = e^{-z}/(1 + e^{-z})^2$. Split it:
# $\frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}} = s\,(1 - s)$. For softplus the chain rule
# gives $\frac{e^z}{1 + e^z}$: the sigmoid. So softplus is to the sigmoid what ReLU is to the step.
# The usual mistake is to put $z$ where $s$ belongs.

# %% [markdown]
# Your formulas over TensorFlow's slopes, drawn as before:

# %% tags=["hide-input"]
fig, agree = draw_over(
    {
        "d_relu": lambda z: d_relu(z),
        "d_sigmoid": lambda z: d_sigmoid(z),
        "d_tanh": lambda z: d_tanh(z),
        "d_softplus": lambda z: d_softplus(z),
    },
    [lambda z, g=g: slope(g, z) for g in (tf.nn.relu, tf.sigmoid, tf.tanh, tf.math.softplus)],
)
plots.show(fig, alt=f"Your four slopes over TensorFlow's, a panel each: {agree} of 4 lie on them.")

# %% [markdown] covers=["000.26"]
# ### The corner at 0
#
# At 0 ReLU is **not differentiable**, so there is a convention: **the derivative at 0 is 0**. To the right the
# slope is 1, which shrinks nothing that passes through. In this way, says Sarmiento-Barbieri's lecture, ReLU
# **mitigates the problem of vanishing gradients**, and section 6 is about those.
#
# Does the convention matter? The slide says hardly, because the input "may never actually be zero". Look at
# what goes into the ReLUs of the same lecture's XOR network, which you built in lab 02.

# %% errata=["E000-05"]
inputs = data.xor().X @ np.ones((2, 2)) + [0, -1]
print(inputs)
print("exactly 0:", np.sum(inputs == 0), "of", inputs.size)

# %% [markdown]
# Three of eight, in its own example. So does TensorFlow keep to the convention? You can write ReLU as
# `tf.nn.relu(x)`, as `tf.maximum(0., x)` or as `tf.maximum(x, 0.)`. **What are their slopes at 0?**
#
# | | |
# |---|---|
# | a | not the same for all three |
# | b | 1/2 for all three, the mean of both sides |
# | c | 0 for all three |

# %% bet="3.b3"
bet("3.b3", "a")

# %% errata=["E000-05"]
for name, g in (
    ("tf.nn.relu(x)", tf.nn.relu),
    ("tf.maximum(0., x)", lambda x: tf.maximum(tf.constant(0.0, x.dtype), x)),
    ("tf.maximum(x, 0.)", lambda x: tf.maximum(x, tf.constant(0.0, x.dtype))),
):
    print(f"{name:17}  slope at 0: {slope(g, [0.0])[0]:.0f}")

# %% [markdown]
# The order of the two arguments decides, since `tf.maximum` hands the whole slope to the *first* one where
# both are equal. Write `tf.nn.relu`, and you get the convention.

# %% [markdown] folded=True
# ### More: the formulas of the slides

# %% [markdown] covers=["000.24", "000.13"]
# $$\mathrm{ReLU}(z) = \max\{z, 0\}$$
#
# It is the **most popular** choice and Sarmiento-Barbieri's **usual default recommendation**: **simple** to
# compute, one comparison and no exponential, with **good performance** on many tasks.

# %% covers=["001.27", "002.07", "003.10", "004.26"]
z = np.array([-2.0, -0.5, 0.5, 2.0])
print("relu(z) =", tf.nn.relu(z).numpy() + 0.0)
print("slope   =", slope(tf.nn.relu, z))

# %% [markdown]
# The five lectures write tanh in three forms. They agree, and the curve is *point symmetric*: turned by
# half a turn around the origin it looks the same.

# %% covers=["000.31", "001.29", "003.10", "004.26"]
z, e = np.array([-3.0, -1.0, 0.0, 1.0, 3.0]), np.exp
assert np.allclose(np.tanh(z), (1 - e(-2 * z)) / (1 + e(-2 * z)))
assert np.allclose(np.tanh(z), (e(z) - e(-z)) / (e(z) + e(-z)))
assert np.allclose(np.tanh(z), (e(2 * z) - 1) / (e(2 * z) + 1))
assert np.array_equal(np.tanh(-z), -np.tanh(z))
print("tanh(z)  =", np.tanh(z).round(4))
print("tanh(-z) =", np.tanh(-z).round(4) + 0.0)

# %% [markdown]
# And these are their derivatives, beside what TensorFlow finds.

# %% covers=["000.30", "000.32", "001.28", "001.29", "004.26"]
z = np.array([-10.0, -1.0, 0.0, 1.0, 10.0])
s, t = 1 / (1 + np.exp(-z)), np.tanh(z)
assert np.allclose(slope(tf.sigmoid, z), np.exp(-z) / (1 + np.exp(-z)) ** 2)
assert np.allclose(slope(tf.sigmoid, z), s * (1 - s))
assert np.allclose(slope(tf.tanh, z), 1 - t**2)
assert np.array_equal(slope(tf.nn.relu, z), z > 0)
print("z        =", z)
print("sigmoid' =", slope(tf.sigmoid, z).round(4))
print("tanh'    =", slope(tf.tanh, z).round(4))

# %% [markdown] minutes=8
# ## 5. The same curve twice
#
# Sigmoid and tanh look alike. Stretch and shift the sigmoid, the blue curve, until it lies on tanh, the
# dashed one: $a$ stretches it upwards, $k$ makes it steeper, and $c$ shifts it.

# %% tags=["hide-input"]
WIDE = np.linspace(-5, 5, 401)


def stretched(a, k, c):
    return a * tf.sigmoid(k * WIDE).numpy() + c


def farthest(**numbers):
    return np.abs(stretched(**numbers) - np.tanh(WIDE)).max()


def draw_stretched(a, k, c):
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    ax.plot(WIDE, stretched(a, k, c), color=plots.BLUE, linewidth=2, label="stretched sigmoid")
    ax.plot(WIDE, np.tanh(WIDE), "--", color=plots.ORANGE, linewidth=2, label="tanh")
    ax.set(xlabel="z", ylim=(-2.2, 3.2))
    ax.legend(loc="upper left")
    return fig, (
        f"{a:g} sigmoid({k:g}z) {'-' if c < 0 else '+'} {abs(c):g} runs from {c:g} to {a + c:g}; "
        f"the largest distance from tanh is {farthest(a=a, k=k, c=c):.2f}."
    )


knobs(
    draw_stretched,
    task="Bring the largest distance down to 0.",
    reached=lambda **numbers: farthest(**numbers) < 0.005,
    a=Slider(0.5, 3, 0.5, start=1),
    k=Slider(0.5, 4, 0.5, start=1),
    c=Slider(-2, 1, 0.5, start=0),
)

# %% [markdown]
# So they *are* the same curve. Then every tanh unit can be replaced by a sigmoid unit with other weights.
#
# <div class="alert alert-success">
#
# **Exercise 3.3** (1 point): a tanh unit made of a sigmoid
#
# </div>
#
# Write `sigmoid_unit(w, b)`. It gets the weights `w` (d,) and the bias `b` of a tanh unit,
# $\tanh(xw + b)$, and returns four things, `w2, b2, a, c`, so that for **every** input `x`
#
# $$a \cdot \sigma(x\, w_2 + b_2) + c = \tanh(x\, w + b).$$
#
# Your sliders know $a$ and $c$. And what must happen to `w` and `b`?
#
# *Expected*: for w = (1, 0), b = 0 and x = (0.5, 7) your sigmoid unit gives 0.462, as tanh(0.5) does.


# %% exercise="3.3"
def sigmoid_unit(w, b):
    """w (d,), b () of a tanh unit -> w2 (d,), b2 (), a (), c ()"""
    ### BEGIN SOLUTION
    return 2 * w, 2 * b, 2, -1
    ### END SOLUTION


# %%
check("3.3")

# %% [markdown] tags=["solution"]
# **Analysis.** The range of the sigmoid is 1 wide, that of tanh 2: so $a = 2$, then $c = -1$. Now
# the ends fit, but the slope at 0 is $2 \cdot 1/4 = 1/2$ instead of 1: the sum inside must grow
# twice as fast. Both `w` and `b` are doubled. The mirror image $(-2w, -2b, -2, 1)$ is right, too.

# %% [markdown]
# Take the tanh network of section 1 and replace unit after unit, where the next layer takes over $a$ and $c$.
# Now you have a *sigmoid* network that knows the circles. So only the training never gets there. What a
# network can express and what it learns are two questions.

# %% [markdown] folded=True
# ### More: both 2s matter

# %% [markdown]
# Yang Li's slide says the same in one line, $\tanh(z) = 2\,\sigma(2z) - 1$. With one 2 missing it is
# another curve, tanh(z/2).

# %% covers=["002.06"]
z = np.linspace(-5, 5, 101)
for name, left, right in (
    ("2 sigmoid(2z) - 1 and tanh(z)", 2 * tf.sigmoid(2 * z) - 1, np.tanh(z)),
    ("2 sigmoid(z) - 1 and tanh(z)", 2 * tf.sigmoid(z) - 1, np.tanh(z)),
    ("2 sigmoid(z) - 1 and tanh(z/2)", 2 * tf.sigmoid(z) - 1, np.tanh(z / 2)),
):
    print(f"{name:30}  largest difference {np.abs(left - right).max():.4f}")

# %% [markdown] minutes=14
# ## 6. Eight slopes, multiplied
#
# Take a network with one unit in each layer. What moves by one factor and then by another moves by their
# product: that is the *chain rule*. So the gradient of the first weight is the *product* of all that stands
# on the way to the output, and each layer adds a weight and a slope:
#
# $$\text{gradient of } w_1 = x \; g'(z_1) \; w_2 \; g'(z_2) \; w_3 \, \cdots \; g'(z_L) \, \cdots$$
#
# With more units it is a sum of such products, one for each path. Look at the slopes alone: how large is
# their product after some layers, if every $z$ is the same?

# %% tags=["hide-input"]
DEPTHS = np.arange(1, 17)


def draw_product(curve, z, layers):
    here = slope(CURVES[curve], [z])[0]
    factors = here**DEPTHS
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    colors = [plots.BLUE if depth <= layers else "lightgrey" for depth in DEPTHS]
    ax.bar(DEPTHS, factors, color=colors)
    ax.axhline(1e-6, color="black", linestyle="--", linewidth=1.2, label="a millionth")
    ax.set(yscale="log", ylim=(1e-12, 10), xlabel="layers", ylabel="product of the slopes")
    ax.set(title=f"{curve}, every z = {z:g}")
    ax.legend(loc="upper right")
    return fig, (
        f"{curve} at z = {z:g} has the slope {here:.3g}; the product of {layers:.0f} such slopes "
        f"is {here**layers:.2g}."
    )


knobs(
    draw_product,
    task="Go to the sigmoid's best place, and find the number of layers at which the product first "
    "falls below a millionth. Then try tanh at 0 and ReLU at 0.5.",
    reached=lambda curve, z, layers: curve == "sigmoid" and z == 0 and layers == 10,
    curve=Choice(("sigmoid", "tanh", "ReLU")),
    z=Slider(-4, 4, 0.5, start=2),
    layers=Slider(1, 16, 1, start=3),
)

# %% [markdown]
# Ten layers, at the best place. The slope of tanh is 1 at its best place, and that of ReLU everywhere to the
# right of 0, so those products do not shrink. Elsewhere ReLU lets nothing through. How small the sigmoid's
# product gets in general is yours to say.
#
# <div class="alert alert-success">
#
# **Exercise 3.4** (1.5 points): the bound
#
# </div>
#
# 1. `max_slope(k)`: the largest slope of $z \mapsto \sigma(kz)$, for any $k > 0$.
# 2. `factor_bound(layers)`: the largest value that the product of `layers` slopes of the **sigmoid**
#    (k = 1) can have.
# 3. With one unit in each layer, what does this bound say about the gradient of $w_1$? Assign a code to
#    `bound_says`:
#
# | code | meaning |
# |---|---|
# | `"exact gradient"` | the gradient is this number |
# | `"largest gradient"` | the gradient is at most this number |
# | `"one factor"` | one factor of the gradient is at most this number |
#
# Each gives 0.5 points. *Expected*: `factor_bound(8)` is about 0.000015.


# %% exercise="3.4"
def max_slope(k):
    """k > 0 -> the largest slope of z -> sigmoid(k z)"""
    ### BEGIN SOLUTION
    return k * 0.5 * (1 - 0.5)
    ### END SOLUTION


def factor_bound(layers):
    """number of sigmoid layers -> the largest product of their slopes"""
    ### BEGIN SOLUTION
    return 0.25**layers
    ### END SOLUTION


### BEGIN SOLUTION
bound_says = "one factor"
### END SOLUTION

# %%
check("3.4")

# %% [markdown] tags=["solution"]
# **Analysis.** $s\,(1 - s)$ is largest at $s = 1/2$, that is at $z = 0$: 1/4. (1/2 is the value
# there, not the slope.) The chain rule adds the factor $k$. Eight layers:
# $0.25^8 = 1.5 \cdot 10^{-5}$. This is an upper bound of *one* factor: real slopes are smaller, and
# the weights multiply, too. With large weights the gradient can even be larger than the bound. With
# more units in a layer each path has such a factor.

# %% [markdown]
# Now measure real gradients, in the networks of section 1, before any training and for five starts. How much
# of the last hidden layer's gradient is left in the first?


# %%
def gradient_sizes(activation, seed):
    """The lengths of the gradients of the eight hidden kernels, before training; (8,)"""
    keras.utils.set_random_seed(seed)
    net = build(activation)
    with tf.GradientTape() as tape:
        loss = keras.losses.BinaryCrossentropy(from_logits=True)(
            classes[:, np.newaxis], net(points)
        )
    kernels = [layer.kernel for layer in net.layers[:-1]]
    return np.array([np.linalg.norm(one) for one in tape.gradient(loss, kernels)])


# %% covers=["002.26"] tolerance=0.7
words = ("relu", "tanh", "sigmoid")
sizes = {name: np.array([gradient_sizes(name, seed) for seed in range(5)]) for name in words}
for name in words:
    powers = np.sort(np.log10(sizes[name][:, 0] / sizes[name][:, -1]))
    print(f"{name:7}  first / last layer: 10^{powers[0]:.1f} to 10^{powers[-1]:.1f}")

# %% tags=["hide-input"] tolerance=0.7
fig, ax = plt.subplots(figsize=(6.4, 3.6))
for name, style in zip(words, ("o-", "s--", "^-."), strict=True):
    ax.semilogy(np.arange(1, 9), np.median(sizes[name], axis=0), style, linewidth=2, label=name)
ax.set(xlabel="hidden layer", ylabel="length of the gradient", title="before training")
ax.legend()
plots.show(
    fig,
    alt="Length of the gradient in eight hidden layers, median of five starts, on a logarithmic "
    "axis. For relu and tanh all layers are about alike. For sigmoid it falls from layer to layer "
    "towards the first one.",
)

# %% [markdown] covers=["002.26"]
# There is your answer. With the sigmoid about a millionth of the gradient reaches the first layer, so this
# layer stands still: from the last hidden layer to the first come seven more slopes, and seven factors 1/4
# make $10^{-4.2}$. Weights and inputs do the rest. It is called the *vanishing gradient*. Far from 0, where
# the sigmoid **saturates**, less still gets through, so Yang Li's lecture concludes that it is **not suitable
# for hidden units**.
#
# Why is tanh better, if it is the same curve? Compare both near 0, where the sums are at the start.

# %% covers=["001.29"]
z = np.array([0.0, 0.1])
for name in ("tanh", "sigmoid"):
    values, slopes = CURVES[name](z).numpy(), slope(CURVES[name], z)
    print(f"{name:7}  values {values.round(4)}  slopes {slopes.round(4)}")

# %% [markdown] covers=["002.27"]
# Near 0 tanh is **similar to the identity function**: $\tanh(0) = 0$, with the slope 1, so such a layer
# passes values and gradients on nearly unchanged. The sigmoid has $\sigma(0) = 1/2$ and the slope 1/4.
# Therefore tanh **performs better than the sigmoid in hidden layers**.
#
# Adam, from lab 02, divides each gradient by its own size, so that even a tiny one makes a full step. (Keras
# adds `epsilon` to that size, which must be smaller than our gradients; its usual 1e-7 is not.) Give Adam to
# the ten sigmoid networks. **How many get at least 0.95 of the points right after 300 steps?**
#
# | | |
# |---|---|
# | a | all ten |
# | b | about half of them |
# | c | none |

# %% bet="3.b4"
bet("3.b4", "c")

# %% tolerance=0.15
with_adam = partial(build, "sigmoid", keras.optimizers.Adam(0.01, epsilon=1e-12))
adam = train_many(with_adam, points, classes, n=10, epochs=300, seed=0)
print(f"Adam, best of ten: {adam.history['accuracy'][:, -1].max():.2f} of the points right")
for name, ensemble in (("SGD", failed), ("Adam", adam)):
    moved = np.linalg.norm(ensemble.weights[0] - ensemble.initial[0], axis=(1, 2))
    part = np.median(moved / np.linalg.norm(ensemble.initial[0], axis=(1, 2)))
    print(f"{name:4}  the first kernel moved by {part:.7f} of its length")

# %% [markdown]
# None: the best of the ten stays below it. With SGD the first kernel, that is the first layer's weights, had
# moved by less than a millionth of its length; with Adam it moves by almost five times its length. But what
# this layer says still has to pass eight flat curves on its way to the output, since slopes shrink what goes
# forward just as they shrink what comes back.

# %% [markdown] folded=True
# ### More: "6 times faster", a small zoo, and where sigmoids stay

# %% [markdown]
# Yang Li's slide on ReLU says that it is used with $g(W^\top x + b)$, that its derivative is 1 whenever the
# unit is active, and that it is "6 times faster than sigmoid". The first two can be seen at once:

# %% covers=["002.28"]
W, b = np.array([[1.0, -1.0, 0.5], [0.5, -1.0, 1.0]]), np.array([0.0, 1.0, -1.0])
z = W.T @ np.array([1.0, 2.0]) + b
print("z = W'x + b  =", z)
print("relu(z)      =", np.maximum(0, z))
print("slope        =", slope(tf.nn.relu, z))

# %% [markdown]
# By the third, faster *training* is meant. We train networks with one hidden layer on scikit-learn's digits,
# small images of 8 x 8 pixels in ten classes, of which 450 are kept aside as a *test set* (10 seconds).

# %%
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

digits = load_digits()
x_train, x_test, y_train, y_test = train_test_split(
    digits.data / 16, digits.target, test_size=450, random_state=0, stratify=digits.target
)


def train_digits(activation):
    """A network 64-128-10 -> its training loss after each of 12 epochs, its test accuracy"""
    keras.utils.set_random_seed(0)
    hidden = keras.layers.Dense(128, activation=activation)
    net = keras.Sequential([keras.Input(shape=(64,)), hidden, keras.layers.Dense(10)])
    net.compile(
        optimizer=keras.optimizers.Adam(0.003),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    history = net.fit(x_train, y_train, batch_size=96, epochs=12, verbose=0).history
    return np.array(history["loss"]), np.mean(np.argmax(net(x_test), axis=1) == y_test)


runs = {name: train_digits(name) for name in ("relu", "tanh", "sigmoid", "linear")}
runs["cos"] = train_digits(keras.ops.cos)

# %% covers=["002.28"] tolerance=0.6
epochs = {name: np.interp(-1.0, -loss, np.arange(1, 13)) for name, (loss, _) in runs.items()}
for name in ("relu", "tanh", "sigmoid"):
    print(f"{name:7} loss 1 after {epochs[name]:.1f} epochs")
print("the lecture: 6.0 times faster than sigmoid")
print(f"here: {epochs['sigmoid'] / epochs['relu']:.1f} times faster than sigmoid,", end=" ")
print(f"{epochs['tanh'] / epochs['relu']:.1f} times faster than tanh")

# %% [markdown] errata=["E002-05"]
# Sigmoid is a good deal slower than both others, but ReLU is *not* faster than tanh here, and nothing is 6
# times. The number comes from a figure of Krizhevsky, Sutskever and Hinton (2012). There ReLU was six times
# faster **than tanh**, in *one* convolutional network on the images of CIFAR-10, until the *training* error
# was 25 %, and the authors add that the factor **varies with the architecture**.
#
# Sarmiento-Barbieri's lecture lists four other curves: cosine, *radial basis function* (RBF), softplus and
# hard tanh.

# %% covers=["000.35", "000.36"]
z = np.array([-3.0, -0.5, 0.0, 0.5, 3.0])
softplus_z, hard_tanh_z = np.log(1 + np.exp(z)), np.maximum(-1, np.minimum(1, z))
assert np.allclose(softplus_z, tf.math.softplus(z))
assert np.allclose(hard_tanh_z, tf.clip_by_value(z, -1, 1))
print("softplus  log(1 + e^z)        =", softplus_z.round(3))
print("hard tanh max(-1, min(1, z))  =", hard_tanh_z)

# %% [markdown]
# The RBF is printed as $\exp\left(\frac{1}{\sigma^2} \lVert W - x \rVert^2\right)$. It should answer to
# inputs near its centre. What does the printed one do at distance 5, with width 1?

# %% covers=["000.34"] errata=["E000-06"]
for r in (0, 1, 5):
    plus, minus = np.exp(r**2), np.exp(-(r**2))
    print(f"distance {r}:  as printed {plus:8.1e}   with a minus {minus:8.1e}")

# %% [markdown]
# It grows to 72 billion, so the **minus** is missing. With several units, unit $i$ has a centre and a width
# of its own: $\exp(-\lVert W_{:,i} - x \rVert^2 / \sigma_i^2)$.
#
# The lecture also quotes Goodfellow et al. (2016): with $h = \cos(Wx + b)$ they report an error of less than
# 1 % on MNIST. We have other, smaller digits.

# %% covers=["000.33"] tolerance=0.03
print("claim for MNIST with cos: error below 0.01")
for name, (_, test_accuracy) in runs.items():
    print(f"digits, {name:7}  accuracy {test_accuracy:.2f}  error {1 - test_accuracy:.2f}")

# %% [markdown] covers=["000.37", "002.29"]
# The cosine is as good as ReLU and tanh, within one or two images of a hundred, so the claim is plausible;
# one start on other digits does not show it. Look at *linear*, too: it is as good as the best. So these
# digits cannot tell whether a bend helps, but the circles can.
#
# The design of hidden units **remains an active area of research**, and many useful ones may **remain to be
# discovered**. And sigmoids stay where networks are **not feed-forward**, says Yang Li's lecture: in
# **recurrent networks** and **probabilistic models** they are often **preferred**. There values go round and
# round, ReLU could let them grow without end, and a sigmoid can be a gate between closed and open.

# %% [markdown] minutes=6 covers=["001.24"]
# ## 7. At the output
#
# Activations have two jobs, says Larreguy's tutorial. In a **hidden layer** the curve controls **how well the
# network learns**. In the **output layer** it defines **which type of prediction** comes out: any number, a
# probability, a class.
#
# <div class="alert alert-success">
#
# **Exercise 3.5** (1.5 points): one activation for each place
#
# </div>
#
# For each place choose one of `"linear"`, `"relu"`, `"sigmoid"`, `"tanh"`, `"softmax"`, `"step"`. Linear
# means no bend, and softmax makes several numbers between 0 and 1 that add up to 1. Each place gives 0.25
# points.
#
# | name | place |
# |---|---|
# | `hidden` | eight hidden layers, trained by gradients (two answers are right; give one of them) |
# | `temperature` | one output: tomorrow's temperature in °C, from frost to heat |
# | `spam` | one output: the *probability* that a mail is spam |
# | `garment` | ten outputs: a picture shows one of ten kinds of clothes; their probabilities |
# | `steering` | one output: a steering wheel, from -1 (left) to 1 (right) |
# | `sugar` | one output: the share of sugar in a drink, from 0 to 1 |

# %% exercise="3.5"
### BEGIN SOLUTION
hidden = "relu"
temperature = "linear"
spam = "sigmoid"
garment = "softmax"
steering = "tanh"
sugar = "sigmoid"
### END SOLUTION

# %%
check("3.5")

# %% [markdown] tags=["solution"]
# **Analysis.** At the output ask which numbers may come out: any (linear), 0 to 1 (sigmoid), -1 to
# 1 (tanh), shares of 1 (softmax). In a hidden layer ask whether slopes survive: ReLU or tanh. A
# softmax needs more than one unit, because shares of 1 among one unit are always 1.

# %% [markdown] folded=True
# ### More: linear, sigmoid and softmax as outputs

# %% [markdown]
# A linear output is $a = z = \sum_n w_n x_n$. Each weight's slope is its input, and by $z$ the slope is 1.

# %% covers=["001.26"]
x, w = tf.constant([1.0, -2.0, 0.5]), tf.Variable([0.3, 0.1, -0.4])
with tf.GradientTape() as tape:
    a = tf.reduce_sum(w * x)
by_weights = tape.gradient(a, w).numpy()
print("x =", x.numpy(), "  da/dw =", by_weights, "  da/dz =", slope(tf.identity, [0.3])[0])
assert np.array_equal(by_weights, x)

# %% [markdown]
# It is the one for *unbounded regression*. Larreguy's slide says that it "also works for binary
# classification". With which loss? Take six points on a line, three of each class, and fit the labels 0 and 1
# by least squares. Then add three more points of class 1 far to the right, which should be easy.

# %% covers=["001.26"] errata=["E001-10"]
from sklearn.linear_model import LinearRegression, LogisticRegression

near, far = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]), np.array([20.0, 25.0, 30.0])
for name, x in (("6 points", near), ("6 + 3 far points", np.concatenate([near, far]))):
    X, y = x[:, np.newaxis], x > 0
    squares = np.mean((LinearRegression().fit(X, y).predict(X) > 0.5) == y)
    logits = LogisticRegression().fit(X, y).score(X, y)
    print(f"{name:17} least squares {squares:.3f}   logits with cross-entropy {logits:.3f}")

# %% [markdown]
# With least squares the easy points turn the line so far that another point falls on the wrong side. So
# linear with the squared error is a poor choice for classes as soon as points lie far out (XOR's corners do
# not), and *as logits*, with a loss made for them, it is a good one. Lab 04 is about this.
#
# The tutorial has the sigmoid for binary classification and for regression with $0 \le y \le 1$, and the
# softmax for one class of many.

# %% covers=["001.28"]
z = np.array([-4.0, 0.0, 4.0])
s = tf.sigmoid(z).numpy()
print("sigmoid:", s.round(3), " slope:", (s * (1 - s)).round(3))
shares = tf.nn.softmax(z).numpy()
print("softmax:", shares.round(3), " sum:", shares.sum().round(3))

# %% [markdown]
# Espinosa Loera's slide says that activations "are applied point-wise", to each number alone. Change only the
# third number, and look at the first two:

# %% errata=["E004-03"]
for name, g in (("sigmoid", tf.sigmoid), ("softmax", tf.nn.softmax)):
    for z in ([1.0, 2.0, 3.0], [1.0, 2.0, 5.0]):
        print(f"{name} of {z}: first two", g(tf.constant(z)).numpy()[:2].round(3))

# %% [markdown]
# The softmax's change, because its numbers share 1 among themselves: it is *not* point-wise.

# %% [markdown] folded=True
# ## Slips on the slides

# %% [markdown]
# For readers of the lectures: all slides have some, and a run finds most of them. Espinosa Loera's slide THE
# NEURON computes $y = wx + b$ with $w = 2$ and $b = 6$, and then $\tanh(y)$. For $x = -2.79$ it has
# $2 \cdot (-2.79) + 6 = .042$ and $\tanh(.042) = 0.3969$.

# %% covers=["004.20"] errata=["E004-01"]
for x in (18, -2.79, -10):
    y = 2 * x + 6
    print(f"x = {x:5}   y = {y:6.2f}   tanh(y) = {np.tanh(y):.5f}")
print(f"tanh(.042) = {np.tanh(0.042):.5f}")

# %% [markdown]
# The sum is .42, with one zero less, and tanh(.42) = 0.39693: the slide's result is right.

# %% [markdown] errata=["E000-16", "E001-22", "E002-10", "E004-07", "E004-10"]
# - Sarmiento-Barbieri: ReLU mitigates vanishing gradients **only on the active side**, where $z > 0$. A unit
#   whose $z$ is negative for *all* data is **dead**, as you saw in lab 02.
# - Larreguy: the linear activation is differentiated by $w_i$, all others by $s$. By $s$ it would be 1. ReLU
#   is written as a function of $x$, and **its derivative is missing**: $\mathbf{1}\{s > 0\}$. And the dot
#   product is of the vectors $w$ and $x$, not of $w_i$ and $x_i$.
# - Yang Li: the threshold function "is" the activation function; it is the other way round, because
#   **activation function is the general word**. The slide says that the gradient saturates, but the function
#   saturates, its gradient vanishes. And it is a **rectified linear unit**.
# - Espinosa Loera: under "Activation Functions" stand losses, and the logistic one has **lost its formula**.
#   The two below it have headings of their own: $E_D$ belongs to **linear regression with basis functions**,
#   $J(\theta)$ to the **neural network**. The form $e^x / (e^x + 1)$ is `nan` at **x = 1000**. And "bent and
#   twist" should be *bend and twist*.

# %% [markdown] folded=True
# ## To look up

# %% tags=["hide-input"] covers=["000.25", "000.29", "000.31", "002.07", "001.32", "004.27"]
everything = {
    "linear": tf.identity,
    "step": CURVES["step"],
    "ReLU": tf.nn.relu,
    "sigmoid": tf.sigmoid,
    "tanh": tf.tanh,
    "softplus": tf.math.softplus,
    "hard tanh": lambda z: tf.clip_by_value(z, -1.0, 1.0),
    "RBF, centre 0, width 1": lambda z: tf.exp(-(z**2)),
    "cos": tf.cos,
}
z = np.linspace(-5, 5, 801)
fig, panels = plt.subplots(3, 3, figsize=(9.0, 7.2), sharex=True, sharey=True)
for ax, (name, g) in zip(panels.flat, everything.items(), strict=True):
    ax.plot(z, g(tf.constant(z)), color=plots.BLUE, linewidth=2, label="g(z)")
    ax.plot(z, slope(g, z), "--", color=plots.ORANGE, linewidth=2, label="slope g'(z)")
    ax.set(title=name, xlabel="z", ylim=(-1.5, 2.5))
    ax.label_outer()
fig.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
plots.show(
    fig,
    alt="Activation functions graphically, nine panels with g and its slope. Linear: slope 1. Step: "
    "slope 0. ReLU keeps positive numbers and sets negative ones to 0: piecewise linear, slope 0, "
    "then 1. The sigmoid from -5 to 5: an S from 0 up to 1, slope at most 0.25. tanh runs from -1 to "
    "1 through the origin and is point symmetric, slope at most 1. Softplus: its slope is the sigmoid. "
    "Hard tanh: slope 1 in the middle, 0 outside. RBF: a bell. cos: a wave.",
)

# %% [markdown] errata=["E002-11"]
# | activation | values | largest slope | used |
# |---|---|---|---|
# | linear | all | 1 | output: any number, logits |
# | step | 0 or 1 | 0 | by hand only; it cannot be trained by gradients |
# | ReLU | 0 and above | 1 | hidden layers, the usual default |
# | sigmoid | 0 to 1 | 0.25 | output: a probability or a share; gates in RNNs |
# | tanh | -1 to 1 | 1 | hidden layers, RNNs; output: -1 to 1 |
# | softplus | above 0 | 1 | a smooth ReLU; output: positive numbers |
# | hard tanh | -1 to 1 | 1 | a cheap tanh |
# | RBF | 0 to 1 | - | answers near a centre; 0, without a slope, far away |
# | softmax | shares of 1 | - | output: one class of many; not point-wise |
#
# Five lectures, five notations:
#
# | | this course | Sarmiento-Barbieri | Larreguy | Yang Li | Miklos | Espinosa Loera |
# |---|---|---|---|---|---|---|
# | pre-activation | $z = XW + b$ | $XW + b$ | $s = w^\top x$ | $z$; $W_1 x + b$, $W^\top x + b$ | $\Theta^\top X$ | $w^\top x + b$ |
# | activation function | $g$ | $g$; $\sigma$ for *any* $g$ | - | $f$ or $g$ | $g$ | $g$ |
# | its value | $a$ | $h$ | $a$ | $a$ | $\hat y$ | $f$, $o$ |
# | sigmoid | $\sigma(z)$ | sigmoid$(x)$ | $\sigma(s)$ | sigmoid$(z)$, $\sigma(z)$ | $\sigma(x)$ | $f_\sigma(x)$, sigm$(x)$ |
#
# Yang Li's lecture even changes inside: first $W_1 x + b$, later $W^\top x + b$. Its *depth* is the "number
# of layers", but it does not say whether the inputs count. In this course a layer has weights, so they do not.

# %% [markdown] folded=True
# ## Test yourself

# %% [markdown]
# 1. A unit with tanh has $z = 5$ for all data. What does it learn?
#
# <details><summary>Answer</summary>
#
# Next to nothing: there the slope is about 0.0002, so hardly any gradient passes through.
#
# </details>
#
# 2. Why is $\log(1 + e^z)$ a bad way to compute softplus?
#
# <details><summary>Answer</summary>
#
# At $z = 1000$ the exponential is `inf`, and so is the result. `np.logaddexp(0, z)` gives 1000.
#
# </details>
#
# 3. The slopes of four sigmoid layers multiply to at most 1/256. Can the gradient of the first weight be 1?
#
# <details><summary>Answer</summary>
#
# Yes, because the weights are factors, too. The bound says how much the slopes take away.
#
# </details>

# %% [markdown] minutes=5
# ## What we saw
#
# Why does one word decide whether eight layers learn? Because the gradient of the first layer is a product
# with a slope from each layer, and the sigmoid's slope is at most 1/4, while those of tanh and ReLU reach
# 1. Glorot and Bengio blamed another side of the same curve: its values lie around 1/2, and so they push the
# next layers away from 0, where they are steep. In our networks both are at work, and we did not part them.
#
# You can now
#
# - write the usual curves and their slopes, so that large numbers do no harm;
# - say what a curve does to the gradients of a deep network;
# - choose an activation for a hidden layer, and one for an output.
#
# **A challenge to take home** (no points). Weights multiply, too. So can eight *sigmoid* layers learn after
# all, if their first weights are larger by a `factor`? The translated network of section 5 has weights four
# times as large, which is a place to start; turn the `rate`, too. With the factor 6, the rate 0.3 and 1,000
# steps all ten networks solve the circles, for each of two seeds. How few steps are enough?

# %% tags=["task"] tolerance=0.1
factor, rate, steps, seed = 1, 0.1, 300, 0
larger = partial(build, "sigmoid", keras.optimizers.SGD(rate), factor)
mine = train_many(larger, points, classes, n=10, epochs=steps, seed=seed)
solved = mine.history["accuracy"][:, -1] >= 0.95
print(f"share of ten networks with at least 0.95 of the points right: {np.mean(solved):.2f}")

# %% [markdown]
# Lab 08 will choose the first weights so that gradients keep their size in any depth. Before that come
# outputs and their losses, in lab 04.
