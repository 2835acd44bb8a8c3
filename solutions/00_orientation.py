# %% [markdown] form=2 minutes=32 seconds=40 short="1, 2" needs=[]
# # Lab 00: How do you turn a house upside down?
#
# With one line of code, and in a quarter of an hour you will have written it. On the way you meet
# everything that the other labs use: cells that run, knobs, bets, hints, and cards that tell you
# what went wrong. Nothing here is an exam. You may run, break and repeat each cell as often as you
# like.

# %% [markdown] minutes=8
# ## 1. Run, turn, bet
#
# A notebook is a list of **cells**, some with text, some with code. Click into the code below and
# press **Shift+Enter** to run it. It loads TensorFlow, the library that computes, which may take
# ten seconds or more. `[*]` beside a cell says that it is working, and a number that it is done.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown]
# The sentence above names the **device** that computes. The CPU, the normal processor, is enough
# for every lab. Now the house: each row of `X` is one of its corners, how far *right* it is and how
# far *up*.

# %%
import numpy as np

from utils.checks import bet, check, hint

X = np.array([[0, 0], [2, 0], [2, 1], [1, 2], [0, 1]])
print(X.shape)

# %% [markdown]
# `(5, 2)` is the **shape** of `X`: five rows, two columns. The next cell draws the house, and its
# code is hidden behind three dots. Press Shift+Enter once more, since the notebook has gone on to
# it by itself (a click on the dots would show the code). Then turn its **knobs**, with the mouse
# or, after a click on one, with the arrow keys. The task stands under the picture.

# %% tags=["hide-input"]
import matplotlib.pyplot as plt

from utils import plots
from utils.knobs import Slider, knobs

DOOR = np.array([[1.3, 0.0], [1.7, 0.0], [1.7, 0.6], [1.3, 0.6]])


def draw_house(moved, title=""):
    """Draw the house and its door where `moved`, (n, 2) -> (n, 2), puts their corners."""
    fig, ax = plt.subplots(figsize=(3.3, 3.6))
    ax.axhline(0, color=plots.GREY, linewidth=5)
    for corners, color in ((X, "#ffd9c2"), (DOOR, plots.BLUE)):
        ax.fill(*np.transpose(moved(corners)), facecolor=color, edgecolor="black", zorder=2)
    ax.set(xlim=(-2.4, 3.4), ylim=(-2.4, 4.4), aspect="equal", title=title)
    ax.set(xlabel="right", ylabel="up; grey: the ground")
    return fig


def heights(W00, W11, b1):
    """The heights of the floor and of the roof's tip."""
    return X[0, 1] * W11 + b1, X[3, 1] * W11 + b1


def turn(W00, W11, b1):
    fig = draw_house(lambda corners: corners * [W00, W11] + [0, b1])
    floor, tip = heights(W00, W11, b1)
    numbers = f"W = [[{W00:g}, 0], [0, {W11:g}]] and b = [0, {b1:g}]"
    return fig, f"{numbers}: the floor is at height {floor:g}, the tip of the roof at {tip:g}."


knobs(
    turn,
    task="Turn the house upside down, and let it stand on the ground: the tip of its roof at "
    "height 0, the floor at 2.",
    reached=lambda **numbers: heights(**numbers) == (2, 0),
    W00=Slider(-1, 1, 0.5, start=1),
    W11=Slider(-1, 1, 0.5, start=1),
    b1=Slider(0, 2, 0.5, start=0),
)

# %% [markdown]
# `W11` turns it over and `b1` lifts it, while `W00` makes it narrow or moves its door to the other
# side. The names are short for `W[1, 1]`, `b[1]` and `W[0, 0]`, because Python counts from 0, and
# all corners obey the same two lines:
#
# ```
# new right = right * W[0, 0] + up * W[1, 0] + b[0]
# new up    = right * W[0, 1] + up * W[1, 1] + b[1]
# ```
#
# So with `W11` = -1 and `b1` = 2 the tip, (1, 2), comes to the height 1 · 0 + 2 · (-1) + 2 = 0.
#
# One knob was missing, because `W[1, 0]` stayed 0. **What does the upright house do when it becomes
# 0.5?** Bet before you look. It gives no points, only the reason for or against your own choice.
#
# | | |
# |---|---|
# | a | it leans to the right |
# | b | it slides to the right as a whole |
# | c | it becomes wider |
#
# Write `"a"`, `"b"` or `"c"` in the place of `...`, and if you like how sure you are: `sure=70`
# (percent). Lab 04 will show what such numbers are worth.

