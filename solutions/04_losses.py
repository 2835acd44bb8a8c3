# %% [markdown] form=2 minutes=91 seconds=30 short="1, 2, 4, 5" needs=["01", "03"]
# # Lab 04: What should a wrong forecast cost?
#
# "Rain, 70 percent", says the forecast, and then the day stays dry. Was it wrong, and how wrong? In 1950
# Glenn Brier of the US Weather Bureau looked for a price of such forecasts, and he asked one thing of
# it above all: it must not tempt the forecaster to say anything but what she thinks. A network that
# says "a shirt, 70 percent" pays such a price, too, and that price is all it ever learns from. So what
# should a wrong forecast cost?

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown] folded=true
# ## Before you begin: two questions from memory

# %% [markdown]
# <details><summary>Lab 03: why does a sigmoid unit with the sum 10 hardly learn?</summary>
#
# Its slope is $s(1 - s)$, and $s$ is nearly 1 there, so that hardly anything of a slope is left.
#
# </details>
#
# <details><summary>From the first labs: what does the bias of a single unit do to its line?</summary>
#
# It shifts the line, while the weights turn it. Without a bias each line goes through the origin.
#
# </details>

# %% [markdown] minutes=11
# ## 1. One forecast, three prices
#
# Call $p$ the probability of rain that was forecast, and $y$ what happened: 1 for rain, 0 for dry. Three
# prices:
#
# - **Missed** costs 1, unless you gave more than 1/2 to what happened.
# - The **squared error** costs $(p - y)^2$.
# - The **cross-entropy**, or *log loss*, looks at the probability that you gave to *what happened*: $p$ on
#   a rainy day, $1 - p$ on a dry one. Its price is minus the natural logarithm of that.
#
# Turn $p$ and watch the three dots. The level line is that of a coin, which always says 1/2.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from utils import data, plots
from utils.checks import bet, check, hint
from utils.knobs import Choice, Slider, knobs

# %% tags=["hide-input"]
PRICES = {
    "missed": (plots.GREY, ":", lambda given: np.where(given > 0.5, 0.0, 1.0)),
    "squared error": (plots.ORANGE, "--", lambda given: (1 - given) ** 2),
    "cross-entropy": (plots.BLUE, "-", lambda given: -np.log(given)),
}


def draw_prices(p, weather):
    fig, ax = plt.subplots(figsize=(6.0, 3.6))
    grid = np.linspace(0.002, 0.998, 500)
    costs = []
    for name, (color, line, price) in PRICES.items():
        ax.plot(grid, price(grid if weather == "rain" else 1 - grid), line, color=color, label=name)
        cost = float(price(np.asarray(p if weather == "rain" else 1 - p)))
        ax.plot(p, cost, "o", color=color, markeredgecolor="black", markersize=9, zorder=3)
        costs.append(f"{name} {cost:.2f}")
    ax.axhline(np.log(2), color="black", linewidth=0.8)
    side = {"dry": (0.01, "left"), "rain": (0.99, "right")}[weather]
    ax.text(side[0], np.log(2) + 0.06, "cross-entropy of a coin, 0.69", ha=side[1], fontsize=9)
    ax.set(xlim=(0, 1), ylim=(-0.1, 4), xlabel="forecast p of rain", ylabel="price")
    ax.set(title="it rained (y = 1)" if weather == "rain" else "it stayed dry (y = 0)")
    ax.legend(loc="upper right" if weather == "rain" else "upper left")
    happened = "It rained" if weather == "rain" else "It stayed dry"
    return fig, f"{happened}, and p was {p:.3f}: {', '.join(costs)}."


knobs(
    draw_prices,
    task="It stayed dry. Find the forecast for which the cross-entropy is three times the coin's 0.69.",
    reached=lambda p, weather: weather == "dry" and abs(p - 0.875) < 0.01,
    p=Slider(0.025, 0.975, 0.025, start=0.5),
    weather=Choice(("dry", "rain")),
)

# %% [markdown]
# It is 0.875, which left only 1/8 for the dry day: one half, halved and halved again. So **each halving
# of the probability that you gave to what happened costs 0.69 more**, and there is no end to that,
# whereas the other two prices never exceed 1.
#
# Whoever trains networks calls such a price a **loss**.
#
# <div class="alert alert-success">
#
# **Exercise 4.0** (1 point): what did happen, and how probable was it called?
#
# </div>
#
# Complete `given(y, p)`. For each forecast it returns the probability that was given to what then
# happened: `p` where `y` is 1, and `1 - p` where `y` is 0.
#
# *Expected for* `given(np.array([1, 0]), np.array([0.9, 0.2]))`: 0.9, 0.8.


# %% exercise="4.0"
def given(y, p):
    """y (n,) zeros and ones, p (n,) probabilities of 1 -> (n,)"""
    ### BEGIN SOLUTION
    return np.where(y == 1, p, 1 - p)
    ### END SOLUTION


# %%
check("4.0")

# %% [markdown] tags=["solution"]
# **Analysis.** `np.where` chooses row by row. The formula $y\,p + (1 - y)(1 - p)$ does the same, because
# one of its two terms is always 0, and you will meet this trick again in a minute.

# %% [markdown]
# Now be a forecaster who pays such prices. You believe that rain comes with 70 percent, and you may say any
# $p$ you like. This time the price is the plain distance $|p - y|$: whoever says 0.7 pays 0.3 if it rains,
# and 0.7 if it stays dry. **Which $p$ is cheapest on average?**
#
# | | |
# |---|---|
# | a | 0.7, what you believe |
# | b | 1 |
# | c | 0.5, so that neither outcome hurts much |

# %% bet="4.b1"
bet("4.b1", "b")

# %% [markdown] minutes=14
# ## 2. An honest price
#
# Of ten days on which you believe in 70 percent, seven bring rain, if you know your weather. So your
# average price is 0.7 times that of a rainy day plus 0.3 times that of a dry one. Here it is for all that
# you might say. The dotted line is your belief, and orange is the cheapest place.

