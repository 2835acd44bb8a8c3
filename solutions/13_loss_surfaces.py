# %% [markdown] form=2 minutes=71 seconds=40 short="1, 4, 6" needs=["02", "05"]
# # Lab 13: Where did this network get stuck?
#
# Train a tiny network on XOR and often it stops half way. For years people said that it sits in a
# *local minimum*, a valley too high up. Then Hamey looked closely at one such network, and in 1998
# he published a proof: its surface has no local minimum at all. So where do the stuck ones stand?
# In this lab you choose the starts, and later you look at what a network that is not stuck has
# found.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown] folded=true
# ## Two questions from memory

# %% [markdown]
# 1. In lab 07 a network *could* draw a saw with many teeth. What did training do with it?
#
# <details><summary>Answer</summary>
#
# It did not find it: what a network can represent and what training finds are two things.
#
# </details>
#
# 2. In lab 05, which way does gradient descent step, and how far?
#
# <details><summary>Answer</summary>
#
# Against the slope, by the learning rate times the slope. Where the slope is 0, it stays.
#
# </details>

# %% [markdown] minutes=13
# ## 1. Does the start decide?
#
# The smallest deep network has two weights in a row and no activation: it answers $a \cdot b \cdot
# x$. It shall answer 1 to the input 1, so its price is $(1 - ab)^2$. The sliders choose the start,
# and gradient descent takes 100 steps from there.

# %%
import matplotlib.pyplot as plt
import numpy as np

from utils import plots
from utils.checks import bet, check, hint
from utils.knobs import Browser, Slider, knobs


def path_from(a, b, steps=100, rate=0.05):
    """All places on the way down from (a, b), shape (steps + 1, 2)"""
    places = [(a, b)]
    for _ in range(steps):
        pull = 2 * rate * (1 - a * b)
        a, b = a + pull * b, b + pull * a
        places.append((a, b))
    return np.array(places)


# %% tags=["hide-input"]
def last_price(path):
    return (1 - np.prod(path[-1])) ** 2


def draw_path(a, b):
    path = path_from(a, b)
    fig = plots.loss_map(
        lambda a, b: (1 - a * b) ** 2,
        {"path": path},
        xlim=(-2.2, 2.2),
        ylim=(-2.2, 2.2),
        names=("$a$", "$b$"),
    )
    end = np.round(path[-1], 2) + 0.0  # not -0.00
    return fig, (
        f"From a = {a:.1f}, b = {b:.1f} to {end[0]:.2f} and {end[1]:.2f}, where the price is "
        f"{last_price(path):.2f}."
    )


knobs(
    draw_path,
    task="Start at least 1 away from the middle, and end with a price above 0.9.",
    reached=lambda a, b: np.hypot(a, b) >= 1 and last_price(path_from(a, b)) > 0.9,
    a=Slider(-2, 2, 0.1, start=1.8),
    b=Slider(-2, 2, 0.1, start=-0.8),
)

# %% [markdown]
# <details><summary>Where should I look?</summary>
#
# Try starts on the line that falls from the upper left corner to the lower right one.
#
# </details>
#
# The darker, the higher. There are two valleys, curved white ditches in which every place has the
# price 0, and nearly all starts end in one of them. From $a = 1, b = -1$, however, the path ends in the middle, at the price 1.
# **You nudge this start a little, to $b = -0.999$. Where does it stand after the 100 steps?**
#
# | | |
# |---|---|
# | a | in the middle as before, for 0.001 is nothing |
# | b | in a valley |
# | c | near the middle, at a price of about 0.9 |
#
# Write the letter in the place of `...`, and if you like how sure you are: `sure=70` (percent).

# %% bet="13.b1"
bet("13.b1", "b")

# %%
for b in (-1, -0.999):
    path = path_from(1, b)
    prices = (1 - path[:, 0] * path[:, 1]) ** 2
    print(f"b = {b}: price at steps 0, 10, 40 and 100:", prices[[0, 10, 40, 100]].round(2))

# %% [markdown]
# It runs towards the middle, seems to rest there at the price 1, and after step 50 it rolls into a
# valley. So the middle is no valley, because from there it still goes down, only very gently at
# first.
#
# <div class="alert alert-success">
#
# **Exercise 13.0** (1 point): the price of two weights in a row
#
# </div>
#
# Write `price(a, b, x, y)` for any number of rows: the mean over the rows of the squared difference
# between $y$ and the answer $a \cdot b \cdot x$.
#
# *Expected*: 4.0 for a = 1, b = 2 and the rows x = (1, 2), y = (0, 2).