# %% bet="0.b1"
bet("0.b1", "a")

# %% tags=["hide-input"]
plots.show(
    draw_house(lambda corners: corners @ [[1, 0], [0.5, 1]], "W[1, 0] = 0.5"),
    alt="The house with W[1, 0] = 0.5. Its floor stays where it was, the corners at height 1 are "
    "half a step further right, and the tip is a whole step further right.",
)

# %% [markdown]
# The floor stays, the tip moves farthest: each corner goes to the right by half of *its own*
# height.

# %% [markdown] minutes=11
# ## 2. Be wrong first
#
# One line of NumPy does all this for every row of `X` at once, and you will write it. But first
# watch somebody who gets it wrong. `check` judges an answer, and what it shows is called a
# **card**.


# %%
def guess(X, W, b):
    return X * W + b


affine = guess  # the check looks for this name
print("for single numbers:", affine(2, 3, 1))
card = check("0.1")
card

# %% [markdown]
# For single numbers all looks well, because 2 · 3 + 1 is 7. The card sees more, and names the
# mistake. Below it stands what was **tried** (arrays of the check's own), what **came** and what
# was **expected**. Check as often as you like, because a card takes nothing away.
#
# So the sign is `@`, the *matrix product*: it takes each row of `X` through our two lines, all but
# the `b`. Where `X` has the shape (n, d) and `W` has (d, h), `X @ W` has (n, h). The inner sizes
# must be equal, and they disappear.
#
# This is what a **layer** of a neural network does. Each row of `X` is a **sample** (here a corner,
# later a flower or a picture), and each column a **feature**. Each column of `W` holds the
# **weights** of one **unit**, and `b` has one **bias** for each unit. `W` as a whole is called the
# **kernel**.
#
# <div class="alert alert-success">
#
# **Exercise 0.1** (1 point): one line for all corners
#
# </div>
#
# Write `affine(X, W, b)`, for any number of rows, features and units. Put your line in the place of
# the one with `raise`, run the cell, and then the check below it.
#
# *Expected for the house on its head*: the first corner comes to (0, 2), the tip to (1, 0), as in
# the picture below the hint.


# %% exercise="0.1"
def affine(X, W, b):
    """X (n, d), W (d, h), b (h,) -> (n, h)"""
    ### BEGIN SOLUTION
    return X @ W + b
    ### END SOLUTION


# %%
check("0.1")

# %% [markdown]
# Stuck? Run this, and again for the next of three hints. They cost nothing either.

# %%
hint("0.1")

# %% [markdown] tags=["solution"]
# **Analysis.** `X @ W` has one row for each sample and one column for each unit. `b` has one number
# for each unit, so NumPy adds it to every row: this is called *broadcasting*. Both take the sizes
# from the arrays, and therefore the same line serves one sample or a million. A loop over the
# samples gives the same numbers, only more slowly.

# %% [markdown]
# A right answer brings a *Why*, folded at the end of its card. Here is your line at work, with the
# numbers of your knobs.

# %%
W = np.array([[1, 0], [0, -1]])
b = np.array([0, 2])

# %% tags=["hide-input"]
try:
    affine(X, W, b)
    moved, title = affine, "moved by your line"
    where = "on its head: its floor is at height 2, its tip on the ground"
except NotImplementedError:
    moved, title = lambda X, W, b: X, "exercise 0.1 is open"
    where = "upright, because exercise 0.1 is still open"
plots.show(
    draw_house(lambda corners: moved(corners, W, b), title),
    alt=f"The house as exercise 0.1 moves it, {where}.",
)

# %% [markdown]
# Does it still stand upright? Then exercise 0.1 is open, so solve it and run the cell again. (In
# other labs a cell may say "This cell waits for exercise 2.3" on red ground. That is no fault
# either.)
#
# **Keras**, the library with which we build networks, has such layers ready-made and calls them
# `Dense`. We give one our numbers; `None` stands for any number of samples.

# %%
import keras

layer = keras.layers.Dense(2)
layer.build((None, 2))
layer.set_weights([W, b])
print(np.array(layer(X)))

# %% [markdown]
# First (0, 2), and the tip at (1, 0), as expected: there is no magic in a layer, it is your line.

