"""Lab 11, over-fitting: answers in foreign styles, and wrong ones that no edit makes."""

from __future__ import annotations

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks.lab11 import CHOSEN, GAP, HONEST, L1, L2, PROXIMAL, SCORED, STOP

GAPS = [
    *rights(
        "11.0",
        {
            "the reference": GAP.text,
            "loops": """
def gap(said, labels, said_new, labels_new):
    def share(a, b):
        return sum(int(x == y) for x, y in zip(a, b)) / len(a)
    return share(said, labels) - share(said_new, labels_new)
""",
            "scikit-learn": """
from sklearn.metrics import accuracy_score

def gap(said, labels, said_new, labels_new):
    return accuracy_score(labels, said) - accuracy_score(labels_new, said_new)
""",
            "TensorFlow": """
def gap(said, labels, said_new, labels_new):
    own, new = (tf.cast(tf.equal(a, b), tf.float32)
                for a, b in ((said, labels), (said_new, labels_new)))
    return tf.reduce_mean(own) - tf.reduce_mean(new)
""",
            "mistakes on new rows minus those on own ones, keepdims": """
def gap(said, labels, said_new, labels_new):
    wrong = np.mean(said != labels, keepdims=True)
    return np.mean(said_new != labels_new) - wrong
""",
        },
    ),
    *edited("11.0", GAP.edits),
    Wrong(
        "11.0",
        "turned round",
        "shares of mistakes",
        "def gap(a, b, c, d):\n    return np.mean(a != b) - np.mean(c != d)\n",
    ),
    *[
        Wrong("11.0", mistake, body, f"def gap(a, b, c, d):\n    return {body}\n", says, verdict)
        for mistake, body, says, verdict in (
            ("booleans subtracted", "np.mean((a == b) - (c == d))", "", "wrong"),
            ("booleans subtracted", "np.all(a == b) - np.all(c == d)", "", "wrong"),
            ("no truth", "1.0 if a == b else 0.0", "", "wrong"),
            (None, "(len(a) - 2) / 10 - 3 / 16", "another gap", "wrong"),
            ("no mean", "np.mean(1 * (a == b) - 1 * (c == d))", "", "wrong"),
            ("no truth", "np.mean(a == b - c == d)", "chain of ==", "wrong"),
            ("no truth", "np.mean(a == b and c == d)", "", "wrong"),
            ("rounded", "round(np.mean(a == b) - np.mean(c == d), 2)", "", "wrong"),
            ("same for all", "1.0 - 0.115", "one and the same", "wrong"),
            ("crossed", "np.mean(a == b) - np.mean(c == b)", "belongs to `labels`", "wrong"),
            (None, "(a == b)", "wrong shape", "wrong"),
            (None, "'0.25'", "should be numbers", "wrong"),
            (None, "None", "None", "wrong"),
            (None, "np.mean(a == b) - 0.5", "another gap", "wrong"),
            (None, "np.mean(a == b) - np.std(c == d)", "another gap", "wrong"),
            (None, "np.mean(a == b - 5) - np.nosuch", "raised", "crashed"),
        )
    ],
]

