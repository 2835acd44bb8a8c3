# %% [markdown] minutes=90 seconds=60
# # Lab 03: Activations, the bend between two layers
#
# Here is a puzzle from a folded part of lab 02. A network of eight units *without* activation solved
# XOR from none of 100 random starts. With eight tanh units it solved XOR from all of them. Data, loss
# and optimiser were the same. One small curve between the two layers made the difference. This lab
# looks at such curves.
#
# You will learn
#
# - why a network needs a curve that is not straight, and what the usual ones look like;
# - their *slopes* (derivatives), which training lives on, and how slopes get lost in deep networks;
# - how to compute the curves so that large numbers do no harm, and which curve belongs where.
#
# The lab follows lectures 000 (lines 193-278), 001 (173-228), 002 (45-63, 244-265), 003 (94-109)
# and 004 (85-104, 312-334, 451-484). It takes about 90 minutes. Section 9 is *optional* and takes
# 20 more.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from sklearn.datasets import make_blobs, make_circles

from utils import data, plots
from utils.checks import check, hint
from utils.training import set_seed

# %% [markdown]
# ## 1. Why not straight?
#
# Two sets of 120 points, each with two classes. **Predict:** for which of them is one straight line
# enough?

# %%
blobs = make_blobs(120, centers=[(-1, -1), (1, 1)], cluster_std=0.45, random_state=0)
circles = make_circles(120, noise=0.1, factor=0.4, random_state=0)
problems = {"blobs": blobs, "circles": circles}

# %% covers=["001.23"]
fig, panels = plt.subplots(1, 2, figsize=(7.6, 3.6))
for ax, (name, (points, classes)) in zip(panels, problems.items(), strict=True):
    for value, color, marker in ((0, plots.ORANGE, "o"), (1, plots.BLUE, "s")):
        chosen = points[classes == value]
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
# Blobs are a *linear* problem, circles a *non-linear* one. We train the same network on both, once
# without activation (Keras calls that `linear`), once with tanh. The pieces are those of lab 02:
# one hidden layer, a logit as output, Adam.


# %%
def train_net(activation, hidden, X, y, *, optimizer=None, steps=200):
    """Train a classifier: X (n, 2), y (n,), `hidden` the units of each hidden layer."""
    set_seed(0)
    layers = [keras.layers.Dense(units, activation=activation) for units in hidden]
    net = keras.Sequential([keras.Input(shape=(2,)), *layers, keras.layers.Dense(1)])
    net.compile(
        optimizer=optimizer or keras.optimizers.Adam(0.05),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
    )
    for _ in range(steps):
        net.train_on_batch(X, y)
    return net


def accuracy(net, X, y):
    """Share of points on the right side: a logit above 0 says class 1."""
    return np.mean((np.asarray(net(X)).ravel() > 0) == y)


# %% [markdown]
# **Predict, then run:** four accuracies. Which one is bad?

# %% covers=["001.23"] tolerance=0.1
nets = {}
for activation in ("linear", "tanh"):
    for name, (points, classes) in problems.items():
        net = nets[activation, name] = train_net(activation, (8,), points, classes)
        print(f"{activation:6}  {name:7}  accuracy {accuracy(net, points, classes):.2f}")

# %% [markdown]
# On the circles the network without activation is right for about half of the points. A coin can do
# that, and even the best of all straight lines would get only 0.70. Look at what both networks say
# all over the plane.

# %% tolerance=0.1
fig, panels = plt.subplots(1, 2, figsize=(9.6, 4.2))
points, classes = circles
for ax, activation in zip(panels, ("linear", "tanh"), strict=True):
    plots.decision_regions(
        lambda x, net=nets[activation, "circles"]: tf.sigmoid(net(x)),
        points,
        classes,
        score_name="probability of class 1",
        title=f"8 hidden units, {activation}",
        margin=0.2,
        steps=81,
        ax=ax,
    )
plots.show(
    fig,
    alt="Two networks with 8 hidden units on the circles. Left, linear: the probability is "
    "near 0.5 all over the plane, the classes are not separated. Right, tanh: a closed "
    "curve runs around class 1 in the middle, and the classes are separated.",
)

# %% [markdown] covers=["001.23", "000.13"]
# Why is the left one helpless? Lab 02 showed it: two linear layers are one linear layer. So the
# function of the hidden layer **must not be linear**. An **activation function** $g$ is this bend.
# It introduces **non-linearity**: each unit first adds up, then bends,
#
# $$z = XW + b, \qquad a = g(z).$$
#
# $z$ is called the *pre-activation* and $a$ the *activation*. You know one such $g$ from lab 02,
# ReLU, $g(z) = \max\{0, z\}$. Lecture 000 (line 106) calls it the **usual default
# recommendation**. (The lectures use different letters. A table at the very end translates them.)

# %% [markdown] covers=["001.24"]
# Activations have two jobs. In a **hidden layer** the activation controls **how well the network
# learns**. In the **output layer** it defines **which type of prediction** comes out: any number, a
# probability, a class. Sections 2 to 6 are about the first job, section 7 is about the second.

# %% [markdown]
# ## 2. Write them yourself
#
# Before you do, one look at how computers treat large numbers. A *float* has a largest value. What
# is above it becomes `inf`. For Python and NumPy (float64) the largest value is about $10^{308}$.
# Keras uses float32, which ends near $3 \cdot 10^{38}$. **Predict** the results, then run.

# %%
np.seterr(all="ignore")  # NumPy would warn in red; here we look at the results instead
inf = np.exp(1000.0)
print("e^1000 =", inf, "    e^-1000 =", np.exp(-1000.0))
print("1 / inf =", 1 / inf, "    inf / inf =", inf / inf, "    0 * inf =", 0 * inf)
small, large = np.exp(np.array([88, 89], "float32"))
print(f"float32: e^88 = {small:.1e}     e^89 = {large}")