# %% [markdown] minutes=6
# ## 3. When something goes wrong
#
# Three things help nearly always. The first is a fresh start. Your code runs in a process that is
# called **kernel**, too, and that remembers every name. Run these two cells.

# %%
runs = 0

# %%
runs = runs + 1
print(f"runs = {runs}")

# %% [markdown]
# Now you delete the first of the two, and run the second one again. **What does it print?**
#
# | | |
# |---|---|
# | a | an error, because `runs` is no longer there |
# | b | runs = 1, because it was run anew |
# | c | runs = 2 |

# %% bet="0.b2"
bet("0.b2", "c")

# %% [markdown]
# So the page and the kernel can drift apart: what counts is the order in which *you* ran the cells.
# When you no longer understand what you see, choose **Kernel > Restart Kernel and Run All Cells**.
# The names are forgotten, but your text, your code and your bets stay.

# %% [markdown] tags=["task"]
# **Try it** now. (If you did delete that cell, bring it back first: Esc, then Z. Without it the fresh
# start ends there with an error, because no cell makes `runs` any more.) It takes a quarter of a
# minute, and the knobs go back to their start.

# %% [markdown]
# | You want to | In JupyterLab |
# |---|---|
# | stop a cell that takes too long | the square button ■ |
# | add a cell below, delete a cell | Esc, then B; Esc, then D twice |
# | bring back a deleted cell | Esc, then Z |
# | save | Ctrl+S (on a Mac Cmd+S) |
#
# The second thing is the **last line of an error**. Most are about shapes, such as this one, which
# we catch here so that the notebook goes on. Change one `X` into `X.T`, its rows and columns
# swapped, and it runs.

# %% tags=["task"]
try:
    print((X @ X).shape)
except ValueError as error:
    print(error)

# %% [markdown]
# Much of the message is for experts, but its end is for you: the inner sizes of (5, 2) @ (5, 2),
# which are 2 and 5, differ.
#
# The third thing is the **doctor**, who looks at Python, the packages and the folders, and trains a
# tiny network to see whether all works. That takes ten seconds or more. `ok` is well, and a line
# with `problem` says what to do.

# %% tags=["nbval-ignore-output"]
from utils import doctor

print(doctor.report(details=False))

# %% [markdown]
# If a notebook does not even start, ask it in a terminal, in the course's folder:
# `.venv/bin/python -m utils.doctor` (on Windows `.venv\Scripts\python -m utils.doctor`).

# %% [markdown] minutes=5 covers=["001.02"]
# ## 4. The road from here
#
# **Machine learning** means that a program finds its rule from examples, instead of being given it.
# **Deep learning** is a subset of machine learning: its rule is an artificial neural network with
# multiple layers, each of which works on the numbers of the one before. The labs rebuild what five
# lectures say about it, and test it. Where a slide slips, you see what was measured.

# %% [markdown] covers=["000.01", "001.01", "002.01", "003.01", "004.01"]
# | No. | Lecture | By | Where and when |
# |---|---|---|---|
# | 000 | "Intro a Deep Learning, Redes Neuronales" (slides in English) | Ignacio Sarmiento-Barbieri | Universidad de los Andes, 1 November 2021 |
# | 001 | "Introduction to Deep Learning", a tutorial | Horacio Larreguy, with Eduardo Zago | Instituto Tecnológico Autónomo de México (ITAM), 15 March 2023 |
# | 002 | "Deep Neural Networks", lecture 6 of *Learning From Data* | Yang Li | TBSI (Tsinghua), 7 April 2024 |
# | 003 | "Deep learning" | Zoltan Miklos | University of Rennes 1, 2022 |
# | 004 | "Deep Learning and Neural Networks", topic 2: "Shallow Networks" | Ricardo Abel Espinosa Loera | not in the text |

# %% [markdown]
# You chose the numbers of your layer yourself, and from lab 01 on a program finds them. **How many
# are there to find?** Yours has four weights and two biases. In lab 12 a picture with 784 pixels
# goes into a layer of 128 units, and what these say goes into a layer of 10.
#
# | | |
# |---|---|
# | a | about 1,000 |
# | b | about 100,000 |
# | c | about 10,000,000 |

# %% bet="0.b3"
bet("0.b3", "b")

# %%
print("first layer:", 784 * 128 + 128, "  both:", 784 * 128 + 128 + 128 * 10 + 10)