BOTH = L2.text + L1.text
PENALTIES = [
    *rights(
        "11.1",
        {
            "the references": BOTH,
            "Keras's regularizers": """
def three(penalty, kernel, bias, lam, m, half):
    of_kernel = float(penalty(kernel.astype("float32")))
    of_all = of_kernel + float(penalty(bias.astype("float32")))
    return lam * of_kernel, lam * half * of_kernel, lam / 2 / m * of_all

def l2(kernel, bias, lam, m):
    return three(keras.regularizers.L2(1.0), kernel, bias, lam, m, 0.5)

def l1(kernel, bias, lam, m):
    return three(keras.regularizers.L1(1.0), kernel, bias, lam, m, 1)
""",
            "norms, lists, arrays": """
def l2(kernel, bias, lam, m):
    everything = np.concatenate([kernel.ravel(), bias])
    k = np.linalg.norm(kernel) ** 2
    return np.array([lam * k, 0.5 * lam * k, lam * everything @ everything / m / 2])

def l1(kernel, bias, lam, m):
    k = sum(abs(w) for row in kernel for w in row)
    return [lam * k, lam * k, lam * (k + sum(abs(b) for b in bias)) / (2 * m)]
""",
            "einsum, TensorFlow, columns": """
def l2(kernel, bias, lam, m):
    k = np.einsum("ij,ij->", kernel, kernel)
    return lam * k, lam * tf.nn.l2_loss(kernel), np.array([lam * (k + bias @ bias) / 2 / m])

def l1(kernel, bias, lam, m):
    k, b = tf.norm(kernel, ord=1), tf.norm(bias, ord=1)
    return tf.stack([lam * k, lam * k, lam / (2 * m) * (k + b)])
""",
        },
    ),
    *edited("11.1", L2.edits, before=L1.text, points=1.0),
    *edited("11.1", L1.edits, before=L2.text, points=1.0),
    *[
        Wrong(
            "11.1", mistake, f"{old} -> {new}", L1.text + L2.text.replace(old, new), says, points=1
        )
        for mistake, old, new, says in (
            ("bias included", "lam * k,", "lam * (k + b),", ""),
            ("half everywhere", "lam * k,", "lam / 2 * k,", ""),
            (None, "return lam * k,", "return", "Return 3 things"),
            (
                "a dict",
                "return lam * k, lam / 2 * k, lam / (2 * m) * (k + b)",
                "return dict(keras=lam * k, li=lam / 2 * k, miklos=lam / (2 * m) * (k + b))",
                "with commas",
            ),
            (None, "np.sum(kernel**2)", "kernel**2", "wrong shape"),
            (None, "lam * k,", "lam * k + 1,", "after Keras differs"),
            (None, "lam / 2 * k,", "lam / 3 * k,", "after Li differs"),
            (None, "(k + b)", "(k + 2 * b)", "after Miklos differs"),
        )
    ],
]

STEPS = [
    *rights(
        "11.2",
        {
            "the reference": PROXIMAL.text,
            "a loop with conditions, a list": """
def proximal_step(w, slope, learning_rate, lam):
    new = []
    for one, d in zip(w, slope):
        one = one - learning_rate * d
        if one > learning_rate * lam:
            new.append(one - learning_rate * lam)
        elif one < -learning_rate * lam:
            new.append(one + learning_rate * lam)
        else:
            new.append(0.0)
    return new
""",
            "minus what is clipped": """
def proximal_step(w, slope, learning_rate, lam):
    v = w - learning_rate * slope
    return v - np.clip(v, -learning_rate * lam, learning_rate * lam)
""",
            "a difference of sizes": """
def proximal_step(w, slope, learning_rate, lam):
    v, t = w - learning_rate * slope, learning_rate * lam
    return v - (np.abs(v + t) - np.abs(v - t)) / 2
""",
            "two halves": """
def proximal_step(w, slope, learning_rate, lam):
    v, t = w - learning_rate * slope, learning_rate * lam
    return np.maximum(v - t, 0) - np.maximum(-v - t, 0)
""",
            "TensorFlow, float32": """
def proximal_step(w, slope, learning_rate, lam):
    v = tf.cast(w, tf.float32) - learning_rate * tf.cast(slope, tf.float32)
    return tf.sign(v) * tf.nn.relu(tf.abs(v) - learning_rate * lam)
""",
            "keras.ops, a column": """
def proximal_step(w, slope, learning_rate, lam):
    v = keras.ops.convert_to_tensor(w - learning_rate * slope)
    return keras.ops.soft_shrink(v, learning_rate * lam)[:, None]
""",
            "a factor": """
def proximal_step(w, slope, learning_rate, lam):
    v = w - learning_rate * slope
    return v * np.maximum(1 - learning_rate * lam / np.abs(v), 0)
""",
        },
    ),
    *edited("11.2", PROXIMAL.edits),
    Wrong(
        "11.2",
        "nearly zero",
        "a small number in the place of 0",
        PROXIMAL.text.replace("- t, 0)", "- t, 1e-6)"),
    ),
    Wrong(
        "11.2",
        "zero by the old sign",
        "a mask by the old sign",
        """
def proximal_step(w, slope, learning_rate, lam):
    v = w - learning_rate * slope
    new = v - learning_rate * lam * np.sign(v)
    new[np.sign(new) != np.sign(w)] = 0
    return new
""",
    ),
    *[
        Wrong("11.2", mistake, name, f"def proximal_step(w, slope, learning_rate, lam):{body}")
        for mistake, name, body in (
            (
                "one pull for all",
                "minus for negative ones, too",
                """
    new = w - learning_rate * slope
    step = learning_rate * lam
    return np.where(np.abs(new) > step, new - step, 0)
""",
            ),
            (
                "sign of the old weight",
                "pulled by the old sign, cut at 0 afterwards",
                """
    new = w - learning_rate * slope
    after = new - learning_rate * lam * np.sign(w)
    after[after * new < 0] = 0
    return after
""",
            ),
            (
                "sign of the old weight",
                "slope and pull in one step, small ones set to 0",
                """
    new = w - learning_rate * (slope + lam * np.sign(w))
    new[np.abs(new) < learning_rate * lam] = 0
    return new
""",
            ),
            (
                "negative ones all 0",
                "the maximum with 0",
                """
    w = w - learning_rate * slope
    return np.maximum(w - learning_rate * lam, 0)
""",
            ),
            (
                "negative ones all 0",
                "a loop with one side",
                """
    return [max(one - learning_rate * (d + lam), 0) for one, d in zip(w, slope)]
""",
            ),
        )
    ],
    Wrong(
        "11.2",
        "no loop",
        "an if on the array",
        """
def proximal_step(w, slope, learning_rate, lam):
    w = w - learning_rate * slope
    if abs(w) < learning_rate * lam:
        return 0 * w
    return w - learning_rate * lam * np.sign(w)
""",
    ),
    *[
        Wrong("11.2", None, body, f"def proximal_step(w, s, r, lam):\n    return {body}\n", says)
        for body, says in (
            ("None", "None"),
            ("np.sum(w)", "wrong shape"),
            ("0.9 * w", "differ"),
            ("'w'", "should be numbers"),
        )
    ],
]

