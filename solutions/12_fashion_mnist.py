# %% [markdown] minutes=90 seconds=120
# # Lab 12: Ten kinds of garments: Fashion-MNIST
#
# In lab 10 a network predicted two lengths from two lengths. Now it looks at **pictures** of 784
# pixels and says which of ten kinds of garments each one shows. The lecture (000, from L314 on)
# does this in R, with one hidden layer and five epochs, and ends with one number: an accuracy of
# 0.8792 on pictures that the network had not seen. We do the same in Python and ask what that
# number is worth.
#
# You need $X W + b$ (lab 00) and the words *activation*, *loss*, *epoch*, *batch size*, *test* and
# *validation rows* (labs 02 and 10). This lab explains the rest. It takes about 90 minutes. The
# three parts that are marked *optional* take 15 more.
#
# You will learn
#
# - how a picture goes into a dense network, and how ten probabilities come out;
# - how to read an accuracy: against simple rivals, over ten seeds, and class by class;
# - which rows may decide what: training, validation, test.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %%
import keras
import numpy as np
from keras.layers import Dense, Flatten

from utils import data, plots
from utils.checks import check, hint
from utils.training import compiled_fit, set_seed, train_many

# %% [markdown] covers=["000.60"]
# ## 1. The pictures
#
# The lecture's demo is that of a tutorial by RStudio (2020), *Basic Image Classification*
# (<https://tensorflow.rstudio.com/tutorials/beginners/basic-ml/tutorial_basic_classification/>).
# Its data is **Fashion-MNIST**: 70,000 product photos of an online shop, made small and grey by
# Xiao, Rasul and Vollgraf (2017), free to use (MIT licence).
#
# The next cell gets the data: from a folder, from a cache, or from the internet. If all three fail,
# it draws a **stand-in** with the same shapes and the same ten classes, and says so. Then some of
# your numbers are close to those in the text and others are off by 0.1 or more: the text always
# means Fashion-MNIST. Under each figure you see which data it shows.

# %% covers=["000.49"] tags=["nbval-ignore-output"]
# The lecture, in R: dataset_fashion_mnist().
fashion = data.fashion_mnist()
print(fashion)
if fashion.stand_in:
    print(
        "These are not the lecture's pictures: where the lab compares with the lecture's numbers, "
        "read the text, not your numbers."
    )

# %% [markdown]
# R gives train and test as two pairs, which the lecture unpacks with `%<-%`. In Python a comma does
# that. *Images* are the pictures, *labels* the numbers of their classes.

# %% covers=["000.50"]
images, labels = fashion.x_train, fashion.y_train
images_test, labels_test = fashion.x_test, fashion.y_test
print(images.shape, images.dtype, labels.shape)
print(images_test.shape, images_test.dtype, labels_test.shape)

# %% [markdown]
# 60,000 pictures to learn from and 10,000 for the test, each with 28 rows of 28 pixels. `uint8`
# means: each pixel is a whole number from 0 (black) to 255 (white).
#
# The ten classes, as the lecture lists them:

# %% covers=["000.50"]
class_names = fashion.target_names
for number, name in enumerate(class_names):
    print(number, name)

# %% [markdown]
# **The labels go from 0 to 9**, in the files, in Keras and in Python. R counts from 1: there
# `class_names[1]` is "T-shirt/top", and the name of label 9 is `class_names[9 + 1]`. Here it is
# simply `class_names[9]`.
#
# **Predict:** how often does each class occur?

# %%
print("training:", np.bincount(labels))
print("test:", np.bincount(labels_test))
assert set(np.bincount(labels)) == {6000} and set(np.bincount(labels_test)) == {1000}

# %% [markdown]
# 6,000 and 1,000 of each: the classes are *balanced*. That makes the accuracy easy to read, as
# section 7 will show.
#
# Now look at the pictures, one row a class. Which classes would *you* mix up?

# %% covers=["000.50"]
import matplotlib.pyplot as plt


def show(fig, alt):
    """Show a figure with the name of its data in the corner."""
    fig.supxlabel(fashion.caption, x=0.99, ha="right", fontsize=9)
    plots.show(fig, alt=alt)


rows = [np.hstack(images[labels == c][:9]) for c in range(10)]
fig, ax = plt.subplots(figsize=(6.8, 5.9))
ax.imshow(np.vstack(rows), cmap="gray")
ax.set(xticks=[], yticks=28 * np.arange(10) + 14, yticklabels=class_names)
ax.tick_params(length=0)
ax.spines[:].set_visible(False)
show(
    fig,
    alt="Ten rows of nine small grey pictures on black, one row a class: T-shirt/top, Trouser, "
    "Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot. The rows Pullover, Coat and "
    "Shirt look alike.",
)

# %% [markdown]
# Trousers, bags and shoes are easy. A pullover, a coat and a shirt have the same outline, and on 28
# x 28 pixels hardly a button is left. Keep your guess.

# %% [markdown]
# ## 2. Numbers from 0 to 1
#
# **Predict:** what are the smallest and the largest pixel?

# %% stand_in=0
print("from", images.min(), "to", images.max())

# %% [markdown]
# The lecture divides all pictures by 255, so that they go from 0 to 1. Why? A layer begins with
# weights that are made for inputs of about that size. Pixels of 255 make the first outputs some
# hundred times too large, and so the first steps go far off. Section 4 tries it.
#
# Training and test pictures are divided by the **same** number. The same grey must mean the same.

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 12.1** (1 point): prepare
#
# </div>
#
# Write `prepare(images, labels)`. It returns `x, y`:
#
# - `x`: the pictures with numbers from 0 to 1, where 255 becomes 1. The shape stays (n, 28, 28).
#   Use 32-bit floats (`float32`), with which Keras computes: NumPy's usual 64 bits take twice the
#   memory.
# - `y`: the labels as they are, whole numbers from 0 to 9.
#
# The check gives it other pictures, and their brightest pixel need not be 255. Expected for the
# training data: shape (60000, 28, 28), numbers from 0.0 to 1.0.