# %% [markdown]
# It is one of the largest networks of these labs, and a CPU trains it in a few minutes at most.
#
# Here are all labs, in the order that we suggest; their numbers are only names. So are the numbers
# of exercises: where they jump, you have skipped nothing.
#
# | Lab | Topic |
# |---|---|
# | 00 | How the labs work |
# | 01 | [One neuron: the perceptron and logic gates](01_neuron.ipynb) |
# | 02 | [XOR: four points and a line](02_xor.ipynb) |
# | 03 | [Activations, the bend between two layers](03_activations.ipynb) |
# | 04 | [Outputs and losses](04_losses.ipynb) |
# | 05 | [Gradient descent](05_gradient_descent.ipynb) |
# | 10 | [Iris: two outputs at once](10_iris.ipynb) |
# | 06 | [Back-propagation by hand](06_backpropagation.ipynb) |
# | 08 | [Where training starts, and where gradients vanish](08_initialisation.ipynb) |
# | 09 | [Optimisers and mini-batches](09_optimisers.ipynb) |
# | 12 | [Pictures of garments](12_fashion_mnist.ipynb) |
# | 11 | [Over-fitting](11_overfitting.ipynb) |
# | 07 | [What networks can do: theory](07_mlp_theory.ipynb) |
# | 13 | [The landscape of the loss](13_loss_surfaces.ipynb) |
# | 14 | [Where the road goes on: images, sound and words](14_roadmap.ipynb) |
# | 15 | [Extra: the clinic](15_clinic.ipynb) |
# | 16 | [Extra: slip or right?](16_slips.ipynb) |
#
# The first fifteen take about twenty-one hours. A short course is 01, 02, 05 and 12, and a longer
# one 01, 02, 03, 04, 05, 10, 06, 12 and 11. What a lab asks from memory about one that you left out
# you may skip. Impatient for photos? Sections 1 and 2 of lab 12 can be read right after lab 03.

# %% [markdown] folded=true
# ## More: the notation of the labs, and of each lecture

# %% [markdown]
# The lectures write the same things in different ways. The labs write them as Keras does,
#
# $$Y = X W + b, \qquad X: (n, d), \quad W: (d, h), \quad b: (h,),$$
#
# with samples in rows and a kernel (inputs, units), in short (in, out). Espinosa Loera writes $W x
# + b$: his sample $x$ is a column, and his $W$ is our kernel transposed. The numbers are the same:

# %%
x, W_column = X[3], W.T
print("W x + b:", W_column @ x + b, "  x W + b:", x @ W + b)

# %% [markdown]
# Come back to this table when a formula on a slide looks different from the one in a lab. A dash
# says that the lecture does not write it.
#
# | What (labs) | Here, as in Keras | 000 | 001 | 002 | 003 | 004 |
# |---|---|---|---|---|---|---|
# | layer (01, 02, 07) | $XW + b$, kernel (in, out) | $XW + b$, $W$ is $(d, h)$ | $w^\top x$ with $x_0 = 1$ | $W_1 x + b$, also $W^\top x$ | $\theta_{j,i}$: from $j$ to $i$ | $Wx + b$ |
# | bias (01, 02) | bias $b$ | $c$, $b$ | $b_0 = w_0$; $b_i$ for each node | $b_1, b_2$, or $w_{\cdot,0}$ | $\theta_0$ | $b$ |
# | learning rate (05) | `learning_rate` | – | $\nu$; later left out | – | $\gamma$, $\eta$ | – |
# | activation of the perceptron (01) | you choose it | threshold | sigmoid | sign | any; unit step | any |
# | at the corner $z = 0$ (01, 03) | ReLU: derivative 0 | derivative of the ReLU: 0 by convention | – | step is 1 | figure lost | derivative of the ReLU: 0 |
# | squared error (04, 10) | mean | – | $(\cdot)^2$ and $\frac{1}{2}(\cdot)^2$ | – | mean (MSE) | $\frac{1}{2}\sum$ |
# | cross-entropy (04) | mean, $\ln$, probabilities clipped at $10^{-7}$ | – | – | without the minus | $\log_2$ | $-\sum$, $\ln$ |
# | L2 penalty (11) | $\lambda \sum w^2$ | – | named only | $\lambda \cdot \frac{1}{2} \lVert w \rVert^2$ | $\frac{\lambda}{2m} \sum \theta^2$ | – |
# | L1 penalty (11) | $\lambda \sum \lvert w \rvert$ | – | named only | $\lambda \sum \lvert w \rvert$ | $\frac{\lambda}{2m} \sum \lvert \theta \rvert$ | – |
# | depth (07) | – | length of the chain | – | number of layers | – | – |