# %% exercise="13.0"
def price(a, b, x, y):
    """a (), b (), x (n,), y (n,) -> ()"""
    ### BEGIN SOLUTION
    return np.mean((y - a * b * x) ** 2)
    ### END SOLUTION


# %%
check("13.0")

# %% [markdown]
# Stuck? This shows a hint, and the next of three if you run it again.

# %%
hint("13.0")

# %% [markdown] tags=["solution"]
# **Analysis.** For one row, 1 to 1, it is the map above. Only the product $ab$ counts, so all places
# with the same product have the same price, and the valleys are curves.

# %% [markdown]
# How do you recognise such a middle without walking? There the slope is 0, so look at the bends,
# the second derivatives. For two weights they are a table $H$, the **Hessian**, and its
# *eigenvalues* are the bends in the directions where $H$ only stretches. All above 0: it goes up on
# all sides, a **valley**. All below 0: a **peak**. Both signs: up here and down there, a
# **saddle**. Along our two ditches it is flat, so one bend is 0 there, and bends alone do not tell.

# %% errata=["E004-08"]
H = np.array([[0.0, -2.0], [-2.0, 0.0]])  # of (1 - a b)^2 at a = b = 0
eigenvalues = np.linalg.eigvalsh(H)
assert np.allclose(eigenvalues, [-2, 2])
print("bends at the middle:", eigenvalues)

# %% [markdown]
# On the diagonal of $H$ are only zeros, because along $a$ or $b$ alone the price is flat: you must
# change both. Espinosa Loera's slide says that the non-linearity makes a loss non-convex. True, but
# here there is none, and **two linear layers in a row are enough** for a saddle.
#
# <div class="alert alert-success">
#
# **Exercise 13.2** (2 points): name the place
#
# </div>
#
# Write `place(H)`. It gets the Hessian of a place with slope 0, and returns `"valley"`, `"peak"` or
# `"saddle"`. A bend between -1e-9 and 1e-9 counts as 0; where one is 0 and the others do not have
# both signs, return `"unsure"`. `np.linalg.eigvalsh(H)` gives the eigenvalues, the smallest first.
#
# *Expected*: `"saddle"` for the table above, `"unsure"` for `[[1, 2], [2, 4]]`.


# %% exercise="13.2"
def place(H):
    """H (k, k), symmetric -> a word"""
    ### BEGIN SOLUTION
    bends = np.linalg.eigvalsh(H)
    if bends[0] < -1e-9 and bends[-1] > 1e-9:
        return "saddle"
    if bends[0] > 1e-9:
        return "valley"
    if bends[-1] < -1e-9:
        return "peak"
    return "unsure"
    ### END SOLUTION


# %%
check("13.2")

# %% [markdown] tags=["solution"]
# **Analysis.** The diagonal tells nothing here, and neither does one bend alone. With a bend of 0
# the place may be the floor of a ditch, as all along our two valleys, or a saddle after all: what
# is beyond second derivatives decides.

# %% [markdown] minutes=9
# ## 2. When is there only one valley?
#
# A curve that bends upwards everywhere is a bowl, and mathematicians call it **convex**. It has no
# second valley, so that wherever you start, downhill is the right way. Take one weight $w$ and one
# row, 1 to 1. **Which of these are bowls?**
#
# | | model and price |
# |---|---|
# | a | all three: straight line with squares, sigmoid with squares, sigmoid with cross-entropy |
# | b | only the straight line with squares |
# | c | the straight line with squares, and the sigmoid with cross-entropy |
# | d | the two with squares |

# %% bet="13.b2"
bet("13.b2", "c")

# %% [markdown]
# A bend needs no formula. Take three prices side by side, each a step $h$ from the next, and look
# whether the middle one hangs below the mean of its neighbours.
#
# <div class="alert alert-success">
#
# **Exercise 13.1** (2 points): bends from prices
#
# </div>
#
# Write `bends(prices, h)`. For each price with two neighbours it returns left minus twice the middle
# plus right, divided by $h^2$.
#
# *Expected*: `[2. 2.]` for the prices `[0, 1, 4, 9]` and h = 1, since $w^2$ has the bend 2.