# %% [markdown]
# Two of them are `nan`, "not a number". One `nan` in one unit spreads through all later sums, and
# the whole training is lost. `1 / inf` is harmless: it is 0. Remember the difference. And in
# float32 the trouble begins at $e^{89}$ already.

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 3.1** (4 points): seven activations
#
# </div>
#
# Write the seven functions. This is what they compute:
#
# | function | formula | in words |
# |---|---|---|
# | `step(z)` | $\mathbf{1}\{z \ge 0\}$ | 1 from 0 on, else 0; as in lab 02, step(0) = 1 |
# | `relu(z)` | $\max\{0, z\}$ | negative numbers become 0 |
# | `sigmoid(z)` | $1 / (1 + e^{-z})$ | squeezes all numbers between 0 and 1 |
# | `tanh(z)` | $(1 - e^{-2z}) / (1 + e^{-2z})$ | squeezes them between -1 and 1 |
# | `softplus(z)` | $\log(1 + e^z)$ | a ReLU with a round corner |
# | `hard_tanh(z)` | $\max(-1, \min(1, z))$ | $z$, cut off at -1 and 1 |
# | `rbf(x, w, s)` | $\exp(-\lVert w - x \rVert^2 / s^2)$ | 1 at the centre $w$, falls with the distance |
#
# - `z` is a NumPy array of **any shape**, of floats or of **whole numbers**. The answer has its
#   shape.
# - **Large numbers**: for $z = \pm 1000$ the answer must be right, not `nan`. And `relu(-np.inf)`
#   is 0. Some formulas of the table fail here as they stand. NumPy has other functions for them. A
#   *warning* does not matter, the result does.
# - `rbf` has one unit: `x` (n, d) are n inputs, `w` (d,) is the centre, `s` the width. The answer
#   has shape (n,). $\lVert w - x \rVert^2$ is the squared distance: the sum of the squared
#   differences.
# - Six functions give 0.5 points each, `rbf` gives 1. Each counts alone: run the check as often as
#   you like.
#
# *Expected* for z = -2, 0, 2: step 0, 1, 1; relu 0, 0, 2; sigmoid 0.119, 0.5, 0.881; tanh -0.964,
# 0, 0.964; softplus 0.127, 0.693, 2.127; hard_tanh -1, 0, 1. And
# `rbf(np.array([[3.0, 4.0]]), np.zeros(2), 5.0)` is 0.368.


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


def hard_tanh(z):
    """z, any shape -> that shape"""
    ### BEGIN SOLUTION
    return np.clip(z, -1, 1)
    ### END SOLUTION


def rbf(x, w, s):
    """x (n, d), centre w (d,), width s () -> (n,)"""
    ### BEGIN SOLUTION
    return np.exp(-np.sum((w - x) ** 2, axis=1) / s**2)
    ### END SOLUTION


# %%
check("3.1")

# %% [markdown]
# Stuck? This shows a hint, and the next one if you run it again. Every exercise has three.

# %%
hint("3.1")

# %% [markdown] tags=["solution"]
# **Analysis.** The first line of defence is to know NumPy: `np.tanh` and `np.logaddexp` were
# written with large numbers in mind. The sigmoid is safe as it stands: at $z = -1000$ it is
# $1/(1 + \infty) = 0$, with a warning. `z * (z > 0)` looks like ReLU, but at $-\infty$ it computes
# $-\infty \cdot 0$, which is `nan`; `np.maximum` only compares.

# %% [markdown]
# From scratch first, then Keras. **Does Keras agree with your functions?**

# %%
z = np.linspace(-5, 5, 11)
ours = {
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "softplus": softplus,
    "hard_tanh": hard_tanh,
}
for name, g in ours.items():
    theirs = getattr(keras.activations, name)(z.astype("float32"))
    print(f"{name:9}  largest difference {np.abs(np.asarray(g(z)) - np.asarray(theirs)).max():.5f}")

# %% [markdown]
# It does. From here on we use TensorFlow's functions, which are the same.

# %% [markdown]
# ## 3. From a step to the sigmoid
#
# Now look at the curves, and at their *slopes*. The slope of a curve at a point, its derivative,
# says how much $g$ changes when $z$ changes a little. TensorFlow computes it: a `GradientTape`
# records what is done with `z`, and `gradient` gives the slope at each number.


# %%
def slope(g, z):
    """The derivative of g at each number of z (n,), as TensorFlow computes it; (n,)."""
    z = tf.Variable(z, dtype="float64")
    with tf.GradientTape() as tape:
        a = g(z)
    return tape.gradient(a, z).numpy()


slope(tf.square, [0.0, 1.0, 3.0])

# %% [markdown]
# The slope of $z^2$ is $2z$: 0, 2 and 6. It works.
#
# The next cell defines a helper that draws a curve and its slope.


# %%
def draw(ax, g, title, *, reach=5):
    """Draw g (solid) and its slope (dashed) from -reach to reach."""
    z = np.linspace(-reach, reach, 801)
    ax.axhline(0, color="lightgrey", linewidth=1)
    ax.axvline(0, color="lightgrey", linewidth=1)
    ax.plot(z, g(tf.constant(z)), color=plots.BLUE, linewidth=2, label="g(z)")
    ax.plot(z, slope(g, z), "--", color=plots.ORANGE, linewidth=2, label="slope g'(z)")
    ax.set(xlabel="z", title=title)


# %% [markdown] covers=["002.05"]
# Lecture 002 begins with the biological picture: a neuron takes a weighted sum $z$ of its inputs
# and **fires if $z$ is above some threshold**. The function that decides this is its **threshold
# function**. The oldest one is the step.

# %% [markdown] covers=["000.28"]
# <div class="alert alert-info">
#
# **A piece of history.** The pioneers, from **McCulloch and Pitts** on, wanted to model nerve
# cells, which fire or do not fire. So they used **thresholding units**: 0 below the threshold, 1
# above. When learning by gradients came, the sigmoid was a natural choice: a **smooth,
# differentiable approximation** to such a unit.
#
# </div>
#
# How good is the approximation? $\sigma(kz)$ with a larger $k$ is steeper. **Predict:** what
# happens for very large $k$?

# %% covers=["002.05", "000.28"]
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
# The curves close in on the step. Why not use the step itself? Ask for its slope.


# %%
def tf_step(z):
    return tf.cast(z >= 0, z.dtype)


z = tf.Variable([-0.7, 0.7])
with tf.GradientTape() as tape:
    a = tf_step(z)
print("slope of the step:", tape.gradient(a, z))

# %% [markdown]
# `None`: there is no way back through a comparison. On paper the slope is 0 everywhere except at
# the jump. Either way no weight below a step ever learns that it should change. (Lecture 003, line
# 113, says that the step is not used because it is not differentiable. ReLU is not differentiable
# at 0 either, and it *is* used. The point is the slope 0 everywhere else.)

# %% [markdown] covers=["000.27"]
# ### The sigmoid
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# It takes any number, from $\mathbb{R}$, and gives a number in **(0, 1)**. It is a **squashing
# function**: it squashes $(-\infty, \infty)$ into a short range.

