# %% [markdown] form=2 minutes=70 seconds=60 short="1, 2, 4" needs=["12"]
# # Lab 14: What may a network know before it learns?
#
# In the 1980s Fukushima built a network that read handwritten digits, the *neocognitron*. He copied
# its plan from what Hubel and Wiesel had found in the brains of cats, so it was told before it saw
# any data that neighbours on a picture belong together. Does such a hint help, and what does it
# cost? You try three: one for pictures, one for tunes that you can hear, one for words. They are
# small tastes of what follows after this course.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown] folded=true
# ## Two questions from memory

# %% [markdown]
# <details><summary>From lab 13: what do the 128 hidden units of lab 12 look at?</summary>
#
# Each looks at all 784 pixels at once. The picture of its weights shows which pixels it likes and
# which it does not.
#
# </details>
#
# <details><summary>From lab 03: why do we not use the sigmoid in a deep stack of hidden
# layers?</summary>
#
# Its slope is 0.25 at most, and slopes multiply on the way back, so little arrives at the first
# layers. Near the output, where a number between 0 and 1 is wanted, it stays. In section 4 it comes
# back inside a network.
#
# </details>

# %% [markdown] minutes=8
# ## 1. What does the network of lab 12 not see?
#
# Here is a garment, and beside it the same garment with its 784 pixels in another order. We drew
# the order once by dice, and use the same one for *every* picture.

# %% tags=["nbval-ignore-output"]
import keras
import numpy as np
from keras.layers import LSTM, Conv2D, Dense, Embedding, Flatten, MaxPooling2D, Reshape

from utils import data, plots
from utils.checks import bet, check, hint
from utils.training import compiled_fit, set_seed

fashion = data.fashion_mnist()
print(fashion)
if fashion.stand_in:
    print("These are drawn pictures: where the lab tells of Fashion-MNIST, believe the text.")
x_all, y_all = np.float32(fashion.x_train) / 255, fashion.y_train
x_own, y_own, x_val, y_val = x_all[:6000], y_all[:6000], x_all[50000:53000], y_all[50000:53000]

# %%
dice = np.random.default_rng(0).permutation(784)


def jumbled(images):
    """images (n, 28, 28) -> the same, with all pixels in the order of the dice"""
    return images.reshape(-1, 784)[:, dice].reshape(-1, 28, 28)


# %% tags=["hide-input"]
import matplotlib.pyplot as plt

fig, axes = plt.subplots(1, 2, figsize=(4.8, 2.6))
for ax, image, name in zip(
    axes, (x_own[0], jumbled(x_own)[0]), ("as it is", "jumbled"), strict=True
):
    ax.imshow(image, cmap="gray")
    ax.set(xticks=[], yticks=[])
    ax.set_title(name, fontsize=10)
fig.supxlabel(fashion.caption, x=0.99, ha="right", fontsize=8)
plots.show(
    fig,
    alt="A small grey garment, and beside it the same pixels in an order drawn by dice: a cloud of "
    "dots in which nobody would see a garment.",
)

# %% [markdown]
# Lab 12's network has 128 hidden units and was right in more than 0.8 of the pictures. Now it is
# trained anew, on jumbled pictures, and asked about other jumbled pictures. **How often is it
# right?**
#
# | | |
# |---|---|
# | a | as often as on the pictures as they are |
# | b | about 0.7: it has to learn the order first |
# | c | about 0.5: grey levels are left, shapes are not |
# | d | about 0.1, a pure guess: there is nothing left to see |
#
# Write the letter in the place of `...`, and if you like how sure you are: `sure=70` (percent).

# %% bet="14.b1"
bet("14.b1", "a")

# %% tolerance=0.05 stand_in=0.1
from keras.losses import SparseCategoricalCrossentropy


def compiled(*layers, rate=0.001):
    """The layers as a network for class numbers, with logits"""
    model = keras.Sequential(layers)
    loss = SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    return model


def dense_network():
    """The network of lab 12"""
    return compiled(keras.Input((28, 28)), Flatten(), Dense(128, activation="relu"), Dense(10))


def share_right(build, change, fit, epochs):
    """Train a new network on changed pictures -> the share right on others, changed alike"""
    set_seed(0)
    model = build()
    fit(model, change(x_own), y_own, batch_size=64, epochs=epochs, verbose=0)
    return np.mean(model.predict(change(x_val), verbose=0).argmax(axis=1) == y_val)


as_they_are = share_right(dense_network, np.copy, compiled_fit, 15)
in_disorder = share_right(dense_network, jumbled, compiled_fit, 15)
print(f"lab 12's network: {as_they_are:.2f} as they are, {in_disorder:.2f} jumbled")

# %% [markdown]
# It does not even notice! A `Dense` layer multiplies each pixel by a weight of its own, and adds.
# Which pixel lies beside which plays no part in that, so for this network *every* picture is a
# cloud of dots. You see the garment because you look at neighbours. Let us tell the network about
# them.

# %% [markdown] minutes=15
# ## 2. How do you look for one thing everywhere?
#
# The first layer of lab 12 has 100,480 numbers. Now we want 32 detectors: each shall find one small
# pattern of 3 by 3 pixels, an edge for example, *wherever* on the 28 by 28 pixels it may be. It can
# lie at 26 times 26 places. **How many numbers must such a layer learn?**
#
# | | |
# |---|---|
# | a | about 200,000 |
# | b | about 25,000 |
# | c | about 7,000 |
# | d | about 300 |