# %% exercise="13.1"
def bends(prices, h):
    """prices (n,), h () -> (n - 2,)"""
    ### BEGIN SOLUTION
    return (prices[:-2] - 2 * prices[1:-1] + prices[2:]) / h**2
    ### END SOLUTION


# %%
check("13.1")

# %% [markdown] tags=["solution"]
# **Analysis.** Second differences are what you get when you take differences twice:
# `np.diff(prices, 2) / h**2`. The sign of a *first* difference says only whether it goes up or down,
# which a bowl does both.

# %% [markdown]
# Your `bends` settles the bet, with 1,201 weights from -6 to 6.

# %% covers=["004.28"]
w = np.linspace(-6, 6, 1201)
sigmoid = 1 / (1 + np.exp(-w))
three = {
    "straight line, squares": (1 - w) ** 2,
    "sigmoid, squares": (1 - sigmoid) ** 2,
    "sigmoid, cross-entropy": np.logaddexp(0, -w),
}
for name, prices in three.items():
    second = np.asarray(bends(prices, w[1] - w[0]))
    print(f"{name}: bends from {second.min():.3f} to {second.max():.3f}")
    if second.min() < 0:
        print(f"  it bends down most at w = {w[1:-1][second.argmin()]:.2f}")

# %% tags=["hide-input"]
fig, ax = plt.subplots(figsize=(7.2, 2.7))
for (name, prices), color, line in zip(three.items(), plots.COLORS, plots.LINES, strict=False):
    ax.plot(w, prices, color=color, linestyle=line, label=name)
ax.set(xlabel="weight $w$", ylabel="price", ylim=(0, 4))
ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9)
plots.show(
    fig,
    alt="Three prices of one weight. The straight line with squares is a bowl; cross-entropy falls "
    "and bends upwards everywhere; the sigmoid with squares is flat at 1 on the left, falls like a "
    "slide, and is flat at 0.",
)

# %% [markdown] covers=["004.30"]
# The sigmoid with squares bends down at -1.85. Had you looked only from -0.6 to 6, all bends would
# have been above 0, because it bends down only left of -0.69: a **narrow window proves nothing**.
#
# Cross-entropy falls for ever here, since one row alone is never answered surely enough, and still
# it has no second valley. For bowls there is **convex optimisation**, whose solvers find the floor
# for certain.
# The price of a network with a hidden layer is no bowl, so we use a method that **merely drives the
# cost down**, step by step.

# %% [markdown] minutes=9
# ## 3. How many valleys have a twin?
#
# In section 1 there were two valleys, and $(a, b)$ costs as much as $(-a, -b)$. Now take a hidden
# layer of tanh units. You can let two units change places, with all their weights, and no output
# changes. You can also turn all signs around one unit, since $\tanh(-z) = -\tanh(z)$. **A network
# has 8 tanh units. At how many places does it do exactly the same, at least?**
#
# | | |
# |---|---|
# | a | 8 |
# | b | 256 |
# | c | 40,320 |
# | d | ten million |

# %% bet="13.b3"
bet("13.b3", "d")

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 13.4** (2 points): make twins
#
# </div>
#
# The network is `tanh(x @ W1 + b1) @ W2`. Write `swap(W1, b1, W2, order)`, after which the unit at
# place k is the one that was at place `order[k]`, and `flip(W1, b1, W2, signs)`, where `signs` has
# a 1 or a -1 for each unit: where it is -1, all signs around this unit are turned. Both return the
# new W1, b1 and W2, and the outputs stay as they are. Each is worth 1 point.
#
# *Expected* for W1 = `[[1, 2]]`, b1 = `[3, 4]`, W2 = `[[5], [6]]`: the order `[1, 0]` gives
# `[[2, 1]]`, `[4, 3]`, `[[6], [5]]`.


# %% exercise="13.4"
def swap(W1, b1, W2, order):
    """W1 (d, h), b1 (h,), W2 (h, m), order (h,) -> the same three, units in another order"""
    ### BEGIN SOLUTION
    return W1[:, order], b1[order], W2[order]
    ### END SOLUTION


def flip(W1, b1, W2, signs):
    """W1 (d, h), b1 (h,), W2 (h, m), signs (h,) -> the same three, some units turned round"""
    ### BEGIN SOLUTION
    return W1 * signs, b1 * signs, W2 * signs[:, None]
    ### END SOLUTION


# %%
check("13.4")