# %% covers=["000.29"]
fig, ax = plt.subplots(figsize=(6.0, 3.4))
draw(ax, tf.sigmoid, "sigmoid")
ax.legend()
plots.show(
    fig,
    alt="The sigmoid from -5 to 5: an S from 0 up to 1, with the value 1/2 at 0. Its slope is "
    "a bell with the top 0.25 at 0, near 0 on both sides.",
)

# %% [markdown]
# Lecture 004 lists its features, and you can see all of them. It **introduces non-linear
# behaviour**. It lies between 0 and 1, so it can be read as a **probability estimate**. It has a
# **simple derivative**, as you will see in section 5. It **saturates**: far out it hardly changes.
# There its **derivative vanishes** (the dashed curve). The lecture writes it in two forms. They
# agree:

# %% covers=["004.05", "003.10"]
z = np.array([-2.0, 0.0, 2.0])
print("1 / (1 + e^-z):", (1 / (1 + np.exp(-z))).round(4))
print("e^z / (e^z + 1):", (np.exp(z) / (np.exp(z) + 1)).round(4))

# %% [markdown]
# ## 4. tanh
#
# $$\tanh(z) = \frac{1 - e^{-2z}}{1 + e^{-2z}}$$
#
# Lectures 001, 002 and 003 write $(e^z - e^{-z}) / (e^z + e^{-z})$, lecture 004 writes
# $(e^{2z} - 1) / (e^{2z} + 1)$. The second is the first with everything multiplied by $e^z$.

# %% covers=["000.31", "001.29", "003.10", "004.26"]
z = np.array([-3.0, -1.0, 0.0, 1.0, 3.0])
e = np.exp
assert np.allclose(np.tanh(z), (1 - e(-2 * z)) / (1 + e(-2 * z)))
assert np.allclose(np.tanh(z), (e(z) - e(-z)) / (e(z) + e(-z)))
assert np.allclose(np.tanh(z), (e(2 * z) - 1) / (e(2 * z) + 1))
print("tanh(z)  =", np.tanh(z).round(4))
print("tanh(-z) =", np.tanh(-z).round(4) + 0.0)

# %% [markdown]
# All three forms agree. The values lie between **-1 and 1**. And $\tanh(-z) = -\tanh(z)$: turn the
# plot by half a turn around the origin and it looks the same. This is called *point symmetry*.

# %% covers=["000.31"]
fig, panels = plt.subplots(1, 2, figsize=(8.4, 3.4), sharey=True)
draw(panels[0], tf.sigmoid, "sigmoid")
draw(panels[1], tf.tanh, "tanh")
panels[1].legend(loc="upper left")
assert np.array_equal(np.tanh(-z), -np.tanh(z))
plots.show(
    fig,
    alt="Sigmoid and tanh side by side. The sigmoid runs from 0 to 1 through (0, 1/2), its "
    "slope has the top 0.25. tanh runs from -1 to 1 through the origin and is point "
    "symmetric, its slope has the top 1.",
)

# %% [markdown]
# Now a neuron. Lecture 004 calls it THE NEURON: $y = wx + b$ with $w = 2$, $b = 6$, and
# $o = \tanh(y)$.
#
# <div class="alert alert-warning">
#
# **Check the slide** (004, line 332). For $x = -2.79$ the slide has $2 \cdot (-2.79) + 6 = .042$
# and $\tanh(.042) = 0.3969$.
#
# </div>

# %% covers=["004.20"] errata=["E004-01"]
for x in (18, -2.79, -10):
    y = 2 * x + 6
    print(f"x = {x:5}   y = {y:6.2f}   tanh(y) = {np.tanh(y):.5f}")
print(f"tanh(.042) = {np.tanh(0.042):.5f}")

# %% [markdown]
# The sum is **.42**, not .042, and tanh(.42) = 0.39693. With .042 the unit would give 0.04198. The
# slide's result is right; only .042 has a zero too many. The two others, tanh(42) = 1 and
# tanh(-14) = -1, are rounded: from -1 the exact value is $10^{-12}$ away.

# %% [markdown] covers=["000.24"]
# ## 5. ReLU, and slopes
#
# $$\mathrm{ReLU}(z) = \max\{z, 0\}$$
#
# The **most popular** choice of all. It is **simple** to compute, one comparison and no
# exponential, and it has shown **good performance** on many tasks.

# %% covers=["000.25", "002.07"]
fig, panels = plt.subplots(1, 2, figsize=(8.4, 3.4), sharey=True)
draw(panels[0], tf.nn.relu, "ReLU", reach=3)
draw(panels[1], tf.math.softplus, "softplus", reach=3)
panels[1].legend(loc="upper left")
plots.show(
    fig,
    alt="ReLU keeps positive numbers and sets negative ones to 0: piecewise linear, with a "
    "corner at 0. Its slope is 0 on the left and 1 on the right. Softplus is the same "
    "with a round corner; its slope rises smoothly from 0 to 1.",
)

# %% [markdown]
# Two straight pieces with one corner. Is that enough of a bend? Section 6 will try it on the
# circles. The next cell shows ReLU and its slope at four places. (001 and 003 write `max(0, x)`,
# 002 writes `max{0, z}`.)

# %% covers=["001.27", "002.07", "003.10", "004.26"]
z = np.array([-2.0, -0.5, 0.5, 2.0])
print("relu(z) =", tf.nn.relu(z).numpy() + 0.0)
print("slope   =", slope(tf.nn.relu, z))

# %% [markdown]
# <div class="alert alert-info">
#
# **Reminder: the chain rule.** The slope of $f(g(z))$ is $f'(g(z)) \cdot g'(z)$: the outer slope
# times the inner slope. The pieces that you need: $e^z$ has the slope $e^z$, so $e^{-z}$ has
# $-e^{-z}$; $1/u$ has $-1/u^2$; $\log u$ has $1/u$. And the quotient rule: $u/v$ has the slope
# $(u'v - uv') / v^2$.
#
# </div>

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 3.2** (2 points): four derivatives
#
# </div>
#
# Write the derivatives of ReLU, sigmoid, tanh and softplus, **as functions of z**. 0.5 points each.
#
# - At 0 ReLU has no derivative: left of it the slope is 0, right of it 1. The lectures take the
#   **left** one, 0.
# - As in 3.1: any shape, whole numbers, and right for z = -1000 and 1000.
# - Your functions of 3.1 are at hand, and so is `np.tanh`. For the sigmoid, differentiate
#   $1 / (1 + e^{-z})$ with the chain rule, then write the result with $s = \sigma(z)$ only: that
#   form is safe for large numbers, too. For tanh, apply the quotient rule to
#   $(e^z - e^{-z}) / (e^z + e^{-z})$, then write the result with $\tanh(z)$ only.
#
# *Expected* for z = -2, 0, 2: d_relu 0, 0, 1; d_sigmoid 0.105, 0.25, 0.105; d_tanh 0.071, 1, 0.071;
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
# Never trust a derivative that nobody has checked. Two independent witnesses: TensorFlow's tape,
# and *finite differences*, $\big(g(z + h) - g(z - h)\big) / 2h$ with a small $h$. **Do the three
# agree?**

