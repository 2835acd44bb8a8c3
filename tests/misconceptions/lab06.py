"""Lab 06, back-propagation: answers in foreign styles, and wrong ones that no edit makes."""

import textwrap

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks.edits import Edit
from utils.checks.lab06 import (
    BACKWARD,
    BOXES,
    CHAIN,
    COUNT,
    MOVED,
    NAMES,
    PARTS,
    SLOPES,
    THROUGH,
    TRAIN,
    UNPACKED,
    given,
    wrong_boxes,
)


def _rounded(text: str, form: str) -> str:
    """The text of a function whose last line returns something in this form."""
    body, returned = text.rstrip().rsplit("return ", 1)
    return f"{body}return {form.format(returned)}\n"


THROUGH_SIGMOID = [
    *rights(
        "6.0",
        {
            "the reference": THROUGH.text,
            "loops": """
def back_through_sigmoid(d_a, a):
    if np.ndim(a) == 0:
        return d_a * a * (1 - a)
    return [back_through_sigmoid(*pair) for pair in zip(d_a, a)]
""",
            "by way of s": """
def back_through_sigmoid(d_a, a):
    s = np.log(a / (1 - np.asarray(a)))
    return d_a * np.exp(-s) / (1 + np.exp(-s)) ** 2
""",
            "a - a squared, float32": """
def back_through_sigmoid(d_a, a):
    a = np.float32(a)
    return np.float32(d_a) * (a - a**2)
""",
            "a tape": """
def back_through_sigmoid(d_a, a):
    a = tf.constant(a, tf.float64)
    s = tf.Variable(tf.math.log(a / (1 - a)))
    with tf.GradientTape() as tape:
        out = tf.sigmoid(s)
    return tape.gradient(out, s, output_gradients=tf.constant(d_a, tf.float64))
""",
            "keras.ops, a partial": """
from functools import partial

def back(d_a, a, one):
    return keras.ops.multiply(d_a, keras.ops.multiply(a, keras.ops.subtract(one, a)))

back_through_sigmoid = partial(back, one=1.0)
""",
            "a class, keyword arguments": """
class Back:
    def __call__(self, d_a, a):
        return np.multiply(d_a, self.slope(a=a))

    def slope(self, *, a):
        return np.multiply(a, np.subtract(1, a))

back_through_sigmoid = Back()
""",
        },
    ),
    *edited("6.0", THROUGH.edits),
    *[
        Wrong("6.0", "rounded", f"{k} decimals", _rounded(THROUGH.text, f"np.round({{}}, {k})"))
        for k in (2, 3)
    ],
    *[
        Wrong("6.0", None, name, f"def back_through_sigmoid(d_a, a):\n    {body}\n", says)
        for name, body, says in (
            ("a matrix product", "return np.dot(d_a, a * (1 - a))", "wrong shape"),
            ("printed", "print(d_a * a * (1 - a))", "None"),
            ("three times", "return 3 * d_a * a * (1 - a)", "another slope"),
            ("a text", "return 'd_a a (1 - a)'", "should be numbers"),
        )
    ],
]

