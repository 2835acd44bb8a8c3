# %% [markdown] minutes=90 seconds=60
# # Lab 02: XOR, the small problem that no line solves
#
# One unit is enough for the gates AND and OR. This lab takes the next gate, XOR. It has only four
# data points, and still no single unit can do it. Two hidden units can. Because everything is so
# small, you can follow every number by hand, and that is the point of this lab. (Lab 01, on single
# units, is not ready yet. Nothing from it is needed here.)
#
# You will learn
#
# - why a linear model and a single threshold unit fail on XOR, and how to *prove* that;
# - how a hidden layer moves the points so that a line is enough, with three networks built by hand;
# - how a network is trained instead of built, and why the result depends on the start.
#
# The lab follows lectures 000 (lines 32-156), 002 (95-175), 003 (131-157) and 004 (165-206).
# It takes about 90 minutes. The part of section 6 that is marked *optional* takes 10 more.

# %% tags=["nbval-ignore-output"]
# An error here? Either a file utils.py beside this notebook hides the course's package: rename it.
# Or no utils is found: open this notebook by `python3 run.py`, in the folder of the course.
from utils import start

start()

# %% [markdown] covers=["000.08"]
# ## 1. The data: four points
#
# XOR means *exclusive or*: "p is true or q is true, **but not both**". We write 1 for true and 0 for
# false. The four possible inputs are the rows of `X`, the answers are `y`.
#
# **Predict, then run:** which two rows have the answer 1?

# %% covers=["000.09", "002.14"]
import numpy as np

from utils import data, plots
from utils.checks import check, hint

xor = data.xor()
X, y = xor.X, xor.y
for inputs, output in zip(X, y, strict=True):
    print(f"x1 = {inputs[0]:.0f}   x2 = {inputs[1]:.0f}   XOR = {output:.0f}")

# %% [markdown]
# The answer is 1 in the two rows in the middle: there exactly one input is 1.

# %% covers=["004.10"]
plots.show(
    plots.gate_planes({"XOR": y}),
    alt="The XOR problem as four corners of a square: (0, 1) and (1, 0) are class 1, "
    "(0, 0) and (1, 1) are class 0. Equal classes lie on opposite corners.",
)

# %% [markdown]
# Equal classes lie on *opposite* corners. Remember this picture: all the trouble comes from it.

# %% [markdown]
# <div class="alert alert-warning">
#
# **Check the slide** (000, line 68). The header of the truth table reads `q v p`. The sign "v" means
# the *inclusive* or.
#
# </div>
#
# Is that the function of the table?

# %% errata=["E000-01"]
bits = X.astype(int)
print("inclusive or, q v p:", bits[:, 0] | bits[:, 1])
print("exclusive or       :", bits[:, 0] ^ bits[:, 1])

# %% [markdown]
# They differ in the last row. The table of the slide is right, its header is not: it should be
# $q \oplus p$. Whoever copies the header fits OR.

# %% [markdown]
# ## 2. A linear model
#
# Start with what you know. A linear model adds up its inputs, each times a weight, and an error
# $u$ that the model does not explain. With three inputs:
#
# $$y = \beta_1 x_1 + \beta_2 x_2 + \beta_3 x_3 + u$$
#
# This is one case of the general form $y = f(X) + u$. Drawn as a network it has no hidden layer.

# %% covers=["000.03"]
plots.show(
    plots.network(
        (3, 1),
        unit_names=(["$x_1$", "$x_2$", "$x_3$"], ["$y$"]),
        weights=[[[2.0], [-1.0], [0.5]]],
        title="a linear model with three inputs",
    ),
    alt="The linear model as a network: three inputs x1, x2, x3 go straight to one output y, "
    "with weights beta 2, -1 and 0.5. There is no hidden layer.",
)

# %% covers=["000.03"]
beta = np.array([2.0, -1.0, 0.5])
x = np.array([1.0, 3.0, 4.0])
assert x @ beta == beta[0] * x[0] + beta[1] * x[1] + beta[2] * x[2]
print(f"f(x) = {x @ beta:.1f}")

# %% [markdown]
# The sum of products is the matrix product `x @ beta`: 2 - 3 + 2 = 1. With it a whole table of inputs
# takes one line.
#
# For XOR the lecture adds an intercept $\alpha$. It is multiplied by a column of ones, $\iota$
# ("iota"):
#
# $$y = X\beta + \iota\alpha$$

# %% covers=["000.10"]
iota = np.ones((4, 1))
print("iota, X:")
print(np.hstack([iota, X]))
print("y:", y)

# %% [markdown]
# Read one row: the 1 is for $\alpha$, the two others for $\beta_1$ and $\beta_2$. Four equations,
# three unknowns: in general there is no exact solution. *Ordinary least squares* (OLS) takes the
# numbers with the smallest sum of squared errors, SSE.

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 2.1** (2 points): least squares
#
# </div>
#
# Write `ols(X, y)`. It returns three things: `alpha`, `beta` and `sse`.
#
# - It must work for any `X` with shape (n, k), where n is larger than k + 1. The check uses new numbers.
# - `sse` is the *sum* of the squared errors.
# - `np.linalg.lstsq(A, y)[0]` gives the coefficients of the columns of `A`.
#
# *Expected for XOR*: alpha = 0.5, beta = (0, 0), sse = 1.
#
# If you are stuck, ask for a hint. Each call shows the next of three. The first one is shown here:

# %%
hint("2.1")


# %% exercise="2.1"
def ols(X, y):
    """X (n, k), y (n,) -> alpha (), beta (k,), sse ()"""
    ### BEGIN SOLUTION
    A = np.column_stack([np.ones(len(X)), X])
    coefficients = np.linalg.lstsq(A, y)[0]
    errors = y - A @ coefficients
    return coefficients[0], coefficients[1:], np.sum(errors**2)
    ### END SOLUTION


# %%
check("2.1")

# %% [markdown] tags=["solution"]
# **Analysis.** You should have seen alpha = 0.5, beta = (0, 0) and SSE = 1. Without the column of ones
# the plane must pass through the origin: then beta = (1/3, 1/3) and SSE = 1.333. SSE is a sum: the mean
# squared error of the same fit is 1/4.

# %% [markdown]
# **Predict, then run:** what does the fitted model say for each of the four inputs?

# %% covers=["000.11"]
alpha, beta, sse = ols(X, y)
beta = np.round(beta, 2) + 0.0  # + 0.0 makes 0 of -0
print(f"alpha = {alpha:.2f}   beta = {beta}   SSE = {sse:.2f}")
print("predictions:", (X @ beta + alpha).round(2))

# %% [markdown]
# The best linear model ignores both inputs and says 1/2 for everything. It is equally wrong in all four
# rows: each error is 1/2, and 4 times 1/4 makes SSE = 1.
#
# A well-known library should agree. We ask scikit-learn.