# %% [markdown] folded=true
# ## More: what the lectures plan, and what to read

# %% [markdown] covers=["000.02", "000.57", "002.02"]
# | Agenda of Sarmiento-Barbieri's lecture | Lab |
# |---|---|
# | Recap: the linear model | 02 |
# | Multilayer perceptrons: a worked example | 02 |
# | activation functions | 03 |
# | output functions | 04 |
# | architecture design | 07 |
# | numerical optimization issues | 05, 08, 13 |
# | Demo | 12 |
# | Review and further readings | 00 |
#
# | Plan of Yang Li's lecture | Lab |
# |---|---|
# | Biological motivations | 01 |
# | A case study: XOR | 02 |
# | Forward pass | 07 |
# | Backward propagation | 06 |
#
# The first one closes with news for its own class, a survey and "Problem Set 4", which you do not
# need.

# %% [markdown] covers=["001.01"]
# Larreguy credits a part of his content to the notes of Edgar Francisco Roman-Angel (the name as
# printed) for the Deep Learning course of ITAM's Master in Data Science. The pictures of all five
# lectures are lost in their texts, so the labs draw their own.

# %% [markdown] covers=["000.58", "000.59", "000.61", "002.30"]
# Sarmiento-Barbieri and Li recommend these. If you want one book beside the labs, take the first or
# the second, because both are free on the web.
#
# - I. Goodfellow, Y. Bengio, A. Courville (2016), *Deep Learning*, MIT Press,
#   [deeplearningbook.org](https://www.deeplearningbook.org).
# - A. Zhang, Z. C. Lipton, M. Li, A. J. Smola (2020), *Dive into Deep Learning*, release 0.15.1,
#   [d2l.ai](https://d2l.ai). The web page shows a newer release.
# - M. Taddy (2019), *Business Data Science: Combining Machine Learning and Economics to Optimize,
#   Automate, and Accelerate Business Decisions*, McGraw-Hill.
# - Stanford's notes on convolutional networks, [cs231n.github.io](https://cs231n.github.io).

# %% [markdown] covers=["001.55"]
# Larreguy's references, completed:
#
# - C. M. Bishop (2006), *Pattern Recognition and Machine Learning*, Springer.
# - J. Devlin, M.-W. Chang, K. Lee, K. Toutanova (2019), "BERT: Pre-training of Deep Bidirectional
#   Transformers for Language Understanding", NAACL-HLT,
#   [arXiv:1810.04805](https://arxiv.org/abs/1810.04805).
# - I. Goodfellow, Y. Bengio, A. Courville (2016), see above.
# - T. Hastie, R. Tibshirani, J. Friedman (2009), *The Elements of Statistical Learning*, 2nd
#   edition, Springer. The lecture gives 2008.
# - S. Ioffe, C. Szegedy (2015), "Batch Normalization: Accelerating Deep Network Training by
#   Reducing Internal Covariate Shift", ICML, [arXiv:1502.03167](https://arxiv.org/abs/1502.03167).
# - D. P. Kingma, J. Ba (2015), "Adam: A Method for Stochastic Optimization", ICLR,
#   [arXiv:1412.6980](https://arxiv.org/abs/1412.6980). The lecture cites the version of 2017.
# - Y. LeCun, Y. Bengio, G. Hinton (2015), "Deep learning", *Nature* 521, 436-444.
# - R. D. Reed, R. J. Marks (1999), *Neural Smithing: Supervised Learning in Feedforward Artificial
#   Neural Networks*, MIT Press. The lecture gives 2016.
# - S. Ruder (2016), "An overview of gradient descent optimization algorithms",
#   [arXiv:1609.04747](https://arxiv.org/abs/1609.04747).
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov (2014), "Dropout: A
#   Simple Way to Prevent Neural Networks from Overfitting", *Journal of Machine Learning Research*
#   15, 1929-1958.
# - C. Zhang, S. Bengio, M. Hardt, B. Recht, O. Vinyals (2017), "Understanding deep learning
#   requires rethinking generalization", ICLR, [arXiv:1611.03530](https://arxiv.org/abs/1611.03530).