# What the lab has defined above the exercises.
ABOVE = """
def sigmoid(s):
    return 1 / (1 + np.exp(-s))

f4, slope_f4 = np.square, lambda u: 2 * u
f3, slope_f3 = np.sin, np.cos
f2, slope_f2 = np.exp, np.exp
f1, slope_f1 = sigmoid, lambda u: sigmoid(u) * (1 - sigmoid(u))
"""
CHAINS = [
    *rights(
        "6.1",
        {
            "the reference": CHAIN.text,
            "in one line": """
def chain_slope(x):
    return slope_f1(f2(f3(f4(x)))) * slope_f2(f3(f4(x))) * slope_f3(f4(x)) * slope_f4(x)
""",
            "a loop": """
def chain_slope(x):
    product = 1.0
    for f, slope in [(f4, slope_f4), (f3, slope_f3), (f2, slope_f2), (f1, slope_f1)]:
        product, x = product * slope(x), f(x)
    return product
""",
            "a nudge": """
def chain_slope(x):
    h = lambda u: f1(f2(f3(f4(u))))
    return np.array([(h(x + 1e-6) - h(x - 1e-6)) / 2e-6])
""",
            "a tape, float32": """
def chain_slope(x):
    x = tf.Variable(x, dtype=tf.float32)
    with tf.GradientTape() as tape:
        out = tf.sigmoid(tf.exp(tf.sin(x * x)))
    return tape.gradient(out, x)
""",
            "with the sigmoid of 6.0": """
def chain_slope(x):
    power = np.exp(np.sin(x**2))
    a = sigmoid(power)
    return 2 * x * np.cos(x**2) * power * a * (1 - a)
""",
        },
        before=ABOVE,
    ),
    *edited("6.1", CHAIN.edits, before=ABOVE),
    Wrong(
        "6.1",
        "slope of f1 elsewhere",
        "a slip of names",
        ABOVE
        + """
def chain_slope(x):
    a = f4(x)
    b = f3(a)
    c = f2(b)
    return slope_f4(x) * slope_f3(a) * slope_f2(b) * slope_f1(b)
""",
    ),
    Wrong("6.1", "rounded", "three decimals", ABOVE + _rounded(CHAIN.text, "round({}, 3)")),
    *[
        Wrong("6.1", None, name, ABOVE + f"def chain_slope(x):\n    {body}\n", says)
        for name, body, says in (
            ("nothing", "f4(x)", "None"),
            ("the slopes in a list", "return [slope_f1(x), slope_f2(x)]", "wrong shape"),
            ("half", "return x * slope_f3(f4(x))", "another slope"),
        )
    ],
]

# x, w, a and the first three slopes, as the lab gives them.
FIRST = f"""
def sigmoid(s):
    return 1 / (1 + np.exp(-s))

def forward(x, w):
    (x1, x2), (w1, w2, w3, w4, w5, w6, w7, w8, w9, w10) = x, w
    s1, s2 = w1 * x1 + w3 * x2, w2 * x1 + w4 * x2
    a1, a2 = sigmoid(s1), sigmoid(s2)
    s3, s4 = w5 * a1 + w7 * a2, w6 * a1 + w8 * a2
    a3, a4 = sigmoid(s3), sigmoid(s4)
    s5 = w9 * a3 + w10 * a4
    return (s1, s2, s3, s4, s5), (a1, a2, a3, a4, sigmoid(s5))

x, w, t = (1.0, 3.0), np.arange(1, 11) / 10, 1.0
s, a = forward(x, w)
{UNPACKED}
d_a5 = a5 - t
d_s5 = d_a5 * a5 * (1 - a5)
d_a4 = d_s5 * w10
"""


def _lines(text: str) -> str:
    """The lines of a function of 6.2 as a cell holds them."""
    body = [
        line for line in text.strip().splitlines() if "return" not in line and "def" not in line
    ]
    return textwrap.dedent("\n".join(body)) + "\n"


def _points(edit: Edit) -> float:
    """A line that is right but for the boxes that it is made of earns its points."""
    wrong = wrong_boxes(dict(zip(NAMES, edit(*given()), strict=True)))
    return sum(0.5 for names in PARTS if not wrong & set(names))


RIGHT_LINES = _lines(BOXES.text)
BY_60 = """
d_a3 = d_s5 * w9
blame = {"s3": back_through_sigmoid(d_a3, a3), "s4": back_through_sigmoid(d_a4, a4)}
d_s3, d_s4 = blame.values()
d_a1 = sum(part * weight for part, weight in zip(blame.values(), w[4:6]))
d_s1 = back_through_sigmoid(d_a1, a1)
d_w1, d_w3 = [d_s1 * number for number in x]
"""


def _60(returned: str) -> str:
    return f"def back_through_sigmoid(d_a, a):\n    {returned}\n"