# %% tags=["hide-input"]
said = np.linspace(0.005, 0.995, 199)
average = {
    "missed": np.where(said > 0.5, 0.3, 0.7),
    "distance |p - y|": 0.7 * (1 - said) + 0.3 * said,
    "squared error": 0.7 * (1 - said) ** 2 + 0.3 * said**2,
    "cross-entropy": -0.7 * np.log(said) - 0.3 * np.log(1 - said),
}
fig, panels = plt.subplots(1, 4, figsize=(9.6, 2.9), sharex=True)
for ax, (name, cost) in zip(panels, average.items(), strict=True):
    ax.plot(said, cost, color=plots.BLUE)
    ax.axvline(0.7, color="black", linestyle=":", linewidth=1.2)
    lowest = said[cost < cost.min() + 1e-9]
    ax.plot(lowest, np.full(len(lowest), cost.min()), color=plots.ORANGE, linewidth=5)
    if len(lowest) == 1:
        ax.plot(lowest, cost.min(), "s", color=plots.ORANGE, markeredgecolor="black", zorder=3)
    ax.set(title=name, xlabel="what you say", ylim=(0, 1.2 * min(cost.max(), 1.7)))
panels[0].set_ylabel("average price")
plots.show(
    fig,
    alt="Average price of what you say, when you believe 0.7, in four panels; the cheapest place is "
    "orange, a dotted line marks 0.7. Missed: everything above 0.5 is equally cheap. Distance: "
    "cheapest at 1. Squared error and cross-entropy: cheapest exactly at 0.7.",
)

# %% [markdown]
# The distance makes you shout, because saying 1 is cheapest. *Missed* does not care what you say, as long as
# it is above 1/2. Only the squared error and the cross-entropy are cheapest at your true belief. Such a
# price is called **strictly proper**, and it is what Brier asked for; he took the squared error, which is
# still called the *Brier score*.
#
# Networks for classes pay the cross-entropy. Write it, for many days at once.
#
# <div class="alert alert-success">
#
# **Exercise 4.1** (2 points): binary cross-entropy
#
# </div>
#
# Write `binary_cross_entropy(y, p)`, the *mean* over all forecasts of
# $-[\,y \log p + (1 - y) \log(1 - p)\,]$. One of the two terms is always 0, so this is minus the
# logarithm of what 4.0 returns.
#
# $p$ may be exactly 0 or 1. Then sure and right costs 0, and not `nan`; sure and wrong costs `inf`, or
# any number above 10.
#
# *Expected* for y = (1, 0, 1, 0) and p = (0.9, 0.2, 0.8, 0.3): 0.2271.


# %% exercise="4.1"
def binary_cross_entropy(y, p):
    """y (n,) zeros and ones, p (n,) probabilities of 1 -> ()"""
    ### BEGIN SOLUTION
    return -np.mean(np.log(np.where(y == 1, p, 1 - p)))
    ### END SOLUTION


# %%
check("4.1")

# %% [markdown]
# Stuck? This shows a hint, and the next of three if you run it again.

# %%
hint("4.1")

# %% [markdown] tags=["solution"]
# **Analysis.** Whoever chooses first and takes the logarithm then never meets the term that is multiplied
# by 0. The formula as it stands computes both logarithms, and $0 \cdot \log 0$ is $0 \cdot (-\infty)$, which
# is `nan`. Libraries clip $p$ instead, to between $10^{-7}$ and $1 - 10^{-7}$ in Keras. A wrong
# certainty costs infinitely much, and that is no accident: no later success can make up for it.

# %% [markdown]
# Three of the lectures print this price, in four spellings. **Check the slides:** which of them agree with
# Keras on the forecasts of the exercise, added up? (Keras takes the mean, and so does the slide with
# an $E$.)

# %% covers=["002.11", "003.23", "004.06", "004.07", "004.29"] errata=["E002-01", "E003-04"]
y, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.2, 0.8, 0.3])
spellings = {
    "Yang Li:  y log p + (1-y) log(1-p)": np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)),
    "Miklos:  -y log2 p + (1-y) log2 p": np.sum(-y * np.log2(p) + (1 - y) * np.log2(p)),
    "Espinosa Loera:  -[y log p + (1-y) log(1-p)]": -np.sum(
        y * np.log(p) + (1 - y) * np.log(1 - p)
    ),
    "Espinosa Loera:  -E log p_model(y), times 4": -4 * np.mean(np.log(np.where(y == 1, p, 1 - p))),
    "Keras, times 4": 4 * float(keras.losses.BinaryCrossentropy()(y, p)),
}
for name, price in spellings.items():
    print(f"{name:46}{price:8.4f}")

# %% [markdown]
# Espinosa Loera's do. Yang Li's lacks the minus, so whoever makes it small makes the forecasts *worse*. In
# Miklos's a bracket is missing, so that dry days cost less than nothing; and its second logarithm takes $p$
# for $1 - p$, so that with the bracket it would be free to say 1 every day.

# %% [markdown] folded=true
# ### More: many days, one product

# %% [markdown] covers=["001.10"]
# In Larreguy's tutorial the approach is **data-driven**: nobody writes rules for rain, there are only
# examples with their labels, and a **loss** says how wrong we are about them. There it is
# $E = (y - \hat y)^2$, with $\hat y$ for our $p$. The cross-entropy has a reason of its own.
#
# How probable did you call *the whole week*? If the days have nothing to do with each other, that is a
# product, one factor a day, and the logarithm turns it into a sum. That is why the cross-entropy may be
# added up over samples, and why it is also called *negative log-likelihood*.

# %% covers=["004.07", "004.29"]
y, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.2, 0.8, 0.3])
all_right = np.prod(np.where(y == 1, p, 1 - p))
J = -np.mean(np.log(np.where(y == 1, p, 1 - p)))
print(f"probability of the four days as they were: {all_right:.4f}, minus its log: ", end="")
print(f"{-np.log(all_right):.4f}")
print(f"J = -E log p_model(y | x) = {J:.4f}, the mean over the data")
print("a thousand days at 0.4 each, as a product:", 0.4**1000)