# %%
z, h = np.array([-3.0, -1.0, 0.5, 2.0]), 1e-5
for name, ours, g in (
    ("relu", d_relu, tf.nn.relu),
    ("sigmoid", d_sigmoid, tf.sigmoid),
    ("tanh", d_tanh, tf.tanh),
    ("softplus", d_softplus, tf.math.softplus),
):
    yours, differences = np.asarray(ours(z)), (g(z + h) - g(z - h)) / (2 * h)
    print(
        f"{name:8}  from the tape {np.abs(yours - slope(g, z)).max():.5f}",
        f"  from finite differences {np.abs(yours - differences).max():.5f}",
    )

# %% [markdown]
# They do: the three agree in all five decimals.

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 3.3** (1 point): a tanh unit made of a sigmoid
#
# </div>
#
# Sigmoid and tanh look alike. They *are* the same curve, stretched and shifted. So each tanh unit
# can be replaced by a sigmoid unit with other weights.
#
# Write `sigmoid_unit(w, b)`. It gets the weights `w` (d,) and the bias `b` of a tanh unit,
# $\tanh(xw + b)$. It returns four things, `w2, b2, a, c`, so that for **every** input `x`
#
# $$a \cdot \sigma(x\, w_2 + b_2) + c = \tanh(x\, w + b).$$
#
# To find them compare first the ranges of both curves (which `a` and `c`?), then their slopes at 0
# (the tops of the dashed curves in section 4). `a` and `c` are the same for all `w` and `b`.
#
# *Expected*: for w = (1, 0), b = 0 and x = (0.5, 7) your sigmoid unit gives 0.462, as tanh(0.5)
# does.


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
# **What did you find?** Take $w = 1$ and $b = 0$. Then $z = x$, and your unit is an equation for
# tanh. Run.

# %%
w2, b2, a, c = (np.ravel(number)[0] for number in sigmoid_unit(np.array([1.0]), 0.0))
print(f"tanh(z) = {a:g} sigmoid({w2:g}z {b2:+g}) {c:+g}")

# %% [markdown]
# Back to exercise 3.2. These are the lectures' formulas. Do they agree with the tape?

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

# %% [markdown]
# All four hold. Keep two numbers: the slope of the **sigmoid is at most 0.25**, the slope of **tanh
# is at most 1**, both at 0. To both sides the slopes go to 0.

# %% [markdown] covers=["000.26"]
# ### The corner at 0
#
# At 0 ReLU is **not differentiable**. The convention is the slope of the left side: **the
# derivative at 0 is 0**. On both sides the slopes are as simple as can be, 0 or 1, and 1 does not
# shrink what passes through. So ReLU **mitigates the problem of vanishing gradients**, which is the
# topic of section 6.
#
# <div class="alert alert-warning">
#
# **Check the slide** (000, line 211). The convention may not even matter, "because the input may
# never actually be zero".
#
# </div>
#
# The same lecture computes by hand a ReLU network for XOR (lab 02, section 4). Look at what goes
# into its ReLUs.

# %% errata=["E000-05"]
Z = data.xor().X @ np.ones((2, 2)) + [0, -1]
print(Z)
print("exactly 0:", np.sum(Z == 0), "of", Z.size)

# %% [markdown]
# Three of eight, in the lecture's own example. Zeros are common where inputs are whole numbers, or
# where the units of the layer before are off, and the bias is still 0. So the convention matters.
# Does TensorFlow keep to it? **Predict:** three ways to write ReLU, is their slope at 0 the same?

# %% errata=["E000-05"]
for name, g in (
    ("tf.nn.relu(x)", tf.nn.relu),
    ("tf.maximum(0., x)", lambda x: tf.maximum(tf.constant(0.0, x.dtype), x)),
    ("tf.maximum(x, 0.)", lambda x: tf.maximum(x, tf.constant(0.0, x.dtype))),
):
    print(f"{name:17}  slope at 0: {slope(g, [0.0])[0]:.0f}")

# %% [markdown]
# The order of the two arguments decides! Where both are equal, `tf.maximum` hands the whole slope
# to the *first* one. Write `tf.nn.relu` and you get the convention.

# %% [markdown] errata=["E000-16"]
# <div class="alert alert-warning">
#
# **Check the slide** (000, lines 212 and 311). ReLU mitigates the problem of vanishing gradients.
# That is true **only on the active side**, where $z > 0$. A unit whose $z$ is negative for *all*
# data has slope 0 everywhere: no gradient reaches it, and it never changes again. It is called a
# **dead** unit (*dying ReLU*). The fewer units, the more this hurts: in lab 02 only about one start
# in six of the network with two ReLU units found a solution.
#
# </div>

# %% [markdown]
# ## 6. How slopes get lost
#
# Training changes a weight by its gradient: the slope of the loss in this weight. Take one unit in
# each layer. For the weight of the first layer, the chain rule *multiplies* what it meets on the
# way to the output. Each layer contributes two things: its weight, and one slope of its activation.
#
# $$\text{gradient of } w_1 = x \times g'(z_1) \times w_2 \times g'(z_2) \times w_3 \times
# \dots \times g'(z_L) \times \dots$$
#
# (With more units the gradient is a sum of such products, one for each path.) The activations'
# slopes together are one factor of the product: $g'(z_1)\, g'(z_2) \cdots g'(z_L)$. How large can
# this factor be?

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 3.4** (1.5 points): the bound
#
# </div>
#
# 1. `max_slope(k)`: the largest slope of $z \mapsto \sigma(kz)$, for any $k > 0$. (k = 1 is the
#    sigmoid itself; k = 3 was the dashed curve in section 3.)
# 2. `factor_bound(layers)`: the largest value that the product of `layers` slopes of the
#    **sigmoid** (k = 1) can have: $\sigma'(z_1) \cdots \sigma'(z_L)$ for `layers` = $L$.
# 3. Still one unit in each layer: what does this bound say about the gradient of $w_1$? Assign a
#    code to `bound_says`:
#
# | code | meaning |
# |---|---|
# | `"exact gradient"` | the gradient is this number |
# | `"largest gradient"` | the gradient is at most this number |
# | `"one factor"` | one factor of the gradient is at most this number |
#
# 0.5 points each. *Expected*: `factor_bound(8)` is about 0.000015.


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