MASK = "np.random.default_rng(seed).random(a.shape)"


def _dropped(trained: str, asked: str = "a") -> str:
    return f"""
def dropout(a, rate, training, seed):
    if not training:
        return {asked}
    return {trained}
"""


DROPOUT = [
    *rights(
        "11.3",
        {
            "where": _dropped(f"np.where({MASK} >= rate, a / (1 - rate), 0)"),
            "a product": _dropped(f"a * ({MASK} > rate) / (1 - rate)"),
            "binomial": _dropped(
                "a * np.random.default_rng(seed).binomial(1, 1 - rate, a.shape) / (1 - rate)"
            ),
            "choice, float32": _dropped(
                "(a * np.random.default_rng(seed).choice([0, 1 / (1 - rate)], a.shape, "
                "p=[rate, 1 - rate])).astype('float32')"
            ),
            "Keras": """
def dropout(a, rate, training, seed):
    return keras.layers.Dropout(rate, seed=seed)(a, training=training)
""",
            "TensorFlow": """
def dropout(a, rate, training, seed):
    return tf.nn.experimental.stateless_dropout(a, rate, [seed, 0]) if training else a
""",
            "loops": """
def dropout(a, rate, training, seed):
    import random
    draw = random.Random(seed)
    if not training:
        return a.tolist()
    return [[0.0 if draw.random() < rate else x / (1 - rate) for x in row] for row in a]
""",
        },
    ),
    Right(
        "11.3",
        "the same number in each row",
        """
def dropout(a, rate, training, seed):
    if not training:
        return a
    rng, out = np.random.default_rng(seed), a / (1 - rate)
    if rate == 0:
        return a
    count = round(rate * a.shape[1])
    out = a * a.shape[1] / (a.shape[1] - count) * (1 - count / a.shape[1]) / (1 - rate)
    for row in out:
        row[rng.permutation(len(row))[:count]] = 0
    return out
""",
        note="The same number of units",
    ),
    Right(
        "11.3",
        "the same number in the whole table",
        """
def dropout(a, rate, training, seed):
    flat = np.array(a, dtype=float).ravel()
    if training:
        ill = np.random.default_rng(seed).choice(flat.size, round(rate * flat.size), replace=False)
        flat /= 1 - rate
        flat[ill] = 0
    return flat.reshape(a.shape)
""",
        note="The same number of units",
    ),
    *[
        Wrong("11.3", mistake, name, "def dropout(a, rate, training, seed):" + body)
        for mistake, name, body in (
            (
                "nothing changed",
                "a loop that gives x a new value",
                """
    rng = np.random.default_rng(seed)
    for row in a:
        for x in row:
            if training and rng.random() < rate:
                x = 0
            elif training:
                x = x / (1 - rate)
    return a
""",
            ),
            (
                "nothing dropped",
                "a generator for each number, no zero",
                """
    if not training:
        return a
    out = []
    for row in a:
        new = []
        for x in row:
            draw = np.random.default_rng(0).random()
            new.append(0 if draw < rate else x / (1 - rate))
        out.append(new)
    return np.array(out)
""",
            ),
            (
                "all dropped",
                "a generator for each number, only zeros",
                """
    if not training:
        return a
    table = a.copy()
    for k in range(len(a)):
        for j in range(a.shape[1]):
            table[k, j] *= (np.random.default_rng(3).random() >= rate) / (1 - rate)
    return table
""",
            ),
            (
                "no truth",
                "an if on the array",
                """
    rng = np.random.default_rng(seed)
    if training:
        if rng.random(a.shape) < rate:
            a = 0
        else:
            a = a / (1 - rate)
    return a
""",
            ),
        )
    ],
    *[
        Wrong("11.3", mistake, f"{trained} {asked}", _dropped(trained, asked))
        for mistake, trained, asked in (
            ("not rescaled", f"np.where({MASK} >= rate, a, 0)", "a"),
            ("rate is what stays", f"np.where({MASK} < rate, a / rate, 0)", "a"),
            ("rate is what stays", f"np.where({MASK} < rate, a / (1 - rate), 0)", "a"),
            ("rate is what stays", f"np.where({MASK} < rate, a, 0)", "a"),
            ("one mask", f"a * ({MASK}[0] >= rate) / (1 - rate)", "a"),
            ("one mask for a row", f"a * ({MASK}[:, :1] >= rate) / (1 - rate)", "a"),
            ("divided by the rate", f"np.where({MASK} >= rate, a / rate, 0)", "a"),
            ("multiplied", f"np.where({MASK} >= rate, a * (1 - rate), 0)", "a"),
            ("scaled when asked", f"np.where({MASK} >= rate, a, 0)", "a * (1 - rate)"),
            ("scaled when asked", f"np.where({MASK} >= rate, a / (1 - rate), 0)", "a / (1 - rate)"),
            (
                "dropped when asked",
                f"np.where({MASK} >= rate, a / (1 - rate), 0)",
                f"np.where({MASK} >= rate, a / (1 - rate), 0)",
            ),
            ("nothing dropped", "a / (1 - rate)", "a"),
            ("all dropped", "0 * a", "a"),
            ("seed not used", "a * (np.random.random(a.shape) >= rate) / (1 - rate)", "a"),
            ("one seed", f"a * ({MASK} >= rate) / (1 - rate)".replace("(seed)", "(0)"), "a"),
            (
                "another share",
                "a * np.random.default_rng(seed).integers(0, 2, a.shape) / (1 - rate)",
                "a",
            ),
            ("another share", "a * np.random.default_rng(seed).integers(0, 2, a.shape)", "a"),
            *[
                (
                    "another share",
                    f"a * ({MASK.replace('random(', draw)} >= rate) / (1 - rate)",
                    "a",
                )
                for draw in ("normal(0, 1, ", "uniform(-1, 1, ")
            ],
            (
                "zeros go together",
                f"a * (np.repeat({MASK}[:, ::2], 2, axis=1) >= rate) / (1 - rate)",
                "a",
            ),
            (
                "zeros go together",
                f"a * (np.repeat({MASK}[::2], 2, axis=0) >= rate) / (1 - rate)",
                "a",
            ),
            (
                "one seed",
                f"a * ({MASK} >= rate) / (1 - rate)".replace("(seed)", "(seed // 2)"),
                "a",
            ),
            ("another share", f"np.where({MASK} >= rate / 3, a / (1 - rate), 0)", "a"),
        )
    ],
    *[
        Wrong("11.3", None, f"{trained} {asked}", _dropped(trained, asked), says)
        for trained, asked, says in (
            ("a[0]", "a", "wrong shape"),
            ("None", "a", "None"),
            ("a", "2 * a", "come back as it is"),
            (f"np.where({MASK} >= rate, 3 * a, 0)", "a", "The share of zeros is right"),
        )
    ],
]