# %% [markdown] covers=["000.38"] errata=["E000-12"]
# The product of a thousand days is too small for a float, whereas its logarithm is not. The mean is
# what Espinosa Loera's slide writes as an expectation, $J(\theta) = -E_{x, y} \log p_{model}(y \mid x)$.
# Sarmiento-Barbieri's slide speaks of a *distance* between the distribution of the data and that of the
# model. It is their cross-entropy, and **not a distance**: it is not symmetric, and even for two equal
# distributions it is not 0.
#
# A single sigmoid unit with this loss is *logistic regression*. So where scikit-learn's has found the best
# weights, the slopes of our loss should be 0.

# %% covers=["004.07"]
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 2))
rains = (X @ [1.0, -2.0] + rng.logistic(size=60) > 0).astype(float)
fitted = LogisticRegression(C=np.inf, tol=1e-8).fit(X, rains)
error = fitted.predict_proba(X)[:, 1] - rains
print("slopes by the weights:", (X.T @ error / 60).round(4) + 0.0)
print(f"slope by the bias: {abs(error.mean()):.4f}")

# %% [markdown] minutes=9
# ## 3. Your own forecasts
#
# You have made forecasts yourself: whoever writes `bet("2.b1", "b", sure=70)` says that *b* is right with
# 70 percent. The course keeps your first bet on each question, for you alone. So what have yours cost? If
# eight or more have a number, they stand beside the sixty bets of a reader whom we invented.

# %%
from utils.checks import kept_bets

sample, own = data.bets(), [one for one in kept_bets() if one.sure is not None]
readers = {"the invented reader's bets": (sample.X[:, 0] / 100, sample.y)}
if len(own) >= 8:
    right = np.array([float(one.right) for one in own])
    readers["your bets"] = np.array([one.sure / 100 for one in own]), right
elif own:
    print(f"{len(own)} of your bets have a number: from 8 on they stand here")
for name, (sure, right) in readers.items():
    print(f"{name}: {len(sure)}, share of right ones {np.mean(right):.2f}", end="")
    print(f", on average {np.mean(sure):.2f} sure")

# %% [markdown]
# The invented reader is 0.70 sure and 0.58 right: he believes a little too much in himself. What does that
# cost? (We take 99.9 percent for 100, or a single wrong bet at 100 would cost infinitely much.)

# %%
from sklearn.metrics import log_loss

print(f"price of a coin, which always says 50: {np.log(2):.3f}")
for name, (sure, right) in readers.items():
    cut = np.clip(sure, 0, 0.999)
    print(f"price of {name}: {log_loss(right, cut, labels=[0, 1]):.3f}")
    try:
        print("  by your function of 4.1:", np.round(binary_cross_entropy(right, cut), 3))
    except Exception:  # still open, or wrong: the check says which
        print("  Exercise 4.1 is open or not right yet. Once it is, your function answers here.")

# %% [markdown]
# He knows more than a coin and still pays more, 0.787 against 0.693, because he is too sure. Is your price
# above 0.693, too? (A bet with three answers has a better coin: whoever knows nothing says 33 percent, and
# pays 0.637 on average.)
#
# A forecaster is **calibrated** if 80 percent of all that she called 80 percent probable comes true. But
# chance has its part in it. **Of twenty bets at 80 a calibrated reader wins 16 on average. In which range
# do the wins lie in about 95 of 100 such series?**
#
# | | |
# |---|---|
# | a | 15 to 17 |
# | b | 13 to 19 |
# | c | 9 to 20 |

# %% bet="4.b2"
bet("4.b2", "b")

# %% [markdown]
# The figure gathers bets that were about equally sure; the small number counts them. A grey bar shows where
# at least 95 of 100 calibrated readers land.

# %% tags=["hide-input"]
for name, (sure, right) in readers.items():
    plots.show(
        plots.calibration(sure, right, title=name),
        alt=f"How often {name} came true, against how sure they were, with the range of "
        "chance for each group as a grey bar around the diagonal. A point below the diagonal means "
        "too sure.",
    )

# %% [markdown]
# Below the dotted line is too sure. The invented reader lies below it from 60 percent on, but only his last
# point leaves its bar, since sixty bets are few. Yours are probably fewer: a hint and no verdict.
#
# **Try it:** what would he have paid for saying a bit less each time? `cooler` shrinks the distance from 50
# percent. How low can you bring his price?
#
# <details><summary>Where is it lowest?</summary>
#
# Near 0.47, at 0.662. Further down it rises again, to the coin's 0.693.
#
# </details>

# %% tags=["task"]
cooler = 1.0
cut = np.clip(sample.X[:, 0] / 100, 0, 0.999)
print(f"with {cooler}: {log_loss(sample.y, 0.5 + cooler * (cut - 0.5), labels=[0, 1]):.3f}")

# %% [markdown] minutes=8
# ## 4. The price must teach
#
# Two prices were honest. Which of them should a network pay? It learns by following the *slope* of its price.
# Its last unit adds up some number $z$, called the *logit*, and the sigmoid makes $p$ of it.
#
# It rained, and the network had said $z = -10$, which is $p = 0.00005$: sure and wrong. **How much steeper
# is the cross-entropy over $z$ there than the squared error?**
#
# | | |
# |---|---|
# | a | about twice |
# | b | about a hundred times |
# | c | more than ten thousand times |

# %% bet="4.b3"
bet("4.b3", "c")

# %% [markdown]
# Here are the three prices of a rainy day over $z$. The short thick lines are their slopes.


# %% tags=["hide-input"]
def slopes(z):
    """z () -> the slopes of missed, squared error and cross-entropy on a rainy day"""
    p = 1 / (1 + np.exp(-z))
    return {
        "missed": 0.0,
        "squared error": -2 * (1 - p) * p * (1 - p),
        "cross-entropy": p - 1,
    }