# %% [markdown] covers=["002.26"]
# The bound is reached only if every $z$ is 0. Far from 0 it is much worse: there the sigmoid
# **saturates**, and the gradient that passes through it is nearly 0. Lecture 002 concludes that the
# sigmoid is **not suitable for hidden units**. (It says that the *gradient* saturates. The function
# saturates, the gradient vanishes.)

# %% [markdown]
# So much for theory. Take a real network with eight hidden layers of 16 units, before any training.
# **Predict:** for which activation is the first layer's gradient much smaller than the last one's?


# %%
def gradient_sizes(activation, X, y):
    """Lengths of the gradients of the 8 hidden kernels, before training; shape (8,)."""
    net = train_net(activation, (16,) * 8, X, y, steps=0)
    with tf.GradientTape() as tape:
        loss = keras.losses.BinaryCrossentropy(from_logits=True)(y[:, np.newaxis], net(X))
    kernels = [layer.kernel for layer in net.layers[:-1]]
    return np.array([np.linalg.norm(g) for g in tape.gradient(loss, kernels)])


sizes = {name: gradient_sizes(name, *circles) for name in ("relu", "tanh", "sigmoid")}
print("gradients of each network:", sizes["relu"].shape)

# %% covers=["002.26"] tolerance=0.7
for name, size in sizes.items():
    print(f"{name:7}  first / last layer: 10^{np.log10(size[0] / size[-1]):.1f}")
fig, ax = plt.subplots(figsize=(6.4, 3.6))
for (name, size), style in zip(sizes.items(), ("o-", "s--", "^-."), strict=True):
    ax.semilogy(np.arange(1, 9), size, style, linewidth=2, label=name)
ax.set(xlabel="hidden layer", ylabel="length of the gradient", title="before training")
ax.legend()
plots.show(
    fig,
    alt="Length of the gradient in eight hidden layers, on a logarithmic axis. For relu and "
    "tanh all layers are about alike. For sigmoid it falls from layer to layer towards "
    "the first one: first / last "
    f"is 10 to the power {np.log10(sizes['sigmoid'][0] / sizes['sigmoid'][-1]):.1f}.",
)

# %% [markdown]
# With sigmoid units the first layer gets about a millionth of the last one's gradient. That is the
# *vanishing gradient*. With tanh and ReLU all layers get gradients of similar length.
#
# What does that mean for training? Plain gradient descent (`SGD` in Keras) moves each weight by
# `learning_rate` times its gradient. So a layer without gradient stands still. We train the three
# networks with it, 300 steps on the circles, and measure how far the first kernel moves: the length
# of its change, divided by the length that it had at the start.


# %%
def train_deep(activation, optimizer, steps):
    """Train eight layers on the circles -> accuracy, relative change of the first kernel."""
    start = train_net(activation, (16,) * 8, *circles, steps=0)
    net = train_net(activation, (16,) * 8, *circles, optimizer=optimizer, steps=steps)
    before, after = start.layers[0].kernel.numpy(), net.layers[0].kernel.numpy()
    return accuracy(net, *circles), np.linalg.norm(after - before) / np.linalg.norm(before)


# %% [markdown]
# **Predict, then run** (about 5 seconds).

# %% tolerance=0.12
for name in ("relu", "tanh", "sigmoid"):
    share, move = train_deep(name, keras.optimizers.SGD(0.1), steps=300)
    print(f"SGD, {name:7}  accuracy {share:.2f}   first kernel moves by {move:.6f} of its length")

# %% [markdown]
# tanh and ReLU solve the task, and their first kernel changes by almost half of its length. With
# sigmoid it changes by two millionths, and the network is no better than a coin.
#
# Lab 02 used Adam. Adam divides by the size of the gradient, so that small gradients make steps as
# large as big ones. **Predict:** does that save the sigmoid network?

# %% tolerance=0.12
share, move = train_deep("sigmoid", keras.optimizers.Adam(0.01), steps=100)
print(f"Adam, sigmoid  accuracy {share:.2f}   first kernel moves by {move:.3f} of its length")

# %% [markdown]
# Adam moves even this first layer, and here it still does not solve the task.
#
# tanh solved it. But tanh saturates as the sigmoid does, and by exercise 3.3 it *is* a sigmoid,
# stretched. In one line this is lecture 002's equation $\tanh(z) = 2\,\sigma(2z) - 1$. Does it
# hold, and do both 2s matter?

# %% covers=["002.06"]
z = np.linspace(-5, 5, 101)
for name, left, right in (
    ("2 sigmoid(2z) - 1 and tanh(z)", 2 * tf.sigmoid(2 * z) - 1, np.tanh(z)),
    ("2 sigmoid(z) - 1 and tanh(z)", 2 * tf.sigmoid(z) - 1, np.tanh(z)),
    ("2 sigmoid(z) - 1 and tanh(z/2)", 2 * tf.sigmoid(z) - 1, np.tanh(z / 2)),
):
    print(f"{name:30}  largest difference {np.abs(left - right).max():.4f}")

# %% [markdown]
# The equation holds. With one 2 missing it would be tanh(z/2), another curve. So a layer of tanh
# units and a layer of sigmoid units can express the same functions. Why does tanh train so much
# better? Look near 0, where the sums are at the start of training.

# %% covers=["001.29"]
z = np.array([0.0, 0.1])
for name, g in (("tanh", tf.tanh), ("sigmoid", tf.sigmoid)):
    print(f"{name:7}  values {g(z).numpy().round(4)}  slopes {slope(g, z).round(4)}")

# %% [markdown] covers=["002.27"]
# Near 0 tanh is **similar to the identity function** ($\tanh(0) = 0$, slope 1, tanh(0.1) is nearly
# 0.1). While the sums are small such a layer passes values and gradients on nearly unchanged, like
# a linear model. That is why it **performs better than the sigmoid in hidden layers**. The sigmoid
# has $\sigma(0) = 1/2$ and slope 1/4: it shrinks every gradient, and pushes all values away from 0.
# (tanh saturates at -1 and 1, the sigmoid at 0 and 1. Lecture 001, line 232, says "1 or 0" for
# both.)

# %% [markdown] covers=["002.29"]
# <div class="alert alert-info">
#
# **Where sigmoids stay.** In networks that are **not feed-forward**, such as **recurrent networks**
# (RNNs) and **probabilistic models**, sigmoidal units are often **preferred** to piecewise linear
# ones, says lecture 002. There values go round and round, and a ReLU could let them grow without
# end; and a sigmoid can be a gate that is between closed (0) and open (1). Lab 14 will come back to
# it.
#
# </div>

