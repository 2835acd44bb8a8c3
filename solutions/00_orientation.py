# %% [markdown] minutes=35 seconds=40
# # Lab 00: How these labs work
#
# This is the first lab. It shows how a notebook works, how your answers are checked and what to do
# when something goes wrong. Then it warms up the two tools that lab 02 needs: array shapes and
# the formula $X W + b$.
#
# You will learn
#
# - to run and restart a notebook, and to read a check card;
# - to predict the shape of `X @ W + b`, and to read an error message about shapes;
# - where the labs come from: five lectures, one notation, the sources.

# %% [markdown]
# ## 1. Run a cell
#
# A notebook is a list of **cells**: text cells like this one, and code cells. Click into the code
# cell below and press **Shift+Enter**. It loads TensorFlow, the library that does the computing,
# so it may take ten seconds or more. While it works you see `[*]` beside it. When it is done you
# see a number.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown]
# Read the sentence under the cell. It says which **device** computes: the CPU (the normal processor)
# or a GPU (a graphics card that multiplies large matrices fast).
#
# You do not need a GPU. The networks of this course are small: most have fewer than 5,000 numbers
# to learn, and the largest about 100,000. A CPU trains them in seconds or a few minutes.

# %% [markdown]
# ## 2. The kernel remembers
#
# Your code runs in a Python process called the **kernel**. The kernel keeps every name that you
# define, until you restart it. Run these two cells.

# %%
runs = 0

# %%
runs = runs + 1
print(f"runs = {runs}")

# %% [markdown]
# **Predict, then run.** What does the second cell print if you run it two more times, without the
# first one?

# %% [markdown]
# It prints 2, and then 3. The order in which *you* run the cells counts, not their order on the
# page. So a notebook can get into a state that you no longer understand. The cure is a fresh start:
# choose **Kernel > Restart Kernel and Run All Cells**. Your text and code stay. Only the
# names in memory are gone.
#
# | You want to | In JupyterLab |
# |---|---|
# | run a cell and go to the next | Shift+Enter |
# | run all cells from the top | Run > Run All Cells |
# | stop a cell that takes too long | the square button ■, or Kernel > Interrupt Kernel |
# | forget all names | Kernel > Restart Kernel |
# | start afresh, all cells | Kernel > Restart Kernel and Run All Cells |
# | save | Ctrl+S (on a Mac Cmd+S) |
#
# One habit helps: before you close a lab, restart and run all. If everything still works, the lab
# does not depend on a cell that you deleted.

# %% [markdown]
# ## 3. Is everything in place?
#
# The **doctor** looks at Python, the packages, the device, the kernel and the folders. A line that
# begins with `ok` is well. A line that begins with `problem` ends with what to do.

# %% tags=["nbval-ignore-output"]
from utils import doctor

print(doctor.report(details=False))

# %% [markdown]
# If a notebook does not even start, ask the doctor in a terminal, in the course's folder:
# `.venv/bin/python -m utils.doctor` (on Windows `.venv\Scripts\python -m utils.doctor`). That
# report also shows the versions. Copy it when you ask somebody for help.

# %% [markdown]
# ### What the lecture installs
#
# Lecture 001 (L280-281) begins its example with two lines that install `keras` and `tensorflow` from
# inside the notebook. You do not need them: `python3 run.py` has installed both, in the versions that
# the labs are tested with. Look at yours.

# %% covers=["001.38"] tags=["nbval-ignore-output"]
from importlib.metadata import version

for package in ("tensorflow", "keras", "numpy"):
    print(f"{package:10} {version(package)}")

# %% [markdown]
# TensorFlow computes with arrays. **Keras** is the library with layers, networks and training; it
# uses TensorFlow for the computing.

# %% [markdown]
# ## 4. Arrays have a shape
#
# A network computes with tables of numbers. In NumPy a table is an **array**, and its **shape**
# says how many rows and columns it has. Most errors in these labs are errors of shape, so we
# start here.
#
# **Predict:** what is the shape of `X`? Then run.

# %%
import numpy as np

X = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0], [2.0, 2.0, 0.0], [1.0, 1.0, 1.0]])
print(X.shape)

# %% [markdown]
# `(4, 3)`: four rows and three columns. In this course a row is always one **sample** (one flower,
# one image), and a column is one **feature** (one thing that was measured). The samples that go
# through a network together are called a **batch**. So `X` is a batch of 4 samples with 3 features.

# %%
print(X[0])
print(X[0].shape)

# %% [markdown]
# `X[0]` is the first sample. Its shape is `(3,)`: one axis with three numbers, neither a row nor a
# column. The comma is Python's way to write a tuple with one element.
#
# ### The matrix product
#
# A **layer** turns the 3 features of a sample into, say, 2 new numbers. Each of the 2 is computed
# by one **unit**. A unit multiplies every feature by a number of its own, a **weight**, and adds the
# products. All weights of the layer together form the **kernel** `W`: one row for each input, one
# column for each unit. (The word has two meanings: a *notebook's* kernel runs your code, a
# *layer's* kernel is its weights.)

# %%
W = np.array([[1.0, -1.0], [2.0, 0.0], [0.0, 3.0]])
print(W.shape)

# %% [markdown]
# The matrix product `X @ W` does all of this at once, for all samples.
#
# **Predict:** which shape has `X @ W`? And compute its first row by hand, from the sample
# `[1, 0, 2]`.

# %%
print((X @ W).shape)
print(X @ W)

# %% [markdown]
# The rule is $(n, d) \cdot (d, h) \to (n, h)$. The inner sizes must be equal (here 3), and they
# disappear. The outer sizes stay: 4 samples, 2 units. By hand, the first row is
# $1\cdot 1 + 0\cdot 2 + 2\cdot 0 = 1$ and $1\cdot(-1) + 0\cdot 0 + 2\cdot 3 = 5$.
#
# ### The bias
#
# Each unit also has a **bias**: one number that is added to its sum. Two units, two biases.
#
# **Predict:** `X @ W` has shape `(4, 2)` and `b` has shape `(2,)`. Can NumPy add them, and what
# happens to the shape?

# %%
b = np.array([0.5, -1.0])
Y = X @ W + b
print(Y.shape)
print(Y)

# %% [markdown]
# NumPy adds `b` to every row. This is called **broadcasting**: NumPy compares the shapes from the
# right, and repeats `b` where it has no axis. The first column grew by 0.5, and the second column
# shrank by 1. The formula works for any number of samples, because `b` belongs to the units, not to
# the samples.
#
# Here is the same layer as a drawing.

# %%
from utils import plots

plots.show(
    plots.network(
        (3, 2),
        weights=[W],
        biases=[b],
        unit_names=[["$x_1$", "$x_2$", "$x_3$"], ["$y_1$", "$y_2$"]],
        layer_names=["inputs", "units"],
        title="One layer: 3 inputs, 2 units",
    ),
    alt="A layer with three inputs and two units. The edges of x1 carry the weights 1 and -1, those "
    "of x2 carry 2 and 0, those of x3 carry 0 and 3: the rows of W. The biases are 0.5 and -1.",
)

# %% [markdown]
# Each edge is one entry of the kernel: `W[i, j]` leads from input `i` to unit `j`. A solid line is
# a positive weight, a dashed line a negative one, and a dotted line is zero. The bias stands under
# its unit.
#
# **Check:** find `W[2, 1]` in the drawing. (Python counts from 0.) It is the 3 on the edge from
# $x_3$ to $y_2$.

# %% [markdown]
# ### Read an error message
#
# What if `b` has one number for each *sample*? We catch the error here, so that the notebook can
# go on.

# %%
b_for_samples = np.array([1.0, 2.0, 3.0, 4.0])
try:
    X @ W + b_for_samples
except ValueError as error:
    print(error)

# %% [markdown]
# Read the **last line** of an error first. This one names the two shapes. Compare them from the
# right: 2 is not 4, so NumPy cannot add them.
#
# **Predict:** which sizes will not fit in `X @ W.T`? `W.T` is `W` with rows and columns swapped,
# so it has shape `(2, 3)`.