def draw_slopes(z):
    fig, ax = plt.subplots(figsize=(6.2, 3.7))
    grid, words = np.linspace(-12, 6, 600), []
    for (name, (color, line, price)), slope in zip(PRICES.items(), slopes(z).values(), strict=True):
        ax.plot(grid, price(1 / (1 + np.exp(-grid))), line, color=color, label=name)
        height, dx = float(price(np.asarray(1 / (1 + np.exp(-z))))), np.array([-1.2, 1.2])
        ax.plot(z + dx, height + slope * dx, color=color, linewidth=4, zorder=3)
        words.append(f"{name} {slope:.5f}")
    ax.set(xlim=(-12, 6), ylim=(-1.5, 12), xlabel="logit z", ylabel="price on a rainy day")
    ax.legend(loc="upper right")
    return fig, f"z = {z:.1f}, p = {1 / (1 + np.exp(-z)):.5f}. Slopes: {', '.join(words)}."


knobs(
    draw_slopes,
    task="Find the logit at which the squared error is steepest (its slope the most below 0).",
    reached=lambda z: abs(z + 0.7) < 0.05,
    z=Slider(-10, 5, 0.1, start=-10),
)

# %% [markdown]
# The squared error is steepest at $-0.7$, where $p$ is 1/3, and teaches hardly anything to those who need it
# most. The cross-entropy goes down there like a straight road. Here are the slopes that TensorFlow
# finds at $z = -10, -2, 0$ and 2:

# %% covers=["001.28", "003.23"]
z = tf.constant([-10.0, -2.0, 0.0, 2.0])
with tf.GradientTape(persistent=True) as tape:  # persistent: we ask it three times
    tape.watch(z)
    s = tf.sigmoid(z)
    squared, entropy = (1 - s) ** 2, -tf.math.log(s)
for name, curve in (("sigmoid", s), ("squared error", squared), ("cross-entropy", entropy)):
    print(f"slope of the {name:14}", *(f"{one:8.5f}" for one in tape.gradient(curve, z).numpy()))
print("s (1 - s)                  ", *(f"{one:8.5f}" for one in (s * (1 - s)).numpy()))
print("s - 1                      ", *(f"{one:8.5f}" for one in (s - 1).numpy()))

# %% [markdown]
# In the squared error the sigmoid's own slope $s(1 - s)$ is left as a factor, and far out that is nearly 0.
# The logarithm takes it away: **the slope of the cross-entropy by the logit is $p - y$**, what you said
# minus what happened. (On a dry day it is $p$.) So a network that is sure and wrong gets the full slope.
#
# Rain or no rain is a choice of two. What is $p$ if there are more?

# %% [markdown] minutes=14
# ## 5. Shares of one: softmax
#
# For sun, cloud and rain the last layer has three units, and their three logits must become probabilities
# that add up to 1. The **softmax** makes them positive by $e^z$ and divides by the sum:
#
# $$a_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$

# %% covers=["000.39", "001.31"]
logits = np.array([0.1, 0.2, 0.7])
powers = np.exp(logits)
a = powers / powers.sum()
print("linear :", logits)
print("sigmoid:", (1 / (1 + np.exp(-logits))).round(3))
print("softmax:", a.round(3), f"  sum {a.sum():.3f}")

# %% [markdown]
# These are the three outputs on Sarmiento-Barbieri's slide: any number, each number squeezed alone, and
# shares of 1. Now add 100 to all three logits. **What happens to the shares?**
#
# | | |
# |---|---|
# | a | nothing |
# | b | the largest takes nearly all |
# | c | they become nearly equal, since 100.1 and 100.7 are nearly the same |

# %% bet="4.b4"
bet("4.b4", "a")

# %% [markdown]
# So you may shift the logits before you take $e^z$, and that is useful, because $e^{1000}$ is `inf` and
# `inf / inf` is `nan`, as you saw in lab 03.
#
# <div class="alert alert-success">
#
# **Exercise 4.2** (2 points): a softmax for large numbers
#
# </div>
#
# Write `softmax(z, axis=-1)`. Along this axis the answer adds up to 1. `z` may have any shape, such as
# (n, k) for n days and k classes.
#
# - It must be right for logits of $\pm 1000$, too. A shift helps, one for each row.
# - `np.sum` with `keepdims=True` leaves the axis there with length 1, so that the division fits.
#
# *Expected for* `softmax(np.array([[1000.0, 1000.0], [0.0, -1000.0]]))`: 0.5, 0.5 and 1, 0.


# %% exercise="4.2"
def softmax(z, axis=-1):
    """z, any shape -> probabilities of that shape, which add up to 1 along the axis"""
    ### BEGIN SOLUTION
    powers = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)
    ### END SOLUTION


# %%
check("4.2")

# %% [markdown] tags=["solution"]
# **Analysis.** After the shift the largest logit of each row is 0, so every power lies between 0 and 1,
# and the sum is at least 1: nothing overflows, and nothing is divided by 0. One shift for the whole table
# would be enough against `inf`, but a row far below the largest would become 0/0.

# %% [markdown]
# **Check the slide:** softmax, says Larreguy's tutorial, is "used to exaggerate the most probable". Does
# it? The slider divides our logits 0.1, 0.2 and 0.7 by a *temperature* $T$ before the softmax.


# %% tags=["hide-input"]
def shares(T):
    """The softmax of the three logits, divided by T, shape (3,)"""
    powers = np.exp(np.array([0.1, 0.2, 0.7]) / T)
    return powers / powers.sum()