STOPPING = [
    *rights(
        "11.4",
        {
            "the reference": STOP.text,
            "a counter that is reset, a list": """
def early_stop(loss, val_loss, patience):
    best, waited, kept = float("inf"), 0, 0
    for epoch, value in enumerate(val_loss, start=1):
        if value < best:
            best, waited, kept = value, 0, epoch
        else:
            waited += 1
            if waited == patience:
                break
    return [epoch, kept]
""",
            "argmin of what was seen": """
def early_stop(loss, val_loss, patience):
    for epoch in range(1, len(val_loss) + 1):
        kept = np.argmin(val_loss[:epoch]) + 1
        if epoch == kept + patience:
            return np.array([epoch, kept])
    return np.array([epoch, kept])
""",
            "NumPy without a loop": """
def early_stop(loss, val_loss, patience):
    lows = np.minimum.accumulate(val_loss)
    last = np.maximum.accumulate(np.where(val_loss == lows, np.arange(len(lows)), 0))
    over = np.flatnonzero(np.arange(len(lows)) - last >= patience)
    end = over[0] if len(over) else len(lows) - 1
    return end + 1, last[end] + 1
""",
            "methods of a list": """
def early_stop(loss, val_loss, patience):
    for epoch in range(1, len(val_loss) + 1):
        kept = val_loss.index(min(val_loss[:epoch])) + 1
        if epoch - kept >= patience:
            break
    return epoch, kept
""",
            "methods of an array": """
def early_stop(loss, val_loss, patience):
    for epoch in range(1, val_loss.size + 1):
        kept = val_loss[:epoch].argmin() + 1
        if epoch - kept >= patience:
            break
    return epoch, kept
""",
            "Keras's own callback": """
def early_stop(loss, val_loss, patience):
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience)
    stop.set_model(keras.Sequential())
    stop.model.stop_training = False
    stop.on_train_begin()
    for epoch in range(len(val_loss)):
        stop.on_epoch_end(epoch, {"val_loss": float(val_loss[epoch])})
        if stop.model.stop_training:
            break
    return epoch + 1, stop.best_epoch + 1
""",
        },
    ),
    *edited("11.4", STOP.edits),
    Wrong(
        "11.4",
        "beyond the end",
        "an index too far",
        """
def early_stop(loss, val_loss, patience):
    kept = 1
    for epoch in range(1, len(val_loss) + 1):
        if val_loss[epoch] < val_loss[kept - 1]:
            kept = epoch
    return epoch, kept
""",
    ),
    Right(
        "11.4",
        "an equal loss is a new lowest",
        """
def early_stop(loss, val_loss, patience):
    lowest, since = (np.inf, 1), 0
    for place, price in enumerate(val_loss):
        lowest, since = ((price, place + 1), 0) if price <= lowest[0] else (lowest, since + 1)
        if since == patience:
            break
    return place + 1, lowest[1]
""",
        note="equals the lowest",
    ),
    Right(
        "11.4",
        "an equal loss is neither",
        """
def early_stop(loss, val_loss, patience):
    best = val_loss[0]
    kept = stopped = 1
    wait = 0
    while wait < patience and stopped < len(val_loss):
        v = val_loss[stopped]
        stopped += 1
        if v < best:
            best = v
            kept = stopped
            wait = 0
        elif v > best:
            wait += 1
    return stopped, kept
""",
        note="treated in another way",
    ),
    *[
        Wrong("11.4", mistake, name, "def early_stop(loss, val_loss, patience):" + body)
        for mistake, name, body in (
            *[
                (
                    mistake,
                    f"from the second epoch, {begin}",
                    f"""
    {begin}
    for epoch in range(1, len(val_loss)):
        v = val_loss[epoch]
        if v < best:
            best, kept, wait = v, epoch + 1, 0
        else:
            wait += 1
            if wait == patience:
                return epoch + 1, kept
    return len(val_loss), kept
""",
                )
                for mistake, begin in (
                    ("first epoch not kept", "best, wait, kept = val_loss[0], 0, 0"),
                    ("none kept", "best, wait, kept = val_loss[0], 0, None"),
                    ("no value yet", "best = val_loss[0]; wait = 0"),
                    ("no value yet", "best = min(val_loss); wait = 0"),
                    ("no value yet", "best = 1; wait = 0"),
                )
            ],
            *[
                (
                    "first epoch counted",
                    f"all epochs, {kept} kept",
                    f"""
    best, wait, kept = val_loss[0], 0, {kept}
    for epoch, v in enumerate(val_loss, 1):
        if v < best:
            best, wait, kept = v, 0, epoch
        else:
            wait += 1
        if wait == patience:
            return epoch, kept
    return epoch, kept
""",
                )
                for kept in (0, 1)
            ],
            (
                "last loss first",
                "epoch 0 kept",
                """
    kept, waited = 0, 0
    for epoch in range(1, len(val_loss) + 1):
        if val_loss[epoch - 1] < val_loss[kept - 1]:
            kept, waited = epoch, 0
        else:
            waited += 1
        if waited >= patience:
            break
    return epoch, kept
""",
            ),
            (
                "ends at once",
                "the last return in the loop",
                """
    best, wait, kept = float("inf"), 0, 0
    for epoch, v in enumerate(val_loss, 1):
        if v < best:
            best, wait, kept = v, 0, epoch
        else:
            wait += 1
            if wait == patience:
                return epoch, kept
        return len(val_loss), kept
""",
            ),
            (
                "ends at once",
                "the last return in the loop, from the second epoch",
                """
    best, kept = val_loss[0], 1
    for k in range(1, len(val_loss)):
        if val_loss[k] < best:
            best, kept = val_loss[k], k + 1
        elif k + 1 - kept >= patience:
            return k + 1, kept
        return len(val_loss), kept
""",
            ),
            (
                "a loss first",
                "losses as epochs",
                """
    best, wait, kept = np.inf, 0, 0
    for epoch in val_loss:
        if epoch < best:
            best, wait, kept = epoch, 0, epoch
        else:
            wait += 1
            if wait == patience:
                break
    return epoch, kept
""",
            ),
        )
    ],
    Wrong(
        "11.4",
        None,
        "an empty list of its own",
        "def early_stop(l, v, p):\n    waits = []\n    return waits.pop(), 1\n",
        "raised",
        "crashed",
    ),
    *[
        Wrong(
            "11.4",
            "best starts too low",
            f"best is {best} at first",
            f"""
def early_stop(loss, val_loss, patience):
    best, waited, kept = {best}, 0, {kept}
    for epoch, value in enumerate(val_loss, start=1):
        if value < best:
            best, waited, kept = value, 0, epoch
        else:
            waited += 1
            if waited == patience:
                break
    return epoch, kept
""",
        )
        for best, kept in ((1.0, 0), (1.0, 1), (0, 0), (0, 1))
    ],
    Wrong(
        "11.4",
        "lowest of all",
        "argmin and patience",
        """
def early_stop(loss, val_loss, patience):
    best = np.argmin(val_loss)
    return best + patience + 1, best + 1
""",
    ),
    Wrong(
        "11.4",
        "epoch before",
        "rises in a row, the last fall kept",
        """
def early_stop(loss, val_loss, patience):
    rises = 0
    for k in range(1, len(val_loss)):
        rises = rises + 1 if val_loss[k] > val_loss[k - 1] else 0
        if rises == patience:
            return k + 1, k + 1 - patience
    return len(val_loss), len(val_loss)
""",
    ),
    Wrong(
        "11.4",
        "epoch before",
        "rises in all, the lowest kept",
        """
def early_stop(loss, val_loss, patience):
    rises = 0
    for k in range(1, len(val_loss)):
        rises += val_loss[k] > val_loss[k - 1]
        if rises >= patience:
            break
    return k + 1, np.argmin(val_loss[: k + 1]) + 1
""",
    ),
    Wrong(
        "11.4",
        "nothing returned",
        "no return behind the loop",
        STOP.text.replace("    return len(val_loss), kept\n", ""),
    ),
    *[
        Wrong(
            "11.4", None, f"returns {body}", f"def early_stop(l, v, p):\n    return {body}\n", says
        )
        for body, says in (
            ("len(v)", "2 things"),
            ("len(v), 'best'", "should be numbers"),
            ("3, 1", "another epoch"),
        )
    ],
]