# %%
try:
    X @ W.T
except ValueError as error:
    print(error)

# %% [markdown]
# Much of this message is for experts. Look at its end: "size 2 is different from 3". The 3 is the
# number of columns of `X`, the 2 is the number of rows of `W.T`. They are the inner sizes, and they
# must be equal.
#
# **Try it:** open a new cell below this one (press Esc, then B), type `X @ W.T` alone and run it. Now
# you see the whole message, the **traceback**. Its last line is the one that you know. An arrow
# points to the line of your code. Delete the cell afterwards (press Esc, then D twice).

# %% [markdown]
# ### Check that Keras agrees
#
# In Keras such a layer is called `Dense`. We make one with 2 units and tell it that a sample has 3
# features. `None` stands for "any number of samples".
#
# **Predict** the shapes of its kernel and its bias.

# %%
import keras

layer = keras.layers.Dense(2)
layer.build((None, 3))
print(layer.kernel.shape, layer.bias.shape)

# %% [markdown]
# The kernel is `(3, 2)`: (inputs, units), like our `W`. Keras has put random weights into it. We
# replace them by ours, and compare.

# %%
layer.set_weights([W, b])
print(np.array(layer(X)))
print("the same as X @ W + b:", np.allclose(layer(X), X @ W + b))

# %% [markdown]
# Keras computes exactly our formula. There is no magic inside a layer.

# %% [markdown]
# ## 5. An exercise, its check and its card
#
# This lab has one exercise, for one point, to show how exercises work. Two tools come from the
# course: `check` judges your answer, and `hint` helps.

# %%
from utils.checks import check, hint

# %% [markdown]
# First we ask for a check although there is no answer yet. A cell shows the value of its last line:
# here a **card**.

# %%
card = check("0.1")
card

# %% [markdown]
# The first line of a card is the verdict. "Not attempted yet" means: no answer was found. A card
# never punishes. You can check as often as you like.
#
# Next, a wrong answer. This function forgets the bias. The check looks for the name `affine`, so we
# give the function that name.


# %%
def forgets_the_bias(X, W, b):
    return X @ W


affine = forgets_the_bias
print(affine(X, W, b)[0])

# %% [markdown]
# The first row is `[1. 5.]` instead of `[1.5 4.]`. There is no error message: wrong numbers look as
# calm as right ones. So let the check look.

# %%
card = check("0.1")
card

# %% [markdown]
# The card says what is wrong, in words. Below stand the facts: what was **tried** (the check called
# your function with arrays of its own), what **came**, and what was **expected**. Compare the last
# two: in the first column every number is off by 0.8, in the second by 0.3. These are the numbers
# of the bias, and the line "tried" shows it.
#
# A card knows these verdicts:
#
# | Verdict | What it means |
# |---|---|
# | Right | all points |
# | Not yet | an answer came, but a wrong one; the card explains it if it knows the mistake |
# | Not attempted yet | the answer is still missing, or its cell was not run |
# | Your code raised an error | read the error and the line that the card shows |
# | Stopped | you pressed the stop button; nothing is lost |
# | Not judged | the check itself failed; show the card to your instructor |
#
# A hint costs nothing. Each call shows the next of three: a nudge, the formula, the line to look at.

# %%
hint("0.1")

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 0.1: a layer by hand (1 point).** Write `affine(X, W, b)`, which computes a layer for
# a whole batch.
#
# </div>
#
# *Why:* this one line is at the heart of every network in this course.
#
# *What to do:* in the cell below, replace the line `raise NotImplementedError(...)` by your code.
# Run the cell, then run the check under it.
#
# *Expected result:* an array of shape `(n, h)`. For the `X`, `W` and `b` above it is the `Y` that
# you saw: first row `[1.5, 4.0]`. Any way of computing it is fine: NumPy, loops, TensorFlow.