# %%
from sklearn.linear_model import LinearRegression

line = LinearRegression().fit(X, y)
print(f"intercept {line.intercept_:.2f}, weights {line.coef_.round(2) + 0.0}")

# %% [markdown]
# It does. Now look at the fitted plane, with the four points above and below it.

# %% covers=["000.11"]
import matplotlib.pyplot as plt

fig = plt.figure(figsize=(5.2, 4.2))
ax = fig.add_subplot(projection="3d", computed_zorder=False)
grid = np.array([[0.0, 1.0], [0.0, 1.0]])
ax.plot_surface(grid, grid.T, line.intercept_ + 0 * grid, color="silver", alpha=0.5, zorder=1)
for point, value in zip(X, y, strict=True):
    color, marker = ((plots.ORANGE, "o"), (plots.BLUE, "s"))[int(value)]
    ax.plot(*[[v, v] for v in point], [0.5, value], color="black", linestyle=":", zorder=2)
    ax.scatter(*point, value, color=color, marker=marker, s=70, edgecolors="black", zorder=3)
ax.set(xlabel="$x_1$", ylabel="$x_2$", zlabel="y", xticks=(0, 1), yticks=(0, 1))
ax.set(zticks=(0, 0.5, 1), title="the best plane is flat, at 1/2")
ax.set_box_aspect(None, zoom=0.85)
plots.show(
    fig,
    alt="The least squares plane for XOR is flat at height 0.5. Two points of class 1 lie 0.5 "
    "above it, two points of class 0 lie 0.5 below it.",
)

# %% [markdown]
# Why is it flat? Take any plane $f$. The two diagonals of the square have the same middle, so
# $f(0,0) + f(1,1) = f(0,1) + f(1,0)$. The labels ask for $0 + 0$ on the left and $1 + 1$ on the right.
# No plane can give that; the best compromise is 1/2 everywhere.

# %% [markdown] covers=["000.04"]
# So a linear model is **too simple** here. It cannot follow the true function $f^*$, however much data
# it gets. The lectures' way out: put one or more *hidden layers* between input and output. That gives
# a **more general class of functions**. First we look at one more hope without a hidden layer.

# %% [markdown] covers=["003.14"]
# ## 3. One threshold unit
#
# We do not need the exact values 0 and 1. To *classify*, it is enough to be on the right side of a
# threshold. A threshold unit says
#
# $$\hat{y} = \mathbf{1}\{w_1 x_1 + w_2 x_2 + b \ge 0\}$$
#
# which is 1 where the sum is at least 0, else 0. Where the sum is exactly 0 lies its **decision
# boundary**: a surface that separates the two classes. With two inputs it is a line. With more inputs
# it is called a *separating hyperplane*. If such a boundary exists, the data are *linearly separable*.
#
# The next figure shows three gates. **Predict:** for which of them can you draw the line?

# %%
gates = data.gates()
plots.show(
    plots.gate_planes({name: gates[name].y for name in ("AND", "OR", "XOR")}),
    alt="Three gates as four corners of a square. AND: only (1, 1) is class 1. OR: only (0, 0) is "
    "class 0. XOR: (0, 1) and (1, 0) are class 1.",
)

# %% [markdown]
# Now the same with lines.

# %% covers=["003.15"]
plots.show(
    plots.gate_planes(
        {name: gates[name].y for name in ("AND", "OR", "XOR")},
        lines={"AND": ((1, 1), -1.5), "OR": ((1, 1), -0.5)},
    ),
    alt="Linear separability of AND, OR and XOR. For AND the line x1 + x2 = 1.5 cuts off the "
    "corner (1, 1); for OR the line x1 + x2 = 0.5 cuts off (0, 0); for XOR no line exists, "
    "a question mark stands in its place.",
)

# %% [markdown]
# The figure redraws one of the book *Artificial Intelligence: A Modern Approach* (18.21), which lecture
# 003 shows. For AND and OR a line exists. For XOR we found none. But "we found none" is no proof.
#
# A computer can decide it. We ask for weights with $w \cdot x + b \ge 1$ where the label is 1, and
# $\le -1$ where it is 0. Four such inequalities are a *linear programme*. A solver either finds weights
# or shows that there are none ("infeasible").

# %% covers=["003.14"]
from scipy.optimize import linprog

inputs_and_one = np.column_stack([X, np.ones(4)])
for name in ("AND", "OR", "NAND", "XOR"):
    sign = 2 * gates[name].y - 1
    A = -sign[:, np.newaxis] * inputs_and_one
    found = linprog(np.zeros(3), A_ub=A, b_ub=-np.ones(4), bounds=(None, None))
    print(f"{name:4}", {0: "a line exists", 2: "infeasible: no line"}[found.status])

# %% [markdown]
# So no threshold unit realises XOR. You can also see it by hand. XOR asks for
#
# $$b < 0, \qquad w_2 + b \ge 0, \qquad w_1 + b \ge 0, \qquad w_1 + w_2 + b < 0.$$
#
# Add the two in the middle: $w_1 + w_2 + 2b \ge 0$. Add the first and the last:
# $w_1 + w_2 + 2b < 0$. Both cannot be true.
#
# The *perceptron rule* trains one unit. What does it do then? Go through the rows; where the answer is wrong, add
# (label - answer) times the input to the weights, and (label - answer) to the bias. Stop after an epoch
# (one pass through all rows) without an error.


# %%
def perceptron_epochs(y, most=100):
    """y (4,) -> epochs until one passes without an error, or None after `most`."""
    w, b = np.zeros(2), 0.0
    for epoch in range(1, most + 1):
        errors = 0
        for x, label in zip(X, y, strict=True):
            error = label - (x @ w + b >= 0)
            w, b = w + error * x, b + error
            errors += error != 0
        if errors == 0:
            return epoch
    return None


# %%
for name in ("AND", "OR", "NAND", "XOR"):
    epochs = perceptron_epochs(gates[name].y)
    print(f"{name:4}", f"done after {epochs} epochs" if epochs else "not done after 100 epochs")