# %% [markdown] tags=["solution"]
# **Analysis.** A unit is a column of W1, a number of b1 and a row of W2, so all three have to move
# together. Turned signs before and after the tanh cancel. In all $8! \cdot 2^8 = 10{,}321{,}920$
# networks do the same.

# %% [markdown] covers=["000.19"]
# So the question "does it find *the* lowest place" makes no sense: there are ten million of each.
# Which of the **equivalent solutions** you get, **depends on the initial values**, and none of them
# need have round numbers such as a person would choose.

# %% [markdown] minutes=12
# ## 4. Where do five hundred starts end?
#
# Now XOR, by two ReLU units, as in lab 02.

# %%
import keras
from keras.layers import Dense

from utils.training import train_many

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = np.array([0.0, 1.0, 1.0, 0.0])


def build():
    """A network 2-2-1 with its loss and optimizer, not trained"""
    model = keras.Sequential([keras.Input(shape=(2,)), Dense(2, activation="relu"), Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="mse")
    return model


many = train_many(build, X, y, n=500, epochs=1500, seed=0)
final = many.history["loss"][:, -1]

# %% [markdown]
# Not every price occurs at the end. Nearly all of the 500 have stopped at 0, at 1/8, at 1/6 or at
# 1/4. **How many of them at 1/8, the lowest price above 0?**
#
# | | |
# |---|---|
# | a | about one in 20 |
# | b | about one in 5 |
# | c | about one in 3, more than at 1/6 or at 1/4 |

# %% bet="13.b4"
bet("13.b4", "a")

# %% tolerance=0.02
levels = {"0": 0, "1/8": 1 / 8, "1/6": 1 / 6, "1/4": 1 / 4}
for name, value in levels.items():
    print(f"price {name:3}: share {np.mean(np.abs(final - value) < 0.01):.2f}")

# %% tags=["hide-input"] tolerance=0.02
fig, ax = plt.subplots(figsize=(5.6, 2.4))
ax.plot(np.arange(1, 501), np.sort(final), ".", color=plots.BLUE, markersize=3)
ax.set(xlabel="networks, the best first", ylabel="price at the end")
ax.set_xticks([])
plots.show(
    fig,
    alt="The prices of 500 networks after training, sorted: a staircase of four flat steps, at "
    "0, 0.125, 0.167 and 0.25, and next to nothing between them.",
)

# %% [markdown]
# A staircase! Why these four steps? A network whose units cannot tell some of the corners apart gives
# them one and the same answer. The best such answer is the mean of their labels, as lab 02 found for
# a straight line.
#
# <div class="alert alert-success">
#
# **Exercise 13.3** (2 points): the step of a staircase
#
# </div>
#
# Write `level(y, groups)`: the lowest mean squared error, over all rows, that is possible if rows
# with the same number in `groups` must get the same answer.
#
# *Expected* for the labels (0, 1, 1, 0): 1/4 for the groups (0, 0, 0, 0), 1/6 for (0, 0, 0, 1), 1/8
# for (0, 0, 1, 2) and 0 for (0, 1, 2, 3).


# %% exercise="13.3"
def level(y, groups):
    """y (n,), groups (n,) whole numbers -> ()"""
    ### BEGIN SOLUTION
    answers = np.zeros(len(y))
    for group in np.unique(groups):
        answers[groups == group] = np.mean(y[groups == group])
    return np.mean((y - answers) ** 2)
    ### END SOLUTION


# %%
check("13.3")

# %% [markdown] tags=["solution"]
# **Analysis.** Four corners with one answer, 1/2, cost 1/4. Three corners of which one is 1 get
# 1/3, and cost $(1/9 + 1/9 + 4/9)/4 = 1/6$. Two corners of different labels get 1/2 and cost 1/8.

# %% [markdown]
# Is that what happened to the 500? Corners to which the hidden layer gives the same two numbers are
# a group, and your `level` says what the best answers for such groups cost.

# %% tolerance=0.03
hidden = np.maximum(X @ many.weights[0] + many.weights[1][:, None], 0)
for name, value in levels.items():
    are_predicted = []
    for k in np.flatnonzero(np.abs(final - value) < 0.01):
        _, groups = np.unique(hidden[k].round(2), axis=0, return_inverse=True)
        are_predicted.append(np.abs(final[k] - level(y, groups.ravel())) < 0.01)
    print(f"price {name:3}: as its groups say in {np.mean(are_predicted):.2f} of them")

# %% [markdown]
# A stuck network has done its best, given what its units no longer tell apart. (The few others at
# 1/4 tell corners apart by a straight line alone, and lab 02 found that the best line answers 1/2.)
#
# Are these steps valleys, then? Nudge the weights of stuck networks, 200 times each, and look
# whether any nudge leads lower.

# %% tolerance=0.1
flat = np.concatenate([part.reshape(500, -1) for part in many.weights], axis=1).astype(float)


def xor_price(weights):
    """weights (..., 9): W1, b1, W2, b2 in a row -> prices (...)"""
    W1 = weights[..., :4].reshape(*weights.shape[:-1], 2, 2)
    hidden = np.maximum(X @ W1 + weights[..., None, 4:6], 0)
    outputs = np.sum(hidden * weights[..., None, 6:8], axis=-1) + weights[..., 8:]
    return np.mean((outputs - y) ** 2, axis=-1)


rng = np.random.default_rng(0)
nudges = 0.03 * rng.normal(size=(200, 9))
for name, value in levels.items():
    stuck = flat[np.abs(final - value) < 1e-4][:20, None]
    is_lower = xor_price(stuck + nudges) < xor_price(stuck) - 1e-6
    print(f"price {name:3}: a nudge leads lower in {np.mean(is_lower.any(axis=1)):.2f} of them")

# %% tags=["hide-input"] covers=["003.25"] tolerance=0.05
low, middle, high = (flat[np.argmin(np.abs(final - value))] for value in (0, 1 / 8, 1 / 4))


def between(u, v):
    """The price in the plane through three networks"""
    return xor_price(low + u[..., None] * (middle - low) + v[..., None] * (high - low))


fig = plots.loss_map(
    between,
    {
        "price 0": [[0, 0], [0, 0]],
        "price 1/8": [[1, 0], [1, 0]],
        "price 1/4": [[0, 1], [0, 1]],
    },
    xlim=(-0.4, 1.4),
    ylim=(-0.4, 1.4),
    names=("towards the network at 1/8", "towards the network at 1/4"),
)
plots.show(
    fig,
    alt="Loss surface of XOR as a map: the plane through three trained networks, one at the price 0, "
    "one at 1/8 and one at 1/4. The first lies in a deep pit, the second in a shallow one of its own, "
    "and the third on a plain.",
)

# %% [markdown] covers=["000.43"]
# The map shows a flat cut through nine-dimensional ground. At 1/8 no nudge leads lower: as far as
# these nudges see, that *is* a valley too high up, and higher ground lies between it and the deep
# one. Of those at 1/6 and 1/4 some have a way down near by. A nudge finds it; the slope is 0 and does
# not, so of all at 1/6 not one had moved after six times as many epochs. Hamey's proof is about two
# sigmoid units, which are never quite flat. A ReLU is, so what holds for his network does not hold
# for ours. (And with three sigmoid units Sprinkhuizen-Kuyper and Boers found such minima in 1999.)
#
# So there are two ways to fail: the network **can represent** the function and **the optimiser does
# not find it**, as here, or it finds another function that fits the rows and is wrong elsewhere,
# the **over-fitting** of lab 11.

# %% [markdown] minutes=13
# ## 5. What does a network look at?
#
# Some networks do get down. What have they found there? We train lab 12's network on 6,000
# pictures of clothes. Nobody has told it about sleeves or heels.

# %% tags=["nbval-ignore-output"]
from utils import data
from utils.training import compiled_fit, set_seed

fashion = data.fashion_mnist()
print(fashion)
if fashion.stand_in:
    print("These are drawn pictures: where the lab tells of Fashion-MNIST, believe the text.")
x_own, y_own = fashion.x_train[:6000] / np.float32(255), fashion.y_train[:6000]
x_new, y_new = fashion.x_train[50000:52000] / np.float32(255), fashion.y_train[50000:52000]

# %% tags=["hide-input"] covers=["003.03"]
fig, ax = plt.subplots(figsize=(6.8, 2.4))
shown = [np.hstack(x_own[y_own == kind][:9]) for kind in (5, 8, 9)]
ax.imshow(np.vstack(shown), cmap="gray")
ax.set(xticks=[], yticks=[14, 42, 70], yticklabels=[fashion.target_names[k] for k in (5, 8, 9)])
ax.tick_params(length=0)
ax.spines[:].set_visible(False)
plots.show(
    fig,
    alt="Recognise the object: nine sandals, nine bags and nine ankle boots in three rows. Within "
    "a row hardly two have the same outline, and still one word names them all.",
)

# %% stand_in=0.1 tolerance=0.04
set_seed(0)
clothes = keras.Sequential(
    [keras.Input(shape=(28, 28)), keras.layers.Flatten(), Dense(128, activation="relu"), Dense(10)]
)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
clothes.compile("adam", loss, metrics=["accuracy"])
W1_start = clothes.get_weights()[0]
compiled_fit(clothes, x_own, y_own, batch_size=32, epochs=5, verbose=0)
W1, b1, W2, b2 = clothes.get_weights()


def hidden_layer(pictures):
    """pictures (n, 28, 28) -> what the 128 units give, (n, 128)"""
    return np.maximum(pictures.reshape(len(pictures), -1) @ W1 + b1, 0)


own, new = hidden_layer(x_own), hidden_layer(x_new)
right = np.mean((new @ W2 + b2).argmax(axis=1) == y_new)
print(f"right on 2,000 new pictures: {right:.2f}")

# %% [markdown]
# A unit has one weight for each pixel, so what training has added to its weights is a picture, too:
# purple where light now excites it more, orange where light holds it back.

# %% tags=["hide-input"] covers=["004.15"]
strength = np.abs(W2).sum(axis=1) * new.std(axis=0)
by_strength = np.argsort(-strength)[:24]
tops = np.argsort(-new, axis=0)[:5]
kinds_of = [len(set(y_new[tops[:, unit]])) for unit in by_strength]
album = by_strength[np.argsort(-np.array(kinds_of), kind="stable")]
fig, axes = plt.subplots(2, 8, figsize=(7.2, 2.0))
for ax, k in zip(axes.flat, album[-16:], strict=True):
    added = (W1 - W1_start)[:, k].reshape(28, 28)
    ax.imshow(added, cmap="PuOr", vmin=-np.abs(added).max(), vmax=np.abs(added).max())
    ax.set(xticks=[], yticks=[])
plots.show(
    fig,
    alt="Sixteen small pictures in purple and orange, one for each unit, and the question: what are "
    "they? In some one can see the outline of a garment, others are clouds.",
)

# %% [markdown]
# What are they? Beside each of 24 units you find the five new pictures that excite it most.


# %% tags=["hide-input"] stand_in=1
def draw_unit(unit):
    k = album[unit]
    fig, axes = plt.subplots(1, 6, figsize=(7.2, 1.7))
    added = (W1 - W1_start)[:, k].reshape(28, 28)
    size = np.abs(added).max()
    axes[0].imshow(added, cmap="PuOr", vmin=-size, vmax=size)
    axes[0].set_title("added", fontsize=9)
    for ax, i in zip(axes[1:], tops[:, k], strict=True):
        ax.imshow(x_new[i], cmap="gray")
        ax.set_title(fashion.target_names[y_new[i]], fontsize=9)
    for ax in axes:
        ax.set(xticks=[], yticks=[])
    names = ", ".join(fashion.target_names[y_new[i]] for i in tops[:, k])
    return fig, f"Unit {unit + 1} of 24: the five that excite it most: {names}."


knobs(
    draw_unit,
    task="Find a unit whose five pictures are all of one kind, and guess what it looks for.",
    reached=lambda unit: len(set(y_new[tops[:, album[unit]]])) == 1,
    unit=Browser(24),
)

# %% [markdown] covers=["003.02", "004.14", "001.04"]
# Some units have a shape that you can name, such as a sole, or the empty sides of a dress, and others
# look like clouds. Each layer turns what it gets into another description, a **representation**, in which the
# next layer has an easier task. That is **representation learning**: it begins with **raw data**,
# and **several levels** of simple steps make a complicated decision. Larreguy's tutorial says that
# such networks **learn features automatically** and **generalise well**. The first we see here; the
# second is a claim that lab 11 has tested.
#
# Is the new description simpler? Lay pictures out in 784 numbers, one a pixel, and ask along how
# many directions they differ: **PCA** finds the best ones, and 77 of them hold nine tenths of all
# variation. **How many directions need the 128 outputs of the hidden layer?**
#
# | | |
# |---|---|
# | a | 7 |
# | b | 30 |
# | c | 77, as before |
# | d | more than 100 |

# %% bet="13.b5"
bet("13.b5", "a")


# %% stand_in=40 tolerance=1.5
def shares_of_variation(rows):
    """rows (n, d) -> the share of all variation along each direction, the largest first"""
    sizes = np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False) ** 2
    return sizes / sizes.sum()