# %% exercise="0.1"
def affine(X, W, b):
    """Compute one layer for a batch.

    X: inputs, shape (n, d). W: kernel, shape (d, h). b: bias, shape (h,).
    Returns the sums, shape (n, h).
    """
    ### BEGIN SOLUTION
    return X @ W + b
    ### END SOLUTION


# %%
check("0.1")

# %% [markdown] tags=["solution"]
# **Analysis.** One line is enough: `return X @ W + b`. The check tried it on several batches,
# also on one with a single sample. `@` and broadcasting take the sizes from the arrays, so the same
# line serves them all. A loop over the samples gives the same numbers, more slowly.

# %% [markdown]
# The next cell uses your function. If the exercise is not solved yet, it shows one line on red
# ground: "This cell waits for exercise 0.1." Such a line is not a fault. Solve the exercise, then
# run the cell again.

# %%
print(affine(X, W, b))

# %% [markdown]
# Did you see the first row `[1.5, 4.0]`? Then your layer does what the layer of Keras does.

# %% [markdown] covers=["001.02"]
# ## 6. What this course is about
#
# **Machine learning** means: a program finds its rule from examples, instead of being given the
# rule. **Deep learning** is a subset of machine learning. Its rule is an artificial neural network
# with multiple layers, each layer working on the numbers of the one before (lecture 001, L21).
# So every deep learning method is machine learning, but a decision tree or a linear
# regression is machine learning and not deep learning.

# %% [markdown] covers=["000.01", "001.01", "002.01", "003.01", "004.01"]
# ### Five lectures
#
# The labs rebuild what five lectures say, and test it. The labs call them by number. "001 L302"
# means: lecture 001, line 302 of its text. The pictures of the lectures are lost in these texts, so
# the labs draw their own.
#
# | No. | Lecture | By | Where and when |
# |---|---|---|---|
# | 000 | Lecture 07: "Intro a Deep Learning, Redes Neuronales" (the slides are in English) | Ignacio Sarmiento-Barbieri | Universidad de los Andes, 1 November 2021 |
# | 001 | "Introduction to Deep Learning", a tutorial in a research seminar | Horacio Larreguy, with Eduardo Zago | Instituto Tecnológico Autónomo de México (ITAM), 15 March 2023 |
# | 002 | "Learning From Data, Lecture 6: Deep Neural Networks" | Yang Li | TBSI (Tsinghua), 7 April 2024 |
# | 003 | "Deep learning" | Zoltan Miklos | University of Rennes 1, 2022 |
# | 004 | "Deep Learning and Neural Networks. Topic 2: Shallow Networks" | Ricardo Abel Espinosa Loera | place and date are not in the text |
#
# Lecture 001 credits the Deep Learning course of ITAM's Master in Data Science: part of its
# content comes from the notes of Edgar Francisco Roman-Angel (his name as printed there).

# %% [markdown] covers=["000.02", "002.02"]
# ### What two of them plan, and where you find it
#
# | Agenda of lecture 000 | Lab |
# |---|---|
# | Recap: from the linear model to networks | 02 |
# | Multilayer perceptrons: a worked example (XOR) | 02 |
# | Minimalist theory: activation functions | 03 |
# | output functions | 04 |
# | architecture design | 07 |
# | numerical optimization issues | 05, 08, 13 |
# | Demo (images of clothes) | 12 |
# | Review and further readings | this lab |
#
# | Plan of lecture 002 | Lab |
# |---|---|
# | Biological motivations | 01 |
# | A case study: XOR | 02 |
# | Forward pass | 07 |
# | Backward propagation | 06 |

# %% [markdown] covers=["000.57"]
# Lecture 000 closes with news for its own class (L408-412): a survey, and "Problem Set 4" as the
# next class. They belonged to that course in 2021. You need neither.

# %% [markdown]
# ### Where the lectures slip
#
# Lecture 001 installs `keras` and then `tensorflow`. Does one need two installations? A package says
# itself what it needs.

# %%
from importlib.metadata import requires

needs_keras = any(line.startswith("keras") for line in requires("tensorflow"))
print(f"installing tensorflow installs keras too: {needs_keras}")