# %% [markdown]
# ## 7. At the output
#
# The last layer's activation decides which numbers can come out. First the one that does nothing. A
# *linear* output is $a = z = \sum_n w_n x_n$. Lecture 001 gives its derivative by a weight:
# $\partial a / \partial w_i = x_i$.

# %% covers=["001.26"]
x, w = tf.constant([1.0, -2.0, 0.5]), tf.Variable([0.3, 0.1, -0.4])
with tf.GradientTape() as tape:
    a = tf.reduce_sum(w * x)
by_weights = tape.gradient(a, w).numpy()
print("x =", x.numpy(), "  da/dw =", by_weights, "  da/dz =", slope(tf.identity, [0.3])[0])
assert np.array_equal(by_weights, x)

# %% [markdown]
# Each weight's slope is its input. (By $z$ the slope is 1.) A linear output can be any number: it
# is the one for **unbounded regression**, as in lab 10.
#
# <div class="alert alert-warning">
#
# **Check the slide** (001, line 195). The linear activation "also works for binary classification".
#
# </div>
#
# With which loss? Take six points on a line, three of each class. Fit the labels 0 and 1 by least
# squares, and say class 1 where the fit is above 1/2. Then add three more points of class 1, far
# away on the *right* side. **Predict:** can such easy points do harm?

# %% covers=["001.26"] errata=["E001-10"]
from sklearn.linear_model import LinearRegression, LogisticRegression

near, far = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]), np.array([20.0, 25.0, 30.0])
for name, x in (("6 points", near), ("6 + 3 far points", np.concatenate([near, far]))):
    X, y = x[:, np.newaxis], x > 0
    squares = np.mean((LinearRegression().fit(X, y).predict(X) > 0.5) == y)
    logits = LogisticRegression().fit(X, y).score(X, y)
    print(f"{name:17} least squares {squares:.3f}   logits with cross-entropy {logits:.3f}")

# %% [markdown]
# With least squares three easy points turn the line so far that another point falls on the wrong
# side. With a linear output read as a **logit**, and the cross-entropy as loss, far points do no
# harm. (`LogisticRegression` is that: the cross-entropy, plus a small penalty on large weights.)
# So: linear works for classification **only as logits**, with a loss made for them. Lab 04 is about
# this.

# %% [markdown]
# Lecture 001's list for the others: **sigmoid** for binary classification, and for regression with
# $0 \le y \le 1$, but not in hidden layers; **softmax**, which gives several numbers between 0 and
# 1 that add up to 1, for one class of many.

# %% covers=["001.28"]
z = np.array([-4.0, 0.0, 4.0])
s = tf.sigmoid(z).numpy()
print("sigmoid:", s.round(3), " slope:", (s * (1 - s)).round(3))
shares = tf.nn.softmax(z).numpy()
print("softmax:", shares.round(3), " sum:", shares.sum().round(3))

# %% [markdown]
# <div class="alert alert-warning">
#
# **Check the slide** (004, lines 104 and 148). "Activation functions are applied point-wise", that
# is, to each number alone. Later the softmax is called a final activation.
#
# </div>
#
# Change only the third number and look at the first two.

# %% errata=["E004-03"]
for name, g in (("sigmoid", tf.sigmoid), ("softmax", tf.nn.softmax)):
    for z in ([1.0, 2.0, 3.0], [1.0, 2.0, 5.0]):
        print(f"{name} of {z}: first two", g(tf.constant(z)).numpy()[:2].round(3))

# %% [markdown]
# The sigmoid's first two stay, the softmax's change. **Softmax is not point-wise**: its numbers
# share 1 among themselves. All other activations of this lab are.

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 3.5** (1.5 points): one activation for each place
#
# </div>
#
# For each place choose one of `"linear"`, `"relu"`, `"sigmoid"`, `"tanh"`, `"softmax"`, `"step"`.
# 0.25 points each.
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

# %% [markdown]
# ## 8. All on one page
#
# Choosing the right activation can matter a lot, and different tasks want different ones. Here they
# are once more. Before you look at a dashed curve, **say where it is 0**: there nothing is learned.

# %% covers=["001.32", "004.27"]
everything = {
    "linear": tf.identity,
    "step (slope 0)": lambda z: tf_step(z) + 0 * z,
    "ReLU": tf.nn.relu,
    "sigmoid": tf.sigmoid,
    "tanh": tf.tanh,
    "softplus": tf.math.softplus,
    "hard tanh": lambda z: tf.clip_by_value(z, -1.0, 1.0),
    "RBF, centre 0, width 1": lambda z: tf.exp(-(z**2)),
    "cos": tf.cos,
}
fig, panels = plt.subplots(3, 3, figsize=(9.0, 7.2), sharex=True, sharey=True)
for ax, (name, g) in zip(panels.flat, everything.items(), strict=True):
    draw(ax, g, name, reach=4)
    ax.label_outer()
panels[0, 0].set_ylim(-1.5, 2.5)
fig.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
plots.show(
    fig,
    alt="Activation functions graphically, nine panels with g and its slope: linear (slope "
    "1), step (slope 0), ReLU (slope 0, then 1), sigmoid (0 to 1, slope at most 0.25), "
    "tanh (-1 to 1, slope at most 1), softplus (slope is the sigmoid), hard tanh (slope 1 "
    "in the middle, 0 outside), RBF (a bell) and cos (a wave).",
)

# %% [markdown]
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
# | cos | -1 to 1 | 1 | an experiment (section 9) |
# | softmax | shares of 1 | - | output: one class of many; not point-wise |

# %% [markdown]
# ## 9. Optional: three extras (20 minutes)
#
# You can jump to "What we saw" from here: no exercise needs this section. The first part is about
# formulas and floats, the second about a claim of lecture 002, the third about rarer activations.

# %% [markdown]
# ### Formulas for paper, formulas for floats (5 minutes)
#
# <div class="alert alert-warning">
#
# **Check the slide** (000, line 221). The outputs lie in the interval (0, 1): 0 and 1 themselves
# are never reached.
#
# </div>
#
# On paper. And in a computer? A float32, the type that Keras uses, has about 7 digits.

# %% errata=["E000-08"]
for dtype, z in (("float32", 16), ("float32", 17), ("float64", 36), ("float64", 37)):
    s = 1 / (1 + np.exp(np.array(-z, dtype)))
    print(f"{dtype}  sigmoid({z}) == 1 is {s == 1}")