descriptions = {
    "pixels": (x_own.reshape(-1, 784), x_new.reshape(-1, 784)),
    "hidden layer": (own, new),
}
for name, (_, rows) in descriptions.items():
    directions = 1 + np.argmax(np.cumsum(shares_of_variation(rows)) > 0.9)
    print(f"{name}: {directions:.1f} directions hold nine tenths")

# %% [markdown]
# What differs without meaning is mostly gone. Does that help? Suppose you know the names of only 50
# pictures, five of each kind, and give each new one the name of the nearest of them.

# %% stand_in=0.2 tolerance=0.04
few = np.concatenate([np.flatnonzero(y_own == kind)[:5] for kind in range(10)])
for name, (known, rows) in descriptions.items():
    off = np.sum(known[few] ** 2, axis=1) - 2 * rows @ known[few].T
    share = np.mean(y_own[few][off.argmin(axis=1)] == y_new)
    print(f"nearest by {name}: right in {share:.2f}")

# %% [markdown] covers=["003.04"] errata=["E003-10"]
# The nearest in the new description is right more often, 0.71 instead of 0.65. (To learn it, the
# network has seen the names of 6,000 pictures, so this is a look at the description and no new way
# to save names.)
#
# One slide of Miklos says that deep learning **completely removes** the choice of features, and
# that the weights **do not give any insights**, whereas a decision tree can be read. Both are too
# strong: **pixels still had to be scaled** (lab 12), and some units you have just read.