def draw_shares(T):
    fig, ax = plt.subplots(figsize=(5.2, 3.4))
    names, place = ("sun", "cloud", "rain"), np.arange(3)
    ax.bar(place - 0.18, [0.1, 0.2, 0.7], 0.34, color="white", edgecolor="black", label="logits")
    ax.bar(place + 0.18, shares(T), 0.34, color=plots.BLUE, hatch="//", label="softmax of them")
    for x, share in zip(place, shares(T), strict=True):
        ax.text(x + 0.18, share + 0.02, f"{share:.2f}", ha="center")
    ax.set(ylim=(0, 1.12), title=f"temperature {T:.2f}", xticks=place, xticklabels=names)
    ax.legend(loc="upper left")
    said = ", ".join(f"{n} {s:.2f}" for n, s in zip(names, shares(T), strict=True))
    return fig, f"Temperature {T:.2f}: {said}."


knobs(
    draw_shares,
    task="Find the temperature at which rain gets a share of 0.70, as large as its logit.",
    reached=lambda T: abs(shares(T)[2] - 0.7) < 0.01,
    T=Slider(0.05, 3, 0.05, start=1),
)

# %% errata=["E001-09"]
for scale in (1, 10):
    powers = np.exp(scale * np.array([0.1, 0.2, 0.7]))
    print(f"softmax of {scale:2} x (0.1, 0.2, 0.7):", (powers / powers.sum()).round(3))

# %% [markdown]
# These logits happen to add up to 1, so that we may compare them with their shares. At $T = 1$
# softmax *flattens*: rain has the logit 0.7 and gets 0.464. Below $T = 0.35$ it exaggerates, and
# with logits ten times as large the winner takes nearly all. So the slide is right about large logits.

# %% [markdown] folded=true
# ### More: two classes, and a smooth what?

# %% [markdown]
# Give the second of two classes the logit 0. What does softmax make of (x, 0)?

# %% covers=["004.08"]
x = np.array([-3.0, 0.5, 2.0])
two = np.exp(np.stack([x, 0 * x])) / np.exp(np.stack([x, 0 * x])).sum(axis=0)
print("softmax of (x, 0):", two.round(4).tolist())
print("sigmoid of x     :", (1 / (1 + np.exp(-x))).round(4))
assert np.allclose(two, [1 / (1 + np.exp(-x)), 1 - 1 / (1 + np.exp(-x))])

# %% [markdown] covers=["002.09"]
# So **one sigmoid unit is a softmax of two classes**, with fewer numbers. With the *sign* in place of the
# sigmoid it would be the **perceptron**. All of these are linear classifiers, because $z = 0$ is a line.
#
# Espinosa Loera's slide says that softmax is a "smooth version of maximum", and that activation functions
# work point-wise. Look at both.

# %% covers=["004.08"] errata=["E004-03", "E004-04"]
z = np.array([1.0, 2.0, 3.0])
print("softmax:", (np.exp(z) / np.exp(z).sum()).round(3), "  maximum:", z.max())
print(f"log sum exp: {np.log(np.exp(z).sum()):.3f}")
print(f"log sum exp of 10 z, divided by 10: {np.log(np.exp(10 * z).sum()) / 10:.3f}")
z_other = np.array([1.0, 2.0, 5.0])
print("third logit changed:", (np.exp(z_other) / np.exp(z_other).sum()).round(3))

# %% [markdown]
# Softmax is a *vector* with most at the place of the maximum, a smooth **argmax**. The smooth maximum is
# the logarithm of the sum of the powers, which comes close to 3 for large logits. And whoever changes the
# third logit changes all shares, so softmax is **not point-wise**.

# %% [markdown] minutes=15
# ## 6. A race to nan
#
# For several classes the price stays the same: minus the logarithm of the share that the right class got.
# If the label is a row with a single 1, such as $t = (0, 1, 0)$, that is $-\sum_j t_j \log a_j$.
#
# Let three ways to compute it race: the softmax as it is printed on slides, the shifted one of 4.2, and
# TensorFlow's, straight from the logits. Two classes have the logits $z$ and 0. If the second is right, the
# forecast was sure and wrong, and should cost about $z$ (the columns *wrong*). If the first is right, it
# should cost next to nothing (*right*). Both hold the better the larger $z$ is.


# %% covers=["004.09"]
def race(z):
    """Three prices in float32, each for two cases: the second class is right, the first is"""
    logits = np.array([z, 0], "float32")
    printed = np.exp(logits) / np.exp(logits).sum()
    shifted = np.asarray(tf.nn.softmax(logits))
    prices = -np.log(printed), -np.log(shifted), -tf.nn.log_softmax(logits).numpy()
    return "".join(f"{wrong + 0:10.2f}{right + 0:7.2f}" for right, wrong in prices)


print("       as printed        shifted          from logits")
print("   z" + "     wrong  right" * 3)
with np.errstate(all="ignore"):
    for z in (1, 10, 80, 88, 89, 1000):
        print(f"{z:4}{race(z)}")

# %% [markdown]
# As printed, the price is `inf` from 89 on, where $e^z$ no longer fits into float32, the 32 bits in which
# Keras computes, and `nan` for the forecast that was *right*; a single `nan` ends a training. The shift
# rescues that one. But TensorFlow rounds a share as small as $e^{-88}$ to 0, and its price is `inf`. Only
# the last way arrives.
#
# Now a model with one sigmoid unit is sure and wrong: $z = 40$, and the day stays dry. You hand its
# *probability*, as `predict` returns it, to `BinaryCrossentropy()`. **What does Keras say?**
#
# | | |
# |---|---|
# | a | `inf` |
# | b | about 16 |
# | c | 40 |

# %% bet="4.b5"
bet("4.b5", "b")

# %% covers=["004.09"] errata=["E004-05"]
model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(1, activation="sigmoid")])
model.set_weights([np.ones((1, 1)), np.zeros(1)])
x, dry = np.array([[40.0]], "float32"), np.array([[0.0]])
loss = keras.losses.BinaryCrossentropy()
loss_of_logits = keras.losses.BinaryCrossentropy(from_logits=True)
print(f"probability: {model.predict(x, verbose=0)[0, 0]:.7f}")
print(f"loss of that number : {float(loss(dry, model.predict(x, verbose=0))):.2f}")
print(f"loss of the logit   : {float(loss_of_logits(dry, x)):.2f}")