# %% exercise="12.1"
def prepare(images, labels):
    """images (n, 28, 28) uint8, labels (n,) -> x (n, 28, 28) from 0 to 1, y (n,)."""
    ### BEGIN SOLUTION
    return images.astype("float32") / 255, labels
    ### END SOLUTION


# %% stand_in=0.1
x_own, y_own = prepare(images, labels)
print(x_own.shape, x_own.dtype, f"from {x_own.min():.1f} to {x_own.max():.1f}")

# %%
check("12.1")

# %% [markdown]
# Stuck? This shows a hint, and the next one if you run it again. Every exercise has three.

# %%
hint("12.1")

# %% [markdown] tags=["solution"]
# **Analysis.** `images / 255` alone is right, too, but NumPy makes 64-bit numbers: 376 MB instead
# of 188. `images // 255` leaves only zeros and ones. And `images / images.max()` is the same as
# long as some pixel is 255; on a batch without one the same grey gets another number.

# %% [markdown]
# From here on the lab uses arrays of its own:

# %% covers=["000.51"]
x_train, x_test = (np.float32(pictures) / 255 for pictures in (images, images_test))
y_train, y_test = labels, labels_test
print(x_train.shape, x_train.dtype)

# %% [markdown]
# ## 3. From a picture to ten probabilities
#
# The lecture's network has three parts. We send one picture through each of them, by hand, with
# random weights.
#
# **Flatten** lays the 28 rows of a picture one behind the other. It computes nothing.
#
# **Predict:** how long is the result?

# %%
picture = x_train[0]
row = picture.reshape(-1)
print(picture.shape, "->", row.shape)

# %% [markdown]
# The **hidden layer** has 128 units with ReLU, the **output layer** ten units, one for each class.
# Both compute $X W + b$.

# %%
rng = np.random.default_rng(0)
W1, b1 = rng.normal(0, 0.05, (784, 128)), np.zeros(128)
W2, b2 = rng.normal(0, 0.1, (128, 10)), np.zeros(10)
hidden = np.maximum(0, row @ W1 + b1)
logits = hidden @ W2 + b2
print(row.shape, "->", hidden.shape, "->", logits.shape)

# %% [markdown]
# The ten numbers can be anything. They are called **logits**. We want probabilities: positive, with
# the sum 1. The **softmax** makes them:
#
# $$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$
#
# **Predict:** for the three logits 2, 1 and 0, which share gets the first: a third, a half, two
# thirds, all?