# %% [markdown] errata=["E001-23"]
# <div class="alert alert-warning">
#
# **Check the slide: lecture 001, "from scratch" (L277, L280).** The lecture announces a network
# built from scratch, and installs two packages.
#
# - *One package is enough.* Installing `tensorflow` brings `keras`, as the cell above shows.
# - *It is not from scratch.* The example calls Keras, which holds the layers and the training
#   ready-made. In these labs "from scratch" means NumPy alone. We do that first, and then check
#   that Keras agrees.
# - *Two smaller slips.* `train_test_split` is imported twice (L292, L311). And the printed model
#   summary (L383) comes from an older Keras: Keras 3 calls such a model "functional".
#
# </div>

# %% [markdown] errata=["E000-18"]
# <div class="alert alert-warning">
#
# **Check the slide: four small slips in lecture 000.** None of them changes the mathematics.
#
# - The reading list names Bengio twice as an author of *Deep Learning* (L417). The book has three
#   authors: Goodfellow, Bengio and Courville.
# - The review slide lists word embeddings and a demo of them (L403). They are not in this deck.
#   An embedding turns a word into a list of numbers: that is a topic of lab 14.
# - "It's truth table" (L66) should read "Its truth table".
# - The sentence about two functions in a chain (L47) stops after "and". Nothing is lost: the formula
#   $f(x) = f^{(2)}(f^{(1)}(x))$ stands before it.
#
# </div>

# %% [markdown]
# ## 7. One notation
#
# The five lectures write the same things in different ways. The labs write them as Keras does:
#
# $$Y = X W + b, \qquad X: (n, d), \quad W: (d, h), \quad b: (h,).$$
#
# Samples are rows, and the kernel is (inputs, units), in short (in, out). Lecture 004 writes
# $W x + b$ instead: there a sample $x$ is a column, and its $W$ is our kernel transposed. Both give
# the same numbers.

# %%
x = X[0]
W_004 = W.T
print(W_004 @ x + b)
print(x @ W + b)

# %% [markdown]
# The two lines are equal: only the way of writing differs.
#
# The table below translates the rest. You do not have to understand it now. Most of its words come
# later: the first column says in which labs. Come back when a formula on a slide looks different
# from the one in the lab. A dash means that the lecture does not write it.
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

# %% [markdown]
# ## 8. The map of the labs
#
# | Lab | Topic | Ready |
# |---|---|---|
# | 00 | Orientation, environment, readings | yes: you are here |
# | 01 | Neuron, perceptron, logic gates | later |
# | 02 | XOR: the linear model fails, networks by hand | **yes** |
# | 03 | Activations and derivatives | **yes** |
# | 04 | Outputs and losses | later |
# | 05 | Gradient descent and learning rate | later |
# | 06 | Backpropagation by hand | later |
# | 07 | Theory of multilayer perceptrons: shapes, linear collapse, universal approximation | later |
# | 08 | Initialisation, vanishing and exploding gradients | later |
# | 09 | Optimisers and mini-batches | later |
# | 10 | Iris: regression with two outputs, Keras' functional API | **yes** |
# | 11 | Over-fitting and regularisation | later |
# | 12 | Classifying images of clothes: Fashion-MNIST | **yes** |
# | 13 | Loss surfaces, representation learning, playground | later |
# | 14 | Roadmap: CNN, RNN and LSTM, embeddings | later |
#
# Do the labs in this order. At present: 00, then 02, then 10.

# %% [markdown] covers=["000.58", "000.59", "000.61", "002.30"]
# ## 9. Sources
#
# You can do all labs without reading any of this. If you want one book beside them, take the first
# or the second: both are free on the web.
#
# Books and courses that lectures 000 and 002 recommend:
#
# - I. Goodfellow, Y. Bengio, A. Courville (2016), *Deep Learning*, MIT Press,
#   [deeplearningbook.org](https://www.deeplearningbook.org). In 000, 001 and 002.
# - A. Zhang, Z. C. Lipton, M. Li, A. J. Smola (2020), *Dive into Deep Learning*, release 0.15.1,
#   [d2l.ai](https://d2l.ai). In 000. The web page shows a newer release.
# - M. Taddy (2019), *Business Data Science: Combining Machine Learning and Economics to Optimize,
#   Automate, and Accelerate Business Decisions*, McGraw-Hill. In 000.
# - Stanford's course on convolutional networks, notes on
#   [cs231n.github.io](https://cs231n.github.io). In 002.