# %% bet="14.b2"
bet("14.b2", "d")

# %% [markdown]
# Build one detector by hand. Take a window of 2 by 2 pixels, and four numbers, its **kernel**.
# Lay the window on the picture, multiply each pixel by the number above it, and add. Then move
# the window by one pixel. On the left is a picture, a white square on black, and on the right all
# the sums.

# %% tags=["hide-input"]
from utils.knobs import Slider, knobs

square = np.zeros((10, 10))
square[3:7, 3:7] = 1


def sums(a, b, c, d):
    """The sums at all places of the square, for the kernel [[a, b], [c, d]]"""
    p = square
    return a * p[:-1, :-1] + b * p[:-1, 1:] + c * p[1:, :-1] + d * p[1:, 1:]


def edges(**kernel):
    """The largest sums on standing and lying edges, without the corners"""
    out = np.abs(sums(**kernel))
    return out[3:6, [2, 6]].max(), out[[2, 6], 3:6].max(), out[3:6, 3:6].max()


def draw_kernel(a, b, c, d):
    fig, axes = plt.subplots(1, 2, figsize=(5.6, 2.9))
    axes[0].imshow(square, cmap="gray")
    shown = axes[1].imshow(sums(a, b, c, d), cmap="RdBu", vmin=-4, vmax=4)
    fig.colorbar(shown, ax=axes[1], shrink=0.8)
    for ax, title in zip(axes, ("picture", "sums"), strict=True):
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, fontsize=10)
    standing, lying, inside = edges(a=a, b=b, c=c, d=d)
    return fig, (
        f"Kernel [[{a}, {b}], [{c}, {d}]]: largest sum, without sign, on standing edges "
        f"{standing:.0f}, on lying edges {lying:.0f}, inside the square {inside:.0f}."
    )


knobs(
    draw_kernel,
    task="Make the standing edges show, with lying edges and the inside at 0.",
    reached=lambda **kernel: edges(**kernel)[0] > 0 and edges(**kernel)[1:] == (0, 0),
    a=Slider(-1, 1, 1, start=1),
    b=Slider(-1, 1, 1, start=1),
    c=Slider(-1, 1, 1, start=1),
    d=Slider(-1, 1, 1, start=1),
)

# %% [markdown]
# The same four numbers work at every place, which is the hint: *what is worth seeing here is worth
# seeing there.*
#
# <div class="alert alert-success">
#
# **Exercise 14.0** (1 point): one place
#
# </div>
#
# Write `at_one_place(window, kernel)`, the sum at one place.
#
# *Expected*: 3 for the window `[[1, 2], [0, 4]]` and the kernel `[[-1, 0], [0, 1]]`.


# %% exercise="14.0"
def at_one_place(window, kernel):
    """window (k, l), kernel (k, l) -> ()"""
    ### BEGIN SOLUTION
    return np.sum(window * kernel)
    ### END SOLUTION


# %%
check("14.0")

# %% [markdown]
# Stuck? This shows a hint, and the next of three if you run it again.

# %%
hint("14.0")

# %% [markdown] tags=["solution"]
# **Analysis.** The sum is that of one neuron with the window's pixels as inputs and the kernel as
# weights. So nothing here is new but one thing: the same neuron is used again and again, at each
# place of the picture.

# %% [markdown]
# Now all places. The window stays within the picture, so the table of sums is a bit smaller.
#
# <div class="alert alert-success">
#
# **Exercise 14.1** (2 points): all places
#
# </div>
#
# Write `correlate(image, kernel)`: place (i, j) of the result is the sum of the window whose upper
# left corner is `image[i, j]`. Use no library for it; a loop over i and j is fine.
#
# *Expected* for the image `[[1, 2, 0], [0, 3, 1], [2, 0, 5]]` and the kernel `[[-1, 0], [0, 1]]`:
# `[[2, -1], [0, 2]]`.


# %% exercise="14.1"
def correlate(image, kernel):
    """image (n, m), kernel (k, l) -> (n - k + 1, m - l + 1)"""
    ### BEGIN SOLUTION
    high, wide = kernel.shape
    rows, columns = image.shape[0] - high + 1, image.shape[1] - wide + 1
    table = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            table[i, j] = np.sum(image[i : i + high, j : j + wide] * kernel)
    return table
    ### END SOLUTION


# %%
check("14.1")

# %% [markdown] tags=["solution"]
# **Analysis.** Mathematicians call this *cross-correlation*. Their *convolution* gives the kernel
# half a turn first, `kernel[::-1, ::-1]`: with `[[1, 0], [0, -1]]` the sums above change their sign. Networks learn their
# kernels, so for them it does not matter, and "convolution" has stayed the name. A window that may
# leave the picture, where zeros are added, gives a table of the old size (`padding="same"`).

# %% [markdown]
# In Keras this is the layer **Conv2D**. Here is a kernel for standing edges, on the square:

# %%
layer = Conv2D(1, 2, use_bias=False)
layer.build((None, 10, 10, 1))
layer.set_weights([np.reshape([[-1.0, 1.0], [-1.0, 1.0]], (2, 2, 1, 1))])
print(np.asarray(layer(square[None, :, :, None]))[0, 3, :, 0])