# %% [markdown] covers=["001.56"]
# Six of his footnotes point to web pages, and their addresses are lost. Look here instead:
#
# | Footnote | Instead |
# |---|---|
# | VitalFlux: picture of linear and non-linear problems | redrawn in lab 03 |
# | "link" on the saturation of the sigmoid | *Deep Learning*, section 6.3.2; lab 03 |
# | "link" on regularisation techniques | *Deep Learning*, chapter 7; lab 11 |
# | DataCamp: picture of data augmentation | lab 11 |
# | AI Pool: picture of dropout | lab 11 |
# | Keras documentation of `Dense`, for other activations | [Dense layer](https://keras.io/api/layers/core_layers/dense/), [activations](https://keras.io/api/layers/activations/) |

# %% [markdown] folded=true
# ## Slips on the slides

# %% [markdown]
# Larreguy's example in Python installs `keras` and then `tensorflow`. Does one need both lines?

# %%
from importlib.metadata import requires

needs_keras = any(line.startswith("keras") for line in requires("tensorflow"))
print(f"installing tensorflow installs keras too: {needs_keras}")

# %% covers=["001.38"] tags=["nbval-ignore-output"]
from importlib.metadata import version

for package in ("tensorflow", "keras", "numpy"):
    print(f"{package:10} {version(package)}")

# %% [markdown] errata=["E001-23"]
# These are your versions: `python3 run.py` has installed what the labs are tested with.
#
# - *One line is enough.* Installing `tensorflow` brings `keras`.
# - The slide promises a network "from scratch", but Keras holds the layers and the training
#   ready-made. In these labs "from scratch" means NumPy alone; then we check that Keras agrees.
# - `train_test_split` is imported twice. And the printed summary comes from an older Keras: Keras 3
#   calls such a model "functional".

# %% [markdown] errata=["E000-18"]
# In Sarmiento-Barbieri's slides four small slips change nothing in the mathematics.
#
# - The reading list names Bengio twice as an author of *Deep Learning*, which has three authors.
# - The review lists word embeddings and a demo of them, but they are not in this deck. (An
#   embedding turns a word into a list of numbers: lab 14.)
# - "It's truth table" should read "Its truth table".
# - The sentence about two functions in a chain stops after "and". Nothing is lost, because the
#   formula $f(x) = f^{(2)}(f^{(1)}(x))$ stands before it.

# %% [markdown] folded=true
# ## Test yourself

# %% [markdown]
# 1. `X` has the shape (100, 4), and a layer has 3 units. What are the shapes of `W`, `b` and `X @ W
# + b`?
#
# <details><summary>Answer</summary>
#
# (4, 3), (3,) and (100, 3).
#
# </details>
#
# 2. A notebook worked yesterday, and today its third cell says that a name is not defined. Why?
#
# <details><summary>Answer</summary>
#
# The kernel was started anew and remembers nothing. Run the cells above it first. If no cell
# defines the name any more, you deleted it yesterday while the kernel still remembered it.
#
# </details>
#
# 3. Which number moves the whole house to the right?
#
# <details><summary>Answer</summary>
#
# `b[0]`: it is added to every corner, whatever its height.
#
# </details>

# %% [markdown] minutes=2
# ## What you can do now
#
# You turned a house upside down, first with knobs and then with one line, and that line is a layer
# of a network. You can run a notebook, bet, read a card, ask for a hint, and start afresh when all
# else fails. How far are you? Here are your points from all labs, and your bets.

# %% tags=["nbval-ignore-output"]
from utils import progress

progress.report()

# %% tags=["nbval-ignore-output"]
from utils import past_bets

past_bets.report()

# %% [markdown]
# Before you hand this notebook in, you may clear both: right-click them. `python3 run.py
# --help` tells how to take a new release, print a lab, or put an exercise back.
#
# **A challenge to take home** (no points): only the tip should rise, from height 2 to 4, and the
# other corners should stay. Choose `W` and `b`: the cell prints the largest distance of a corner
# from its goal. Our best is 0.5. Can you beat it, or say why nobody can?

# %% tags=["task"]
goal = np.array([[0, 0], [2, 0], [2, 1], [1, 4], [0, 1]])
W = np.array([[1, 0], [0, 1]])
b = np.array([0, 0])
distances = np.linalg.norm(X @ W + b - goal, axis=1)
print(f"largest distance: {distances.max():.2f}")

# %% [markdown]
# One layer moves all corners by the same rule, so it cannot lift one of them alone. And that is not
# all it cannot do. But first you take one apart: [lab 01](01_neuron.ipynb) begins with a lamp over
# a door, three dials, and the question who turns them.