RIGHT_60, OPEN = _60("return d_a * a * (1 - a)"), 'raise NotImplementedError("Exercise 6.0: write")'
STOPPED = "\n".join(f"{name} = ..." for name in NAMES)
STOPPED += f"\ntry:\n{textwrap.indent(BY_60, '    ')}\nexcept NotImplementedError:\n    pass\n"
WITH_60 = {"no d_a": "return a * (1 - a)", "a half": "return d_a * a", "given back": "return d_a"}
SLOPES_BY_60 = """
def slopes(x, w, t):
    a = forward(x, w)[1]
    (x1, x2), (*_, w5, w6, w7, w8, w9, w10), (a1, a2, a3, a4, a5) = x, w, a
    d_s5 = {}
    d_s3 = back_through_sigmoid(d_s5 * w9, a3)
    d_s4 = back_through_sigmoid(d_s5 * w10, a4)
    d_s1 = back_through_sigmoid(d_s3 * w5 + d_s4 * w6, a1)
    d_s2 = back_through_sigmoid(d_s3 * w7 + d_s4 * w8, a2)
    first = [d_s1 * x1, d_s2 * x1, d_s1 * x2, d_s2 * x2]
    second = [d_s3 * a1, d_s4 * a1, d_s3 * a2, d_s4 * a2]
    return np.array([*first, *second, d_s5 * a3, d_s5 * a4])
"""
ALL_BY_60 = SLOPES_BY_60.format("back_through_sigmoid(a5 - t, a5)")
LAST_BY_HAND = SLOPES_BY_60.format("(a5 - t) * a5 * (1 - a5)")
# Exercises that lean on 6.0, where that is wrong or still open.
LEANING = [
    *rights("6.2", {"by 6.0": BY_60}, before=FIRST + RIGHT_60),
    *rights("6.2b", {"by 6.0": ALL_BY_60}, before=FIRST + RIGHT_60),
    *(
        Wrong(exercise, "wrong sigmoid", f"6.0: {name}", FIRST + _60(wrong) + source, points=points)
        for name, wrong in WITH_60.items()
        for exercise, source, points in (
            ("6.2", BY_60, 2.0),
            ("6.2b", ALL_BY_60, 0),
            ("6.2b", LAST_BY_HAND, 0),
        )
    ),
    Wrong("6.2", "wrong sigmoid", "6.0 is open", FIRST + _60(OPEN) + STOPPED, points=0.5),
    Wrong("6.2b", "wrong sigmoid", "6.0 is open", FIRST + _60(OPEN) + ALL_BY_60),
    Wrong(
        "6.2", None, "two mistakes", FIRST + _60("return d_a") + BY_60 + "d_s3 *= 7\n", points=1.5
    ),
]
BOX_ANSWERS = [
    *[
        Right("6.2", name, FIRST + source)
        for name, source in {
            "the reference": RIGHT_LINES,
            "a function for the sigmoid": """
def back(d_a, a):
    return d_a * a * (1 - a)

d_a3 = d_s5 * w9
d_s3, d_s4 = back(d_a3, a3), back(d_a4, a4)
d_a1 = d_s3 * w5 + d_s4 * w6
d_s1 = back(d_a1, a1)
d_w1, d_w3 = d_s1 * x1, d_s1 * x2
""",
            "arrays, a matrix product": """
d_a3 = np.array([d_s5 * w9])
d_s = np.array([d_a3[0], d_a4]) * np.array([a3, a4]) * (1 - np.array([a3, a4]))
d_s3, d_s4 = d_s
d_a1 = np.array([w5, w6]) @ d_s
d_s1 = np.float32(d_a1 * (a1 - a1**2))
d_w1, d_w3 = np.outer(d_s1, x)[0]
""",
            "numbers with four digits": """
d_a3, d_s3, d_s4 = -0.02859, -0.005809, -0.006011
d_a1, d_s1, d_w1, d_w3 = -0.006511, -0.001280, -0.001280, -0.003841
""",
            "tensors": """
def down(slope, value):
    return slope * value * (tf.constant(1.0, tf.float64) - value)

d_a3 = tf.constant([d_s5 * w9])
d_s3, d_s4 = down(d_a3[0], a3), down(tf.constant(d_a4), a4)
d_a1 = tf.tensordot(tf.stack([d_s3, d_s4]), np.array([w5, w6]), 1)
d_s1 = down(d_a1, a1)
d_w1, d_w3 = tf.unstack(d_s1 * np.array(x))
""",
        }.items()
    ],
    *[
        Wrong(
            "6.2",
            edit.mistake,
            f"edit {k}, {edit.mistake}",
            FIRST + _lines(edit.text),
            points=_points(edit),
        )
        for k, edit in enumerate(BOXES.edits)
    ],
    *[
        Wrong("6.2", mistake, name, FIRST + RIGHT_LINES + line, says, points=points)
        for mistake, name, line, points, says in (
            ("sign", "uphill", "d_w1 = -d_w1\n", 2.5, ""),
            ("sign", "a1 turned round", "d_a1 = -d_a1\n", 2.5, ""),
            ("twice", "no half", "d_w1, d_w3 = 2 * d_w1, 2 * d_w3\n", 2.0, ""),
            ("twice", "one slope for both", "d_s3 = 2 * d_s3\n", 2.5, ""),
            ("half", "halved", "d_s1 = d_s1 / 2\n", 2.5, ""),
            ("rounded", "three decimals", "d_s3 = round(d_s3, 3)\n", 2.5, ""),
            ("rounded", "four decimals", "d_a1 = round(d_a1, 4)\n", 2.5, ""),
            ("s for a", "s1 for a1", "d_s1 = d_a1 * s[0] * (1 - s[0])\n", 2.5, ""),
            ("exchanged", "a3 first", "d_s3 = a3 * d_a3 * (1 - d_a3)\n", 2.5, ""),
            ("another sum", "s3 for s1", "d_w3 = d_s3 * x2\n", 2.5, ""),
            (None, "changed w", "w = w / 2\nd_s4 = 7 * d_s4\n", 2.5, "left it: w. Run"),
            (None, "seven times", "d_s4 = 7 * d_s4\n", 2.5, 'The move is "through a sigmoid"'),
            (None, "zeros", "d_a3 = d_s3 = d_a1 = d_s1 = d_w1 = d_w3 = 0\n", 0, "another number"),
            (None, "another number", "d_w3 = 7 * d_w3\n", 2.5, "is another number"),
            (None, "a text", "d_w3 = 'w3'\n", 2.5, "should be numbers"),
            (None, "all weights", "d_w3 = [d_w1, d_w3]\n", 2.5, "wrong shape"),
            (None, "None", "d_w3 = None\n", 2.5, "None"),
        )
    ],
    Wrong(
        "6.2",
        None,
        "four of seven lines",
        FIRST + "\n".join(RIGHT_LINES.splitlines()[1:5]) + "\nd_s1 = d_w1 = d_w3 = ...\n",
        "still `...`",
        points=1.5,
    ),
]