# %% [markdown]
# The open interval **closes in floating point**: at 17 in float32, at 37 in float64. Then
# $\log(1 - \sigma)$ is $-\infty$. That is why lab 02 gave *logits* to the loss, and not
# probabilities.

# %% [markdown]
# <div class="alert alert-warning">
#
# **Check the slide** (000, lines 240, 251 and 276). Three formulas, all right on paper:
# $\sigma'(z) = e^{-z}/(1 + e^{-z})^2$, $\tanh z = (1 - e^{-2z})/(1 + e^{-2z})$ and softplus
# $= \log(1 + e^z)$.
#
# </div>
#
# **Predict** where each of them fails, then run. The lower three lines are safe forms of the same.

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
# Read the upper lines: the sigmoid's slope is `nan` at -1000, tanh is `nan` at -400 and at -1000,
# softplus is `inf` at 1000. Each time a large positive number stood in an exponent. The lower lines
# are right everywhere. The rule: **a formula for paper is not yet a formula for floats.**

# %% [markdown]
# ### "6 times faster" (7 minutes)
#
# Lecture 002 (line 263) says three things about ReLU: it is often used with $g(W^\top x + b)$, its
# derivative is 1 whenever the unit is active, and it is "6 times faster than sigmoid". The first
# two we can see at once:

# %% covers=["002.28"]
W, b = np.array([[1.0, -1.0, 0.5], [0.5, -1.0, 1.0]]), np.array([0.0, 1.0, -1.0])
x = np.array([1.0, 2.0])
z = W.T @ x + b
print("z = W'x + b  =", z)
print("relu(z)      =", np.maximum(0, z))
print("slope        =", slope(tf.nn.relu, z))

# %% [markdown]
# Two of the three units are active, and both have slope 1. And the third claim? Faster *training*
# is meant. We train one network on scikit-learn's digits: 1,797 small images, 8 x 8 pixels, ten
# classes. 450 of the images are kept aside: they are the *test set*, the network never trains on
# them. (`stratify` gives both parts the same share of each digit.)

# %%
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

digits = load_digits()
x_train, x_test, y_train, y_test = train_test_split(
    digits.data / 16, digits.target, test_size=450, random_state=0, stratify=digits.target
)
print(x_train.shape, x_test.shape)


# %% [markdown]
# One hidden layer of 128 units, only its activation changes. `SparseCategoricalCrossentropy` is the
# loss for ten classes; lab 04 explains it. `batch_size=96`: each step looks at 96 images. The
# *test accuracy* is the share of the test set that comes out right. (Two of the five activations,
# linear and the cosine, are for the small zoo below.) The cell takes about 10 seconds.