# %%
def softmax(z):
    """z (..., k) logits -> (..., k) probabilities; the largest is taken off, against overflow."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


print(softmax(np.array([2.0, 1.0, 0.0])).round(3))
print(f"sum of the ten probabilities: {softmax(logits).sum():.3f}")

# %% [markdown]
# About two thirds. The largest logit gets the largest probability, and the others keep a part. It
# is a *soft* version of "the largest takes all".
#
# The same three parts in Keras, as the lecture has them (000, L355-361):

# %% covers=["000.52"]
set_seed(0)
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        Flatten(),
        Dense(128, activation="relu"),
        Dense(10, activation="softmax"),
    ]
)
model.summary(print_fn=print, line_length=70)

# %% [markdown]
# **Check that Keras agrees.** We take Keras's random weights and compute five pictures by hand.

# %%
W1, b1, W2, b2 = model.get_weights()
by_hand = softmax(np.maximum(0, x_train[:5].reshape(5, 784) @ W1 + b1) @ W2 + b2)
assert np.allclose(by_hand, model(x_train[:5]), atol=1e-5)
print("the same probabilities, shape", by_hand.shape)

# %% [markdown]
# And the parameters, by hand: $m$ inputs and $n$ units make $m \times n$ weights and $n$ biases.

# %%
counts = [784 * 128 + 128, 128 * 10 + 10]
print(counts, "together", sum(counts))
assert sum(counts) == model.count_params() == 101_770

# %% [markdown]
# 101,770 numbers to learn, and 100,480 of them between the pixels and the hidden layer.

# %% [markdown]
# <div class="alert alert-info">
#
# **Softmax or logits?** A network may also stop at the logits: `Dense(10)` without an activation.
# Then the loss must know it, `SparseCategoricalCrossentropy(from_logits=True)`, and does the
# softmax itself, which is more exact for very large logits. Both are good. Never do both, and never
# neither: **output and loss must fit**. The class with the largest logit has the largest
# probability, so for the answer alone you need no softmax.
#
# </div>

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 12.2** (2 points): a network for pictures of any size
#
# </div>
#
# Other pictures have other sizes and other classes. Write `build_model(shape, units, classes)`:
# `shape` is the shape of one picture, such as (28, 28); `units` is the size of the one hidden layer
# (ReLU), with biases everywhere. The outputs are probabilities (softmax); logits are accepted, too.
# Return a Keras model of built-in layers; it need not be compiled.
#
# Expected: `build_model((28, 28), 128, 10).count_params()` is 101770, and
# `build_model((8, 8), 16, 3).count_params()` is 1091.


# %% exercise="12.2"
def build_model(shape, units, classes):
    """shape (height, width), units, classes -> a Keras model: (n, *shape) to (n, classes)."""
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input(shape=shape),
            Flatten(),
            Dense(units, activation="relu"),
            Dense(classes, activation="softmax"),
        ]
    )
    ### END SOLUTION


# %%
print(build_model((28, 28), 128, 10).count_params(), build_model((8, 8), 16, 3).count_params())

# %%
check("12.2")

# %% [markdown] tags=["solution"]
# **Analysis.** $64 \cdot 16 + 16 = 1040$ and $16 \cdot 3 + 3 = 51$, together 1,091. Without
# `Flatten` the model of the lecture has only 5,002 parameters: Keras then treats the 28 rows of a
# picture as 28 separate inputs, and the output has shape (28, 10). Without biases it has 101,632.

# %% [markdown]
# ## 4. Training
#
# `compile` says how to learn. The lecture's choice: the optimizer **Adam**, the loss
# **sparse categorical cross-entropy**, and the **accuracy** as a metric, that is, the share of
# pictures whose most probable class is the right one.

# %% covers=["000.53"]
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

# %% [markdown]
# The loss looks at one of the ten probabilities, that of the right class, and takes $-\log p$: 0 if
# the network is sure and right, large if it gave the right class a small chance. ($\log$ is the
# natural logarithm, `np.log`.) *Sparse* means: the label is the number of the class, not a row of
# zeros and a one.
#
# The accuracy needs the network's answer. `p.argmax(axis=1)` gives, for each row, the **number** of
# its largest entry: the class that the network says.
#
# **Predict:** the network is not trained yet. With ten classes, what will $p$ be, about? And
# $-\log p$?

# %% tolerance=0.2 stand_in=0.5
p = np.asarray(model(x_test[:1000]))
p_right = p[np.arange(1000), y_test[:1000]]
loss_by_hand = -np.log(p_right).mean()
accuracy_by_hand = np.mean(p.argmax(axis=1) == y_test[:1000])
loss, accuracy = model.evaluate(x_test[:1000], y_test[:1000], verbose=0)
print(f"loss by hand {loss_by_hand:.2f}, Keras {loss:.2f}")
print(f"accuracy by hand {accuracy_by_hand:.2f}, Keras {accuracy:.2f}")
assert np.allclose((loss, accuracy), (loss_by_hand, accuracy_by_hand), atol=2e-3)

# %% [markdown]
# Pure guessing gives $p = 1/10$ and $-\log 0.1 = 2.30$. The untrained network is not much better or
# worse than that.
#
# We will need many fresh networks, so the whole listing goes into a function:


# %% covers=["000.52"]
def lecture_model():
    """A new network of the lecture, compiled: (n, 28, 28) to (n, 10) probabilities."""
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            Flatten(),
            Dense(128, activation="relu"),
            Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% [markdown]
# First on the first 6,000 pictures, with `model.fit`, as in lab 10. The `batch_size` is not given:
# then it is 32, and an epoch has 188 steps, the last with the 16 pictures that remain.
#
# **Predict:** after five such epochs, how many of ten *test* pictures are right?

# %% covers=["000.53"] tolerance=0.03 stand_in=0.2
set_seed(0)
small = lecture_model()
small.fit(
    x_train[:6000],
    y_train[:6000],
    epochs=5,
    verbose=0,  # the lecture: 2, one line an epoch
)
print(f"test accuracy after 6,000 pictures: {small.evaluate(x_test, y_test, verbose=0)[1]:.2f}")

# %% [markdown]
# Five epochs on a tenth of the pictures, and already more than 8 of 10 right.
#
# And without dividing by 255? The same network, the same pictures, raw. **Predict:** better, equal,
# worse?

# %%
set_seed(0)
raw = lecture_model()
raw.fit(np.float32(images[:6000]), y_train[:6000], epochs=5, verbose=0)
losses = raw.history.history["loss"], small.history.history["loss"]

# %% tolerance=6 stand_in=20
print(f"loss of the first epoch: raw {losses[0][0]:.1f}, divided {losses[1][0]:.1f}")

# %% tolerance=0.08 stand_in=0.2
raw_accuracy = raw.evaluate(np.float32(images_test), y_test, verbose=0)[1]
print(f"test accuracy: raw {raw_accuracy:.2f}")

# %% [markdown]
# It learns, but it starts with a loss many times larger than guessing would have, spends its steps
# on coming back, and ends lower. One division helps more than many epochs: raw, even 50 epochs of
# these 6,000 pictures end at only about 0.8 on Fashion-MNIST (measured beforehand).

# %% [markdown]
# ### All 60,000: many steps as one program
#
# **Predict:** how many steps has an epoch now?

# %% covers=["000.54"]
steps = 60000 / 32
print(f"steps an epoch: {steps:.0f}")
assert steps == 1875

# %% [markdown]
# 1875: that is the number in the lecture's log. It counts steps, not pictures.
#
# <div class="alert alert-info">
#
# **`compiled_fit`.** After each of these 1,875 steps `model.fit` goes back to Python, which costs
# more time than the arithmetic. `compiled_fit(model, x, y, ...)` of this course gives many steps
# together to XLA, the compiler in TensorFlow, as **one program**. Each step is Keras's own, with
# the same arithmetic; only the way back to Python is gone. (To *compile* here means to translate
# the steps into machine code. `model.compile` does something else: it only notes loss and
# optimizer.) It takes the arguments of `fit` that this course uses, each by its name, and returns
# the same history. While it trains, it renews one line with the losses; the last one stays.
# `verbose=0` turns it off.
#
# </div>
#
# Do not believe it: **check that Keras agrees**. The same start, the same order of the pictures,
# one epoch on 6,410 pictures (200 steps of 32 pictures, and one of 10):

# %%
few = x_train[:6410], y_train[:6410]
set_seed(0)
by_fit = lecture_model()
by_fit.fit(*few, shuffle=False, verbose=0)
set_seed(0)
by_program = lecture_model()
compiled_fit(by_program, *few, shuffle=False, verbose=0)
pairs = zip(by_fit.get_weights(), by_program.get_weights(), strict=True)
assert all(np.allclose(one, other, atol=1e-3) for one, other in pairs)
print("the same weights after", int(np.ceil(6410 / 32)), "steps")

# %% [markdown]
# Now both do one more such epoch, and we look at the clock. **Predict:** how many times as fast?

# %% tags=["nbval-ignore-output"]
from time import perf_counter

start = perf_counter()
by_fit.fit(*few, shuffle=False, verbose=0)
between = perf_counter()
compiled_fit(by_program, *few, shuffle=False, verbose=0)
end = perf_counter()
print(
    f"fit {between - start:.2f} s, compiled_fit {end - between:.2f} s: on this machine "
    f"{(between - start) / (end - between):.0f} times as fast"
)

# %% [markdown]
# Read it so: both made the same 201 steps, and what `fit` needed more is the way back to Python. On
# two cores it was 5 to 12 times as fast. The number jumps if the machine does other things as well:
# run the cell again. It leaves out the *first* call of `compiled_fit`, which also has to compile
# and takes a second or two for that. So for one short training `fit` is as good.
#
# Now the lecture's five epochs on all 60,000 pictures.

# %% covers=["000.53"] tolerance=0.012 stand_in=0.2
set_seed(0)
model = lecture_model()
history = compiled_fit(model, x_train, y_train, epochs=5)

# %% [markdown]
# The log of the lecture beside ours. **Predict:** how far apart will they be? The first digit, the
# second, the third?

# %% covers=["000.54"] tolerance=0.012 stand_in=0.2
lecture_loss = [0.5003, 0.3782, 0.3362, 0.3141, 0.2934]
lecture_accuracy = [0.8238, 0.8643, 0.8784, 0.8844, 0.8922]
print("         loss             accuracy")
print("epoch    lecture  ours    lecture  ours")
for i in range(5):
    loss, accuracy = (history.history[key][i] for key in ("loss", "accuracy"))
    print(f"{i + 1}        {lecture_loss[i]:.4f}   {loss:.3f}", end="   ")
    print(f"{lecture_accuracy[i]:.4f}   {accuracy:.3f}")

# %% [markdown]
# On Fashion-MNIST the two agree to about 0.005, in another language and years of new Keras versions
# later. That is a reproduction: not the same digits, but the same network, data and arithmetic.

# %% [markdown]
# ## 5. The test
#
# Now the 10,000 pictures that the network has not seen.

# %% covers=["000.55"] tolerance=0.03 stand_in=0.3
test_loss, test_accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"test loss      the lecture 0.3377942   ours {test_loss:.3f}")
print(f"test accuracy  the lecture 0.8792      ours {test_accuracy:.3f}")

# %% [markdown]
# On Fashion-MNIST our accuracy is about 0.01 below the lecture's, and our loss about 0.03 above it.
# The two logs agreed to about 0.005: the test wobbles more than the log. A number in the log is a
# mean over a whole epoch. The test asks one single network, as the very last steps have left it.
#
# Is our run bad, or was the lecture's good? One run cannot tell; section 6 makes ten. First write a
# training yourself.

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 12.3** (3 points): train
#
# </div>
#
# Write `train(x, y, *, seed)`. It gets pictures of shape (n, 28, 28), **already divided by 255**,
# and labels from 0 to 9. It returns a trained Keras model of built-in layers that takes such
# pictures and gives ten numbers for each.
#
# - The check trains it on 3,000 drawn garments, whose classes have **other numbers** than here.
#   Then the accuracy on 1,500 new ones must be **at least 0.68**. There is no upper limit.
# - Train on `x` as it is: not divided again, and not times 255.
# - Ten outputs: probabilities that add up to 1, or logits. **Output and loss must fit.**
# - The lecture's network with five epochs is enough: it gets about 0.8 there. Any other network,
#   optimizer and loss will do. `model.fit` or `compiled_fit`, as you like, with
#   `verbose=0`. The check may take up to 20 seconds.


# %% exercise="12.3"
def train(x, y, *, seed):
    """x (n, 28, 28) from 0 to 1, y (n,) from 0 to 9 -> a trained Keras model."""
    ### BEGIN SOLUTION
    set_seed(seed)
    model = lecture_model()
    compiled_fit(model, x, y, epochs=5, verbose=0)
    return model
    ### END SOLUTION


# %% tolerance=0.05 stand_in=0.2
trained = train(x_train[:3000], y_train[:3000], seed=0)
said = np.asarray(trained(x_test)).argmax(axis=1)
print(f"test accuracy after 3,000 pictures: {np.mean(said == y_test):.2f}")

# %% tolerance=0.02
check("12.3")

# %% [markdown] tags=["solution"]
# **Analysis.** The names matter: inside the function stand `x` and `y`, not `x_train`. The seed
# comes first, because the weights are drawn when the model is built. With `batch_size=60000` an
# epoch is one single step; five steps are far too few. Softmax together with `from_logits=True`
# still works in today's Keras, which looks behind the softmax and warns, but not in every
# framework. And no `assert` for 0.8792: that is one run of one seed.

# %% [markdown] errata=["E000-17"]
# ### The lecture's accuracy column
#
# <div class="alert alert-warning">
#
# **Check the slide** (000, L363-399). Two things matter:
#
# - there are **no validation data**, although the same lecture demands them (L305); section 9 adds
#   them;
# - the accuracy of an epoch is a **running mean over changing weights**, on pictures from which the
#   network learns. It is not the accuracy of the network at the end of the epoch.
#
# (Two small ones: there is no seed, so nobody can find exactly 0.8792 again, and the code that
# prints this number is not on the slide.)
#
# </div>
#
# How much does the running mean matter? We train for one epoch and then ask again, with the weights
# at rest.

# %% errata=["E000-17"] tolerance=0.02 stand_in=0.2
set_seed(0)
one = lecture_model()
logged = compiled_fit(one, x_train, y_train, verbose=0).history["accuracy"][0]
asked_again = one.evaluate(x_train, y_train, batch_size=1000, verbose=0)[1]
print(f"epoch 1: logged {logged:.3f}, asked again {asked_again:.3f}")

# %% errata=["E000-17"] tolerance=0.02 stand_in=0.2
logged = history.history["accuracy"][4]
asked_again = model.evaluate(x_train, y_train, batch_size=1000, verbose=0)[1]
print(f"epoch 5: logged {logged:.3f}, asked again {asked_again:.3f}, test {test_accuracy:.3f}")

# %% [markdown]
# After one epoch the network is clearly better than its log says. After five the two are close,
# because little changes any more. Then compare the last two numbers: on pictures that it has
# learned from, the network is better than on new ones. **Only the test tells what it can do.**

# %% [markdown]
# ## 6. Ten seeds
#
# The start is random, and so is the order of the pictures. **Predict:** how far do ten runs of the
# same listing lie apart?
#
# A loop of ten calls of `compiled_fit` would do. `train_many(build, x, y, n=10, ...)` of this
# course trains the ten side by side, in one program; `build` is the *function* that makes a
# network. **Each array of weights gets one more axis in front, the network, and each network is
# trained as if it were alone**: with a start, an order of the pictures and a loss of its own.
#
# Two things differ from `fit`. Give `batch_size`: without it a step takes *all* rows. And
# `set_seed` does nothing here: write `seed=1` for ten other networks (without it, `seed=0`).
#
# **Check that Keras agrees.** Two networks together, and the first of them once more, alone, from
# the same start (`initial`), with `fit`:

# %%
fewer = x_train[:650], y_train[:650]
two = train_many(lecture_model, *fewer, n=2, epochs=2, batch_size=32, shuffle=False)
alone = lecture_model()
alone.set_weights([stacked[0] for stacked in two.initial])
losses = alone.fit(*fewer, epochs=2, shuffle=False, verbose=0).history["loss"]
assert np.allclose(losses, two.history["loss"][0], atol=1e-3)
print("the same losses after", len(losses), "epochs")

# %% [markdown]
# Now the ten. This takes half a minute or so, and shows nothing before it is done. `model_of(i)` is
# network `i`, an ordinary Keras model.

# %%
ten = train_many(lecture_model, x_train, y_train, n=10, epochs=5, batch_size=32)
runs = np.array([ten.model_of(i)(x_test) for i in range(10)])
print("runs, pictures, classes:", runs.shape)

# %% covers=["000.55"] tolerance=0.012 stand_in=0.12
accuracies = np.mean(runs.argmax(axis=2) == y_test, axis=1)
print(f"lowest {accuracies.min():.3f}, median {np.median(accuracies):.3f}", end=", ")
print(f"highest {accuracies.max():.3f}, the lecture 0.8792")
fig = plots.spread(
    accuracies,
    xlabel="test accuracy",
    marks=None if fashion.stand_in else {"the lecture": 0.8792},
    bins=8,
    title="The lecture's network from ten seeds",
)
show(
    fig,
    alt="Histogram of the test accuracy from ten seeds: from "
    f"{accuracies.min():.3f} to {accuracies.max():.3f}, median {np.median(accuracies):.3f}. "
    "The lecture got 0.8792.",
)

# %% [markdown]
# On Fashion-MNIST ten seeds spread over 0.01 to 0.015, and thirty others, measured beforehand, lay
# between 0.864 and 0.880 with the median 0.873. The lecture's 0.8792 is above all or nearly all of
# them: not wrong, but **slightly lucky**. So do not expect 0.8792, and do not take a difference of
# 0.005 between two networks as a fact before you have seen several seeds of each.

# %% [markdown]
# ## 7. Rivals
#
# Is 0.87 much? An accuracy means nothing without a rival. Three of them, each a little cleverer:
#
# 1. **The most frequent class**, for every picture. All classes are equally frequent here.
# 2. **The nearest mean**: the mean picture of each class, and the answer is the class whose mean is
#    nearest. No training.
# 3. **A linear model**: the lecture's network without its hidden layer. It is also called *logistic
#    regression* with ten classes.
#
# **Predict** the three accuracies.

# %%
most_frequent = np.bincount(y_train).argmax()
means = np.array([x_train[y_train == c].mean(axis=0) for c in range(10)])
distances = [np.sum((x_test - mean) ** 2, axis=(1, 2)) for mean in means]
nearest = np.argmin(distances, axis=0)

# %%
set_seed(0)
linear = keras.Sequential([keras.Input(shape=(28, 28)), Flatten(), Dense(10, activation="softmax")])
linear.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
compiled_fit(linear, x_train, y_train, epochs=5, verbose=0)
linear_says = np.asarray(linear(x_test)).argmax(axis=1)

# %% tolerance=0.02 stand_in=0.25
for name, says in (
    ("most frequent class", most_frequent),
    ("nearest mean", nearest),
    ("linear model", linear_says),
):
    print(f"{name:20} {np.mean(says == y_test):.3f}")
print(f"{'the network, median':20} {np.median(accuracies):.3f}")

# %% [markdown]
# On Fashion-MNIST: 0.1, about 0.68, 0.84, and 0.87 for the network. So *most* of the 0.87 needs no
# hidden layer. The hidden layer removes about one mistake in five: 16 % of the pictures are wrong
# before, 13 % after. That is real, much more than the spread of ten seeds, but less than "87 %
# right" sounds.
#
# ### Optional: the mean pictures
#
# **Predict:** which two classes have nearly the same mean?

# %%
fig, panels = plt.subplots(2, 5, figsize=(6.8, 3.6))
for ax, mean, name in zip(panels.flat, means, class_names, strict=True):
    ax.imshow(mean, cmap="gray")
    ax.set(xticks=[], yticks=[])
    ax.set_title(name, fontsize=9)
show(
    fig,
    alt="The mean pictures of the ten classes, blurred. Pullover, Coat and Shirt are nearly the "
    "same: a body with two long sleeves.",
)

# %% [markdown]
# On Fashion-MNIST it is Pullover and Coat. The distance of their means, $\sqrt{\sum (a - b)^2}$
# over all pixels, is 2.5, the smallest of all pairs. Shirt is close behind: 2.7 to Pullover, 3.0 to
# Coat. No other pair is below 3.7. So the nearest mean often takes one of these three for another.

# %% [markdown]
# ## 8. Which garments does it mix up?
#
# One number for ten classes hides much. The **confusion matrix** shows it: row $i$, column $j$
# counts the pictures of class $i$ of which the network said $j$. On the diagonal it was right.
#
# The **recall** of a class is the share of its pictures that were found: the diagonal, divided by
# the sum of the *row*. (Divided by the sum of the *column* it would be the *precision*: of all
# pictures that the network called a coat, how many are coats?)

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 12.4** (3 points): the confusion matrix, the recalls, the hardest class
#
# </div>
#
# Write three functions (1 point each), for any number $k$ of classes:
#
# - `confusion(y, outputs)`: true labels (n,) and the outputs of a network (n, k), one row a
#   picture, to the matrix (k, k) of **counts**. Rows are what it is, columns what was said. A class
#   that is never said keeps its column of zeros.
# - `recalls(matrix)`: such a matrix to the recall of each class (k,). Each class occurs at least
#   once.
# - `hardest(matrix, names)`: such a matrix and a list of k names to the **name** of the class with
#   the lowest recall.
#
# Expected for the small example below: `[[2 0] [1 1]]`, `[1.  0.5]`, and "cat". scikit-learn may be
# used. In an exercise of several parts each part is judged alone, and the card explains the first
# mistake.

# %%
y_small = np.array([0, 0, 1, 1])
outputs_small = np.array([[0.9, 0.1], [0.6, 0.4], [0.7, 0.3], [0.2, 0.8]])


# %% exercise="12.4"
def confusion(y, outputs):
    """y (n,) true labels, outputs (n, k) -> (k, k) counts: rows true, columns said."""
    ### BEGIN SOLUTION
    said = outputs.argmax(axis=1)
    matrix = np.zeros((outputs.shape[1], outputs.shape[1]), dtype=int)
    for true, answer in zip(y, said, strict=True):
        matrix[true, answer] += 1
    return matrix
    ### END SOLUTION


def recalls(matrix):
    """matrix (k, k) -> (k,): the share of each class that was found."""
    ### BEGIN SOLUTION
    return np.diag(matrix) / matrix.sum(axis=1)
    ### END SOLUTION


def hardest(matrix, names):
    """matrix (k, k), k names -> the name of the class with the lowest recall."""
    ### BEGIN SOLUTION
    return names[np.argmin(recalls(matrix))]
    ### END SOLUTION


# %%
matrix_small = np.asarray(confusion(y_small, outputs_small))
print(matrix_small.tolist(), np.round(recalls(matrix_small), 2))
print(hardest(matrix_small, ["dog", "cat"]))

# %%
check("12.4")

# %% [markdown] tags=["solution"]
# **Analysis.** `argmax(axis=1)` answers for each picture; `axis=0` would ask, for each class, which
# picture looks most like it. `matrix[y, said] += 1` looks right and is not: where a cell is named
# twice, NumPy adds only once (`np.add.at` adds every time). Without `labels=`, scikit-learn's
# `confusion_matrix` leaves out classes that do not occur at all. And `names[i]` belongs to row `i`:
# no R here.

# %% [markdown]
# The matrix of one run would show its luck, too. So we count over all ten runs and take the mean.

# %% tolerance=80 stand_in=400
from sklearn.metrics import confusion_matrix

matrix = np.mean([confusion_matrix(y_test, run.argmax(axis=1)) for run in runs], axis=0)
fig, ax = plt.subplots(figsize=(7.4, 6.2))
ax.imshow(np.sqrt(matrix), cmap="Blues")
for i in range(10):
    for j in range(10):
        color = "white" if matrix[i, j] > 400 else "black"
        ax.text(j, i, f"{matrix[i, j]:.0f}", ha="center", va="center", color=color, fontsize=9)
ax.set(xticks=range(10), yticks=range(10), yticklabels=class_names)
ax.set_xticks(range(10), class_names, rotation=45, ha="right")
ax.set(
    xlabel="the network said",
    ylabel="it is",
    title="1,000 of each class, mean of ten seeds\n(colours: square root of the count)",
)
found = np.diag(matrix)
show(
    fig,
    alt="Confusion matrix of the ten classes: most counts are on the diagonal. The smallest count "
    f"there is that of {class_names[found.argmin()]}, {found.min():.1f} of 1,000.",
)

# %% [markdown]
# On Fashion-MNIST there are two blocks of mistakes: among T-shirt, pullover, dress, coat and shirt,
# and among sandal, sneaker and ankle boot. Between the two blocks there is almost nothing: no shoe
# is called a coat. Compare with your guess in section 1.
#
# The recalls, with each of the ten seeds as a point. **Predict:** which class is the lowest?

# %% tolerance=0.08 stand_in=0.35
recall_runs = np.array(
    [[np.mean(run.argmax(axis=1)[y_test == c] == c) for c in range(10)] for run in runs]
)
recall_mean = recall_runs.mean(axis=0)
order = np.argsort(recall_mean)
print(f"lowest recall, mean of ten seeds: {class_names[order[0]]} {recall_mean[order[0]]:.2f}")
print(f"all classes, mean of the recalls: {recall_mean.mean():.2f}")

# %% tolerance=0.12 stand_in=0.5
fig, ax = plt.subplots(figsize=(6.4, 4.2))
places = np.arange(10)[::-1]
ax.plot(recall_runs[:, order].T, places, "o", color=plots.BLUE, alpha=0.35, markersize=5)
ax.plot(recall_mean[order], places, "|", color="black", markersize=16, markeredgewidth=2)
ax.set_yticks(places, [class_names[c] for c in order])
ax.set(xlabel="recall (share of the class that was found)", title="ten seeds, and their mean")
show(
    fig,
    alt=f"Recall of each class from ten seeds, the lowest class on top: {class_names[order[0]]}, "
    f"from {recall_runs[:, order[0]].min():.2f} to {recall_runs[:, order[0]].max():.2f}. "
    f"The highest class has the mean {recall_mean.max():.2f}.",
)

# %% [markdown]
# On Fashion-MNIST it is **Shirt**: about 0.6, and the runs lie far apart (0.47 to 0.78 in fifty
# runs, these ten among them). Coat and Pullover move much, too. These three look alike: one network
# gives more of the doubtful pictures to one of them, the next to another. So the accuracy of the
# whole moves by 0.015 while a single class moves by 0.2. **If one class matters to you, look at
# that class.**
#
# ### Optional: the pictures that it gets wrong
#
# We take the mistakes of which the first run was most sure.

# %% tolerance=0.1 stand_in=0.4
outputs = runs[0]
said, sure = outputs.argmax(axis=1), outputs.max(axis=1)
mistakes = np.flatnonzero(said != y_test)
surest = mistakes[np.argsort(-sure[mistakes])][:10]
fig, panels = plt.subplots(2, 5, figsize=(7.6, 4.3))
for ax, i in zip(panels.flat, surest, strict=True):
    ax.imshow(images_test[i], cmap="gray")
    ax.set(xticks=[], yticks=[])
    ax.set_title(f"is {class_names[y_test[i]]}", fontsize=9)
    ax.set_xlabel(f"said {class_names[said[i]]}\n{sure[i]:.3f}", fontsize=9)
show(
    fig,
    alt="Ten test pictures that the network gets wrong although it is very sure, each with its "
    f"class, the answer and its probability: {sure[surest].min():.3f} or more.",
)

# %% [markdown]
# Some of them you would get wrong as well, and in Fashion-MNIST some labels are doubtful. Others
# are easy for you: the network has never learned what a sleeve *is*, it only weighs pixels.
#
# These ten were *picked* for being sure and wrong. They do not say whether the probabilities can be
# trusted. For that we need all pictures of which it is sure. Their mean probability is what it
# promises. **Predict:** does it keep it?

# %% tolerance=0.05 stand_in=0.25
is_sure = sure > 0.95
right = said == y_test
print(f"share of pictures with a probability above 0.95: {is_sure.mean():.2f}")
print(f"above 0.95: promised {sure[is_sure].mean():.3f}, right {right[is_sure].mean():.3f}")
print(f"the others: promised {sure[~is_sure].mean():.3f}, right {right[~is_sure].mean():.3f}")

# %% [markdown]
# On Fashion-MNIST: above 0.95 it promises 0.99 and keeps 0.98 to 0.99. That sounds close, but it is
# about twice as many mistakes as promised (1.3 to 3.3 times in thirty seeds). Of the others only
# about 0.7 are right.
#
# So the probability does tell something: where it is low, the network is often wrong. A shop could
# send those pictures to a human.

# %% [markdown]
# ## 9. How many epochs?
#
# Why five? The lecture does not say. More epochs lower the *training* loss further. What happens on
# other pictures?
#
# We must not ask the test pictures. If they choose the number of epochs, they have helped to build
# the network, and are no longer unseen. So we set some training pictures aside, as **validation**
# pictures: the last 10,000. (The pictures come in random order; if they were sorted by class, this
# would be a disaster.)
#
# **Predict:** draw the two curves, training loss and validation loss, over 20 epochs.

# %% tolerance=0.04 stand_in=0.4
set_seed(0)
model = lecture_model()
log = compiled_fit(
    model,
    x_train[:50000],
    y_train[:50000],
    epochs=20,
    validation_data=(x_train[50000:], y_train[50000:]),
).history

# %% tolerance=0.04 stand_in=0.4
fig, panels = plt.subplots(1, 2, figsize=(8.6, 3.8))
plots.learning_curves(log, ylabel="cross-entropy", ax=panels[0])
plots.learning_curves(log, metric="accuracy", ax=panels[1])
show(
    fig,
    alt="Learning curves over 20 epochs. The training loss falls all the way, from "
    f"{log['loss'][0]:.2f} to {log['loss'][-1]:.2f}. The smallest validation loss is "
    f"{min(log['val_loss']):.2f}, the last {log['val_loss'][-1]:.2f}. The accuracy ends at "
    f"{log['accuracy'][-1]:.2f} in training and at {log['val_accuracy'][-1]:.2f} in validation.",
)

# %% [markdown]
# The two solid curves go on getting better. The dashed ones stay behind: the network gets better on
# *its* pictures than on others. It **over-fits**, and the growing gap shows it. (In the first epoch
# the solid curves are the worse ones. That is the running mean of section 5.)
#
# On Fashion-MNIST five such runs were measured beforehand. The validation *loss* was smallest at
# epoch 8 to 12 and then rose slowly. The validation *accuracy* still crept up, from 0.88 after five
# epochs to 0.89 on average over the last five. How can both be true? The network becomes surer,
# also where it is wrong, and the loss punishes that. From epoch 5 to epoch 20 the pictures whose
# right class gets less than 0.01 become twice as many, 14 of 1,000. Each of them costs $-\log 0.01
# = 4.6$ or more.
#
# So five epochs were a little short. But the dashed curve jumps by 0.02 from one epoch to the next:
# one run cannot name *the* best epoch, only the valley in which it lies.
#
# The recipe: train with validation pictures aside, choose the epoch with the smallest validation
# loss, take a network of that epoch, and test it. **Once.**

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 12.5** (3 points): choose the number of epochs
#
# </div>
#
# You have all the pieces: the cell with `validation_data=` above (its `log["val_loss"]` is the list
# of the validation losses), `evaluate` in section 5, and the division in section 2.
#
# **Part 1** (1 point). Write `hold_out(images, labels, *, seed)`. It divides the pictures by 255
# and returns `x_train, y_train, x_val, y_val`: the last fifth of the rows is for validation, all
# others are for training. (A random fifth, drawn with `seed`, is as good.)
#
# **Part 2** (1.5 points). Write `choose_epochs`, the recipe from above, in four steps:
#
# 1. train a first network for `most` epochs, with validation, and read `val_losses`;
# 2. find `epochs`, the number of the epoch with the smallest, counted from 1;
# 3. train a second, new network for `epochs` epochs: `model`;
# 4. ask `model` for its accuracy on the test rows.
#
# | it gets | |
# |---|---|
# | `x_train, y_train` | to learn from |
# | `x_val, y_val` | to choose with |
# | `x_test, y_test` | for step 4 only |
# | `most`, `seed` | the largest number of epochs; the seed |
#
# | it returns | |
# |---|---|
# | `val_losses` | the validation loss (cross-entropy) after each epoch, at most `most` numbers |
# | `epochs` | from step 2 |
# | `model` | from step 3; or with the weights of that epoch brought back |
# | `test_accuracy` | from step 4, from 0 to 1 |
#
# All pictures that it gets are divided already. Any network like that of section 4 will do. The
# check calls it two or three times, with 320 drawn garments to learn from and 4 epochs. It gives
# wrong labels to some of the rows on purpose, to see which rows decide: so low accuracies in there
# are no fault of yours. It takes 10 to 15 seconds.
#
# **Part 3** (0.5 points). A classmate trains for 20 epochs, looks at the *test* accuracy after
# each, and reports the highest. Is that number right for new pictures? Set `best_of_twenty` to
# `"too high"`, `"right"` or `"too low"` (on average).


# %% exercise="12.5"
def hold_out(images, labels, *, seed):
    """Raw images (n, 28, 28) uint8, labels (n,) -> x_train, y_train, x_val, y_val."""
    ### BEGIN SOLUTION
    x = images.astype("float32") / 255
    cut = len(x) - len(x) // 5
    return x[:cut], labels[:cut], x[cut:], labels[cut:]
    ### END SOLUTION


# %% exercise="12.5"
def choose_epochs(x_train, y_train, x_val, y_val, x_test, y_test, *, most, seed):
    """Three pairs of arrays -> val_losses (at most `most`), epochs, model, test_accuracy."""
    ### BEGIN SOLUTION
    set_seed(seed)
    first = lecture_model()
    log = compiled_fit(
        first, x_train, y_train, epochs=most, validation_data=(x_val, y_val), verbose=0
    )
    val_losses = log.history["val_loss"]
    epochs = int(np.argmin(val_losses)) + 1
    set_seed(seed)
    model = lecture_model()
    compiled_fit(model, x_train, y_train, epochs=epochs, verbose=0)
    test_accuracy = model.evaluate(x_test, y_test, verbose=0)[1]
    return val_losses, epochs, model, test_accuracy
    ### END SOLUTION


# %% exercise="12.5"
### BEGIN SOLUTION
best_of_twenty = "too high"
### END SOLUTION

# %% tolerance=0.05 stand_in=0.25
x_part, y_part, x_val, y_val = hold_out(images[:6000], labels[:6000], seed=0)
val_losses, epochs, chosen, accuracy = choose_epochs(
    x_part, y_part, x_val, y_val, x_test, y_test, most=8, seed=0
)
print(f"smallest validation loss {min(val_losses):.2f}, test accuracy {accuracy:.2f}")

# %%
check("12.5")

# %% [markdown] tags=["solution"]
# **Analysis.** The test rows stand in one line only, the last but one. Two ways to get the model of
# the chosen epoch: train again for that many epochs (as here), or
# `EarlyStopping(patience=3, restore_best_weights=True)`; without `restore_best_weights` Keras keeps
# the weights of the *last* epoch. The highest of 20 test accuracies is too high on average: each is
# right up to some luck, and the maximum picks the luckiest. With 10,000 test pictures that is a few
# thousandths, with 100 it would be several hundredths. And the validation accuracy of the chosen
# epoch is a little too high for the same reason. That is why there are three piles.

# %% [markdown]
# ## Optional, to look up: a network in four older lines
#
# <div class="alert alert-warning">
#
# **Check the slide** (004, L440-448 and L380). Lecture 004 writes a network with one hidden layer
# in four older lines: the activations stand as layers of their own, and the number of inputs as
# `input_dim`. It notes "N * H" as the dimension of the first weight matrix, with N inputs and H
# units. Two claims to test: these lines run as they are, and the dimension fits the lecture's
# formula $z^h = W^h x + b^h$.
#
# </div>

# %% covers=["004.25"] errata=["E004-06"]
import warnings

from keras.layers import Activation

N, H, K = 3, 5, 2
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    old = keras.Sequential()
    old.add(Dense(H, input_dim=N))
    old.add(Activation("tanh"))
    old.add(Dense(K))
    old.add(Activation("softmax"))
print(caught[0].category.__name__ + ":", str(caught[0].message).split(".")[0])

# %% errata=["E004-06"]
kernel, bias = old.layers[0].get_weights()
print("kernel", kernel.shape, "bias", bias.shape, "parameters", old.layers[0].count_params())
x = np.array([1.0, 2.0, 3.0])
W_h = kernel.T  # the lecture's matrix, one row a unit
print("W_h", W_h.shape, "the same numbers:", np.allclose(W_h @ x + bias, x @ kernel + bias))

# %% [markdown]
# They run, with a warning: Keras 3 wants `keras.Input(shape=(N,))` as the first layer. The imports
# and `compile` are missing on the slide. The kernel of Keras is (N, H), here (3, 5), as the slide
# notes. But the formula $W^h x + b^h$ needs the **transpose**, (H, N). With its H biases the layer
# has 20 parameters.

# %% [markdown]
# ## What we saw
#
# - A picture goes in as a **row of 784 numbers from 0 to 1**; ten logits come out, and a softmax
#   makes probabilities of them. 101,770 parameters, 1,875 steps an epoch.
# - On Fashion-MNIST the lecture's log came out again to about 0.005. Its test accuracy of 0.8792
#   was **slightly lucky**; ten seeds spread by 0.01 to 0.015. A linear model gets 0.84, guessing
#   0.1: that is what 0.87 must be compared with. Behind it stand classes from about 0.6 (Shirt) to
#   0.97 (Trouser, Bag).
# - **Training rows teach, validation rows choose, test rows judge, once.** The accuracy in the log
#   is a running mean on rows that were learned from.
#
# Lab 13 (not ready yet) looks at what the loss of such a network looks like from above, and at what
# its hidden layer has learned.