TENS = [
    *rights(
        "6.2b",
        {
            "the reference": SLOPES.text,
            "nudges": """
def slopes(x, w, t):
    def error(w):
        return (forward(x, w)[1][4] - t) ** 2 / 2
    return [(error(w + 1e-5 * one) - error(w - 1e-5 * one)) / 2e-5 for one in np.eye(10)]
""",
            "a tape": """
def slopes(x, w, t):
    w, row = tf.Variable(w, dtype=tf.float64), tf.constant([list(x)], tf.float64)
    with tf.GradientTape() as tape:
        a = tf.sigmoid(row @ tf.reshape(w[:4], (2, 2)))
        b = tf.sigmoid(a @ tf.reshape(w[4:8], (2, 2)))
        E = (tf.sigmoid(tf.reduce_sum(w[8:] * b)) - t) ** 2 / 2
    return tape.gradient(E, w)
""",
            "matrices, float32": """
def slopes(x, w, t):
    x, w = np.float32(x), np.float32(w)
    W1, W2, W3 = w[:4].reshape(2, 2), w[4:8].reshape(2, 2), w[8:]
    first = sigmoid(x @ W1)
    second = sigmoid(first @ W2)
    out = sigmoid(second @ W3)
    d3 = (out - t) * out * (1 - out)
    d2 = W3 * d3 * second * (1 - second)
    d1 = W2 @ d2 * first * (1 - first)
    return np.concatenate([np.outer(x, d1).ravel(), np.outer(first, d2).ravel(), d3 * second])
""",
            "both paths written out, a column": """
def slopes(x, w, t):
    a = forward(x, w)[1]
    g = [one * (1 - one) for one in a]
    last = (a[4] - t) * g[4]
    d = [0, 0, last * w[8] * g[2], last * w[9] * g[3]]
    d[0] = (d[2] * w[4] + d[3] * w[5]) * g[0]
    d[1] = (d[2] * w[6] + d[3] * w[7]) * g[1]
    pairs = [(d[0], x[0]), (d[1], x[0]), (d[0], x[1]), (d[1], x[1])]
    pairs += [(d[2], a[0]), (d[3], a[0]), (d[2], a[1]), (d[3], a[1]), (last, a[2]), (last, a[3])]
    return np.array([[slope * came_in] for slope, came_in in pairs])
""",
        },
        before=FIRST,
    ),
    *edited("6.2b", SLOPES.edits, before=FIRST + RIGHT_LINES),
    Wrong("6.2b", "rounded", "three decimals", FIRST + _rounded(SLOPES.text, "{}.round(3)")),
    Wrong(
        "6.2b",
        None,
        "a list of lists",
        FIRST + _rounded(SLOPES.text, "(lambda g: [list(g[:4]), list(g[4:8]), list(g[8:])])({})"),
        "parts of different shapes",
    ),
    *[
        Wrong("6.2b", None, name, FIRST + SLOPES.text.replace("return", f"g = {returned} #"), says)
        for name, returned, says in (("nothing", "0", "None"),)
    ],
    *[
        Wrong("6.2b", None, name, FIRST + SLOPES.text.replace("return ", f"return {put} * "), says)
        for name, put, says in (("three times", "3", "differs"), ("nan", "np.nan", "nan or inf"))
    ],
    Wrong(
        "6.2b",
        None,
        "two slopes alone",
        FIRST + SLOPES.text.replace(", d_s5 * a3, d_s5 * a4", ""),
        "wrong shape",
    ),
]

