# %% [markdown] form=2 minutes=85 seconds=40 short="1, 2, 6" needs=["02", "06"]
# # Lab 07: Is there anything a network cannot draw?
#
# Around the year 150 Ptolemy needed a curve: the length of a chord in a circle, for every angle. It
# bends all the way, but his readers had no sine key. So he gave them 360 points of it,
# and beside each point how much to add for every further minute of angle, until the next. Between
# his points the curve is straight. A network with ReLU units draws straight pieces, too. Which
# curves can it get, what does each piece cost, and does training find them?

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown] folded=true
# ## Two questions from memory

# %% [markdown]
# 1. A network is right on all of its training data. What do you want to see before you believe it?
#
# <details><summary>Answer</summary>
#
# How it does on data that it has not seen, because it may have learned the noise of its rows as
# well, which lab 11 shows.
#
# </details>
#
# 2. What is the slope of ReLU to the left of 0, and to the right?
#
# <details><summary>Answer</summary>
#
# 0 on the left, and 1 on the right, as in lab 03.
#
# </details>

# %% [markdown] minutes=8
# ## 1. Three hinges
#
# A hidden unit with ReLU keeps what is positive and makes 0 of the rest. So $\max(0, x - 1)$ is
# flat up to 1, and rises from there: it is a **hinge** at 1. Our network has three, at 0, 1 and 2,
# and its output adds them up, each times a weight. Which curves can three hinges make? The sliders
# are the weights. **Lay the blue curve on the grey one.**

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np

from utils import plots
from utils.checks import bet, check, hint
from utils.knobs import Slider, knobs

# %% tags=["hide-input"]
GREY_HEIGHTS = np.array([0.0, 1.0, 0.0, 2.0])  # at 0, 1, 2, 3


def blue_heights(w1, w2, w3):
    return np.maximum(0, np.arange(4)[:, np.newaxis] - np.arange(3)) @ [w1, w2, w3]


def draw_three(w1, w2, w3):
    """The sum of three hinges over the grey curve, and each hinge alone"""
    heights = blue_heights(w1, w2, w3)
    fig, ax = plt.subplots(figsize=(6.4, 3.3))
    ax.plot(range(4), GREY_HEIGHTS, color="silver", linewidth=7, solid_joinstyle="round")
    for place, weight in enumerate((w1, w2, w3)):
        ax.plot([0, place, 3], [0, 0, weight * (3 - place)], ":", color=plots.ORANGE, linewidth=1.5)
    ax.plot(range(4), heights, color=plots.BLUE, linewidth=2.5)
    ax.set(xlim=(-0.1, 3.1), ylim=(-3.2, 3.2), xticks=range(4), xlabel="x")
    ax.set(title="grey: wanted, dotted: each hinge, blue: their sum")
    slopes = ", ".join(f"{slope:g}" for slope in np.diff(heights))
    return fig, (
        f"The weights are {w1:g}, {w2:g} and {w3:g}. The blue pieces have the slopes {slopes}; "
        f"the grey ones have 1, -1, 2. Largest gap: {np.abs(heights - GREY_HEIGHTS).max():g}."
    )


knobs(
    draw_three,
    task="Lay the blue curve on the grey one.",
    reached=lambda **weights: bool(np.allclose(blue_heights(**weights), GREY_HEIGHTS)),
    w1=Slider(-3, 3, 0.5, start=0.5),
    w2=Slider(-3, 3, 0.5, start=0),
    w3=Slider(-3, 3, 0.5, start=0),
)

# %% [markdown]
# A slider leaves the curve alone on the left of its hinge, and turns all of it on the right. So
# three hinges can make any three straight pieces that begin at 0, and a bias at the output lifts
# them to any height. That is the tool for the whole lab, so write it down.
#
# <div class="alert alert-success">
#
# **Exercise 7.0** (1 point): one hinge
#
# </div>
#
# Complete `hinge(x, place, weight)`, which is what one hidden unit sends to the output: 0 up to
# `place`, and from there on a straight line with the slope `weight`. A weight may be negative.
#
# *Expected* for x = 0, 1, 2, 3, the place 1 and the weight -2: 0, 0, -2, -4.


# %% exercise="7.0"
def hinge(x, place, weight):
    """x (n,), place (), weight () -> (n,)"""
    ### BEGIN SOLUTION
    return weight * np.maximum(0, x - place)
    ### END SOLUTION


# %%
check("7.0")

# %% [markdown]
# Stuck? This shows a hint, and the next of three if you run it again. For the other exercises write
# their number into it, such as `hint("7.4")`, which comes next.

# %%
hint("7.0")

# %% [markdown] tags=["solution"]
# **Analysis.** The unit itself is the maximum, with the weight 1 in front of x and the bias -place.
# The weight stands outside, on the way to the output: inside, a negative one would turn the hinge
# round, so that it rises to the left.

# %% [markdown] folded=true
# ### More: three units, nine panels

# %% [markdown]
# Each unit makes three steps: a line, then its positive part, then a weight. Here the line of the
# first unit may have another slope, so its hinge can open to the left, too. The orange curve on top
# is the sum of all three. Can you make it a hat, which is 0 at both ends and 1 in the middle?

# %% tags=["hide-input"]
NINE_X = np.linspace(0, 2, 201)


def three_units(slope1, w1, w2, w3):
    lines = [slope1 * (NINE_X - 0.5), NINE_X - 1.0, NINE_X - 1.5]
    kept = [np.maximum(0, line) for line in lines]
    return lines, kept, [w * one for w, one in zip((w1, w2, w3), kept, strict=True)]