# %% [markdown]
# AND, OR and NAND need 6, 4 and 6 epochs. For XOR the rule never comes to rest.

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 2.2** (2 points): can a single-layer perceptron realise XOR?
#
# </div>
#
# This is the question of lecture 003 (line 131). If four of four is impossible, what is the best?
#
# 1. Write `best_threshold_accuracy(y)`. It gets the labels of the corners 00, 01, 10, 11 and returns
#    the highest accuracy that *one* threshold unit can reach on them: a share, from 0 to 1. The check
#    uses many labels, not only XOR. Trying a small grid of weights and biases is enough.
# 2. A friend trains one unit on XOR with the perceptron rule, and it never gets all four right. "I will
#    run more epochs", says the friend. Will that help? Choose the code that is right, and why, and
#    assign it to `more_epochs`:
#
# | code | meaning |
# |---|---|
# | `"yes, it needs time"` | the rule has not come to its end |
# | `"yes, another start"` | from other first weights it would arrive |
# | `"yes, a smaller rate"` | it jumps over the solution |
# | `"no, the gradient is 0"` | the weights no longer change |
# | `"no, no line exists"` | there are no weights to arrive at |
#
# *Expected*: 1.0 for AND, and less than 1 for XOR.


# %% exercise="2.2"
def best_threshold_accuracy(y):
    """y (4,), the labels of 00, 01, 10, 11 -> share of right corners of the best unit"""
    ### BEGIN SOLUTION
    best = 0
    for w1 in (-1, 0, 1):
        for w2 in (-1, 0, 1):
            for b in (-1.5, -0.5, 0.5, 1.5):
                says = X @ [w1, w2] + b >= 0
                best = max(best, np.mean(says == y))
    return best
    ### END SOLUTION


### BEGIN SOLUTION
more_epochs = "no, no line exists"
### END SOLUTION

# %% covers=["003.13"]
check("2.2")

# %% [markdown] tags=["solution"]
# **Analysis.** The best unit gets 3 of 4 corners of XOR right: accuracy 0.75. The same holds for its
# opposite, XNOR; the other 14 of the 16 possible labellings are separable. Whoever compares the linear
# regression with 1/2 gets 2 of 4, but regression did not look for the best classifier. More epochs do
# not help, because there is nothing to arrive at.

# %%
for name in ("AND", "OR", "XOR"):
    print(f"{name:4} best accuracy {best_threshold_accuracy(gates[name].y):.2f}")

# %% [markdown] covers=["003.16", "002.12"]
# <div class="alert alert-info">
#
# **A piece of history.** Frank **Rosenblatt** presented the perceptron in **1957**. In **1969** Marvin
# **Minsky** and Seymour **Papert** proved in their book *Perceptrons* that the single-layer version
# cannot compute XOR. They knew that several layers can. But the book was often cited wrongly, and that
# had its part in the **decline** of research on neural networks until the **1980s**.
#
# </div>
#
# Lecture 002 says it in one sentence: **a single layer of neurons cannot approximate complex functions**.
# XOR is the smallest example.

# %% [markdown] covers=["000.12"]
# ## 4. A hidden layer (lecture 000)
#
# Now we put two units between input and output. The first function, $f^{(1)}$, computes the values of
# the **hidden units** $h$ from the inputs. The second, $f^{(2)}$, is the output layer: still just a
# **linear regression, but applied to $h$** instead of $x$. The two form a chain:
#
# $$f(x; W, c, w, b) = f^{(2)}\big(f^{(1)}(x; W, c)\big)$$
#
# $W$ and $c$ are the weights and biases of the hidden layer, $w$ and $b$ those of the output.

# %% covers=["000.12"]
plots.show(
    plots.network((2, 2, 1), unit_names=(["$x_1$", "$x_2$"], ["$h_1$", "$h_2$"], ["$y$"])),
    alt="The 2-2-1 network: two inputs x1 and x2, two hidden units h1 and h2, one output y. "
    "Each unit is connected to all units of the layer before.",
)

# %% [markdown]
# Which function should $f^{(1)}$ be? Suppose it is linear: $f^{(1)}(x) = xW + c$.
#
# **Predict, then run:** can two linear layers do more than one?

# %%
rng = np.random.default_rng(0)
W, c = rng.normal(size=(2, 2)), rng.normal(size=2)
w, b = rng.normal(size=(2, 1)), rng.normal()
two_layers = (X @ W + c) @ w + b
one_layer = X @ (W @ w) + (c @ w + b)
print("the same:", np.allclose(two_layers, one_layer))

# %% [markdown] covers=["000.13"]
# They cannot: the product $Ww$ is just another weight vector, and two linear layers are one. So $f^{(1)}$
# **must not be linear**, "otherwise it would defeat the purpose", as the lecture says. We take the
# **rectified linear unit**, ReLU: $g(z) = \max\{0, z\}$. It keeps what is positive and sets the rest
# to 0. The lecture calls it the **usual default recommendation**; lab 03 looks at others.

# %%
z = np.array([-2.0, -0.5, 0.0, 0.5, 2.0])
np.maximum(0, z)

# %% [markdown]
# For $f^{(2)}$ a linear layer is enough. The lecture's equations (4) and (5) are
#
# $$f^{(2)} = f^{(1)} w + b, \qquad f(x; W, c, w, b) = \max\{0,\; XW + c\}\, w + b$$
#
# The cell computes both, the chain and the one line, for the random numbers from above.

# %% covers=["000.14"]
f1 = np.maximum(0, X @ W + c)
f2 = f1 @ w + b
assert np.array_equal(f2, np.maximum(0, X @ W + c) @ w + b)
print("X", X.shape, "-> f1", f1.shape, "-> f2", f2.shape)

# %% [markdown]
# Four rows go in, four rows with two hidden values come out, then four rows with one output. The
# convention of this course is the lecture's: `X @ W + b`, one row a sample, and `W` has the shape
# (in, out). Keras calls `W` the *kernel* and stores it the same way.

# %% [markdown]
# The lecture now gives a solution, and prints it like this:
#
# $$W = \begin{pmatrix} 1 & 1 \\ 1 & 1 \end{pmatrix}, \quad
# c = \begin{pmatrix} 0 & -1 \\ 0 & -1 \\ 0 & -1 \\ 0 & -1 \end{pmatrix}, \quad
# w = \begin{pmatrix} 1 & -2 \end{pmatrix}, \quad b = 0$$
#
# <div class="alert alert-success">
#
# **Exercise 2.3** (2 points): the lecture's network
#
# </div>
#
# Write `xor_relu(X)`: the network $\max\{0, XW + c\}\,w + b$ with these numbers.
#
# - It must work for any number of rows. Look at the shapes before you copy the slide.
# - It must be the network, not a truth table: it must also hold **between** and outside the corners.
#
# *Expected for the four corners*: 0, 1, 1, 0. For the point (0.5, 0.5) the network says 1, and for
# (0, 0.5) it says 0.5.


# %% exercise="2.3"
def xor_relu(X):
    """X (n, 2) -> (n,) or (n, 1)"""
    ### BEGIN SOLUTION
    W = np.ones((2, 2))
    c = np.array([0, -1])
    w = np.array([1, -2])
    return np.maximum(0, X @ W + c) @ w
    ### END SOLUTION


# %%
check("2.3")