# %% [markdown]
# It found the left edge (2) and the right one (-2). A network has many kernels in one layer, and it
# *learns* their numbers, 9 and a bias for each of 3 by 3.

# %% [markdown] minutes=10
# ## 3. Does the hint pay?
#
# Now a race against lab 12's network. Both have about 100,000 numbers, and both get about the
# same time: with `fit` an epoch of the new network took two to three times as long here, so it
# gets 5 epochs for 15. Its `MaxPooling2D` keeps the largest of four neighbouring sums.

# %% [markdown] tags=["task"]
# **Guess before you run it:** who wins on the pictures as they are, and who on jumbled ones?


# %% tolerance=0.05 stand_in=0.1
def conv_network(*between):
    """A layer of kernels, what stands between, and the ten outputs"""
    return compiled(
        keras.Input((28, 28)),
        Reshape((28, 28, 1)),
        Conv2D(32, 5, strides=2, activation="relu"),
        MaxPooling2D(),
        Flatten(),
        *between,
        Dense(10),
        rate=0.002,
    )


def with_dense():
    return conv_network(Dense(84, activation="relu"))


for name, build in (("dense", dense_network), ("kernels", with_dense)):
    print(f"{name}: {build().count_params() / 1000:.1f} thousand numbers")
conv = share_right(with_dense, np.copy, keras.Model.fit, 5)
conv_jumbled = share_right(with_dense, jumbled, keras.Model.fit, 5)
print(f"dense:   {as_they_are:.2f} as they are, {in_disorder:.2f} jumbled")
print(f"kernels: {conv:.2f} as they are, {conv_jumbled:.2f} jumbled")

# %% [markdown]
# The network with kernels *does* notice the jumble, because there the hint that neighbours belong
# together is false. From five starts it lost 0.01 to 0.03, while the dense one lost nothing. If it
# has won above on the pictures as they are, that was luck: on Fashion-MNIST both have a mean of 0.85
# over five starts.
#
# So does the hint pay? Of the 98,534 numbers only 832 belong to the kernels. Nearly all others
# stand in the dense layer behind them, so we leave that layer out. And as a rival of the same size
# take a dense network with 15 hidden units.

# %% tolerance=0.05 stand_in=0.1
small = share_right(conv_network, np.copy, keras.Model.fit, 5)
print(f"kernels: {conv_network().count_params() / 1000:.1f} thousand, {small:.2f} as they are")


def small_dense():
    return compiled(keras.Input((28, 28)), Flatten(), Dense(15, activation="relu"), Dense(10))


dense_15 = share_right(small_dense, np.copy, compiled_fit, 15)
print(f"dense:   {small_dense().count_params() / 1000:.1f} thousand, {dense_15:.2f} as they are")

# %% [markdown]
# Each manages with an eighth of the numbers, and whatever one start says, over five both have a mean
# of 0.84. So honestly: **on these garments the hint pays nothing.** All of them are small, upright and in the
# middle, so that a pixel means the same in each picture, and a dense network needs no hint. Now let
# each picture slip, by up to four pixels to each side.


# %% tolerance=0.05 stand_in=0.15
def moved(images, most=4):
    """images (n, 28, 28) -> each somewhere else, by up to `most` pixels"""
    wide = np.pad(images, ((0, 0), (most, most), (most, most)))
    places = np.random.default_rng(0).integers(0, 2 * most + 1, (len(images), 2))
    return np.stack([one[i : i + 28, j : j + 28] for one, (i, j) in zip(wide, places, strict=True)])


conv_moved = share_right(conv_network, moved, keras.Model.fit, 5)
dense_moved = share_right(small_dense, moved, compiled_fit, 15)
print(f"moved: kernels {conv_moved:.2f}, dense {dense_moved:.2f}")

# %% [markdown]
# Of three starts each on Fashion-MNIST the kernels reached 0.71 to 0.73, and the dense network 0.69.
# So **where a thing may be anywhere the hint is true, and it pays.** And size decides: for a colour
# photo of 224 by 224 pixels one dense layer of 128 units would need 19 million numbers, and 128
# kernels of 3 by 3 only 3,584. A network with such layers is a **CNN**, a *convolutional neural
# network*.

# %% [markdown] minutes=18
# ## 4. What if the order is all there is?
#
# A tune is no picture, since it comes note by note. Ours are made by a few lines of code: they
# climb a scale of six notes to the top, go down to the bottom, and up again. Each note is held
# for 1 to 8 ticks.

# %%
SCALE = np.array([0, 2, 4, 7, 9, 12])  # half tones above the middle C


def make_tunes(n, ticks, seed):
    """n tunes (n, ticks) of the numbers 0 to 5"""
    rng, tunes = np.random.default_rng(seed), np.zeros((n, ticks), int)
    for tune in tunes:
        note, step, t = rng.integers(1, 5), rng.choice([-1, 1]), 0
        while t < ticks:
            held = rng.integers(1, 9)
            tune[t : t + held] = note
            step = {0: 1, 5: -1}.get(note, step)
            note, t = note + step, t + held
    return tunes


# %% tags=["hide-input"]
from utils.sounds import play