# %% [markdown] minutes=13 covers=["002.32", "004.13"]
# ## 6. How small can it be?
#
# This playground follows the one by Smilkov and Carter at
# [playground.tensorflow.org](https://playground.tensorflow.org). Each small square shows what one
# unit gives over the whole plane: blue above 0, orange below. Lines are weights, in the same colours
# and thick where they are large. *Large picture* enlarges a unit. Under *More*, *missions* lists
# three tasks and says whether the state on view solves one, and *100 starts* shows what luck does.

# %% tolerance=0.02
from utils.playground import Playground

playground = Playground(data="circle", hidden=[2], activation="linear")
playground

# %% [markdown]
# Press *Play*. Two linear units will never learn the circle. Which change helps?
#
# A single good run may be luck, as you know by now. So a mission counts as solved if half of 12
# starts get there, each with points and weights of its own, and without noise.
#
# <div class="alert alert-success">
#
# **Exercise 13.5** (3 points): three small networks
#
# </div>
#
# Only x1 and x2 go in, and you have to end at or below a test loss, within a number of epochs:
#
# | | data | at most | test loss | epochs |
# |---|---|---|---|---|
# | `my_circle` | circle | 3 hidden units | 0.05 | 200 |
# | `my_xor` | xor | 5 hidden units | 0.05 | 200 |
# | `my_spiral` | spiral | 200 weights and biases | 0.1 | 300 |
#
# Assign each the line that *More*, *state to share* shows, in single quotes:
# `my_circle = 'Playground(data="circle", ...)'`. Each is worth 1 point.
#
# *Expected*: the check trains each 12 times, which takes up to 20 seconds in all.