PREDICT = """
def sigmoid(s):
    return 1 / (1 + np.exp(-s))

def predict(X, W1, b1, W2, b2):
    H = sigmoid(X @ W1 + b1)
    return H, H @ W2 + b2
"""
BACKWARD_BY_60 = """
def backward(X, Y, W1, b1, W2, b2):
    H, P = predict(X, W1, b1, W2, b2)
    d_P = (P - Y) / len(X)
    d_S = back_through_sigmoid(d_P @ W2.T, H)
    return X.T @ d_S, d_S.sum(axis=0), H.T @ d_P, d_P.sum(axis=0)
"""
KEPT, ROUNDED = "axis=0, keepdims=True", "[np.round(one, {}) for one in ({{}})]"


def _backward(old: str, new: str) -> str:
    return BACKWARD.text.replace(old, new)


TABLES = [
    *rights(
        "6.3",
        {
            "the reference": BACKWARD.text,
            "as in the lab, predict and 6.0": """
def back(d_a, a):
    return d_a * a * (1 - a)

def backward(X, Y, W1, b1, W2, b2):
    H, P = predict(X, W1, b1, W2, b2)
    d_P = (P - Y) / len(X)
    d_S = back(d_P @ W2.T, H)
    return X.T @ d_S, d_S.sum(axis=0), H.T @ d_P, d_P.sum(axis=0)
""",
            "row by row": """
def backward(X, Y, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = (np.zeros(one.shape) for one in (W1, b1, W2, b2))
    for x, y in zip(X, Y):
        h = sigmoid(x @ W1 + b1)
        d_p = (h @ W2 + b2 - y) / len(X)
        d_s = W2 @ d_p * h * (1 - h)
        dW1, db1 = dW1 + np.outer(x, d_s), db1 + d_s
        dW2, db2 = dW2 + np.outer(h, d_p), db2 + d_p
    return [dW1, db1, dW2, db2]
""",
            "einsum, float32, biases as rows": """
def backward(X, Y, W1, b1, W2, b2):
    X, Y, W1, b1, W2, b2 = map(np.float32, (X, Y, W1, b1, W2, b2))
    H, P = predict(X, W1, b1, W2, b2)
    d_P = (P - Y) / X.shape[0]
    d_S = np.einsum("nq,hq->nh", d_P, W2) * H * (1 - H)
    dW1, dW2 = np.einsum("nd,nh->dh", X, d_S), np.einsum("nh,nq->hq", H, d_P)
    return dW1, np.ones(len(X)) @ d_S, dW2, np.ones((1, len(X))) @ d_P
""",
            "divided at the end": """
def backward(X, Y, W1, b1, W2, b2):
    n = len(X)
    H, P = predict(X, W1, b1, W2, b2)
    error = P - Y
    d_S = error @ W2.T * (H - H**2)
    return X.T @ d_S / n, d_S.mean(axis=0), H.T @ error / n, error.mean(axis=0)
""",
            "a tape": """
def backward(X, Y, *weights):
    weights = [tf.Variable(one) for one in weights]
    with tf.GradientTape() as tape:
        W1, b1, W2, b2 = weights
        J = tf.reduce_sum((tf.sigmoid(X @ W1 + b1) @ W2 + b2 - Y) ** 2) / 2 / len(X)
    return tape.gradient(J, weights)
""",
        },
        before=PREDICT,
    ),
    *edited("6.3", BACKWARD.edits),
    *[
        Wrong("6.3", "wrong sigmoid", f"6.0: {name}", PREDICT + _60(wrong) + BACKWARD_BY_60)
        for name, wrong in (WITH_60 | {"open": OPEN}).items()
    ],
    *[
        Wrong("6.3", mistake, f"one table: {wrong}", BACKWARD.text.replace(right, wrong))
        for mistake, right, wrong in (
            ("no slope of the sigmoid", "d_S.sum(axis=0)", "d_H.sum(axis=0)"),
            ("no slope of the sigmoid", "X.T @ d_S", "X.T @ d_H"),
            ("n missing", "H.T @ d_P", "H.T @ (P - Y)"),
            ("n missing", "d_P.sum(axis=0)", "(P - Y).sum(axis=0)"),
            ("half a slope", "d_S.sum(axis=0)", "(d_H * H).sum(axis=0)"),
        )
    ],
    *[
        Wrong("6.3", "rounded", f"{k} decimals", _rounded(BACKWARD.text, ROUNDED.format(k)))
        for k in (2, 3)
    ],
    *[
        Wrong("6.3", mistake, f"biases as rows, {name}", text.replace("axis=0", KEPT), says)
        for mistake, name, text, says in (
            (None, "dW1 is off", _backward("X.T @ d_S", "3 * X.T @ d_S"), "dW1 differs"),
            ("half a slope", "half a slope", _backward("* (1 - H)", ""), ""),
        )
    ],
    *[
        Wrong("6.3", None, name, _backward("dW1, db1, dW2, db2\n", f"{returned}\n"), "wrong shape")
        for name, returned in {
            "biases as columns": "dW1, db1[:, None], dW2, db2[:, None]",
            "db1 a column": "dW1, db1.reshape(-1, 1), dW2, db2",
            "one axis more": "dW1, db1, dW2[..., None], db2",
        }.items()
    ],
    *[
        Wrong("6.3", None, name, _backward("H.T @ d_P", call), name, verdict="crashed")
        for name, call in {
            "NameError": "matmul(H.T, d_P)",
            "AttributeError": "np.broadcast_product(H.T, d_P)",
        }.items()
    ],
    *[
        Wrong("6.3", "shapes", name, BACKWARD.text.replace(*change), verdict="wrong")
        for name, change in {
            "W2 not turned round": ("d_P @ W2.T", "d_P @ W2"),
            "H not turned round": ("H.T @ d_P", "H @ d_P"),
            "X not turned round": ("X.T @ d_S", "X @ d_S"),
            "W2 in front": ("d_P @ W2.T", "W2 @ d_P"),
            "elementwise": ("d_P @ W2.T", "d_P * W2.T"),
        }.items()
    ],
    *[
        Wrong("6.3", None, name, BACKWARD.text.replace("return dW1, db1, dW2, db2", body), says)
        for name, body, says in (
            ("two of four", "return dW1, dW2", "4 things"),
            ("nothing", "dW1", "end with `return`"),
            ("dW2 is off", "return dW1, db1, 3 * dW2, db2", "dW2 differs"),
            ("db1 is off", "return dW1, 3 * db1, dW2, db2", "db1 differs"),
            ("a text", "return dW1, 'db1', dW2, db2", "should be numbers"),
        )
    ],
]