# What the lab has defined above the exercise.
LAB = """
def best_columns(X, y):
    distance = np.abs(X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0))
    return np.argsort(distance)[-10:]

def share_right(x_train, y_train, x_test, y_test):
    means = [x_train[y_train == label].mean(axis=0) for label in (0, 1)]
    off = [np.sum((x_test - mean) ** 2, axis=1) for mean in means]
    return np.mean((off[1] < off[0]) == y_test)
"""
SCORED_IN_ONE = SCORED
for rows in ("train", "test"):
    SCORED_IN_ONE = SCORED_IN_ONE.replace(f"X[{rows}]", f"X[{rows}][:, {CHOSEN}]")
LEAKS = [
    *rights(
        "11.7",
        {
            "the reference": HONEST.text,
            "all named": """
def honest_test(X, y, train, test):
    X_train, y_train, X_test, y_test = X[train], y[train], X[test], y[test]
    chosen = best_columns(X_train, y_train)
    return share_right(X_train[:, chosen], y_train, X_test[:, chosen], y_test)
""",
            "np.ix_, float32, an array": """
def honest_test(X, y, train, test):
    X = X.astype("float32")
    c = best_columns(X=X[train], y=y[train])
    return np.array([share_right(X[np.ix_(train, c)], y[train], X[np.ix_(test, c)], y[test])])
""",
            "take": """
def honest_test(X, y, train, test):
    rows = [(np.take(X, r, axis=0), np.take(y, r)) for r in (train, test)]
    c = best_columns(*rows[0])
    return share_right(rows[0][0][:, c], rows[0][1], rows[1][0][:, c], rows[1][1])
""",
        },
        before=LAB,
    ),
    *edited("11.7", HONEST.edits, before=LAB),
    Wrong(
        "11.7",
        "chosen from all rows",
        "the colleague's own",
        LAB
        + """
def honest_test(X, y, train, test):
    columns = best_columns(X, y)
    X = X[:, columns]
    return share_right(X[train], y[train], X[test], y[test])
""",
    ),
    *[
        Wrong(
            "11.7",
            mistake,
            new,
            LAB + HONEST.text.replace(old, new),
        )
        for mistake, old, new in (
            ("labels of other rows", CHOSEN, "best_columns(X[train], y)"),
            ("labels of other rows", SCORED, SCORED.replace("y[train]", "y")),
            ("labels of other rows", SCORED, SCORED.replace("y[test]", "y")),
            (
                "chosen twice",
                "X = X[:, columns]\n    return share_right(X[train]",
                "return share_right(X[train][:, columns]",
            ),
            ("rows for columns", "X = X[:, columns]", "X = X[columns]"),
            ("no such row", "X = X[:, columns]", "X = X[train][:, columns]"),
            (
                "chosen from ten",
                "X = X[:, columns]\n    return share_right(X[train], y[train], X[test]",
                "train_X, test_X = X[train], X[test]\n"
                "    train_X = train_X[:, columns]\n"
                "    test_X = test_X[:, best_columns(train_X, y[train])]\n"
                "    return share_right(train_X, y[train], test_X",
            ),
            (
                "pairs of rows and columns",
                "X = X[:, columns]\n    return share_right(X[train]",
                "return share_right(X[train, columns]",
            ),
        )
    ],
    *[
        Wrong(
            "11.7",
            None,
            body,
            LAB + f"def honest_test(X, y, train, test):\n    return {body}\n",
            says,
        )
        for body, says in (
            ("None", "None"),
            ("best_columns(X[train], y[train])", "wrong shape"),
            ("0.7", "another share"),
            (f"max(0.5, {SCORED_IN_ONE})", "below one half"),
        )
    ],
]

ANSWERS = [*GAPS, *PENALTIES, *STEPS, *DROPOUT, *STOPPING, *LEAKS]