def draw_nine(slope1, w1, w2, w3):
    rows = three_units(slope1, w1, w2, w3)
    fig = plt.figure(figsize=(7.2, 6.4), layout="constrained")
    grid = fig.add_gridspec(4, 3)
    ax = fig.add_subplot(grid[0, :])
    ax.plot(NINE_X, sum(rows[2]), color=plots.ORANGE, linewidth=2.5)
    ax.axhline(0, color="silver", linewidth=0.8)
    ax.set(ylim=(-2.2, 2.2), title="their sum", xticks=(0, 0.5, 1, 1.5, 2))
    for row, (name, curves) in enumerate(zip(("line", "ReLU", "times w"), rows, strict=True)):
        for unit, curve in enumerate(curves):
            ax = fig.add_subplot(grid[row + 1, unit])
            ax.plot(NINE_X, curve, color=plots.BLUE)
            ax.axhline(0, color="silver", linewidth=0.8)
            ax.set(ylim=(-4.4, 4.4), title=f"unit {unit + 1}: {name}", xticks=(0, 1, 2))
    ends = [sum(rows[2])[at] for at in (0, 100, 200)]
    return fig, (
        f"Unit 1 is ReLU({slope1:g} (x - 0.5)), and the weights are {w1:g}, {w2:g}, {w3:g}. "
        f"The sum is {ends[0]:.2f} at 0, {ends[1]:.2f} at 1 and {ends[2]:.2f} at 2."
    )


def is_hat(**numbers):
    total = sum(three_units(**numbers)[2])
    return bool(np.allclose(total[[0, 100, 150, 200]], [0, 1, 0, 0]))


knobs(
    draw_nine,
    task="Make a hat: 0 up to 0.5, 1 at 1, and 0 again from 1.5 on.",
    reached=is_hat,
    slope1=Slider(-2, 2, 0.5, start=1),
    w1=Slider(-4, 4, 0.5, start=1),
    w2=Slider(-4, 4, 0.5, start=0),
    w3=Slider(-4, 4, 0.5, start=0),
)

# %% [markdown]
# <details><summary>The hat</summary>
#
# With the slope 1: the weights 2, -4 and 2. Hats of this kind, one beside the other, make any
# curve.
#
# </details>

# %% [markdown] minutes=18
# ## 2. A hinge for every bend
#
# A curve without straight pieces bends everywhere, so three hinges cannot be enough. But how fast
# does it get better with more? Divide the way from 0 to 1 into k equal pieces, and put a hinge at
# the beginning of each: at 0, 1/k, 2/k and so on. `draw` is this network, and the bias of its
# output is the height at 0.


# %%
def draw(x, weights, bias):
    """x (n,), weights (k,), bias () -> heights (n,)"""
    places = np.arange(len(weights)) / len(weights)
    H = np.maximum(0, x[:, np.newaxis] - places)  # (n, k), one column a hinge
    return H @ np.ravel(weights) + bias


# %% [markdown]
# Only the weights are missing, and a table of heights should be all that you need for them.
#
# <div class="alert alert-success">
#
# **Exercise 7.4** (3 points): through all points
#
# </div>
#
# Write `hinge_weights(values)`. `values` has the k + 1 heights of a curve at 0, 1/k, 2/k, ..., 1.
# It returns the k weights with which `draw(x, weights, values[0])` goes through all these points,
# in straight pieces. Think of the sliders: what did the second one have to do, when the slope was 1
# and should become -1?
#
# *Expected* for the heights 0, 1, 0, 2 of the grey curve, now between 0 and 1: the weights 3, -6,
# 9.


# %% exercise="7.4"
def hinge_weights(values):
    """values (k + 1,), heights at 0, 1/k, ..., 1 -> weights (k,)"""
    ### BEGIN SOLUTION
    k = len(values) - 1
    slopes = np.diff(values) * k
    return np.diff(slopes, prepend=0)
    ### END SOLUTION


# %%
check("7.4")

# %% [markdown] tags=["solution"]
# **Analysis.** A piece is 1/k wide, so its slope is k times the difference of its two heights. A
# hinge does not set the slope of its piece, because all hinges before it still act there; it only
# *changes* the slope. So the first weight is the first slope, and each further one is a slope minus
# the one before. For x squared that is 1/k, and then 2/k again and again.

# %% [markdown]
# Now a curve that bends everywhere: $x^2$. With k = 2 hinges the largest gap between network and
# curve is 1/16, or 0.0625. **How many hinges bring it down to a hundredth of that?**
#
# | | |
# |---|---|
# | a | about 6 |
# | b | about 20 |
# | c | about 200 |
# | d | no number, because a curve has no straight piece |
#
# Write the letter in quotes in the place of `...`, and if you like how sure you are: `sure=70`
# (percent).

# %% bet="7.b1"
bet("7.b1", "b")

# %% [markdown]
# Here is the curve with the pieces that its points ask for. (The hidden code also measures your
# networks, for the cells below.)

# %% tags=["hide-input"]
x = np.linspace(0, 1, 3201)


def gap_of(hinge_weights, curve, k):
    """The largest gap between a curve and your network; nan where it misses a point"""
    places, fine = np.linspace(0, 1, k + 1), np.linspace(0, 1, 20 * k + 1)
    heights = curve(places)
    try:
        weights = hinge_weights(heights)
        missed = np.abs(draw(places, weights, heights[0]) - heights).max()
        gap = float(np.abs(draw(fine, weights, heights[0]) - curve(fine)).max())
        return gap if missed < 0.002 * np.ptp(heights) else np.nan
    except Exception:  # still open, or wrong: the check says which
        return np.nan