# %% [markdown] tags=["solution"]
# **Analysis.** Both hidden units get the same sum $x_1 + x_2$. The first passes it on. The second starts
# only above 1. The output subtracts the second one twice, so it goes up from 0 to 1 and then down again.
# $c$ has one number for each hidden unit, and NumPy adds it to every row. $w$ stands to the right of
# $h$, so it is a column (or has shape (2,)).

# %% [markdown]
# Now slowly, one step at a time, as on the slide. First the parameters with the shapes that they need.

# %% covers=["000.15"]
W = np.array([[1, 1], [1, 1]])
c = np.array([0, -1])
w = np.array([[1], [-2]])
b = 0
print(f"W = {W.tolist()}   c = {c.tolist()}   w = {w.tolist()}   b = {b}")

# %% [markdown]
# **Predict, then run** each of the next four cells.

# %% covers=["000.16"]
print(X @ W)

# %% [markdown]
# Both columns are $x_1 + x_2$: 0, 1, 1, 2.

# %% covers=["000.16"]
print(X @ W + c)

# %% [markdown]
# The second column is now one smaller. It has a -1 in the first row.

# %% covers=["000.16"]
H = np.maximum(0, X @ W + c)
print(H)

# %% [markdown]
# ReLU has set the -1 to 0. Rows 2 and 3 are equal: the hidden layer has moved (0, 1) and (1, 0) to the
# *same* place (1, 0).

# %% covers=["000.16", "000.17"]
y_hat = H @ w + b
print("y_hat:", y_hat.ravel(), "  largest error:", np.abs(y_hat.ravel() - y).max())

# %% [markdown]
# All four outputs are right, without any error. Here is what the hidden layer did to the points.

# %%
plots.show(
    plots.hidden_space(X, H, y, readout=((1, -2), 0.0), title="lecture 000's network"),
    alt="Left, the inputs of XOR on the corners of a square. Right, the hidden layer: 00 at (0, 0), "
    "01 and 10 together at (1, 0), 11 at (2, 1). There the line h1 - 2 h2 = 0.5 separates the "
    "classes.",
)

# %% [markdown]
# Left no line separates the classes, right one does. That is the idea of a hidden layer: *move the points
# until a linear model is enough*. Points with two names are two inputs in one place.

# %% [markdown]
# <div class="alert alert-warning">
#
# **Check the slide** (000, line 124). The slide prints $c$ as a matrix with four rows.
#
# </div>
#
# Would that be a parameter of the network? Give the network three rows, then give that matrix to Keras.

# %% errata=["E000-02"]
import keras

model = keras.Sequential(
    [keras.Input(shape=(2,)), keras.layers.Dense(2, activation="relu"), keras.layers.Dense(1)]
)
c_printed = np.array([[0, -1]] * 4)
try:
    X[:3] @ W + c_printed
except ValueError as error:
    print("three rows: ValueError,", str(error).strip())
try:
    model.set_weights([W, c_printed, w, np.array([b])])
except ValueError:
    print("Keras: ValueError, its bias has shape", model.layers[0].bias.shape)

# %% [markdown]
# The printed matrix works for exactly four rows. A bias is one number for each *hidden unit*, shape
# (2,): $c = (0, -1)$. NumPy and Keras add it to every row ("broadcasting"). The slide shows the result of
# that for n = 4.

# %% [markdown]
# <div class="alert alert-warning">
#
# **Check the slide** (000, lines 126 and 144). The slide prints $w$ as a row, (1 -2).
#
# </div>
#
# May a row stand to the right of $h$?

# %% errata=["E000-03"]
try:
    H @ w.reshape(1, 2)
except ValueError:
    print("ValueError for the shapes", H.shape, "@", w.reshape(1, 2).shape)
print("with the column (2, 1):", (H @ w.reshape(2, 1)).ravel())

# %% [markdown]
# The inner numbers of the shapes must agree: (4, 2) @ (2, 1). So $w$ is a column.

# %% [markdown]
# <div class="alert alert-warning">
#
# **Check the slide** (000, line 136). In the product $XW$ the slide prints the rows of $X$ as 00, 00, 10,
# 10.
#
# </div>
#
# What would the network say about them?

# %% errata=["E000-04"]
X_printed = np.array([[0, 0], [0, 0], [1, 0], [1, 0]])
print("X as printed:", (np.maximum(0, X_printed @ W + c) @ w).ravel())
print("X of XOR    :", (np.maximum(0, X @ W + c) @ w).ravel())

# %% [markdown]
# The printed $X$ gives 0, 0, 1, 1. The product that the slide prints, 00, 11, 11, 22, belongs to the right
# $X$ with rows 00, 01, 10, 11.

# %% [markdown]
# From scratch first, then Keras. We put the same numbers into a Keras model. It has 4 + 2 weights in the
# hidden layer and 2 + 1 in the output. **Predict, then run:** does Keras agree?

# %% covers=["000.17"]
model.set_weights([W, c, w, np.array([b])])
print("parameters:", model.count_params())
print("Keras     :", np.asarray(model(X)).ravel())

# %% [markdown]
# It does, exactly. Is there a better place for these nine numbers? We ask for the *loss* (the mean squared
# error, MSE) and its *gradient*: the slope of the loss in each of the nine directions. TensorFlow computes
# it; labs 05 and 06 show how.

# %% covers=["000.17"]
import tensorflow as tf

with tf.GradientTape() as tape:
    loss = keras.losses.MeanSquaredError()(y[:, np.newaxis], model(X))
gradients = tape.gradient(loss, model.trainable_variables)
print(f"loss {float(loss):.3f}")
print(f"largest slope {max(float(tf.reduce_max(tf.abs(g))) for g in gradients):.3f}")

# %% [markdown]
# The loss is 0, and no loss can be smaller: this is a *global minimum*. All slopes are 0 as well, so
# training would stay here.

# %% [markdown]
# ## 5. Three gates (lecture 002)
#
# Lecture 002 builds XOR from threshold units. It writes vectors as columns and puts the weights to the
# left, and it numbers every weight. $f_1$ and $f_2$ are its activation functions.
#
# $$h(x) = f_2\big(w_2^\top f_1(W_1 x + b_1) + b_2\big), \qquad
# W_1 = \begin{pmatrix} w_{0,2} & w_{0,4} \\ w_{0,3} & w_{0,5} \end{pmatrix}, \quad
# b_1 = \begin{pmatrix} w_{0,0} \\ w_{0,1} \end{pmatrix}$$
#
# Weights of the first layer begin with 0, weights of the second with 1. Our form has samples as rows and
# `W` on the right. Both give the same numbers if one takes the *transpose*: rows become columns.