# %% [markdown] covers=["001.55"]
# The references of lecture 001, completed:
#
# - C. M. Bishop (2006), *Pattern Recognition and Machine Learning*, Springer.
# - J. Devlin, M.-W. Chang, K. Lee, K. Toutanova (2019), "BERT: Pre-training of Deep Bidirectional
#   Transformers for Language Understanding", NAACL-HLT,
#   [arXiv:1810.04805](https://arxiv.org/abs/1810.04805).
# - I. Goodfellow, Y. Bengio, A. Courville (2016), *Deep Learning*: see above.
# - T. Hastie, R. Tibshirani, J. Friedman (2009), *The Elements of Statistical Learning*, 2nd edition,
#   Springer. The lecture gives 2008.
# - S. Ioffe, C. Szegedy (2015), "Batch Normalization: Accelerating Deep Network Training by Reducing
#   Internal Covariate Shift", ICML, [arXiv:1502.03167](https://arxiv.org/abs/1502.03167).
# - D. P. Kingma, J. Ba (2015), "Adam: A Method for Stochastic Optimization", ICLR,
#   [arXiv:1412.6980](https://arxiv.org/abs/1412.6980). The lecture cites the version of 2017.
# - Y. LeCun, Y. Bengio, G. Hinton (2015), "Deep learning", *Nature* 521, 436-444.
# - R. D. Reed, R. J. Marks (1999), *Neural Smithing: Supervised Learning in Feedforward Artificial
#   Neural Networks*, MIT Press. The lecture gives 2016.
# - S. Ruder (2016), "An overview of gradient descent optimization algorithms",
#   [arXiv:1609.04747](https://arxiv.org/abs/1609.04747).
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov (2014), "Dropout: A Simple
#   Way to Prevent Neural Networks from Overfitting", *Journal of Machine Learning Research* 15,
#   1929-1958.
# - C. Zhang, S. Bengio, M. Hardt, B. Recht, O. Vinyals (2017), "Understanding deep learning requires
#   rethinking generalization", ICLR, [arXiv:1611.03530](https://arxiv.org/abs/1611.03530).

# %% [markdown] covers=["001.56"]
# Six footnotes of lecture 001 point to web pages, but their addresses are lost in the text. This
# is where to look instead.
#
# | Footnote | Instead |
# |---|---|
# | VitalFlux: picture of linear and non-linear problems (L187) | redrawn in lab 03 |
# | "link" on the saturation of the sigmoid (L207) | *Deep Learning*, section 6.3.2; lab 03 |
# | "link" on regularisation techniques (L248) | *Deep Learning*, chapter 7; lab 11 |
# | DataCamp: picture of data augmentation (L250) | lab 11 |
# | AI Pool: picture of dropout (L286) | redrawn in lab 11 |
# | Keras documentation of `Dense`, for other activations (L378) | [Dense layer](https://keras.io/api/layers/core_layers/dense/), [activations](https://keras.io/api/layers/activations/) |

# %% [markdown]
# ## What we saw
#
# - The kernel remembers what you ran, in the order in which you ran it; restart and run all gives a
#   clean state. A card names its verdict and the mistake, `hint` helps, and the doctor says
#   what is wrong with the installation.
# - `(n, d) @ (d, h)` gives `(n, h)`, and `b` of shape `(h,)` is added to every row. In an error about
#   shapes, read the last line and compare the sizes.
# - The labs follow five lectures and write everything as $XW + b$, kernel (in, out); the table in
#   section 7 translates.
#
# **Next:** lab 02 (`02_xor.ipynb`). It takes the formula $XW + b$, and finds a task with only four
# samples that it cannot solve.