def drawn(tune):
    """Its half tones, and its picture"""
    fig, ax = plt.subplots(figsize=(6.4, 1.8))
    ax.step(
        np.arange(len(tune) + 1), [*tune, tune[-1]], where="post", color=plots.BLUE, linewidth=3
    )
    ax.set(xlabel="tick", ylabel="note", yticks=range(6), ylim=(-0.5, 5.5))
    return SCALE[tune], fig


play(
    *drawn(make_tunes(1, 64, seed=5)[0]),
    alt="A tune of the course: notes of different lengths climb a scale of six notes step by step, "
    "turn at its ends only, and go down again.",
)

# %% [markdown] tags=["task"]
# **Press play,** and sing the next note before it comes. (You cannot hear it? The picture tells the
# same.) What did you have to remember?

# %% [markdown]
# A network shall say the next note at each tick. In the middle of the scale it must know
# **whether the tune was going up or down**, and the note itself does not tell. A dense network
# can get the last 8 ticks as its input, and with 10 hidden units it has 556 numbers, 490 of them
# in its first layer. To look back 80 ticks, that layer must have ten times as many. Now take a
# network that reads *one tick after the other*, and has a memory. **How many more numbers does it
# need to remember something for ten times as long?**
#
# | | |
# |---|---|
# | a | ten times as many, as the dense network |
# | b | none |
# | c | about three times as many |
# | d | a hundred times as many, since each tick may matter for each other |

# %% bet="14.b3"
bet("14.b3", "b")

# %% [markdown]
# Such a network is a **recurrent network** (RNN). At each tick it gets one note, $x_t$, and its own
# state of the tick before, $h_{t-1}$, and makes of them the next state:
#
# $$h_t = \tanh(x_t W + h_{t-1} U + b)$$
#
# The state is its memory, and $W$, $U$ and $b$ are the same at each tick, as a kernel is the same
# at each place.
#
# <div class="alert alert-success">
#
# **Exercise 14.4** (2 points): a network with a memory
#
# </div>
#
# Write `states(x, W, U, b)`, which returns the states of all ticks. Before the first tick the state
# is 0 everywhere.
#
# *Expected* for `x = [[1], [0]]`, `W = [[1]]`, `U = [[2]]` and `b = [0]`: `[[0.762], [0.909]]`. The
# second input is 0, so what is left there is the memory.


# %% exercise="14.4"
def states(x, W, U, b):
    """x (ticks, d), W (d, units), U (units, units), b (units,) -> (ticks, units)"""
    ### BEGIN SOLUTION
    h, all_states = np.zeros(len(b)), []
    for x_t in x:
        h = np.tanh(x_t @ W + h @ U + b)
        all_states.append(h)
    return np.array(all_states)
    ### END SOLUTION


# %%
check("14.4")

# %% [markdown] tags=["solution"]
# **Analysis.** Without $U$ this is a dense layer, used once for each tick. With it, the first input
# goes through $U$ and tanh again at every tick, so on the way back its slope is a product of that
# many factors, which mostly vanishes, as in lab 08. That is why the next layer was invented.

# %% [markdown] covers=["002.29"]
# A plain RNN finds it hard to learn what to keep for long. An **LSTM** (Hochreiter and
# Schmidhuber 1997, in today's form Gers and others 2000) keeps its memory in a cell with three
# *gates*: what comes in, what is kept, what goes out. A gate is a number from 0 (shut) to 1
# (open), and that is a sigmoid. So here lab 03's old curve is at home, and Li's slide is right:
# **sigmoidal units are often preferred in networks that are not feed-forward**, such as RNNs.

# %%
print("gates of an LSTM:", LSTM(8).recurrent_activation.__name__)

# %% [markdown]
# Each gate, and the new content, has a $W$, a $U$ and a $b$ of its own: four RNNs in one.
#
# <div class="alert alert-success">
#
# **Exercise 14.2** (2 points): how many numbers?
#
# </div>
#
# Write four functions, for half a point each. All layers have biases, and `words` is the number
# of different words. An *embedding* is a table with a row of `d` numbers for each word, without
# biases.
#
# *Expected*: `conv2d(32, 3, 1)` is 320, and 896 on a colour picture, `conv2d(32, 3, 3)`, whose three
# channels each kernel looks at with numbers of their own. `simple_rnn(16, 8)` is 400, `lstm(16, 8)`
# 1600 and `embedding(1000, 16)` 16000.


# %% exercise="14.2"
def conv2d(kernels, size, channels):
    """kernels of size by size, over so many channels (a grey picture has 1, a coloured one 3)"""
    ### BEGIN SOLUTION
    return kernels * (size * size * channels + 1)
    ### END SOLUTION


def simple_rnn(units, d):
    """d inputs at each tick"""
    ### BEGIN SOLUTION
    return units * (d + units + 1)
    ### END SOLUTION


def lstm(units, d):
    """d inputs at each tick"""
    ### BEGIN SOLUTION
    return 4 * units * (d + units + 1)
    ### END SOLUTION


def embedding(words, d):
    """a row of d numbers for each word"""
    ### BEGIN SOLUTION
    return words * d
    ### END SOLUTION


# %%
check("14.2")

# %% [markdown] tags=["solution"]
# **Analysis.** None of the four knows the size of the picture or the length of the tune. That is
# what a hint saves, because each number is learned once, and used in many places.