# %% covers=["002.15"]
W1_column, b1_column = rng.normal(size=(2, 2)), rng.normal(size=2)
for x in X:
    a_column = W1_column @ x + b1_column
    assert np.allclose(a_column, x @ W1_column.T + b1_column)
    assert np.isclose(a_column[0], W1_column[0] @ x + b1_column[0])
print("W1 @ x + b1 equals x @ W1.T + b1 for all four inputs")

# %% [markdown]
# The activation is the step: $\mathbf{1}\{z \ge 0\}$, so step(0) = 1. As an example, one hidden unit $a_1$
# with the weights (2, 2) and the bias -1. **Predict, then run:** which gate is it?


# %% covers=["002.16"]
def step(z):
    """z, any shape -> zeros and ones of that shape"""
    return (np.asarray(z) >= 0).astype(int)


a1 = step(X @ [2, 2] - 1)
print("a1 =", a1)

# %% [markdown]
# The column 0, 1, 1, 1 is OR. The lecture's plan has three units:
#
# - $a_1$ is OR: at least one input is 1;
# - $a_2$ is NAND: *not* both inputs are 1;
# - $y$ is AND of the two: at least one, and not both. That is XOR.

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 2.4** (2 points): find the weights
#
# </div>
#
# The slide's own numbers are lost. Find numbers that work, in our convention:
# `a = step(X @ W1 + b1)`, `y = step(a @ w2 + b2)`.
#
# - `W1` has shape (2, 2): **column** 1 holds the weights of $a_1$, column 2 those of $a_2$. `b1` and `w2`
#   have shape (2,), `b2` is one number.
# - $a_1$ must be OR and $a_2$ must be NAND, in this order.
# - Margin: no sum may come closer to 0 than 0.1 at the corners, so that rounding cannot turn a unit.
#
# *Expected*: $a_1$ = 0, 1, 1, 1, $a_2$ = 1, 1, 1, 0, $y$ = 0, 1, 1, 0.

# %% exercise="2.4"
### BEGIN SOLUTION
W1 = [[1, -1], [1, -1]]
b1 = [-0.5, 1.5]
w2 = [1, 1]
b2 = -1.5
### END SOLUTION

# %%
check("2.4")

# %% [markdown] tags=["solution"]
# **Analysis.** OR fires when $x_1 + x_2$ is at least 1, so its threshold lies between 0 and 1: bias -0.5.
# AND needs the sum 2, so its bias lies between -2 and -1. NAND is AND with all signs turned: weights -1,
# -1, bias 1.5. The lecture's $W_1$ is the transpose: ((1, 1), (-1, -1)). Many other numbers work too.

# %% [markdown]
# The full table of the lecture, computed with *your* numbers:

# %% covers=["002.17"]
a = step(X @ np.array(W1, float) + b1)
for inputs, hidden, output in zip(X, a, step(a @ np.ravel(w2) + b2), strict=True):
    print(f"x = {inputs}   a1 a2 = {hidden}   y = {output}")

# %% [markdown]
# Down the columns: OR, NAND, and XOR. And this is your network:

# %% covers=["002.16"]
plots.show(
    plots.network(
        (2, 2, 1),
        unit_names=(["$x_1$", "$x_2$"], ["OR", "NAND"], ["AND"]),
        weights=[np.array(W1, float), np.reshape(w2, (2, 1))],
        biases=[np.ravel(b1), np.ravel(b2)],
    ),
    alt="Lecture 002's network with its weights: a1, OR, has the weights "
    f"{np.transpose(W1)[0].tolist()} and the bias {np.ravel(b1)[0]}; a2, NAND, "
    f"{np.transpose(W1)[1].tolist()} and {np.ravel(b1)[1]}; the output, AND, "
    f"{np.ravel(w2).tolist()} and {b2}.",
)

# %% [markdown]
# ## 6. A network that does not work (lecture 004)
#
# Lecture 004 (line 181) prints a third network:

# %% covers=["004.11"]
W_004 = np.array([[-1, 1], [1, -1]])
b_004 = np.array([-4, -4])
plots.show(
    plots.network(
        (2, 2, 1),
        unit_names=(["$x_1$", "$x_2$"], ["$h_1$", "$h_2$"], ["sum"]),
        weights=[W_004, [[1], [1]]],
        biases=[b_004, [0]],
    ),
    alt="Lecture 004's network: W = [[-1, 1], [1, -1]], b = [-4, -4]. Each hidden unit has one "
    "input with weight 1, the other with weight -1, and the bias -4. The output adds them up.",
)

# %% [markdown]
# The idea is good. $h_1$ looks at $x_2 - x_1$ and $h_2$ at $x_1 - x_2$. If the inputs are equal, both
# differences are 0. If not, one of them is positive. ($W$ equals its own transpose, so here it does not
# matter who writes it how.)
#
# <div class="alert alert-warning">
#
# **Check the slide** (004, lines 181-206). "With just 2 hidden neurons we solve XOR", with these numbers.
#
# </div>
#
# **Predict:** what is $x_2 - x_1 - 4$ for the four corners? Then run.


# %% covers=["004.11"] errata=["E004-02"]
def hidden_sum(points, activation):
    """points (n, 2) -> h1 + h2 of lecture 004's network, shape (n,)"""
    return activation(points @ W_004 + b_004).sum(axis=1)


def relu(z):
    """z, any shape -> that shape"""
    return np.maximum(0.0, z)


for low, high in ((0, 1), (-1, 1), (0, 5), (-2.5, 2.5)):
    corners = low + (high - low) * X
    print(
        f"corners {low:4} and {high:3}:",
        f"ReLU {hidden_sum(corners, relu)}   step {hidden_sum(corners, step)}",
    )

# %% [markdown]
# For corners at 0 and 1, or at -1 and 1, every output is 0: the network says the same to all. Only where
# the corners are at least 4 apart does a unit fire, because the bias is -4. With 5 apart it works.
#
# Would a smooth activation save it? The *sigmoid* $1/(1 + e^{-z})$ is never exactly 0.


# %% errata=["E004-02"]
def sigmoid(z):
    """z, any shape -> numbers between 0 and 1"""
    return 1 / (1 + np.exp(-z))


h = hidden_sum(X, sigmoid)
print("sigmoid, h1 + h2       :", h.round(4))
print("read out as 100 h - 4.5:", (100 * h - 4.5).round(2))

# %% [markdown]
# The sums 0.0360 and 0.0541 differ a little. One can separate them only with an output layer made for it,
# such as $100\,h - 4.5$. The lecture gives none. So the right statement is: *the matrix is good, the bias
# is not*.

# %%
plots.show(
    plots.hidden_space(X, relu(X @ W_004 + b_004), y, title="lecture 004 as printed"),
    alt="Lecture 004's hidden layer with ReLU and bias -4: all four inputs 00, 01, 10 and 11 fall "
    "on one point (0, 0). A grey diamond marks that both classes lie there.",
)

