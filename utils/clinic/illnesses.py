"""The illnesses: each one is an edit or two of the healthy program, with its reasons in words.

As in `utils.checks.edits`, a mistake is written once, as what stands in the place of what. What a
case shows as sick is what ran, and its cure is the line that was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from utils.clinic.program import DEEP, SHALLOW, Settings

HEALTHY = "healthy"
TRAIN = "x_train, y_train = prepare(images[:n_train]), labels[:n_train]"
VALIDATION = "x_val, y_val = prepare(images[n_train:]), labels[n_train:]"

# So many times the rate is far too large, and a tenth of it still does.
TOO_LARGE = {"Adam": 100, "RMSprop": 150, "SGD": 40}


@dataclass(frozen=True)
class Illness:
    """One thing that goes wrong in a training.

    Attributes:
        name: as the student writes it.
        says: in a sentence, what is wrong.
        shows: how it shows, and which examination proves it.
        cure: what to do.
        lab: the one that has more on it, "" where none has.
        edits: old and new text in turn, for the settings of a case.
        needs: settings without which it would do no harm or have no name.
    """

    name: str
    says: str
    shows: str
    cure: str
    edits: Callable[[Settings], Sequence[str]]
    needs: Mapping[str, Any] = field(default_factory=dict)
    lab: str = ""

    def sicken(self, text: str, settings: Settings) -> str:
        """The program with this illness.

        Raises:
            ValueError: the text has not what an edit replaces.
        """
        edits = self.edits(settings)
        for old, new in zip(edits[::2], edits[1::2], strict=True):
            if text.count(old) != 1:
                raise ValueError(f"{self.name}: {old!r} is not once in the program.")
            text = text.replace(old, new)
        return text


def _sorted_by_class(s: Settings) -> Sequence[str]:
    by_class = "by_class = np.argsort(labels[:n_train])"
    sick = "x_train, y_train = prepare(images[by_class]), labels[by_class]"
    return TRAIN, f"{by_class}\n{sick}", "shuffle=True", "shuffle=False"


def _without_a_class(s: Settings) -> Sequence[str]:
    has_come = f"has_come = labels[:n_train] != {s.garment}"
    parts = "prepare(images[:n_train][has_come]), labels[:n_train][has_come]"
    return TRAIN, f"{has_come}\nx_train, y_train = {parts}"


SICK = (
    Illness(
        "pixels not scaled",
        "The pixels go in as whole numbers up to 255.",
        "First weights are made for inputs of about 1. Inputs of up to 255 make sums that lie far "
        "apart, so the untrained network is sure of nonsense, and the first losses are many times "
        "log(10). It may still learn, from far away, or end in NaN, which is no number any more. "
        "`inputs` shows the 255 in both sets.",
        "Divide by 255, in the one place through which all pictures go.",
        lambda s: ('images.astype("float32") / 255', 'images.astype("float32")'),
        {"activation": "relu"},
        lab="12",
    ),
    Illness(
        "validation scaled differently",
        "The training pictures are divided by 255, those for validation are not.",
        "The training goes well, and the validation loss is enormous, because sums grow with the "
        "pixels, and sure mistakes are dear. `inputs` shows two ranges.",
        "Send all pictures through the same function.",
        lambda s: (
            VALIDATION,
            'x_val, y_val = images[n_train:].astype("float32"), labels[n_train:]',
        ),
        {"activation": "relu", "patience": 0},
    ),
    Illness(
        "labels shuffled",
        "The pictures were mixed and their labels were not, so each has the label of some other.",
        "Nothing is left to be learned but single pictures by heart. So the training loss may "
        "fall a little, and on the validation the network stays near chance, one in ten. The "
        "network itself is sound: `one batch` is learned by heart.",
        "Mix pictures and labels by the same order.",
        lambda s: ("images, labels = images[order], labels[order]", "images = images[order]"),
        lab="11",
    ),
    Illness(
        "classes renumbered",
        "The validation labels number the classes by the alphabet, the training labels do not.",
        "The training goes well. In the confusion matrix several rows have one large number each, "
        "away from the diagonal: the network tells these classes apart and says another number "
        "than the label.",
        "Number the classes once, in one place, for all sets.",
        lambda s: (
            VALIDATION,
            "by_alphabet = np.argsort(np.argsort(list(garments.CLASSES)))\n"
            "x_val, y_val = prepare(images[n_train:]), by_alphabet[labels[n_train:]]",
        ),
        {"patience": 0},
    ),
    Illness(
        "class missing",
        "The training pictures hold none of one class.",
        "What was never seen is never said: one column of the confusion matrix is empty though its "
        "row is not. The training accuracy does not know of it. `labels` counts the pictures of "
        "each class.",
        "Count the classes of each set before training, and load what is missing.",
        _without_a_class,
    ),
    Illness(
        "sorted by class",
        "The training pictures come sorted by class, and each epoch takes them in this order.",
        "A batch holds one class or two. Each step pulls towards the class at hand, and the next "
        "ones away from it again, so the network learns slowly and unevenly, if at all. Often some "
        "answers come far too often and others never. `labels` shows it: nearly all neighbours "
        "have the same label, and the training takes them in this order.",
        "Shuffle the training pictures, in each epoch anew.",
        _sorted_by_class,
        {"patience": 0, "dropout": 0.0, "depths": SHALLOW},
    ),
    Illness(
        "leak",
        "The pictures for validation are among those that it was trained on.",
        "The validation is as good as the training, and better than it can be: the network has "
        "seen these pictures. `same pictures` counts them, and on `new pictures` it does worse.",
        "Part the pictures first, and train on the one part only.",
        lambda s: (TRAIN, "x_train, y_train = prepare(images), labels"),
        {
            "dropout": 0.0,
            "patience": 0,
            "depths": SHALLOW,
        },  # so that it knows its own pictures well
        lab="11",
    ),
    Illness(
        "overfitting",
        "There are far too few pictures for so long a training.",
        "The training loss goes to nearly 0: every picture is known by heart. The validation loss "
        "falls, turns and climbs, because the network is ever surer of its mistakes.",
        "Train on more pictures, and stop when the validation loss turns.",
        lambda s: (
            # Whole batches, and enough for pictures of each class.
            *(f"n_train = {s.n_train}", f"n_train = {s.batch_size * -(-80 // s.batch_size)}"),
            *(f"epochs={s.epochs}", "epochs=150"),
        ),
        {"patience": 0, "dropout": 0.0, "penalty": 0.0, "depths": SHALLOW},
        lab="11",
    ),
    Illness(
        "weights not restored",
        "Early stopping ended the training, but kept the last weights instead of the best.",
        "The training stopped early, some epochs after the lowest validation loss. The finished "
        "network has the loss of the last epoch, and not that lowest one.",
        "Say restore_best_weights=True.",
        lambda s: (", restore_best_weights=True", ""),
        {"patience": 8, "dropout": 0.0, "penalty": 0.0},
        lab="11",
    ),
    Illness(
        "rate too large",
        "The learning rate is far too large.",
        "Each step jumps over the valley. The loss leaps up at first, or jumps about, or rests "
        "where the network says the same to everything. `rates` has a far lower loss at a tenth.",
        "Divide the learning rate by ten until the loss falls calmly.",
        lambda s: (f"({s.rate:g}", f"({TOO_LARGE[s.optimizer] * s.rate:g}"),
        {"depths": SHALLOW},
        lab="05",
    ),
    Illness(
        "rate too small",
        "The learning rate is a hundred times too small.",
        "The loss falls, but so slowly that the training ends far too early. `rates` has "
        "a lower loss at ten times the rate, and in `weights` all kernels have moved by less than "
        "a tenth of their spread.",
        "Multiply the learning rate by ten until the loss falls quickly and still calmly.",
        lambda s: (f"({s.rate:g}", f"({s.rate / 100:g}"),
        {"patience": 0},
        lab="05",
    ),
    Illness(
        "dead units",
        "The hidden units begin with biases so far below 0 that no picture wakes a ReLU.",
        "What each hidden unit gives is 0, for every picture, and where a ReLU is 0 no gradient "
        "passes. So the hidden layers never learn, and the network says the same to every picture. "
        "`gradients` are exactly 0 although the first weights differ, and `hidden units` counts "
        "the dead.",
        "Begin with biases of 0.",
        lambda s: ('bias_initializer="zeros"', "bias_initializer=keras.initializers.Constant(-8)"),
        {"activation": "relu", "penalty": 0.0},
        lab="08",
    ),
    Illness(
        "equal weights",
        "All first weights are the same number, 0.",
        "Units with equal weights give equal outputs and get equal gradients, so they stay twins. "
        "Where the number is 0, no kernel gets a gradient at all: what comes in or what comes back "
        "has been multiplied by 0. Only the biases of the outputs learn, and the network says the "
        "same to every picture. `weights` has a spread of 0 at the start, by which this is told "
        "from dead units.",
        "Draw the first weights at random.",
        lambda s: (f'start, penalty = "{s.start}"', 'start, penalty = "zeros"'),
        lab="08",
    ),
    Illness(
        "vanishing gradients",
        "Many layers of sigmoid units stand in a row.",
        "On its way back a gradient is multiplied by the slope of each sigmoid, at most 1/4. After "
        "seven layers hardly anything of it is left, so that the first layers learn late, if at "
        "all, and until then the last ones have nothing to work with. `gradients` shrink from the "
        "outputs back to the second layer.",
        "Take ReLU with He's weights, or tanh, or fewer layers.",
        lambda s: (f'"{s.activation}"', '"sigmoid"'),
        {"depths": (DEEP,), "penalty": 0.0},
        lab="08",
    ),
    Illness(
        "frozen layer",
        "The first hidden layer is not trained.",
        "The others make the best of what it happens to give, so the curves may look harmless. In "
        "`weights` this layer has moved by exactly 0, though its gradient is not 0. A larger rate "
        "often helps the others, so look there before you blame the rate.",
        "Take the line out, or set trainable back to True, and compile.",
        lambda s: ("model.compile(", "model.layers[1].trainable = False\nmodel.compile("),
    ),
    Illness(
        "too narrow",
        "The last hidden layer has only one unit.",
        "All that the outputs can learn of a picture is one number, by which ten classes are hard "
        "to keep apart. So training and validation stay bad alike, and the widths of the layers "
        "say why.",
        "Give each hidden layer more units than there are classes.",
        lambda s: (f"in {s.hidden}:", f"in {(*s.hidden[:-1], 1)}:"),
        {"depths": SHALLOW},
    ),
    Illness(
        "penalty too strong",
        "The penalty on the weights outweighs what the pictures teach.",
        "The cheapest way to lower the loss is to shrink the weights, so training and validation "
        "stay bad alike. The first loss is far above log(10), most of it penalty, and in `weights` "
        "the spread is much smaller at the end.",
        "Divide the strength of the penalty by ten until the training learns.",
        lambda s: (f"L2({s.penalty:g})", f"L2({3000 * s.penalty:g})"),
        {"penalty": 0.0001},
        lab="11",
    ),
    Illness(
        "dropout too strong",
        "Dropout drops four units of five: the rate was taken for the share that stays.",
        "While it trains, so few units are left that the loss stays high. Evaluated, when none is "
        "dropped, the same network does much better on the same pictures. A healthy dropout may "
        "open such a gap as well, but a small one.",
        "Give Dropout the share that it shall drop, such as 0.2.",
        lambda s: (f"Dropout({s.dropout:g})", "Dropout(0.8)"),
        # tanh units stand it better
        {"activation": "relu", "dropout": 0.2, "depths": (1,), "patience": 0},
        lab="11",
    ),
    Illness(
        "softmax twice",
        "Behind the softmax stands a second one.",
        "The second softmax gets numbers from 0 to 1 instead of logits, and so its outputs lie "
        "between 0.085 and 0.232, however sure the network is. The loss cannot fall below 1.46, "
        "however many answers are right, and in `one batch` it stays above that, too.",
        "Have one softmax, either in the model or in the loss by from_logits=True.",
        lambda s: ("model.compile(", "model.add(keras.layers.Softmax())\nmodel.compile("),
        {"has_softmax": True},
        lab="04",
    ),
    Illness(
        "relu outputs",
        "The outputs go through a ReLU.",
        "No output is ever below 0, and some are exactly 0. While an output is 0 no gradient "
        "passes through it, so its class may be lost, or found again when the layers before it "
        "change.",
        "Leave the outputs without an activation, and tell the loss from_logits=True.",
        lambda s: ("Dense(10, kernel", 'Dense(10, "relu", kernel'),
        {"has_softmax": False},
        lab="04",
    ),
)
WELL = Illness(
    HEALTHY,
    "Nothing is wrong with the program.",
    "",
    "Let it go home.",
    lambda s: (),
)
ILLNESSES = {one.name: one for one in (WELL, *SICK)}