# %% [markdown]
# Now train on 200 tunes: an LSTM with 534 numbers, and three dense networks that have a few more.
# `windows` cuts the last ticks out of a tune, for each tick anew.

# %%
tunes, others = make_tunes(200, 65, seed=0), make_tunes(200, 65, seed=1)
notes = np.eye(6, dtype="float32")  # note 2 is [0, 0, 1, 0, 0, 0]


def windows(tunes, ticks):
    """tunes (n, t) -> what the last ticks were, at each tick (n * t, ticks, 6)"""
    padded = np.pad(notes[tunes], ((0, 0), (ticks - 1, 0), (0, 0)))
    parts = [padded[:, k : k + tunes.shape[1]] for k in range(ticks)]
    return np.stack(parts, axis=2).reshape(-1, ticks, 6)


# %%
set_seed(0)
recurrent = LSTM(8, return_sequences=True)
networks = {"LSTM": compiled(keras.Input((None, 6)), recurrent, Dense(6), rate=0.02)}
compiled_fit(
    networks["LSTM"], notes[tunes[:, :-1]], tunes[:, 1:], batch_size=20, epochs=30, verbose=0
)
for ticks, units in ((2, 29), (4, 18), (8, 10)):
    hidden = Flatten(), Dense(units, activation="relu")
    dense = compiled(keras.Input((ticks, 6)), *hidden, Dense(6), rate=0.02)
    x, y = windows(tunes[:, :-1], ticks), tunes[:, 1:].ravel()
    compiled_fit(dense, x, y, batch_size=128, epochs=12, verbose=0)
    networks[f"last {ticks}"] = dense
print({name: one.count_params() for name, one in networks.items()})

# %% [markdown]
# Where a note of the middle ends, does the network give more to the right neighbour, up or down? A
# coin would be right half of the time.

# %% tolerance=0.06
now, following = others[:, :-1], others[:, 1:]
held = np.ones_like(now)  # for how many ticks has the note been held?
for t in range(1, 64):
    held[:, t] = np.where(now[:, t] == now[:, t - 1], held[:, t - 1] + 1, 1)
# The first ticks do not count: there even you cannot know the direction.
moves = (now != following) & (now > 0) & (now < 5) & (np.arange(64) > 12)


def logits(name, tunes):
    """tunes (n, t) -> what a network says about the next note, at each tick (n, t, 6)"""
    x = notes[tunes] if name == "LSTM" else windows(tunes, int(name[-1]))
    return networks[name].predict_on_batch(x).reshape(*tunes.shape, 6)


def right_way(name):
    """share of right ways after holding a note for 1, 2, ... 8 ticks, (8,)"""
    said = logits(name, now)
    i, t = np.nonzero(moves)
    up, down = said[i, t, now[i, t] + 1], said[i, t, now[i, t] - 1]
    right = (up > down) == (following[i, t] > now[i, t])
    return np.array([right[held[i, t] == k].mean() for k in range(1, 9)])


ways = {name: right_way(name) for name in networks}
for name, shares in ways.items():
    print(f"{name:7} held 1, 3 or 8 ticks: {shares[0]:.2f}  {shares[2]:.2f}  {shares[7]:.2f}")

# %% tags=["hide-input"] tolerance=0.15
fig, ax = plt.subplots(figsize=(6.0, 3.2))
for k, (name, shares) in enumerate(ways.items()):
    style = {"color": plots.COLORS[k], "marker": plots.MARKERS[k], "linestyle": plots.LINES[k]}
    ax.plot(range(1, 9), shares, label=name, **style)
ax.axhline(0.5, color=plots.GREY, linewidth=0.8)
ax.set(
    xlabel="the note was held for so many ticks", ylabel="share on the right way", ylim=(0.3, 1.05)
)
ax.legend(loc="lower left", ncols=2, fontsize=9)
plots.show(
    fig,
    alt="Share of right ways against the ticks for which a note was held. The LSTM is right in "
    f"{ways['LSTM'].min():.2f} of the cases at least. Each dense network starts as well and drops "
    "to the coin's 0.5: the one with 2 ticks at a hold of 2, with 4 at 4, and with 8 at 8.",
)

# %% [markdown]
# Each dense network falls to the coin as soon as the note fills its window. A wider window helps
# for a while, but its numbers grow with it, and there is always a longer note. The LSTM keeps one
# bit, *up or down*, through all holds that it has met, which are 1 to 8 ticks. (So it was from three
# starts. Hold a note for 20 or 30 ticks, and it forgets more and more often, too: what a memory *can*
# keep and what training finds are two things.)
#
# Now let two of them compose. Each begins at the bottom, draws the next note with the probabilities
# that it says, and goes on with that.

# %% tolerance=0.12
from scipy.special import softmax


def compose(name, n=40):
    """n tunes of 64 ticks by a network, (n, 64)"""
    rng, tunes = np.random.default_rng(0), np.zeros((n, 64), int)
    for t in range(63):
        p = softmax(np.float64(logits(name, tunes)[:, t]), axis=1)
        tunes[:, t + 1] = [rng.choice(6, p=row) for row in p]
    return tunes


composed = {name: compose(name) for name in ("last 2", "LSTM")}