# %% [markdown]
# All four inputs fall on one point (the grey diamond: both classes lie there). What is lost in the hidden
# layer, no output layer can bring back.

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 2.5** (1 point): repair the bias
#
# </div>
#
# Keep $W$ of lecture 004 and use step units: `h = step(X @ W + b)`, output `h1 + h2`. Which bias makes it
# XOR?
#
# Write `repaired_bias(d)` for inputs whose corners are 0 and d: (0, 0), (0, d), (d, 0), (d, d), with any
# d > 0. It returns the two biases, shape (2,). Begin with d = 1. Remember that step(0) = 1.
#
# *Expected*: with your bias, `h1 + h2` is 0, 1, 1, 0 for every d. More than one answer is right.


# %% exercise="2.5"
def repaired_bias(d):
    """d > 0, the distance of the corners -> b (2,)"""
    ### BEGIN SOLUTION
    return np.array([-d / 2, -d / 2])
    ### END SOLUTION


# %%
check("2.5")

# %% [markdown] tags=["solution"]
# **Analysis.** A unit gets the difference 0 (must not fire) or d (must fire) or -d. So $0 + b < 0$ and
# $d + b \ge 0$: any bias from -d up to, but not including, 0. The middle, -d/2, has the largest margin.
# The lecture's -4 is right for d of 4 or more; perhaps its corners were that far apart.

# %%
for d in (1, 5):
    print(f"d = {d}:", step(d * X @ W_004 + repaired_bias(d)).sum(axis=1))

# %% [markdown]
# ### Optional: other repairs, and what "bending" means
#
# You can jump to section 7 from here: nothing there needs this part. Three other repairs. **Predict, then
# run.**

# %% errata=["E004-02"]
print("ReLU, bias 0  :", relu(X @ W_004).sum(axis=1))
print("step, inputs 5X:", step(5 * X @ W_004 + b_004).sum(axis=1))
print("sigmoid, 10 W, largest unit:", sigmoid(10 * X @ W_004 + b_004).max(axis=1).round(4))

# %% [markdown]
# All three tell the classes apart. In the second line the bias -4 stays and the corners are 5 apart. In the
# third line the weights are ten times as large: for 01 and 10 one unit gets 10 - 4 = 6, and sigmoid(6) is
# 0.9975. For 00 and 11 both units get -4, and sigmoid(-4) is 0.018.
#
# In the first line the sum is $|x_1 - x_2|$: XOR without an error. We keep this one and look at its hidden
# space.

# %% covers=["004.12"]
H_004 = relu(X @ W_004)
plots.show(
    plots.hidden_space(
        X, H_004, y, readout=((1, 1), 0.0), title="lecture 004's matrix with the bias 0"
    ),
    alt="One hidden layer with 2 units solves XOR: 00 and 11 fall together on (0, 0), 01 goes to "
    "(1, 0), 10 to (0, 1). The line h1 + h2 = 0.5 separates the classes.",
)
assert (H_004.sum(axis=1) == y).all()

# %% [markdown]
# The whole diagonal $x_1 = x_2$ went to the origin, so 00 and 11 lie together. One hidden layer with 2
# units is enough, and a linear model on top does the classification.
#
# Lecture 004 says that the hidden layer *bends* the input space. We can measure that. Walk straight from
# the corner (0, 1) to the corner (1, 0), and watch the hidden layer.

# %% covers=["004.12"]
walk = np.linspace([0, 1], [1, 0], 5)
H_walk = relu(walk @ W_004)
steps = np.diff(H_walk, axis=0)
cosine = steps[0] @ steps[-1] / np.linalg.norm(steps[0]) / np.linalg.norm(steps[-1])
print(H_walk)
print(f"the straight walk turns by {np.degrees(np.arccos(cosine)):.0f} degrees")

# %% [markdown]
# The walk comes down the first axis to the origin and goes up the second: a corner of 90 degrees in a line
# that was straight. No linear map can do that.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.6))
for ax, points in ((left, walk), (right, H_walk)):
    ax.plot(*points.T, "o--", color=plots.BLUE)
    ax.annotate("start", points[0], xytext=(6, 6), textcoords="offset points")
    ax.annotate("end", points[-1], xytext=(6, 6), textcoords="offset points")
    ax.set(xlim=(-0.15, 1.3), ylim=(-0.15, 1.3), aspect="equal")
left.set(title="inputs", xlabel="$x_1$", ylabel="$x_2$")
right.set(title="hidden layer", xlabel="$h_1$", ylabel="$h_2$")
plots.show(
    fig,
    alt="Left, a straight walk in five points from (0, 1) to (1, 0). Right, the same walk in the "
    "hidden layer: along one axis from (1, 0) to the origin, then along the other to (0, 1), "
    "bent by 90 degrees.",
)

# %% [markdown] errata=["E000-13", "E000-18", "E002-08", "E002-11", "E003-16", "E004-10"]
# <div class="alert alert-warning">
#
# **Small misprints on these slides**
#
# - 000, line 66: "It's truth table" should be "Its truth table". Line 47 stops after "and".
# - 000, line 114: $f(x, W, C, w, b)$. The capital C is the same bias as the small $c$, and
#   before the parameters stands a semicolon, as in line 100: $f(x; W, c, w, b)$.
# - 002, lines 118-136: the handwritten line is most likely
#   $a_1 = f_1(w_{0,2}\, x_1 + w_{0,4}\, x_2 + w_{0,0})$, and the step is not a fraction. $w_2$ is printed
#   as $(w_{1,2}, w_{1,1})$; after the pattern of $W_1$ it should be $(w_{1,1}, w_{1,2})$.
# - 002, the convention changes: $W_1 x + b$ in line 118, $W^\top x + b$ in line 263.
# - 003, line 145: "On can identify" should read "One can identify".
# - 004, line 201: "bent and twist": the verb is *bend*. What we measured is a space **bent by 90 degrees**.
#
# </div>

# %% [markdown] covers=["000.18"]
# ## 7. Training instead of guessing
#
# Three times we have *given* the solution and checked it. A real network may have **billions of
# parameters** and billions of examples: nobody can guess that. Instead a **gradient-based** optimiser starts
# from random numbers and changes them in many small steps, each downhill. It finds parameters with a
# **very small error**.
#
# Keras does the steps; how they work is the topic of labs 05 to 09. Here is all that you need, shown on
# AND with one unit:
#
# - the model's output is a *logit*: any number, positive for class 1. The sigmoid turns it into a
#   probability $p$;
# - `BinaryCrossentropy(from_logits=True)` is a loss for such outputs;
# - `Adam(0.05)` is the optimiser with its step size, the *learning rate*;
# - `train_on_batch(X, y)` makes one step with all rows that it is given.