# %% [markdown]
# In float32 the probability is exactly 1, so the 40 cannot be had back from it. Keras cuts it off at
# $1 - 10^{-7}$ (15.94 in float32; at the other end it is 16.12), and there the slope is 0: *sure and wrong,
# and nothing to learn*. From the logit the price is exact, if you say `from_logits=True`. So **let the
# model end in logits, and tell the loss.**
#
# That last way you can write yourself, because the logarithm undoes the power: $\log a_j = z_j - \log
# \sum_l e^{z_l}$. The last term is called *log-sum-exp*. Only its sum could overflow, so take the largest
# logit $m$ out of it first:
#
# $$\log \sum_l e^{z_l} = m + \log \sum_l e^{z_l - m}$$
#
# <div class="alert alert-success">
#
# **Exercise 4.3** (2 points): cross-entropy from logits
#
# </div>
#
# Write `cross_entropy_from_logits(z, t)`: the *mean* over the rows of
# $-\sum_j t_j \big[z_j - \log \sum_l e^{z_l}\big]$. It must be right for logits of $\pm 1000$. Each row has a
# largest logit of its own.
#
# *Expected* for z = ((2, 1, 0), (0, 0, -1000)) and t = ((1, 0, 0), (0, 0, 1)): 500.55.


# %% exercise="4.3"
def cross_entropy_from_logits(z, t):
    """z (n, k) logits, t (n, k) rows with a single 1 -> ()"""
    ### BEGIN SOLUTION
    m = np.max(z, axis=1, keepdims=True)
    log_sum = m + np.log(np.sum(np.exp(z - m), axis=1, keepdims=True))
    return -np.mean(np.sum(t * (z - log_sum), axis=1))
    ### END SOLUTION


# %%
check("4.3")

# %% [markdown] tags=["solution"]
# **Analysis.** The logarithm and the power of the softmax undo each other in $z_j$, so that $z_j$ never
# passes through a tiny share. What is left is the log-sum-exp, in which one power is always $e^0 = 1$.
# Espinosa Loera's slide calls this form numerically stable. As printed it is not, because $\sum e^{z}$
# overflows; with the shift it is.

# %% [markdown]
# Send your function into the last round of the race, with both cases at once: they cost 0 and 1000, which
# is 500 on average.

# %%
both = np.array([[1000.0, 0.0], [1000.0, 0.0]])
try:
    print("your price:", cross_entropy_from_logits(both, np.eye(2)))
except Exception:  # still open, or wrong: the check says which
    print("Exercise 4.3 is open or not right yet. Once it is, your function runs here.")

# %% [markdown] folded=true
# ### More: Keras remembers

# %% [markdown]
# If a model ends in Keras's own sigmoid, and its output goes straight into the loss, as it does in `fit`,
# then Keras finds the logit behind the sigmoid and uses that:

# %%
print(f"loss of model(x): {float(loss(dry, model(x))):.2f}")
print(f"loss of the same number: {float(loss(dry, tf.identity(model(x)))):.2f}")

# %% [markdown]
# That saves many a network, but do not build on it: one step in between, and the logit is forgotten.

# %% [markdown] minutes=8
# ## 7. One slope for all
#
# For two classes the slope by the logit was $p - y$. What is it for more? Let TensorFlow measure it for one
# row, and look for the rule: how do you get the third line from the first two?

# %%
logits, t = tf.constant([[1.0, 2.0, 0.5]]), np.array([[0.0, 1.0, 0.0]])
with tf.GradientTape() as tape:
    tape.watch(logits)
    price = keras.losses.CategoricalCrossentropy(from_logits=True)(t, logits)
print("shares:", tf.nn.softmax(logits).numpy().round(3))
print("labels:", t)
print("slopes:", tape.gradient(price, logits).numpy().round(3))

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 4.4** (1.5 points): the slope of the mean price
#
# </div>
#
# Write your rule as `cross_entropy_gradient(z, t)`: the slope of the *mean* cross-entropy of n rows by each
# logit, shape (n, k). In a mean of n rows each one has only an n-th part. You may use your `softmax`, or
# `tf.nn.softmax`.
#
# *Expected* for the row above, z = ((1, 2, 0.5),) and t = ((0, 1, 0),): (0.231, -0.371, 0.140).


# %% exercise="4.4"
def cross_entropy_gradient(z, t):
    """z (n, k) logits, t (n, k) rows with a single 1 -> slopes (n, k)"""
    ### BEGIN SOLUTION
    return (softmax(z) - t) / len(z)
    ### END SOLUTION


# %%
check("4.4")

# %% [markdown] tags=["solution"]
# **Analysis.** For one row the rule is share minus label. The right class has a negative slope, so a step
# downhill raises its logit, and the others have positive ones. The slopes of a row add up to 0, because a
# shift of all logits changes nothing. Where share and label agree the slope is 0, and there is nothing to
# learn.

# %% [markdown]
# Two classes or ten, the rule is the same: **the slope by the logits is $a - t$**, share minus label.

# %% [markdown] folded=true
# ### Extra: where the rule comes from (exercise 4.5: 1.5 points, 7 more minutes)

# %% [markdown]
# If one logit grows, its own share grows, and all *others* shrink, since together they
# are 1. So a softmax of k classes has k times k slopes, a table called **Jacobian**:
#
# $$J_{ij} = \frac{\partial a_i}{\partial z_j} = a_i(\delta_{ij} - a_j),
# \qquad \delta_{ij} = 1 \text{ if } i = j, \text{ else } 0.$$
#
# The round d says: the slope along $z_j$, while the other logits stand still.
#
# <div class="alert alert-success">
#
# **Exercise 4.5** (1.5 points): the whole Jacobian
#
# </div>
#
# Write `softmax_jacobian(z)` for one row of logits, shape (k,). It returns $J$, shape (k, k). You may use
# `tf.nn.softmax` again, and loops are fine.
#
# *Expected* for z = (1, 2, 0.5): the first row is (0.178, -0.145, -0.032), and each row adds up to 0.