# %% exercise="13.5"
### BEGIN SOLUTION
my_circle = 'Playground(data="circle", hidden=[3], activation="relu", optimizer="Adam")'
my_xor = 'Playground(data="xor", hidden=[4], activation="relu", optimizer="Adam")'
my_spiral = (
    'Playground(data="spiral", hidden=[8, 8, 8], activation="relu", optimizer="Adam", '
    "learning_rate=0.01)"
)
### END SOLUTION

# %% tolerance=0.2
check("13.5")

# %% [markdown] tags=["solution"]
# **Analysis.** A disc has to be closed in on all sides. Two lines cannot do that, three can, as a
# triangle. XOR has an answer with two units at exactly four corners, but two cannot part four whole
# quarters: of 60 starts none did. Three can, and one spare unit is what makes a start safe. The
# spiral likes depth: three layers of 8 get there from nearly every start.

# %% [markdown]
# Is depth worth it, then? The playground has at most 8 units in a layer, but you are not bound to it. Here
# are 177 numbers twice: in one layer of 44 units, and in three layers of 8, on the same spiral.


# %% tolerance=0.3
from utils.playground.points import draw

spiral = draw("spiral", seed=0)


def spiral_network(*units):
    """ReLU layers of so many units, and an output from -1 to 1"""
    hidden = [Dense(n, activation="relu") for n in units]
    model = keras.Sequential([keras.Input(shape=(2,)), *hidden, Dense(1, activation="tanh")])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
    return model