def keeps_on(tune):
    """In the middle of the scale: how often does it go on as it went before?"""
    steps = np.diff(tune)
    at = np.flatnonzero(steps)
    middle = (tune[at[1:]] > 0) & (tune[at[1:]] < 5)
    return np.sign(steps[at[1:]])[middle] == np.sign(steps[at[:-1]])[middle]


for name, written in composed.items():
    share = np.mean(np.concatenate([keeps_on(tune) for tune in written]))
    print(f"{name:7} goes on as before in {share:.2f} of the cases")

# %% [markdown] tags=["task"]
# **Hear for yourself.** One of these two tunes is by the network that knows the last 2 ticks, and
# one by the LSTM. Which is which?

# %% tags=["hide-input"]
play(
    *drawn(composed["last 2"][16]),
    alt="Tune A, by one of the two networks: again and again it turns back half way.",
)
play(
    *drawn(composed["LSTM"][16]),
    alt="Tune B, by the other network: long climbs from the bottom to the top, and back.",
)

# %% [markdown]
# <details><summary>Which is which? (listen first)</summary>
#
# The first has a window of 2. It knows the scale, but half way it forgets where it was going, and
# one note is held for longer than any in our tunes. The second is by the LSTM. It has learned what a
# tune *is*, although in other tunes it turns too early now and then: of its 40 it goes on as before
# in nine of ten cases, and the first network in half of them.
#
# </details>

# %% [markdown] minutes=12
# ## 5. What does a wug drink?
#
# Words have no pixels and no pitch, and by its letters "cat" is nearer to "car" than to "dog".
# What can a network know about a word? The linguist Firth answered in 1957: *you shall know a
# word by the company it keeps*. Here is a small world of such company, 3,000 sentences made by
# five rules. Two of its words are invented. (The wug is from a test of 1958, in which Jean Berko
# asked children what they call two of them.)

# %%
KINDS = {
    "animal": ["cat", "dog", "horse", "cow", "goat", "wug"],
    "food": ["bread", "cheese", "soup", "rice", "cake"],
    "drink": ["milk", "tea", "water", "juice", "plim"],
    "name": ["anna", "ben", "chloe", "david"],
}
RULES = (
    "the animal eats the food",
    "the animal drinks the drink",
    "name cooks|eats|wants the food",
    "name drinks|pours the drink",
    "name feeds|strokes the animal",
)


def one_of(words, rng):
    return words[rng.integers(len(words))]


rng = np.random.default_rng(0)
sentences = [
    [one_of(KINDS.get(part, part.split("|")), rng) for part in one_of(RULES, rng).split()]
    for _ in range(3000)
]
words = sorted({word for sentence in sentences for word in sentence})
number = {word: k for k, word in enumerate(words)}
for sentence in sentences[:4]:
    print(" ".join(sentence))

# %% [markdown]
# In the network the words are numbers, cake = 3 and cat = 4. Of course a cat is not one more than
# a cake, so the number only says *which row*: each word has a row of numbers in a table, the
# **embedding**, and these are learned. Large language models begin like this, too. The smallest
# GPT-2 of 2019 has 124 million numbers, and a table with a row for each of 50,257 words and parts
# of words. **How much of the whole is this table?**
#
# | | |
# |---|---|
# | a | about 1 in 1,000 |
# | b | about 1 in 30 |
# | c | nearly 1 in 3 |
# | d | more than 9 in 10 |

# %% bet="14.b4"
bet("14.b4", "c")

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 14.3** (1 point): a table is a matrix
#
# </div>
#
# An embedding is a dense layer in disguise. Write `embed(numbers, table)` as a product of matrices:
# first make a row for each word that is 1 at its number and 0 elsewhere (*one-hot*).
#
# *Expected*: `embed([2, 0], table)` is row 2 of the table, and below it row 0. (In some programs
# the number 0 is kept for "no word". Here it is a word like any other.)


# %% exercise="14.3"
def embed(numbers, table):
    """numbers (n,), table (words, d) -> (n, d)"""
    ### BEGIN SOLUTION
    one_hot = np.eye(len(table))[numbers]
    return one_hot @ table
    ### END SOLUTION


# %%
check("14.3")

# %% [markdown] tags=["solution"]
# **Analysis.** The product with a one-hot row picks a row of the table, so `table[numbers]` gives
# the same, and that is what Keras does, because it need not multiply by all those zeros. It also
# means that a gradient reaches only the rows of the words that occur.

# %% [markdown] covers=["000.56"] errata=["E000-18"]
# Sarmiento-Barbieri's last slide reviews **Word Embedding** and a demo of it, which are **not in
# his slides**. So here is a demo. From a word, our network shall guess another word of the same
# sentence.

# %% tolerance=0.05
company = np.array(
    [(number[a], number[b]) for s in sentences for i, a in enumerate(s) for b in s[:i] + s[i + 1 :]]
)
set_seed(0)
model = compiled(
    keras.Input((), dtype="int32"), Embedding(len(words), 8), Dense(len(words)), rate=0.02
)
log = compiled_fit(model, company[:, 0], company[:, 1], batch_size=256, epochs=4, verbose=0)
table = model.layers[0].get_weights()[0]
print(f"table {table.shape}, loss from {np.log(len(words)):.2f} to {log.history['loss'][-1]:.2f}")