# %% exercise="4.5"
def softmax_jacobian(z):
    """z (k,) logits -> the slopes of the shares by the logits, (k, k)"""
    ### BEGIN SOLUTION
    a = softmax(z)
    return np.diag(a) - np.outer(a, a)
    ### END SOLUTION


# %%
check("4.5")

# %% [markdown] tags=["solution"]
# **Analysis.** Larreguy's tutorial gives only the diagonal, $a_i' = a_i(1 - a_i)$, as if each share depended
# on its own logit alone. With the diagonal the slope of the price would be (0, -0.371, 0), and the logits of
# the wrong classes would never move. With the whole table all comes out: $-J^\top (t / a)$ is $a - t$.

# %% [markdown] minutes=10
# ## 8. Which output, which loss?
#
# An output and a loss fit together if they leave a slope that does not die out: *what you said minus what
# happened* (for the squared error of a linear output twice that).
#
# | wanted | last layer | loss |
# |---|---|---|
# | a number of any size | linear | squared error, `mse` |
# | one probability | sigmoid, or linear for logits | binary cross-entropy |
# | one of k classes | softmax, or linear for logits | categorical cross-entropy; *sparse* if labels are 0, 1, 2 ... |
# | several probabilities at once | a sigmoid for each, or linear for logits | binary cross-entropy |
#
# <div class="alert alert-success">
#
# **Exercise 4.6** (2 points): five weather services
#
# </div>
#
# Give each of the five its `(units, activation, loss)`, such as `(7, "softmax", "mse")`, a bad idea for all of
# them. 0.4 points each.
#
# - activation: `"linear"`, `"sigmoid"` or `"softmax"`;
# - loss: `"mse"`, `"binary_crossentropy"`, `"categorical_crossentropy"` or
#   `"sparse_categorical_crossentropy"`. Where the model ends in logits, put `" from logits"` behind it.
#
# | name | what it should say | labels in the data |
# |---|---|---|
# | `degrees` | tomorrow's temperature | numbers such as -3.5 |
# | `rain` | the probability of rain | 0 or 1 |
# | `sky` | sun, cloud, rain or snow | 0, 1, 2 or 3 |
# | `sky_rows` | the same | rows such as (0, 0, 1, 0) |
# | `alarms` | storm, frost, fog: none, some or all | rows such as (1, 0, 1) |

# %% exercise="4.6"
### BEGIN SOLUTION
degrees = (1, "linear", "mse")
rain = (1, "linear", "binary_crossentropy from logits")
sky = (4, "linear", "sparse_categorical_crossentropy from logits")
sky_rows = (4, "softmax", "categorical_crossentropy")
alarms = (3, "sigmoid", "binary_crossentropy")
### END SOLUTION

# %%
check("4.6")

# %% [markdown] tags=["solution"]
# **Analysis.** Ask three questions. Which numbers may come out, and how many: that gives units and
# activation. Do the classes exclude each other: softmax if so, one sigmoid each if not. How are the labels
# written: as numbers 0, 1, 2 (sparse) or as rows. `rain` may also be two units with softmax.

# %% [markdown] folded=true
# ### More: what goes wrong, in Keras

# %% [markdown] covers=["000.38", "001.24"]
# The activation of hidden layers decides **how well the network learns**, says Larreguy's tutorial, and that
# of the output **the type of prediction**. And **the choice of the cost is coupled with the output unit**,
# adds Sarmiento-Barbieri's lecture. Here are three pairs that do not fit: a softmax over one unit, which
# always says 1, integer labels for a loss that wants rows (*rank* is the number of axes), and logits that
# are taken for probabilities.

# %%
one_unit = np.exp(np.array([[3.0], [-2.0]]))
print("softmax over one unit:", (one_unit / one_unit.sum(axis=1, keepdims=True)).ravel())
try:
    keras.losses.CategoricalCrossentropy()(np.array([0, 2, 1]), np.eye(3))
except ValueError as error:
    print("integer labels: ValueError,", str(error).split(".")[0])
labels, two_logits = np.array([[0.0], [1.0]]), np.array([[-2.0], [3.0]])
for told in (False, True):
    price = keras.losses.BinaryCrossentropy(from_logits=told)(labels, two_logits)
    print(f"logits -2 and 3 for the labels 0 and 1, from_logits={told!s:5}: {float(price):.4f}")

# %% [markdown]
# Taken for probabilities, -2 and 3 are cut off to 0 and 1, so there seems to be nothing left to learn. (Of
# the first mistake Keras warns, of this one it does not.)
#
# And a linear output with the *squared* error, for two classes? Larreguy's tutorial has the linear
# activation mostly for unbounded regression, "but also works for binary classification". Its slope by a
# weight is the input, so a point far out pulls hard, even where it is on the right side already. Six
# points on a line, three of each class, and then three more far out:

# %% covers=["001.26"] errata=["E001-10"]
from sklearn.linear_model import LinearRegression
from sklearn.linear_model import LogisticRegression as Logistic

points, weights = tf.constant([3.0, -1.0]), tf.Variable([0.5, 0.2])
with tf.GradientTape() as tape:
    output = tf.reduce_sum(points * weights)
print("da/dw =", tape.gradient(output, weights).numpy(), "  x =", points.numpy())
near, far = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]), np.array([20.0, 25.0, 30.0])
for name, places in (("6 points", near), ("6 + 3 far points", np.concatenate([near, far]))):
    column, label = places[:, np.newaxis], places > 0
    squares = np.mean((LinearRegression().fit(column, label).predict(column) > 0.5) == label)
    print(f"{name:17} squared error {squares:.3f}   ", end="")
    print(f"cross-entropy of logits {Logistic().fit(column, label).score(column, label):.3f}")

# %% [markdown]
# With the squared error three easy points turn the line until another one falls on the wrong side. So for
# classes this pair is a poor choice as soon as points lie far out. (XOR's four corners do not, and labs 02,
# 06, 08 and 13 may take it.) As a *logit*, with a loss made for logits, a linear output serves all classes.