LISTS = _backward(
    "return dW1, db1, dW2, db2", "return [one.tolist() for one in (dW1, db1, dW2, db2)]"
)
LOOK_AT_LOOP = "the slopes of your backward are right. Look at what stands in the loop"

WALKS = [
    *rights(
        "6.4",
        {
            "the reference": TRAIN.text,
            "line by line": """
def train(X, Y, weights, learning_rate, steps):
    W1, b1, W2, b2 = weights
    for _ in range(steps):
        dW1, db1, dW2, db2 = backward(X, Y, W1, b1, W2, b2)
        W1 = W1 - learning_rate * dW1
        b1 = b1 - learning_rate * db1
        W2 = W2 - learning_rate * dW2
        b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2
""",
            "in place, on copies": """
def train(X, Y, weights, learning_rate, steps):
    weights = [w.copy() for w in weights]
    for _ in range(steps):
        for w, d in zip(weights, backward(X, Y, *weights)):
            w -= learning_rate * d
    return weights
""",
            "recursion": """
def train(X, Y, weights, learning_rate, steps):
    if steps == 0:
        return weights
    moved = [w - learning_rate * d for w, d in zip(weights, backward(X, Y, *weights))]
    return train(X, Y, moved, learning_rate, steps - 1)
""",
            "arrays of arrays": """
def train(X, Y, weights, learning_rate, steps):
    weights = np.array(weights, dtype=object)
    for _ in range(steps):
        slopes = np.array(backward(X, Y, *weights), dtype=object)
        weights = weights - learning_rate * slopes
    return weights
""",
            "a tape of its own": """
del backward

def train(X, Y, weights, learning_rate, steps):
    weights = [tf.Variable(one) for one in weights]
    for _ in range(steps):
        with tf.GradientTape() as tape:
            W1, b1, W2, b2 = weights
            J = tf.reduce_sum((tf.sigmoid(X @ W1 + b1) @ W2 + b2 - Y) ** 2) / 2 / len(X)
        for one, slope in zip(weights, tape.gradient(J, weights)):
            one.assign_sub(learning_rate * slope)
    return weights
""",
            "Keras's SGD": """
def train(X, Y, weights, learning_rate, steps):
    variables = [keras.Variable(w, dtype="float64") for w in weights]
    sgd = keras.optimizers.SGD(learning_rate)
    for _ in range(steps):
        slopes = backward(X, Y, *[one.numpy() for one in variables])
        sgd.apply([tf.constant(d) for d in slopes], variables)
    return [one.numpy() for one in variables]
""",
        },
        before=BACKWARD.text,
    ),
    Right(
        "6.4",
        "in the caller's arrays",
        BACKWARD.text
        + """
def train(X, Y, weights, learning_rate, steps):
    for _ in range(steps):
        for w, d in zip(weights, backward(X, Y, *weights)):
            w -= learning_rate * d
    return weights
""",
        note="changes what it is given",
    ),
    *edited("6.4", TRAIN.edits, before=BACKWARD.text),
    *[
        Wrong("6.4", "in pairs", name, backward + TRAIN.text.replace(MOVED, f"weights = {moved}"))
        for name, backward, moved in (
            ("as in lab 05", BACKWARD.text, "weights - learning_rate * slopes"),
            ("the slopes alone", BACKWARD.text, "weights - slopes"),
            ("an array of them", BACKWARD.text, "weights - learning_rate * np.array(slopes)"),
            ("slopes in lists", LISTS, "[w - learning_rate * d for w, d in zip(weights, slopes)]"),
        )
    ],
    *[
        Wrong("6.4", "wrong slopes", f"backward: {name}", _backward(*change) + TRAIN.text)
        for name, change in {
            "no n": ("/ len(X)", ""),
            "n twice": ("/ len(X)", "/ len(X) ** 2"),
            "half a slope": ("* (1 - H)", ""),
            "sign": ("(P - Y)", "(Y - P)"),
            "no biases": ("dW1, db1, dW2, db2\n", "dW1, 0 * db1, dW2, 0 * db2\n"),
            "nothing but zeros": ("(P - Y)", "0 * (P - Y)"),
            "a factor of their own": ("X.T @ d_S", "X.T @ d_S / 3"),
            "bias not summed": ("d_P.sum(axis=0)", "d_P"),
            "biases as columns": ("sum(axis=0)", "sum(axis=0).reshape(-1, 1)"),
        }.items()
    ],
    *[
        Wrong("6.4", "error and wrong slopes", f"backward: {name}", _backward(*change) + TRAIN.text)
        for name, change in {
            "another order": ("dW1, db1, dW2, db2\n", "dW2, db2, dW1, db1\n"),
            "transposed": ("H.T @ d_P", "d_P.T @ H"),
            "bias summed over units": ("sum(axis=0)", "sum(axis=1)"),
        }.items()
    ],
    *[
        Wrong("6.4", None, name, BACKWARD.text + TRAIN.text.replace(*change), LOOK_AT_LOOP)
        for name, change in {
            "twice the rate": ("learning_rate *", "2 * learning_rate *"),
            "half the rate": ("learning_rate *", "learning_rate / 2 *"),
            "the rate times n": ("learning_rate *", "len(X) * learning_rate *"),
            "two moves a step": ("return", f"{MOVED}\n    return"),
            "the rate shared by the steps": ("learning_rate *", "learning_rate / steps *"),
            "a largest rate": ("learning_rate *", "min(learning_rate, 0.4) *"),
            "few steps": ("range(steps)", "range(min(steps, 4))"),
        }.items()
    ],
    *[
        Wrong(
            "6.4",
            None,
            f"twice the rate, {name}",
            backward + TRAIN.text.replace("learning_rate *", "2 * learning_rate *"),
            says,
        )
        for name, backward, says in (
            ("wrong slopes", _backward("(1 - H)", "(2 - H)"), "and so do the slopes"),
            ("biases as rows", _backward("axis=0", "axis=0, keepdims=True"), LOOK_AT_LOOP),
        )
    ],
    Wrong(
        "6.4",
        None,
        "no backward, and another rate",
        BACKWARD.text.replace("backward", "back")
        + TRAIN.text.replace("backward", "back").replace("w - learning", "w - 1.7 * learning"),
        "The weights differ. Look",
    ),
    Wrong(
        "6.4",
        None,
        "the loss",
        BACKWARD.text + TRAIN.text.replace("return weights", "return np.sum(weights[0])"),
        "4 things",
    ),
]