# %% [markdown]
# Two rows are alike if they point the same way: then their **cosine** is 1, and it is 0 if they
# have nothing to do with each other. "cat" and "milk" stand in one sentence again and again.
# "cat" and "horse" *never* do, because no rule has two animals. **Which two rows are more
# alike?**
#
# | | |
# |---|---|
# | a | cat and milk: they are learned from being together |
# | b | cat and horse |
# | c | neither: both cosines are near 0 |

# %% bet="14.b5"
bet("14.b5", "b")

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 14.5** (2 points): the nearest words
#
# </div>
#
# Write `nearest(k, table, n)`: the numbers of the `n` words whose rows have the largest cosine with
# row `k`, the nearest first, without `k` itself.
#
# $$\cos(u, v) = \frac{u \cdot v}{|u|\,|v|}$$
#
# *Expected*: `nearest(0, table, 2)` is `[2, 1]` for the table `[[1, 0], [0, 9], [2, 1], [-3, 0]]`.


# %% exercise="14.5"
def nearest(k, table, n):
    """k (), table (words, d), n () -> n numbers of words"""
    ### BEGIN SOLUTION
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    order = np.argsort(-(unit @ unit[k]))
    return order[order != k][:n]
    ### END SOLUTION


# %%
check("14.5")

# %% [markdown] tags=["solution"]
# **Analysis.** A row can be long for other reasons, such as a word that occurs often. Its direction
# says how the word is used, so divide by the lengths, and only then compare. A word is nearest to
# itself, with a cosine of 1, and that is no news.

# %% [markdown]
# Here all 28 words stand in a circle, the two invented ones at the bottom. A line joins two words
# whose cosine is above the slider. The lines of the invented words are orange.

# %% tags=["hide-input"] tolerance=0.15
from matplotlib.collections import LineCollection
from sklearn.metrics.pairwise import cosine_similarity

alike = cosine_similarity(table)
kind_of = {word: kind for kind, several in KINDS.items() for word in several}
rest = [word for word in words if word not in kind_of]
known = [word for word in kind_of if word not in ("wug", "plim")]
circle = [*known[:10], *rest, *known[10:], "wug", "plim"]
angle = np.linspace(0, 2 * np.pi, len(circle), endpoint=False) - np.pi / 2
angle += np.pi / len(circle) * 3
places = np.column_stack([np.cos(angle), np.sin(angle)])


def joined(limit):
    """The pairs above the limit of one kind, those of two, and whether no word is left alone"""
    pairs = [(u, v) for u in circle for v in circle if number[u] < number[v]]
    pairs = [(u, v) for u, v in pairs if alike[number[u], number[v]] > limit]
    within = [(u, v) for u, v in pairs if kind_of.get(u) == kind_of.get(v)]
    between = [pair for pair in pairs if pair not in within]
    together = all(any(word in pair for pair in within) for word in kind_of)
    return within, between, together


def draw_circle(limit):
    within, between, together = joined(limit)
    fig, ax = plt.subplots(figsize=(4.6, 4.6))
    for invented, color, width in ((False, plots.BLUE, 0.7), (True, plots.ORANGE, 1.6)):
        ends = [
            [places[circle.index(word)] for word in pair]
            for pair in within + between
            if invented == any(word in ("wug", "plim") for word in pair)
        ]
        ax.add_collection(LineCollection(ends, colors=color, linewidths=width))
    for word, (x, y) in zip(circle, places, strict=True):
        ax.text(1.17 * x, 1.1 * y, word, ha="center", va="center", fontsize=9)
    ax.set(xlim=(-1.3, 1.3), ylim=(-1.25, 1.25), aspect="equal")
    ax.axis("off")
    crossing = len(between) / max(1, len(within) + len(between))
    return fig, (
        f"Cosine above {limit:.2f}: the share {crossing:.2f} of the lines joins two kinds, and "
        f"{'each' if together else 'not each'} animal, food, drink and name is joined to its kind."
    )


knobs(
    draw_circle,
    task="No line between two kinds, and still each word is joined to its kind. What is a wug?",
    reached=lambda limit: joined(limit)[1] == [] and joined(limit)[2],
    limit=Slider(0, 1, 0.05, start=0.3),
)

# %% tolerance=0.15
for a, b in (("cat", "milk"), ("cat", "horse"), ("cat", "wug"), ("milk", "plim")):
    print(f"{a} and {b}: {alike[number[a], number[b]]:.2f}")

# %% [markdown]
# Nobody told the network what an animal is. A wug is one, because it eats, drinks, and is
# stroked, and what it drinks is now and then a glass of plim. Words are alike not when they meet,
# but when *the same words meet them*. (From five starts we saw the same groups.)

# %% [markdown] minutes=4
# ## 6. Which lab would you open?

# %% [markdown] tags=["task"]
# The last page. Here are six real tasks. **Which of the fifteen labs would you open first for
# each?** Write down six numbers, then unfold ours.
#
# 1. From a patient's age, weight and two blood values, say the risk of diabetes.
# 2. Sort photos of leaves into 30 kinds of trees, with 2,000 photos.
# 3. Your network's loss is `nan` after ten steps.
# 4. Sensors report from a machine once a second: will it fail within the hour?
# 5. A colleague reports 0.99 right on 60 patients and wants to publish.
# 6. Find in 10,000 letters those that complain about the same thing.