def straight_pieces(curve, k):
    """k straight pieces through k + 1 points of the curve, at x"""
    places = np.linspace(0, 1, k + 1)
    return np.interp(x, places, curve(places))


fig, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.3), layout="constrained")
left.plot(x, x**2, color="silver", linewidth=6, label="$x^2$")
for k, color, line in ((2, plots.ORANGE, "--"), (8, plots.BLUE, "-")):
    left.plot(x, straight_pieces(np.square, k), line, color=color, label=f"{k} hinges")
left.set(xlabel="x", title="the curve and its pieces")
left.legend()
ks = np.array([1, 2, 4, 8, 16, 32, 64])
gaps = [np.abs(straight_pieces(np.square, k) - x**2).max() for k in ks]
right.loglog(ks, 1 / (4.0 * ks**2), color="silver", linewidth=5, label="$1/(4k^2)$")
right.loglog(ks, gaps, "o", color=plots.BLUE, label="measured")
right.set(xlabel="hinges k", title="largest gap", xticks=ks)
right.set_xticklabels(ks)
right.minorticks_off()
right.legend()
plots.show(
    fig,
    alt="Left, x squared with straight pieces through 3 and 9 of its points; with 8 hinges the eye "
    "hardly sees a gap. Right, the largest gap for 1 to 64 hinges on two logarithmic axes: all "
    "dots lie on the straight line of 1 / (4 k^2), from 0.25 down to 0.00006.",
)

# %% errata=["E000-10"]
your_gaps = {k: gap_of(hinge_weights, np.square, k) for k in (2, 4, 8, 16, 64)}
if np.all(np.isfinite([*your_gaps.values()])):
    for k, gap in your_gaps.items():
        print(f"{k:2} hinges: largest gap {gap:.6f}")
else:
    print("Exercise 7.4 is open or not right yet. Once it is, your network draws here.")

# %% [markdown]
# Ten times as many hinges, a hundred times nearer: the gap is $1/(4k^2)$. It never becomes 0, but
# you may make it as small as you like, and so for any smooth curve, with another number than 1/4.
# Ptolemy's circle has the diameter 120, and his lengths are given to 1/3600. Let your network draw
# his curve with 360 pieces.


# %%
def chord(x):
    """x from 0 to 1 stands for an angle from 0 to 180 degrees -> the length of its chord"""
    return 120 * np.sin(np.pi * x / 2)


gap = gap_of(hinge_weights, chord, 360)
if np.isfinite(gap):
    print(f"largest gap: {gap:.6f}, which is {gap * 3600:.2f} / 3600")
else:
    print("Exercise 7.4 is open or not right yet. Once it is, your network draws here.")

# %% [markdown]
# With exact lengths the gap is 1.03 / 3600, about one unit of his last digit. But he could only
# write down rounded ones. Would more pieces have helped him?

# %%
fine = np.linspace(0, 1, 14401)
for k in (360, 720, 1440):
    places = np.linspace(0, 1, k + 1)
    rounded = np.round(chord(places) * 3600) / 3600
    gap = np.abs(np.interp(fine, places, rounded) - chord(fine)).max()
    print(f"{k:4} pieces, heights rounded to 1/3600: largest gap {gap * 3600:.2f} / 3600")

# %% [markdown]
# Twice as many halve the gap. After that his rounding sets the limit, because it alone can make
# half a unit.

# %% [markdown] minutes=19
# ## 3. The same in tables
#
# A real network has more than one input. How does its first layer look then? You know the answer
# from lab 06: there are n rows with d inputs each, h hidden units and q outputs, and $\sigma$
# (sigma) stands for any activation:
#
# $$H = \sigma(X W_1 + b_1), \qquad Y = H W_2 + b_2$$
#
# In `draw` d was 1, all of $W_1$ was 1, and $b_1$ held the places with a minus.
#
# <div class="alert alert-success">
#
# **Exercise 7.1** (1 point): six shapes
#
# </div>
#
# Write `shapes(n, d, h, q)`, which returns the shapes of `W1`, `b1`, `H`, `W2`, `b2` and `Y` in
# this order, each as a tuple. `X` has the shape `(n, d)`. A bias has one number for each unit.
#
# *Expected* for n = 5, d = 3, h = 4, q = 2: six tuples. Multiplied out, that of `W1` gives 12, that
# of `H` gives 20, and that of `Y` gives 10, because so many numbers they hold.


# %% exercise="7.1"
def shapes(n, d, h, q):
    """four numbers -> six tuples: the shapes of W1, b1, H, W2, b2, Y"""
    ### BEGIN SOLUTION
    return (d, h), (h,), (n, h), (h, q), (q,), (n, q)
    ### END SOLUTION


# %%
check("7.1")

# %% [markdown] tags=["solution"]
# **Analysis.** X has its d inputs on the right, so W1 must have them on the left: (n, d) times (d,
# h) is (n, h). The number of rows n is nowhere in the weights, and that is why one network takes
# any number of rows. Lectures that write Wx + b, with x as a column, need the transpose, (h, d).

# %% [markdown]
# With the shapes you can count what has to be learned. A picture is first laid out as one long row.
#
# <div class="alert alert-success">
#
# **Exercise 7.3** (1 point): how many numbers?
#
# </div>
#
# Write `parameters(shape, units)`, which returns the number of all weights and biases. `shape` is
# the shape of one input, such as `(2,)` or `(28, 28)`, and the list `units` has the size of each
# layer after it.
#
# *Expected*: 9 for `(2,)` and `[2, 1]`, 26 for `(4,)` and `[3, 2, 1]`, and 101,770 for `(28, 28)`
# and `[128, 10]`.