COUNTS = [
    *rights(
        "6.5",
        {
            "the reference": COUNT.text,
            "loops": """
def count(sizes):
    parameters, paths = 0, 1
    for layer in range(1, len(sizes)):
        parameters += sizes[layer - 1] * sizes[layer] + sizes[layer]
        if layer > 1:
            paths *= sizes[layer]
    return parameters, paths
""",
            "math.prod, a list": """
import math

def count(sizes):
    return [sum((a + 1) * b for a, b in zip(sizes[:-1], sizes[1:])), math.prod(sizes[2:])]
""",
            "NumPy": """
def count(sizes):
    z = np.array(sizes)
    return np.array([z[:-1] @ z[1:] + z[1:].sum(), z[2:].prod()])
""",
            "Keras counts": """
def count(sizes):
    model = keras.Sequential([keras.Input((sizes[0],))])
    for units in sizes[1:]:
        model.add(keras.layers.Dense(units))
    return model.count_params(), float(np.prod(sizes[1:])) / sizes[1]
""",
        },
    ),
    *edited("6.5", COUNT.edits),
    *[
        Wrong(
            "6.5", None, returned, COUNT.text.replace("parameters, paths\n", f"{returned}\n"), says
        )
        for returned, says in (
            ("parameters", "2 things"),
            ("parameters + 7, paths", "another number"),
            ("'15', '2'", "should be numbers"),
        )
    ],
]

ANSWERS = [*THROUGH_SIGMOID, *CHAINS, *BOX_ANSWERS, *LEANING, *TENS, *TABLES, *WALKS, *COUNTS]