for units in ((44,), (8, 8, 8)):
    runs = train_many(
        lambda units=units: spiral_network(*units),
        *(spiral.x_train, spiral.y_train),
        n=12,
        epochs=300,
        batch_size=10,
        validation_data=(spiral.x_test, spiral.y_test),
        seed=1,
    )
    ends = runs.history["val_loss"][:, -1]
    print(f"layers {units}: {np.mean(ends < 0.2):.2f} of the starts get there")

# %% [markdown]
# Of three dozen starts six got there with one layer, and thirty-three with three. So here **depth pays**,
# at the same price. With other rates and curves it may not: at a rate of 0.03 hardly a start of either
# gets there.

# %% [markdown] folded=true
# ## Slips on the slides

# %% [markdown] errata=["E003-15", "E004-07"]
# - Miklos's slide on loss optimisation names introductiontodeeplearning.com. The course of MIT is at
#   **introtodeeplearning.com**.
# - Espinosa Loera's slide on losses has the title "Activation Functions", the formula for logistic regression
#   is **lost**, and $E_D(w)$ is the price of a **linear model**. That of a network is
#   $J(\theta) = -E \log p_{model}(y \mid x)$, the mean over the data of minus the log-probability
#   of the right answer.

# %% covers=["004.29"]
p_right = np.array([0.5, 0.25, 0.125])  # of the right answer, in three rows
print(f"J = {-np.mean(np.log(p_right)):.3f}, which is log(4) = {np.log(4):.3f}")

# %% [markdown]
# Sarmiento-Barbieri's slide on architecture says that a single layer is sufficient to represent any
# function. It means one *hidden* layer, and it can only come as near as you like. A broken
# line through $k + 1$ points of $x^2$, which $k$ ReLU units draw, is $1/(4k^2)$ off, and never 0.

# %% errata=["E000-10"]
for k in (2, 8, 64):
    knots, fine = np.linspace(0, 1, k + 1), np.linspace(0, 1, 100 * k * 2 + 1)
    error = np.max(np.abs(np.interp(fine, knots, knots**2) - fine**2))
    assert np.isclose(error, 1 / (4 * k**2))
    print(f"{k} units: largest error {error:.6f}")

# %% [markdown] folded=true
# ## Test yourself

# %% [markdown]
# 1. The slope is 0 and the loss is high. What could this place be?
#
# <details><summary>Answer</summary>
#
# A valley too high up, a saddle, a peak, or flat ground of dead units. The bends tell, or nudges.
#
# </details>
#
# 2. Two people train the same network and get different weights and the same outputs. Has one of
#    them made a mistake?
#
# <details><summary>Answer</summary>
#
# No. Units can change places, and tanh units can turn their signs.
#
# </details>
#
# 3. Logistic regression is a sigmoid with cross-entropy. Does its start matter?
#
# <details><summary>Answer</summary>
#
# Not for where it goes: its price is a bowl.
#
# </details>

# %% [markdown] minutes=2
# ## So, where did it get stuck?
#
# *On a step of a staircase*: units that are dead, or that no longer tell corners apart, leave one
# answer for several rows, and the price is what that costs. Some steps are true valleys, others
# only look like it, as the saddle did. You can now
#
# - name a place by its bends, and distrust a narrow window;
# - make twins of a network;
# - look at what a hidden layer has found, and compare descriptions.
#
# **A challenge to take home** (no points): the spiral with the fewest weights. Our best has 105, two
# layers of 8, and 8 of its 12 starts get there. With 85, two layers of 7, only 4 do. Can you make a
# smaller one pass the check?

# %% tags=["task"]
from utils.playground.missions import MISSIONS

for mission in MISSIONS.values():
    best = mission.best_settings
    print(f"{mission.name}: {mission.count(best)} {mission.counts}, layers {best.hidden}")

# %% [markdown]
# Next, in lab 14, networks get to know more than points: pictures, sequences and words.