# %% exercise="7.3"
def parameters(shape, units):
    """shape, a tuple; units, a list of whole numbers -> how many parameters, ()"""
    ### BEGIN SOLUTION
    sizes = [int(np.prod(shape)), *units]
    return sum((sizes[k] + 1) * sizes[k + 1] for k in range(len(units)))
    ### END SOLUTION


# %%
check("7.3")

# %% [markdown] tags=["solution"]
# **Analysis.** Each unit has one weight for each of its inputs, and one bias: that is the + 1. The
# input layer has no parameters of its own. Flattened, a picture of 28 times 28 gives 784 inputs;
# whoever takes only its last side, 28, gets 5,002.

# %% [markdown]
# And the same in Keras? A slide of Espinosa Loera's has it in five lines, for N inputs, H hidden
# units and K classes:
#
# ```
# model = Sequential()
# model.add(Dense(H, input_dim=N))  # weight matrix dim [N * H]
# model.add(Activation("tanh"))
# model.add(Dense(K))               # weight matrix dim [H x K]
# model.add(Activation("softmax"))
# ```
#
# Today Keras warns of `input_dim` and prefers another beginning, `keras.Input`. And without
# `compile` nothing can be trained.
#
# <div class="alert alert-success">
#
# **Exercise 7.6** (1 point): repair the listing
#
# </div>
#
# Write `slide_network(N, H, K)`. It returns the slide's network, best with `keras.Input` at its
# beginning. It ends with the softmax and is compiled with one of Keras's losses, for labels 0 to
# K - 1. The optimizer is yours.
#
# *Expected*: `slide_network(784, 128, 10).count_params()` is 101,770.