# %% tolerance=0.03
def probabilities(model, X):
    """X (n, 2) -> p (n,), from the logits of a model with one output"""
    return sigmoid(np.asarray(model(X)).ravel())


keras.utils.set_random_seed(0)
unit = keras.Sequential([keras.Input(shape=(2,)), keras.layers.Dense(1)])
unit.compile(
    optimizer=keras.optimizers.Adam(0.05), loss=keras.losses.BinaryCrossentropy(from_logits=True)
)
for _ in range(300):
    unit.train_on_batch(X, gates["AND"].y)
print("AND:", [f"{p:.2f}" for p in probabilities(unit, X)])

# %% [markdown]
# The probability is above 1/2 only for (1, 1), and it would become clearer with more steps. Now the same
# unit on the labels of XOR. **Predict, then run.**

# %% tolerance=0.03
for _ in range(1000):
    unit.train_on_batch(X, y)
print("XOR:", [f"{p:.2f}" for p in probabilities(unit, X)])

# %% [markdown]
# 1/2 everywhere, as in section 2. A warning: computers do not store exactly 0.50. Whoever rounds such outputs to
# 0 or 1 gets random labels, and sometimes, by luck, all four right. So we never judge XOR by rounding. We
# ask for $|p - y| < 0.2$ in every row.
#
# Next, the network of lecture 000: two ReLU hidden units. We know that a solution exists. **Predict:** if you
# start from random weights, how often does training find it?
#
# Here the output is the answer itself and the loss is the MSE of section 4, because its stuck values are
# simple fractions. First the network, as a function that builds it.


