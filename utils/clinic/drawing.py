"""What one sees of a patient: a figure, a few numbers, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from utils import plots
from utils.clinic.case import CLASSES, Array, Evidence
from utils.plots.style import layout

SEVERAL = 5  # epochs whose numbers stand in the words
NOT_A_NUMBER = "not a number"
LEAST_RANGE = 0.2  # of the axis of losses, so that noise looks small
# Losses further apart than this are drawn on a logarithmic axis.
WIDE = 8.0


def chart(evidence: Evidence) -> Figure:
    """Draw the curves of loss and accuracy, and the confusion matrix."""
    fig = Figure(figsize=(10.6, 3.7), layout=layout())
    loss, accuracy, confusion = fig.subplots(1, 3, width_ratios=(1, 1, 1.25))
    curves = evidence.history
    is_wide = _is_wide(np.concatenate([curves["loss"], curves["val_loss"]]))
    for ax, metric, log in ((loss, "loss", is_wide), (accuracy, "accuracy", False)):
        plots.learning_curves(curves, metric=metric, log=log, ax=ax)
        if not any(np.isfinite(curves[name]).any() for name in (metric, f"val_{metric}")):
            ax.text(0.5, 0.5, NOT_A_NUMBER, ha="center", transform=ax.transAxes)
            ax.set(yticks=[], xlim=(1, max(2, evidence.epochs)))
    _widen(loss)
    loss.set(title="loss")
    accuracy.set(title="accuracy", ylim=(-0.02, 1.02))
    _draw_confusion(confusion, evidence.confusion)
    return fig


def facts(evidence: Evidence) -> list[tuple[str, str]]:
    """What stands beside the figure: names and numbers."""
    shapes = [f"{name} {_shape(shape)}" for name, shape in evidence.shapes.items()]
    return [
        ("data", ", ".join(shapes)),
        ("layers, from pixels to outputs", " - ".join(map(str, evidence.widths))),
        ("epochs", f"{evidence.epochs} of {evidence.planned} that were planned"),
        *(
            (
                f"finished network on the {name} pictures",
                f"loss {number(one.loss)}, accuracy {one.accuracy:.2f}",
            )
            for name, one in (
                ("training", evidence.train),
                ("validation", evidence.validation),
            )
        ),
    ]


def outputs(evidence: Evidence) -> list[tuple[str, str]]:
    """For a few pictures for validation their label, and what the ten outputs are."""
    return [
        (f"labelled {CLASSES[label]}", "  ".join(map(number, row)))
        for label, row in zip(evidence.output_labels, evidence.outputs, strict=True)
    ]


def words(evidence: Evidence) -> str:
    """The figure in words."""
    return " ".join([*_curves(evidence), "The confusion matrix:", *_rows(evidence.confusion)])


def number(value: float) -> str:
    """A number as it is shown, also where it is none."""
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.3g}".replace("nan", "NaN")


def _is_wide(values: Array) -> bool:
    positive = values[np.isfinite(values) & (values > 0)]
    return bool(positive.size) and float(positive.max()) > WIDE * float(positive.min())


def _widen(ax: Axes) -> None:
    """Let the axis of losses show some range, also where they are nearly equal, or none at all."""
    low, high = ax.get_ylim()
    if ax.get_yscale() == "linear" and high - low < LEAST_RANGE:
        middle = (low + high) / 2
        ax.set_ylim(middle - LEAST_RANGE / 2, middle + LEAST_RANGE / 2)


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _draw_confusion(ax: Axes, counts: Array) -> None:
    """Draw how often each label (rows) got each answer (columns); the darker, the more."""
    ax.imshow(counts, cmap="Blues", vmax=max(1, 1.8 * counts.max()))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            ax.text(column, row, str(count), ha="center", va="center", fontsize=7)
    if not counts.any():
        ax.text(0.5, 0.5, NOT_A_NUMBER, ha="center", transform=ax.transAxes)
    every = range(len(CLASSES))
    ax.set_yticks(every, [f"{k} {name}" for k, name in enumerate(CLASSES)], fontsize=8)
    ax.set_xticks(every, [str(k) for k in every], fontsize=8)
    ax.set(title="validation pictures", xlabel="answer", ylabel="label")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def _curves(evidence: Evidence) -> Iterator[str]:
    shown = np.unique(np.linspace(1, evidence.epochs, SEVERAL).round().astype(int))
    yield f"Curves over {evidence.epochs} epochs, at the epochs {_listed(map(str, shown))}:"
    for name, key in (("training", ""), ("validation", "val_")):
        for metric in ("loss", "accuracy"):
            values = evidence.history[f"{key}{metric}"][shown - 1]
            yield f"{name} {metric} {_listed(map(number, values))};"
    lowest = evidence.history["val_loss"]
    if np.isfinite(lowest).any():
        place = int(np.nanargmin(np.where(np.isfinite(lowest), lowest, np.nan)))
        yield f"lowest validation loss {number(lowest[place])}, in epoch {place + 1}."


def _rows(counts: Array) -> Iterator[str]:
    """For each label the answers that it got, the most frequent first."""
    if not counts.any():
        yield "empty, because the outputs are no numbers."
        return
    for label, row in enumerate(counts):
        if not row.sum():
            yield f"{CLASSES[label]}: no picture."
            continue
        most = [k for k in np.argsort(-row, kind="stable")[:3] if row[k]]
        shares = [f"{CLASSES[k]} {row[k] / row.sum():.2f}" for k in most]
        yield f"{CLASSES[label]}: answered {_listed(shares)}."
    never = [CLASSES[k] for k in np.flatnonzero(counts.sum(axis=0) == 0)]
    if never:
        yield f"Never answered: {_listed(never)}."


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)