# %% exercise="7.6" covers=["004.25"]
def slide_network(N, H, K):
    """three whole numbers -> a compiled Keras model, (n, N) to (n, K)"""
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [
            keras.Input(shape=(N,)),
            keras.layers.Dense(H),
            keras.layers.Activation("tanh"),
            keras.layers.Dense(K),
            keras.layers.Activation("softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model
    ### END SOLUTION


# %%
check("7.6")

# %% [markdown] tags=["solution"]
# **Analysis.** `input_dim=N` was the old way to say what `keras.Input(shape=(N,))` says, and it
# still builds the same network. Keras keeps a kernel as (N, H), as the slide notes beside it; the
# slide's formula Wx + b has the transpose. The softmax is part of the network here, so the loss
# must *not* be told from_logits=True.

# %% [markdown]
# So a layer with many inputs is still a row of hinges, written as one table. What is left of those
# 101,770 numbers if you forget a single word in the listing, the activation?

# %% [markdown] folded=true
# ### More: eight spellings of one layer

# %% [markdown]
# Three of the lectures write such a layer in many ways. Here they are with numbers, for 2 rows, 3
# inputs, 4 hidden units and 2 outputs. **Which lines show the same four numbers?**

# %% covers=["000.20", "000.22", "000.23", "003.18", "003.20", "004.04", "004.22", "004.23"]
rng = np.random.default_rng(0)
X, W1, b1 = rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=(1, 4))
W2, b2, sigma = rng.normal(size=(4, 2)), rng.normal(size=(1, 2)), np.tanh
H = sigma(X @ W1 + b1)
print(f"X {X.shape} W1 {W1.shape} b1 {b1.shape} W2 {W2.shape} b2 {b2.shape}")
print(f"no sigma:    H = X W1 + b1 {(X @ W1 + b1).shape}, Y = H W2 + b2 {(H @ W2 + b2).shape}")
print(f"with sigma:  H = sigma(X W1 + b1) {H.shape}, Y = H W2 + b2 {(H @ W2 + b2).shape}")
H2 = np.maximum(0, H @ rng.normal(size=(4, 5)) + rng.normal(size=5))
print(f"two of them: H1 = sigma1(...) {H.shape}, H2 = sigma2(H1 W2 + b2) {H2.shape}, and then Y")
x1, W, b, theta = X[0], W1.T, b1[0], np.vstack([b1, W1])  # W: a row a unit; theta_0i is the bias
z = [theta[0, i] + sum(x1[j] * theta[j + 1, i] for j in range(3)) for i in range(4)]
h = [np.dot(W[i], x1) + b[i] for i in range(4)]
z_o = W2.T @ sigma(W @ x1 + b) + b2[0]
softmax = np.exp(z_o) / np.exp(z_o).sum()
print("z_i = theta_0i + sum_j x_j theta_ji:", np.round(z, 3))
print("y_i, the same of sigma(z):          ", np.round(sigma(z) @ W2 + b2, 3).ravel())
print("h = <w, x> + b, unit by unit:       ", np.round(h, 3))
print("f = W x + b, with x as a column:    ", np.round(W @ x1 + b, 3))
print("f = g(W x + b):                     ", np.round(sigma(W @ x1 + b), 3))
print("f = softmax(W_o h(x) + b_o):        ", np.round(softmax, 3))

# %% [markdown]
# The lines of z, h and W x + b do: they are three spellings of one thing, the sums of a row before
# $\sigma$. The lines of shapes are Sarmiento-Barbieri's, those with z and y are Miklos's, and the
# rest are Espinosa Loera's. **Linear** here means affine, that is with a bias, **units** are
# neurons, and **weights** often all parameters. Written for a whole layer at once, a computer does
# it as one matrix product, which is what graphics cards are fast at.

# %% [markdown] folded=true
# ### More: the words for it

# %% tags=["hide-input"] covers=["000.06", "003.19", "003.21", "004.24"]
fig = plots.network(
    (3, 4, 4, 2),
    unit_names=(
        ["$x_1$", "$x_2$", "$x_3$"],
        ["$z_1$", "$z_2$", "$z_3$", "$z_4$"],
        ["", "", "", ""],
        [r"$\hat y_1$", r"$\hat y_2$"],
    ),
    title="width 4, two hidden layers",
)
plots.show(
    fig,
    alt="A multilayer perceptron as a layered graph: three inputs, a hidden layer with four units, "
    "a second hidden layer with four, two outputs. Each unit of one layer is connected to every "
    "unit of the next, and all arrows go from left to right. The hidden unit z1 collects x1, x2, "
    "x3, each times the weight on its line.",
)

# %% [markdown] covers=["000.05", "000.07", "000.40", "002.10", "002.13", "003.17"] errata=["E000-14"]
# | word | what it means |
# |---|---|
# | **feedforward network, multilayer perceptron**, MLP | functions in a chain, $f(x) = f^{(2)}(f^{(1)}(x))$; their **directed acyclic graph** says which stands behind which |
# | depth | the **length of the chain**; a network with several hidden layers is called deep |
# | width | the number of units in a layer |
# | architecture | **how many units**, and how they are connected |
# | output layer | the last function of the chain |
# | hidden layer | one between: the data do not say what it should give. They hold inputs and **targets**, not outputs |
# | goal | weights $\theta$ with which $f(x; \theta)$ comes near the unknown $f^*$, so that **y = f\*(x)** nearly holds |
# | neural | loosely inspired by the brain, no more |
#
# Miklos adds that many units change what a system does in kind, and that this is **poorly
# understood**.

# %% [markdown] minutes=8
# ## 4. Take the hinge away
#
# Without the activation each layer only multiplies and adds, $H = XW_1 + b_1$ and $Y = HW_2 + b_2$.
# In lab 02 you saw that two such steps are only one. What are its numbers?
#
# <div class="alert alert-success">
#
# **Exercise 7.2** (1 point): two layers in one
#
# </div>
#
# Write `collapse(W1, b1, W2, b2)`. It returns `W` and `b`, so that `X @ W + b` gives what the two
# layers give.
#
# *Expected* for `W1 = [[1, 2]]`, `b1 = [1, 0]`, `W2 = [[1], [3]]`, `b2 = [5]`: W = [[7]] and b =
# [6].


# %% exercise="7.2"
def collapse(W1, b1, W2, b2):
    """W1 (d, h), b1 (h,), W2 (h, q), b2 (q,) -> W (d, q), b (q,)"""
    ### BEGIN SOLUTION
    return W1 @ W2, b1 @ W2 + b2
    ### END SOLUTION


# %%
check("7.2")

# %% [markdown] tags=["solution"]
# **Analysis.** Put the first line into the second: (X W1 + b1) W2 + b2 = X (W1 W2) + (b1 W2 + b2).
# The first bias goes through the second layer, too. With ReLU between the two there is no such W,
# because the sum of two hinges bends where no straight line does.

# %% covers=["000.20", "000.21", "001.25"]
rng = np.random.default_rng(7)
X, W1, b1 = rng.normal(size=(4, 6)), rng.normal(size=(6, 2)), rng.normal(size=2)
W2, b2 = rng.normal(size=(2, 6)), rng.normal(size=6)
H = X @ W1 + b1
Y = H @ W2 + b2
print(f"X {X.shape}  W1 {W1.shape}  H {H.shape}  W2 {W2.shape}  Y {Y.shape}")
try:
    W, b = map(np.asarray, collapse(W1, b1, W2, b2))
    assert np.allclose(X @ W + b, Y, atol=1e-3)
    print("X W + b is Y, a linear function of the inputs: True")
    print(f"with ReLU between the layers: {np.allclose(X @ W + b, np.maximum(0, H) @ W2 + b2)}")
except Exception:  # still open, or wrong: the check says which
    print("Exercise 7.2 is open or not right yet. Once it is, your W and b are tried here.")

# %% [markdown]
# This network has 6 inputs, 2 linear hidden units and 6 outputs. It became one layer from 6 to 6,
# whose `W` has 36 numbers. **Can it, with the right weights, do what any layer from 6 to 6 does?**
#
# | | |
# |---|---|
# | a | yes, because it is one layer from 6 to 6 |
# | b | yes, and more, because it has two layers to choose |
# | c | no, there are tables `W` that it cannot become |
# | d | no, because its bias is not free |

# %% bet="7.b2"
bet("7.b2", "c")

# %% errata=["E000-15"]
print("rank of W1 W2:", np.linalg.matrix_rank(W1 @ W2), "  rank of a random 6 x 6 table: ", end="")
print(np.linalg.matrix_rank(rng.normal(size=(6, 6))))

# %% [markdown]
# All six outputs are mixtures of the same *two* numbers: `W` has the **rank** 2, which counts its
# independent columns. So a linear hidden layer gains nothing, and a narrow one even loses
# something. Of the 101,770 numbers 7,850 are left; 128 units for 10 outputs lose nothing. The
# activation is the hinge.

# %% [markdown] minutes=20
# ## 5. Wide or deep?
#
# The stairwell of lab 02 again, now with n switches. Each press changes the light, so the lamp
# burns when an *odd* number of switches is up. That is **parity**, and XOR for n = 2.
#
# Twelve switches have 4,096 positions. A slide of Yang Li's says that the "layer width of an
# universal approximator has to be exponentially large". Is parity so hard? **Which is the smallest
# number here of hidden units with a step (1 where the sum is at least 0) that is enough?**
#
# | | |
# |---|---|
# | a | 4,096, one for each position |
# | b | 2,048, one for each position in which the lamp burns |
# | c | 66, one for each pair of switches |
# | d | 12 |

# %% bet="7.b3"
bet("7.b3", "d")


# %%
def step(z):
    """z, any shape -> 1 where z is at least 0, else 0"""
    return (np.asarray(z) >= 0).astype(int)


def positions(n):
    """All 2**n positions of n switches, (2**n, n)"""
    return (np.arange(2**n)[:, np.newaxis] >> np.arange(n)[::-1]) & 1


print(positions(2).tolist(), "  odd:", (positions(2).sum(axis=1) % 2).tolist())

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 7.5** (3 points): parity
#
# </div>
#
# Write `parity_network(n)`. It returns `W1` (n, n), `b1` (n,), `w2` (n,) and `b2` with which
# `step(step(X @ W1 + b1) @ w2 + b2)` is 1 where an odd number of the n switches is up.
#
# - It has n hidden units, and not more.
# - No sum, in either layer, may come closer to 0 than 0.1, so that rounding turns no unit.
#
# Which switches are up does not matter, only *how many*. What can one unit tell you about that?
#
# *Expected* for n = 3, from 000, 001, 010 up to 111: 0, 1, 1, 0, 1, 0, 0, 1.


# %% exercise="7.5"
def parity_network(n):
    """n -> W1 (n, n), b1 (n,), w2 (n,), b2 ()"""
    ### BEGIN SOLUTION
    W1 = np.ones((n, n))
    b1 = 0.5 - np.arange(1, n + 1)
    w2 = (-1.0) ** np.arange(n)
    return W1, b1, w2, -0.5
    ### END SOLUTION


# %%
check("7.5")

# %% [markdown] tags=["solution"]
# **Analysis.** The units count: the first fires when at least one switch is up, the second from two
# on, and so on. With the weights 1, -1, 1, -1 the output adds 1, takes it away, adds it again: the
# sum is 1 for odd numbers and 0 for even ones, and the bias -0.5 puts the border between. It is the
# hinge trick once more, with steps.

# %% covers=["002.19"] errata=["E002-03"]
try:
    for n in (2, 3, 4, 8, 12):
        X, (W1, b1, w2, b2) = positions(n), map(np.asarray, parity_network(n))
        says = step(step(X @ W1 + b1) @ w2.ravel() + b2.ravel())
        wrong = np.sum(says != X.sum(axis=1) % 2)
        more = ", so this is not right yet" if wrong else ""
        print(f"{n:2} units, {2**n:4} positions: wrong at {wrong}{more}")
except Exception:  # still open, or wrong: the check says which
    print("Exercise 7.5 is open or not right yet. Once it is, your network is tried here.")

# %% [markdown]
# A *universal* network must be ready for the worst function, and parity is not one of the worst. Is
# there a function for which one wide layer is a bad choice and a deep network a good one? Fold a
# strip of paper in the middle: what was one way is now there and back. Two hidden units fold the
# way from 0 to 1:


# %%
def fold(x):
    """Two hinges: from 0 up to 1 at x = 1/2, and down to 0 at x = 1"""
    return 2 * np.maximum(0, x) - 4 * np.maximum(0, x - 0.5)


print(fold(np.array([0, 0.25, 0.5, 0.75, 1])))

# %% [markdown]
# Now fold the folded strip, with two more units in a second hidden layer, and so on. In one wide
# layer a saw with 64 straight pieces needs 63 hinges at least. **How many hidden units are enough,
# if each layer folds what it gets?**
#
# | | |
# |---|---|
# | a | 12 |
# | b | 32 |
# | c | 63, too: each bend needs its hinge |
# | d | 128 |

# %% bet="7.b4"
bet("7.b4", "a")

# %% tags=["hide-input"]


def folded_strip(folds):
    y = np.linspace(0, 1, 1025)
    for _ in range(int(folds)):
        y = fold(y)
    return y


def count_pieces(y):
    """How many straight pieces the curve has, counted where its slope changes"""
    slopes = np.diff(y)
    return 1 + int(np.sum(~np.isclose(slopes[1:], slopes[:-1])))


def draw_folds(folds):
    y = folded_strip(folds)
    pieces = count_pieces(y)
    fig, ax = plt.subplots(figsize=(7.2, 2.4))
    ax.plot(np.linspace(0, 1, 1025), y, color=plots.BLUE, linewidth=1.5)
    ax.set(xlabel="x", ylim=(-0.05, 1.05), title=f"{pieces} straight pieces")
    return fig, (
        f"{folds:g} hidden layer{'s' * (folds > 1)}, {2 * folds:g} units in all: {pieces} straight pieces. "
        f"One wide layer needs at least {pieces - 1} for that."
    )


knobs(
    draw_folds,
    task="How many layers make 64 straight pieces? Look at the two numbers of units.",
    reached=lambda folds: count_pieces(folded_strip(folds)) == 64,
    folds=Slider(1, 8, 1, start=1),
)

# %% [markdown] covers=["000.44"]
# Each layer doubles the pieces, so n layers make $2^n$ of them with $2n$ units. Where a pattern
# repeats, **deeper can need fewer units**; for parity one layer was all we wanted. So wide or deep
# hangs on the function, and that is why no formula gives you the architecture.

# %% [markdown] folded=true
# ### More: two units wide, and as deep as you like

# %% [markdown]
# Is one input with layers of *two* units enough for $x^2$? One unit carries x along, and the other
# keeps the highest of the tangents so far, because $\max(m, t) = t + \max(0, m - t)$. With k
# tangents that makes k layers.

# %% covers=["002.20", "000.42"]
for k in (2, 8, 64):
    highest = np.zeros_like(x)
    for a in (np.arange(k) + 0.5) / k:
        tangent = 2 * a * x - a**2
        highest = tangent + np.maximum(0, highest - tangent)
    gap = np.abs(highest - x**2).max()
    slopes = np.diff(straight_pieces(np.square, k)) / np.diff(x)
    off = np.abs(slopes - 2 * (x[1:] + x[:-1]) / 2).max()
    print(f"width n + 1 = 2, {k:2} layers: gap {gap:.6f}   slope of {k:2} hinges: off by {off:.3f}")

# %% [markdown]
# It is the gap of k hinges in one layer. That is what a slide of Yang Li's says in general: with
# ReLU, n inputs and one output the width n + 1 is enough, if the depth may grow. The last column is
# for Sarmiento-Barbieri's: the *slopes* of a network come near those of the curve as well, here by
# 1/k.

# %% [markdown] minutes=10
# ## 6. Now let training draw
#
# Until now *we* chose the weights. For $x^2$ we know that 16 hinges can be as near as 1/1024, so
# let training look for them: 20 networks with one hidden layer of 16 ReLU units, 257 points of the
# curve, and 2,000 steps of Adam on the squared error. Training may also *move* the hinges, which we
# nailed down. Sort the 20 by their largest gap: **how large is it for the middle one, compared with
# ours?**
#
# | | |
# |---|---|
# | a | smaller, because it can move its hinges |
# | b | about the same |
# | c | about ten times as large |

# %% bet="7.b5"
bet("7.b5", "c")

# %%
from utils.training import train_many

points = np.linspace(0, 1, 257)[:, np.newaxis]


def network_of(k):
    """A function that builds a network with k ReLU units, ready to be trained"""

    def build():
        hidden = keras.layers.Dense(k, activation="relu")
        model = keras.Sequential([keras.Input(shape=(1,)), hidden, keras.layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
        return model

    return build


def trained_gaps(k, inputs=points):
    """The largest gap of each of 20 trained networks, (20,)"""
    W1, b1, W2, b2 = train_many(network_of(k), inputs, points**2, n=20, epochs=2000).weights
    H = np.maximum(0, inputs @ W1 + b1[:, np.newaxis])  # (20, 257, k)
    return np.abs(H @ W2 + b2[:, np.newaxis] - points**2).max(axis=(1, 2))


# %% tolerance=0.05
trained = {k: trained_gaps(k) for k in (4, 16, 64)}
for k, gaps in trained.items():
    line = 1 / (4 * k**2)
    print(f"{k:2} units: by hand {line:.5f}   trained, median {np.median(gaps):.5f}")

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
ks = np.array([4, 8, 16, 32, 64])
ax.loglog(ks, 1 / (4.0 * ks**2), color="silver", linewidth=5, label="by hand, $1/(4k^2)$")
for k, gaps in trained.items():
    spot = {"label": "20 trained networks, side by side"} if k == 4 else {}
    beside = k * np.geomspace(0.8, 1.25, len(gaps))  # so that equal gaps do not hide each other
    ax.loglog(beside, np.sort(gaps), ".", color=plots.BLUE, markersize=6, **spot)
ax.set(xlabel="hidden units k", ylabel="largest gap", xticks=ks)
ax.set_xticklabels(ks)
ax.minorticks_off()
ax.legend()
plots.show(
    fig,
    alt="The largest gap against the number of hidden units, both logarithmic. The grey line is the "
    "network by hand. All trained networks lie above it, and the more units there are, the "
    "further: about five times with 4 units, ten times with 16, and forty times with 64; some "
    "with 4 units stay at 0.67.",
)

# %% [markdown] covers=["000.43", "000.45"]
# Not one network came down to the line, and 64 trained units are worse than 16 placed by hand. One
# reason is the start: with biases of 0 all hinges lie at 0, and half of the units are dead. (Where
# all four are, the gap is 0.67.) **The weights exist, but this training does not find them.** Or it
# finds a curve that is right only on the points. This is **over-fitting**: it learns the noise of
# its rows, too, which lab 11 shows. A good architecture is found **by experiments**, guided by
# validation data, which are rows that the training does not see.
#
# All this stands in one famous sentence, the **universal approximation theorem**:

# %% [markdown] covers=["000.41", "002.18"]
# | The theorem says | It does not say |
# |---|---|
# | For any *continuous* function on a closed, bounded region ... | ... for functions that jump, or for all x without end |
# | ... and for any gap that you allow ... | ... for the gap 0 |
# | ... there is a number of units in *one* hidden layer ... | ... how many, nor that one layer is the cheapest way |
# | ... with which some weights stay within this gap. | ... that training finds them |
#
# Cybenko proved it in 1989 for the sigmoid, and in the same year Hornik, Stinchcombe and White for
# all **squashing** activations. For ReLU and one input you built it in section 2.

# %% [markdown]
# **A challenge to take home** (no points): draw Ptolemy's curve with only 8 pieces. The first place
# is 0, the last is 1, and the heights need not lie *on* the curve. Pieces of equal width are off by
# 0.575; our best is 0.171.

# %% tags=["task"]
places = np.arange(9) / 8
heights = chord(places)
print(f"largest gap: {np.abs(np.interp(x, places, heights) - chord(x)).max():.3f}")

# %% [markdown] folded=true
# ### More: were we unfair?

# %% [markdown]
# Perhaps. With inputs from -1 to 1, as scaling would give them, hinges at 0 lie in the middle. And
# what of the deep saw, would training find that? We give the same inputs to 40 networks of two
# layers with two units, and ask for two folds, which is four pieces.


# %% tolerance=0.05
def fold_once(x):
    """Up to 1 in the middle, and down again: the fold of section 5"""
    return 1 - np.abs(2 * x - 1)


scaled = trained_gaps(16, 2 * points - 1)
print(f"16 units, inputs from -1 to 1: median {np.median(scaled):.4f}, best {scaled.min():.4f}")


def deep():
    layers = [keras.layers.Dense(2, activation="relu") for _ in range(2)]
    model = keras.Sequential([keras.Input(shape=(1,)), *layers, keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
    return model


found = train_many(deep, 2 * points - 1, fold_once(fold_once(points)), n=40, epochs=1000)
share = np.mean(found.history["loss"][:, -1] < 0.001)
print(f"a saw with four pieces: a share of {share:.3f} of 40 networks found it")

# %% [markdown]
# Scaling helps, and still leaves a factor of five or six. And of the 40 deep networks *one* found
# the saw that four units can draw (with you perhaps none, or two). Other rates and starts may do
# better, so take this as a warning and not as a law.

# %% [markdown] folded=true
# ## Slips on the slides

# %% [markdown] errata=["E000-11", "E000-18", "E002-04", "E002-06", "E002-09", "E002-11", "E003-11", "E003-13", "E003-15"]
# - Sarmiento-Barbieri's slide on architecture quotes the theorem for **squashing** activations,
#   such as the sigmoid, and then everybody uses ReLU, which is not bounded. Leshno and others
#   (1993) closed that hole: any activation that is **no polynomial** will do. For functions that
#   are only Borel measurable, "near" means something weaker: near everywhere but on a small set.
# - "A single layer is sufficient to represent any function": it means one *hidden* layer, and
#   *approximate*. The gap of section 2 was never 0.
# - "We gain nothing" by a linear hidden layer: a narrow one loses, as the rank in section 4 showed.
# - One of his sentences ends with "and", and Bengio is **twice** in a list of authors.
# - On Li's slide stands "Hornik et al., 1991". That is **Hornik, Stinchcombe and White 1989**, or
#   Hornik alone 1991.
# - For width n + 1 the right source is **Hanin and Sellke (2017)**; Lu and others have n + 4, and
#   Hanin (2019) has n + 1 for convex functions and n + 3 in general.
# - "All units connected to all of the next" describes **fully connected** layers. Convolutional
#   networks are feed-forward, too.
# - The slides change between Wx + b and $W^T x + b$, and do not say **whether the input counts** in
#   the depth.
# - Miklos calls a deep network an ensemble of perceptrons. It is a **composition**: one feeds the
#   next.
# - His n stands for features, for data and for weights, so **look each time what n counts**. And
#   the site on his pictures is **introtodeeplearning.com**.
#
# His formulas for the network have no activation between the layers. Printed so, they say this, and
# below it stands what Keras says to Espinosa Loera's listing:

# %% errata=["E003-03"]
rng = np.random.default_rng(3)
corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Z = rng.normal(size=16) + corners @ rng.normal(size=(2, 16))  # z_i, and no g
f00, f01, f10, f11 = rng.normal() + Z @ rng.normal(size=16)
print(f"f(00) + f(11) = {f00 + f11:.4f}   f(01) + f(10) = {f01 + f10:.4f}")

# %% errata=["E004-06"]
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    layer = keras.Sequential([keras.layers.Dense(5, input_dim=3)]).layers[0]
print(caught[0].category.__name__ + ":", str(caught[0].message).split(".")[0])
kernel, bias = (tuple(weight.shape) for weight in layer.weights)
print(f"N = 3, H = 5: kernel {kernel}, bias {bias}, {layer.count_params()} parameters")

# %% [markdown] covers=["000.04", "002.12"]
# Equal sums, as in lab 02, so it cannot do XOR: without $g$ it is **a single layer of neurons**, a
# linear model, and hidden layers give no **more general class of functions**. In Keras the kernel
# is (N, H), as the slide notes; its formula Wx + b needs the transpose. The 5 biases are not in the
# note.

# %% [markdown] folded=true
# ## Test yourself

# %% [markdown]
# 1. Your network has 10 hinges and a gap of 0.04. How many do you need for 0.01?
#
# <details><summary>Answer</summary>
#
# About 20, because the gap falls with the square of their number. The curve must be smooth for
# that.
#
# </details>
#
# 2. A colleague says: "By the theorem my network can learn anything, so I need no validation data."
#    What do you answer?
#
# <details><summary>Answer</summary>
#
# The theorem says that good weights exist. It does not say that training finds them, nor that they
# are right for new data.
#
# </details>
#
# 3. Ten layers with 100 units each, and somebody forgot all activations. What is it?
#
# <details><summary>Answer</summary>
#
# One linear layer. If all are as wide as the input and the output, it loses nothing, but it gains
# nothing either.
#
# </details>

# %% [markdown] minutes=2
# ## What we saw
#
# Is there anything a network cannot draw? Among continuous curves on a closed stretch no, if you
# allow a gap. Ptolemy would have needed 360 units, and somebody like him to choose the weights. You
# can now
#
# - place hinges so that a network goes through given points, and say how the gap shrinks;
# - write the shapes of a network and count its numbers;
# - say what an activation is for, and when depth saves units;
# - read the universal approximation theorem, and what it does not promise.
#
# What remains is the question of the last section: why does training end where it ends? The
# landscape in which it walks comes next, in **lab 13** (not 08: the numbers are only names).