# %%
def build(units=2, activation="relu"):
    """A network 2-units-1 with its loss and optimizer, not trained"""
    model = keras.Sequential(
        [
            keras.Input(shape=(2,)),
            keras.layers.Dense(units, activation=activation),
            keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="mse")
    return model


# %% [markdown]
# To answer we need many starts. Train 500 such networks for 1,500 epochs each, one after the other with
# `fit`, and you wait for hours. `train_many` of this course trains all of them at once, in seconds. Each
# array of weights gets one more axis in front, one entry a network, and each step changes all of them. No
# network looks at another, so each is trained as if it were alone. No `batch_size` is given: then a step
# takes all rows, so here one epoch is one step, like `train_on_batch(X, y)`. (For a single network there
# is `compiled_fit`; labs 10 and 12 use it.)

# %%
from utils.training import train_many

ensemble = train_many(build, X, y, n=500, epochs=1500, seed=0)
print("losses:", ensemble.history["loss"].shape)

# %% [markdown]
# A row is a network, a column an epoch. Is each network really trained as if it were alone? Take network 0,
# put its first weights back, and let `fit`, which trains for epochs, train it for 20 of them, all four
# rows in each step.

# %% tolerance=0.001
alone = ensemble.model_of(0)
alone.set_weights([first_weights[0] for first_weights in ensemble.initial])
history = alone.fit(X, y, batch_size=4, epochs=20, verbose=0).history
assert np.allclose(history["loss"], ensemble.history["loss"][0, :20], rtol=1e-3)
for epoch in (1, 10, 20):
    together = ensemble.history["loss"][0, epoch - 1]
    print(f"epoch {epoch:2}: fit {history['loss'][epoch - 1]:.4f}   train_many {together:.4f}")

# %% [markdown]
# The same losses. Now look at the 500 losses of the last epoch. We count how many lie near each of four
# values.

# %% tolerance=0.02
losses = ensemble.history["loss"][:, -1]
levels = {"0": 0, "1/8": 1 / 8, "1/6": 1 / 6, "1/4": 1 / 4}
near = {name: np.abs(losses - level) < 0.01 for name, level in levels.items()}
shares = {name: np.mean(networks) for name, networks in near.items()}
for name, share in shares.items():
    print(f"final loss {name:3} = {levels[name]:.3f}: share {share:.2f}")
print(f"near none of the four  : share {np.mean(~np.any(list(near.values()), axis=0)):.2f}")

# %% tolerance=0.02
fig, ax = plt.subplots(figsize=(6.0, 3.4))
ax.plot(np.arange(1, 501), np.sort(losses), ".", color=plots.BLUE)
ax.set(xlabel="networks, sorted by their loss", ylabel="final loss (MSE)")
ax.set(title="500 starts of the network with two ReLU units", yticks=[0, 1 / 8, 1 / 6, 1 / 4])
ax.set_yticklabels(["0", "1/8", "1/6", "1/4"])
plots.show(
    fig,
    alt="Final losses of 500 random starts of the network with two ReLU units, sorted. Four steps: "
    f"loss 0 (share {shares['0']:.2f}), 1/8 (share {shares['1/8']:.2f}), "
    f"1/6 (share {shares['1/6']:.2f}) and 1/4 (share {shares['1/4']:.2f}).",
)

# %% [markdown]
# Only about one start in six finds a solution. (Another `seed` gives 500 other starts: with 14 seeds the
# share was 0.15 to 0.22.) The others get stuck, and always at one of three levels. No network lies
# elsewhere: all have arrived. Let us look at one network of each level: its four outputs, sorted.

# %% tolerance=0.03
for name, networks in near.items():
    one = ensemble.model_of(np.flatnonzero(networks)[0])
    print(f"loss {name:3}: outputs", np.sort(np.ravel(one(X))).round(2) + 0.0)

# %% [markdown]
# At 1/8 *two* corners share the output 0.5. At 1/6 *three* share one output (1/3 or 2/3), and at 1/4 all
# *four*. Such a network can no longer tell these corners apart, and the best single answer for them is the
# mean of their labels. What does that cost?

# %%
for name, labels in (("two", [0, 1]), ("three", [0, 1, 0]), ("four", y)):
    sse = np.sum((labels - np.mean(labels)) ** 2)
    print(f"{name:5} corners share an output: SSE {sse:.3f}, MSE over four rows {sse / 4:.3f}")

# %% [markdown]
# 0.125, 0.167 and 0.250: exactly the three levels. Training stops there although better weights exist.
# Why? One suspect is a hidden unit that is 0 at all four corners. ReLU is flat there, so the slopes of its
# weights are 0, and they never change again. Such a unit is called *dead*. How many networks have one?
# `ensemble.weights` holds the arrays $W, c, w, b$ with the network first: (500, 2, 2), (500, 2) and so on.
# `X @` such a stack multiplies with each of the 500.

# %% tolerance=0.05
sums = X @ ensemble.weights[0] + ensemble.weights[1][:, np.newaxis]  # XW + c: (500, 4, 2)
with_dead = (sums <= 0).all(axis=1).any(axis=1)
for name, networks in near.items():
    print(f"final loss {name:3}: share with a dead unit {np.mean(with_dead[networks]):.2f}")

# %% [markdown]
# Of the solved networks none, at 1/6 and 1/4 nearly all. At 1/8 none: both units are alive there, and
# training is stuck all the same. So a dead unit is the most frequent cause, not the only one. With more
# units some may die, and often the rest is enough. And *tanh* (a smooth curve from -1 to 1) and the sigmoid
# are nowhere quite flat.
#
# So we vary width and activation, with 500 starts for each pair. `partial(build, 3, "tanh")` is the function
# `build` with these two arguments filled in. We call a network solved if its MSE is below 0.01: then no
# error $|\hat{y} - y|$ is as large as 0.2. **Predict, then run** (half a minute or less): which activation is
# the worst, and from how many units on does every start arrive with the other two?

# %% tolerance=0.04
from functools import partial

widths = (2, 3, 4, 8)
print("hidden units:", *(f"{units:6}" for units in widths))
for activation in ("relu", "tanh", "sigmoid"):
    solved = []
    for units in widths:
        many = train_many(partial(build, units, activation), X, y, n=500, epochs=1500, seed=0)
        solved.append(np.mean(many.history["loss"][:, -1] < 0.01))
    print(f"{activation:12}:", *(f"{share:6.2f}" for share in solved))

# %% [markdown]
# Read the first column: with two units ReLU solves XOR from one start in six, tanh and sigmoid from about
# five in six (these two differ by no more than chance). Read the rows: more units help. Four tanh or
# sigmoid units arrive from (nearly) every start; ReLU with eight units still fails from about one start in ten. Width and activation decide.
#
# And eight units without any activation?

# %% tolerance=0.02
many = train_many(partial(build, 8, "linear"), X, y, n=500, epochs=1500, seed=0)
print(f"8 linear units: share solved {np.mean(many.history['loss'][:, -1] < 0.01):.2f}")

# %% [markdown]
# Never: two linear layers are one, and section 2 showed what that can do.

# %% [markdown] covers=["000.19"]
# ### What the found solutions look like
#
# The lecture's own solution is a **global minimum**, so training could end there. But there are **equivalent
# solutions**. Swap the two hidden units: same outputs. Or make the weights into a ReLU unit twice as large and
# its weight to the output half as large: same outputs. **Where training ends depends on the start.**

# %% covers=["000.19"]
swapped = np.maximum(0, X @ W[:, ::-1] + c[::-1]) @ w[::-1] + b
rescaled = np.maximum(0, X @ (2 * W) + 2 * c) @ (w / 2) + b
print("swapped :", swapped.ravel())
print("rescaled:", rescaled.ravel())

# %% [markdown]
# Here is a solution that training found. **Predict:** will it have whole numbers?

# %% tolerance=0.1
found = ensemble.model_of(np.flatnonzero(losses < 0.001)[0])
for name, values in zip(("W", "c", "w", "b"), found.get_weights(), strict=True):
    print(f"{name} =", [f"{v:.2f}" for v in values.ravel()])
print("outputs:", [f"{v:.2f}" for v in np.ravel(found(X))])

# %% [markdown] covers=["000.19"]
# The outputs are right, but the numbers are **not clean integers**. In practice they hardly ever are.

# %% [markdown]
# <div class="alert alert-success">
#
# **Exercise 2.6** (3 points): train a network
#
# </div>
#
# Write `train_xor(X, y, *, seed)`. It builds a Keras model, trains it on the rows that it is given, and returns
# the trained model. The example with AND in this section has all the pieces. Change what must be changed.
#
# - Call `keras.utils.set_random_seed(seed)` first.
# - For all four rows $|p - y| < 0.2$, and not only from a lucky start. The outputs may be logits, probabilities,
#   or direct values. Output and loss must fit: no sigmoid together with `from_logits=True`.
# - Train on the `X` and `y` of the call: the check mixes the rows and also swaps the labels 0 and 1.
# - Use built-in layers. The check trains your network twice, from `seed=0` and `seed=1`. **The check may
#   take up to 20 seconds.**
# - Call `train_on_batch` with the four rows. `fit` with 400 epochs does the same, but is many times slower.
#
# *Expected for seed 0*: about 0.00, 1.00, 1.00, 0.00.


# %% exercise="2.6"
def train_xor(X, y, *, seed):
    """X (4, 2), y (4,) -> a trained Keras model, (n, 2) -> (n, 1)"""
    ### BEGIN SOLUTION
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [keras.Input(shape=(2,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(0.05),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
    )
    for _ in range(300):
        model.train_on_batch(X, y)
    return model
    ### END SOLUTION


# %% tolerance=0.05
check("2.6")

# %% [markdown] tags=["solution"]
# **Analysis.** Two changes are needed: a hidden layer, and an activation in it. Without the activation the model
# is linear and stays at 1/2. With two ReLU units you need luck. Eight tanh units with 300 steps of Adam(0.05)
# arrived in each of 3,000 starts that were tried. Adam's usual rate 0.001 would need thousands of steps.

# %% [markdown]
# Look at what was learned, not only at the corners. This trains once more. Your outputs are read as in the
# check: as they are where they are close to the labels, else as logits.

# %%
trained = train_xor(X, y, seed=0)


def score(points):
    """points (n, 2) -> p (n,); of two output columns the last is class 1"""
    outputs, at_corners = (np.asarray(trained(p))[:, -1] for p in (points, X))
    return outputs if np.abs(at_corners - y).max() < 0.2 else sigmoid(outputs)


plots.show(
    plots.decision_regions(
        score,
        X,
        y,
        score_name="probability of class 1",
        title="after training",
    ),
    alt="Decision regions after training: the two corners of class 1 lie in the blue region, the two "
    "of class 0 in the orange one. The boundary is curved: no single line.",
)

# %% [markdown]
# The boundary is no longer one line: the classes are separated. Between and outside the corners the network has
# made its own choice, because there was no data. Another seed gives another picture. Try it.

# %% [markdown]
# ## What we saw
#
# - A linear model says 1/2 for all of XOR, and no threshold unit gets more than 3 of 4 right. We *proved* it: by
#   a linear programme and by four inequalities.
# - A hidden layer moves the points until a line is enough. We built three such networks by hand: ReLU (000),
#   gates (002), and one whose bias had to be repaired (004).
# - Training finds solutions without our help, but not from every start: from about one in six with two ReLU
#   units, from practically every one with eight tanh units.
# - Slides contain misprints. Shapes, and a run with the numbers, find them.
#
# **Next:** lab 03 (`03_activations.ipynb`) looks at the activations themselves: their curves, their slopes,
# and where computing them goes wrong.