# %%
def train_digits(activation, epochs=12):
    """A network 64-128-10 -> its training loss after each epoch, its test accuracy."""
    set_seed(0)
    net = keras.Sequential(
        [
            keras.Input(shape=(64,)),
            keras.layers.Dense(128, activation=activation),
            keras.layers.Dense(10),
        ]
    )
    net.compile(
        optimizer=keras.optimizers.Adam(0.003),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    history = net.fit(x_train, y_train, batch_size=96, epochs=epochs, verbose=0).history
    return np.array(history["loss"]), np.mean(np.argmax(net(x_test), axis=1) == y_test)


runs = {
    name: train_digits(g)
    for name, g in {
        "relu": "relu",
        "tanh": "tanh",
        "sigmoid": "sigmoid",
        "linear": "linear",
        "cos": keras.ops.cos,
    }.items()
}
print(len(runs), "networks trained")

# %% [markdown]
# **Predict:** after how many epochs does each reach a training loss of 1? Then run.

# %% covers=["002.28"] tolerance=0.6
epochs = {name: np.interp(-1.0, -loss, np.arange(1, 13)) for name, (loss, _) in runs.items()}
for name in ("relu", "tanh", "sigmoid"):
    print(f"{name:7} loss 1 after {epochs[name]:.1f} epochs")
print("the lecture: 6.0 times faster than sigmoid")
print(f"here: {epochs['sigmoid'] / epochs['relu']:.1f} times faster than sigmoid,", end=" ")
print(f"{epochs['tanh'] / epochs['relu']:.1f} times faster than tanh")

# %% covers=["002.28"] tolerance=0.6
fig, ax = plt.subplots(figsize=(6.4, 3.6))
for name, line in (("relu", "-"), ("tanh", "--"), ("sigmoid", "-.")):
    ax.plot(np.arange(1, 13), runs[name][0], line, marker=".", linewidth=2, label=name)
ax.set(xlabel="epoch", ylabel="training loss", title="digits, one hidden layer of 128 units")
ax.axhline(1, color="grey", linewidth=1)
ax.legend()
plots.show(
    fig,
    alt="Training loss on the digits over 12 epochs. relu and tanh fall together and reach 1 "
    f"after {epochs['relu']:.1f} and {epochs['tanh']:.1f} epochs; sigmoid is slower and needs "
    f"{epochs['sigmoid']:.1f} epochs.",
)

# %% [markdown] errata=["E002-05"]
# Sigmoid is a good deal slower than both others. But ReLU is *not* faster than tanh here, and
# nothing is 6 times.
#
# <div class="alert alert-warning">
#
# **Check the slide** (002, line 263). "6 times faster than sigmoid". The number comes from a figure
# of Krizhevsky, Sutskever and Hinton (2012). There ReLU was six times faster **than tanh**, in
# *one* convolutional network with four layers, on the images of CIFAR-10, until the *training*
# error was 25 %. The authors add that the factor **varies with the architecture** of the network.
# Our small network shows how much.
#
# </div>

# %% [markdown]
# ### The small zoo (8 minutes)
#
# Lecture 000 lists four others: the cosine, the *radial basis function* (RBF), softplus and hard
# tanh. Their curves are in the figure of section 8.

# %% covers=["000.35", "000.36"]
z = np.array([-3.0, -0.5, 0.0, 0.5, 3.0])
softplus_z, hard_tanh_z = np.log(1 + np.exp(z)), np.maximum(-1, np.minimum(1, z))
assert np.allclose(softplus_z, tf.math.softplus(z))
assert np.allclose(hard_tanh_z, tf.clip_by_value(z, -1, 1))
print("softplus  log(1 + e^z)        =", softplus_z.round(3))
print("hard tanh max(-1, min(1, z))  =", hard_tanh_z)

# %% [markdown]
# Softplus is above ReLU everywhere, by at most $\log 2 = 0.693$, at 0. Hard tanh is tanh made of
# straight pieces: cheap, but with slope 0 outside of -1 to 1.
#
# <div class="alert alert-warning">
#
# **Check the slide** (000, line 275). The RBF is printed as
# $\exp\left(\frac{1}{\sigma^2} \lVert W - x \rVert^2\right)$.
#
# </div>
#
# A radial basis unit should answer to inputs near its centre. **Predict:** what does the printed
# one do at distance 5, with width 1?

# %% covers=["000.34"] errata=["E000-06"]
for distance in (0, 1, 5):
    plus, minus = np.exp(distance**2), np.exp(-(distance**2))
    print(f"distance {distance}:  as printed {plus:8.1e}   with a minus {minus:8.1e}")

# %% [markdown]
# As printed it grows to 72 billion. The **minus** is missing. And with several units each has a
# centre and a width of its own: unit $i$ computes
# $\exp(-\lVert W_{:,i} - x \rVert^2 / \sigma_i^2)$, where $W_{:,i}$ is column $i$ of $W$.

# %% [markdown]
# A network of cosines? The lecture quotes Goodfellow et al. (2016): with $h = \cos(Wx + b)$ they
# report an error rate of **less than 1 %** on MNIST, a set of 70,000 images of digits. We do not
# have MNIST here. But the five networks above saw other digits. **Predict:** order them by their
# test accuracy.

# %% covers=["000.33"] tolerance=0.03
print("claim for MNIST with cos: error below 0.01")
for name, (_, test_accuracy) in runs.items():
    print(f"digits, {name:7}  accuracy {test_accuracy:.2f}  error {1 - test_accuracy:.2f}")

# %% [markdown]
# The cosine is as good as ReLU and tanh, within one or two images of a hundred. (One start each:
# another seed changes the second decimal.) So the claim is *plausible*: cosine units can compete.
# It is not *shown*: these are other, smaller digits, and the error here is 3 or 4 %, not below 1 %.
#
# **Sigmoid is last.** Is it worse, or only slower? Give it 60 epochs instead of 12 (about 5
# seconds).

# %% tolerance=0.02
print(f"digits, sigmoid, 60 epochs  accuracy {train_digits('sigmoid', epochs=60)[1]:.2f}")

# %% [markdown]
# Only slower: with time the gap closes. Now look at one more line of the table: **linear is as good
# as the best**. On these digits straight cuts between the classes are nearly enough. So the table
# shows who is *slow*, but it cannot tell us whether a hidden bend helps. The circles can.
# *A test that everybody passes compares nobody.*

# %% [markdown] covers=["000.37"]
# New hidden units still appear: their design **remains an active area of research**, and many
# useful ones may **remain to be discovered**.

# %% [markdown]
# ## What we saw
#
# - Without an activation that is **not linear**, all layers together are one line, and no line gets
#   more than 7 of 10 of the circles' points right. ReLU, tanh and sigmoid bend; tanh is a sigmoid,
#   stretched: $\tanh z = 2\,\sigma(2z) - 1$.
# - Training lives on **slopes**. The sigmoid's is at most 1/4, so the factor of $L$ layers is at
#   most $0.25^L$. With plain gradient descent the first of eight sigmoid layers stands still. tanh
#   and ReLU reach slope 1. ReLU's corner has slope 0 by convention, and a ReLU unit can die.
# - Formulas for paper **overflow in floats**. Use `np.tanh`, `np.logaddexp`, $s(1 - s)$, and
#   logits.
# - At the **output** ask which numbers may come out; in **hidden layers** ask whether the slope
#   survives.
#
# **Next:** lab 04 (not ready yet) goes on with outputs and their losses. Until then lab 10
# (`10_iris.ipynb`) uses ReLU and a linear output on real flowers, and lab 12
# (`12_fashion_mnist.ipynb`) ReLU and ten outputs on pictures of clothes.

# %% [markdown] errata=["E002-11"]
# ## To look up
#
# Nothing here has to be learned. Come back when the letters or a formula of a slide confuse you.
#
# ### Five lectures, five notations
#
# | | this course | 000 | 001 | 002 | 003 | 004 |
# |---|---|---|---|---|---|---|
# | pre-activation | $z = XW + b$ | $XW + b$ | $s = w^\top x$ | $z$; $W_1 x + b$, $W^\top x + b$ | $\Theta^\top X$ | $w^\top x + b$ |
# | activation function | $g$ | $g$; $\sigma$ for *any* $g$ | - | $f$ or $g$ | $g$ | $g$ |
# | its value | $a$ | $h$ | $a$ | $a$ | $\hat y$ | $f$, $o$ |
# | sigmoid | $\sigma(z)$ | sigmoid$(x)$ | $\sigma(s)$ | sigmoid$(z)$, $\sigma(z)$ | $\sigma(x)$ | $f_\sigma(x)$, sigm$(x)$ |
#
# Lecture 002 even changes inside: it writes $W_1 x + b$ in line 118 and $W^\top x + b$ in line 263.
# And its *depth* is the "number of layers" (line 111), but it does not say whether the inputs
# count. In this course a layer has weights, so inputs do not count: the XOR network has 2 layers.

# %% [markdown] errata=["E001-22", "E002-10", "E004-07", "E004-10"]
# <div class="alert alert-warning">
#
# **Small misprints on these slides**
#
# - 001, lines 193 and 199: the derivative of the linear activation is by $w_i$ ($x_i$), all others
#   are by $s$. By $s$ it would be 1. ReLU is written as a function of $x$, not of $s$, and **its
#   derivative is missing**: $\mathbf{1}\{s > 0\}$. Line 207: the dot product is of the vectors $w$
#   and $x$, not of $w_i$ and $x_i$.
# - 002, line 45: "the threshold function" is called *the* activation function. It is the other way
#   round: **activation function is the general word**, a threshold is one of them. Line 248: the
#   function saturates, its gradient vanishes. Line 63: "Rectifying linear unit" is the **rectified
#   linear unit**.
# - 004, lines 482-511: under the title "Activation Functions" stand losses. Line 495, "Logistic
#   Regression Loss:", has **lost its formula**: it is the cross-entropy of line 127. The two
#   formulas below it have headings of their own. $E_D$ (line 501) belongs to **linear regression
#   with basis functions**, $J(\theta)$ (line 508) to the **neural network**.
# - 004, line 95: the second form of the sigmoid, $e^x / (e^x + 1)$, is `nan` at **x = 1000**. The
#   first form is safe at both ends. Line 201: "bent and twist" should be *bend and twist*.
#
# </div>