# %% [markdown] folded=true
# ## Our six

# %% [markdown]
# 1. Lab 04: one probability, and an honest price for it. A neuron (01) is the rival to beat.
# 2. This lab's section 2 for the kernels, and lab 12 for all the rest.
# 3. Lab 08 (what was wrong before the first step?), then 05 (the rate) and 04 (the race to nan).
# 4. This lab's section 4. But first ask what a dense network with a window can do.
# 5. Lab 11: how were the patients chosen, and is there a leak?
# 6. This lab's section 5: rows of numbers for words, and their cosines.

# %% [markdown] folded=true
# ## More: the road on the slides

# %% [markdown] covers=["001.03"]
# Larreguy's tutorial names the kinds of networks that you meet most: **CNNs (images)**, **RNNs
# (natural language)** and **DBNs (unsupervised)**, which are *deep belief networks*. They learn
# without labels, and are rare today.

# %% [markdown] covers=["003.05"]
# **Miklos's roadmap** lists what you have done in this course, and where it goes on:
#
# | on the roadmap | here |
# |---|---|
# | perceptron, a basic neural network | labs 01, 02 |
# | multi-layer perceptron, **training, backpropagation** | labs 03 to 10 |
# | **early stopping, regularisation, dropout** | lab 11 |
# | CNN and **basic image processing** | sections 1 to 3 (pictures without a CNN: lab 12) |
# | **RNN, LSTM** | section 4 |
# | **word embeddings**, text and other sparse data | section 5 |
# | **machine learning strategy** | labs 10, 11 and 12: rivals, seeds, leaks, tests |

# %% [markdown] folded=true
# ## More: another memory

# %% [markdown]
# The **GRU** (2014) has two gates instead of three, so it has three parts where the LSTM has four.
# Keras gives each unit of a part two biases. Here are three layers of 16 units, each with 8 inputs.

# %%
from keras.layers import GRU, SimpleRNN

for layer in (SimpleRNN(16), GRU(16), LSTM(16)):
    layer.build((None, None, 8))
    print(f"{type(layer).__name__:9} {layer.count_params()}")

# %% [markdown] folded=true
# ## More: a kernel that is turned

# %% [markdown]
# The mathematicians' convolution, with the picture and the kernel of exercise 14.1:

# %%
from scipy.signal import convolve2d

image, kernel = np.array([[1, 2, 0], [0, 3, 1], [2, 0, 5]]), np.array([[-1, 0], [0, 1]])
print(convolve2d(image, kernel, mode="valid").tolist())

# %% [markdown]
# Each number is the negative of the one in the exercise, because this kernel after half a turn is its
# own negative.

# %% [markdown] folded=true
# ## Test yourself

# %% [markdown]
# <details><summary>You jumble the columns of a table of patients, age, weight and so on. Does a
# dense network mind? Would a layer with kernels?</summary>
#
# The dense network does not mind. A kernel would look at "neighbours" that are none, so it has
# nothing to offer here.
#
# </details>
#
# <details><summary>A colleague trains an LSTM on tables in which the order of the rows means
# nothing. What do you say?</summary>
#
# That there is nothing to remember from one row to the next, so that a dense network does the same
# with fewer numbers.
#
# </details>
#
# <details><summary>In an embedding learned from neighbours, "good" and "bad" are often alike.
# Why?</summary>
#
# Because the same words meet them: a good film, a bad film. Alike means "used alike", not "means
# the same".
#
# </details>

# %% [markdown] minutes=3
# ## So, what may a network know before it learns?
#
# What you know about *all* your data, and nothing else: that neighbours belong together, that the
# order counts, that equal company means equal use. Such a hint may save numbers where it is true, as
# the LSTM did, and harms where it is not, as with the jumbled pictures.
#
# **A challenge to take home** (no points): the LSTM has 534 numbers. How few can a network with a
# memory have, and still be on the right way in 0.93 of the cases at *every* hold from 1 to 8? Our
# best has 174, a plain `SimpleRNN(8)` that was trained for 60 epochs: 0.94 to 1.00 from five
# starts. Build yours as the cell of the LSTM does, with the name `networks["LSTM"]`, train it by
# the same line, and ask:

# %% tags=["task"] tolerance=0.1
worst = right_way("LSTM").min()
print(f"{networks['LSTM'].count_params()} numbers, right way at the worst hold: {worst:.2f}")

# %% [markdown]
# You began with one neuron and a lamp. Now you can build, train and repair networks, and you know
# when not to believe their numbers. Good next steps, all free: *Dive into Deep Learning*
# (<https://d2l.ai>) for kernels, memories and attention, the guides of Keras
# (<https://keras.io/guides>) for larger projects, and a data set of your own, because nothing
# teaches as much as one whose answer nobody knows.
#
# And how well did you know what you knew? Here are your bets from all labs.

# %% tags=["nbval-ignore-output"]
from utils import past_bets

past_bets.report()

# %% [markdown]
# That was the last lab of the road. Two extras stay open as long as you like: the
# [clinic](15_clinic.ipynb), where you say what is wrong with a network, and
# [Slip or right?](16_slips.ipynb). Thank you for reading, for betting, and for being wrong now and
# then. It is how one learns, and you need not even take a step of gradient descent for it.