# %% [markdown] folded=true
# ## Slips on the slides

# %% [markdown] errata=["E000-09", "E001-22", "E004-07", "E004-09"]
# For readers of the lectures: most of them are small, and a run with the numbers finds them.
#
# - Sarmiento-Barbieri's slide sends the sigmoid to the classes {0, 1}. It gives a **probability between 0
#   and 1**; a class comes only after a threshold. In its softmax the indices are missing:
#   $e^{x_i} / \sum_j e^{x_j}$.
# - Larreguy's tutorial gives the derivative of the linear activation **by a weight**, those of the others
#   by the sum $s$, and calls $s$ "the dot product of $w_i$ and $x_i$", which are numbers; it is that of the
#   vectors $w$ and $x$.
# - On Espinosa Loera's last slides the formula behind "Logistic Regression Loss" is **lost**; the squared
#   error that follows belongs to the linear model.
# - The same lecture **sums** over the samples, where Keras takes the mean: the ratio is the number of rows.
#   It does not move the minimum, but it scales the slope, and with it the right step size.
#
# One half or none: Larreguy's tutorial defines $E = (y - \hat y)^2$, later $\frac12 (y - \hat y)^2$, and
# the slope that it prints belongs to the second.

# %% errata=["E001-01"]
x, w, target = np.array([1.0, 0.5, -1.2]), np.array([0.1, 0.4, -0.3]), 1.0


def squared(w):
    """The squared error of one sigmoid unit"""
    return (target - 1 / (1 + np.exp(-w @ x))) ** 2


s = 1 / (1 + np.exp(-w @ x))
nudges = 1e-6 * np.eye(3)
measured = [(squared(w + nudge) - squared(w - nudge)) / 2e-6 for nudge in nudges]
print("printed slope     :", (-(target - s) * s * (1 - s) * x).round(4))
print("measured, (y-s)^2 :", np.round(measured, 4))

# %% [markdown]
# The measured slope is twice the printed one. Next, the softmax whose derivative is only the diagonal: what
# slope would the price have?

# %% covers=["001.31"] errata=["E001-08"]
logits, t = np.array([1.0, 2.0, 0.5]), np.array([0.0, 1.0, 0.0])
a = np.exp(logits) / np.exp(logits).sum()
print("a (1 - a), the diagonal:", (a * (1 - a)).round(3))
print("by the diagonal alone:", (-(t / a) * a * (1 - a)).round(3) + 0.0)
print("by the whole table   :", (-(np.diag(a) - np.outer(a, a)).T @ (t / a)).round(3))

# %% [markdown]
# Then a "numerically stable combination". It is one with the shift only; and a sure and wrong sample whose
# share was rounded to 0 has no slope left.

# %% errata=["E004-05"]
with np.errstate(over="ignore"):
    print("log sum exp of (1000, 0) as printed:", np.log(np.sum(np.exp([1000.0, 0.0]))))
for name, told in (("shares", False), ("logits", True)):
    z = tf.constant([[0.0, 50.0]])
    with tf.GradientTape() as tape:
        tape.watch(z)
        price = keras.losses.CategoricalCrossentropy(from_logits=told)(
            np.array([[1.0, 0.0]]), z if told else tf.nn.softmax(z)
        )
    print(
        f"from {name}: price {float(price):.2f}, slope", tape.gradient(price, z).numpy().round(2)[0]
    )

# %% [markdown] folded=true
# ## Test yourself

# %% [markdown]
# 1. A forecaster says 90 percent each time and is right in 70 percent of the cases. What should she do, and
#    which price would tell her?
#
# <details><summary>Answer</summary>
#
# Say 70. A strictly proper price, squared error or cross-entropy, becomes lowest there. *Missed* would not
# change, and the distance would get dearer.
#
# </details>
#
# 2. Why not a *sigmoid* output with the squared error, for two classes?
#
# <details><summary>Answer</summary>
#
# Its slope by the logit has the factor $s(1 - s)$, so where the network is sure and wrong there is hardly
# any slope. The cross-entropy has the slope $p - y$.
#
# </details>
#
# 3. Somebody's loss is stuck at 16.12. What happened?
#
# <details><summary>Answer</summary>
#
# The probability of the right class is 0 in float32, and Keras cuts it off at $10^{-7}$: $-\log 10^{-7}$ is
# 16.12. Give the loss logits, and say so.
#
# </details>

# %% [markdown] minutes=2
# ## What we saw
#
# So what should a wrong forecast cost? Brier's answer is half of it: the price must be **honest**, cheapest
# for whoever says what she believes. The squared error and the cross-entropy are, *missed* and the distance
# are not. The other half is that it must **teach**. Only the cross-entropy keeps its slope where a network
# is sure and wrong, and that slope is $p - y$.
#
# You can now price forecasts, your own among them, and see whether somebody is too sure. You have written a
# softmax and a cross-entropy that no logit breaks, and you know which loss fits which output.
#
# **A challenge to take home** (no points): teach the invented reader modesty. Find a formula with at most two
# numbers that turns what he *said* into what he *should have* said. Choose the numbers on the first half of
# his bets; the second half decides. He paid 0.826 there, a coin pays 0.693, and the best that we know is
# 0.649, with the single number of section 3. The cell has a temperature instead: turn it,
# and the second half comes to about 0.66.

# %% tags=["task"]
from sklearn.metrics import log_loss

bets = data.bets()
said = np.clip(bets.X[:, 0] / 100, 0, 0.999)
z = np.log(said / (1 - said))
temperature = 1.0
better = 1 / (1 + np.exp(-z / temperature))
for name, rows in (("first half", slice(0, 30)), ("second half", slice(30, 60))):
    print(f"{name}: {log_loss(bets.y[rows], better[rows]):.4f}")

# %% [markdown]
# You now have slopes. Which way is downhill, and how large a step may one take?
