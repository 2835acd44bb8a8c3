"""The two figures: ratios of all contenders, and seconds against size."""

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from benchmarks.contenders import COMPILED_FIT, FIT
from benchmarks.race import Row, quartiles, ratios
from benchmarks.report import size_figure
from utils.plots import COLORS, LINES, MARKERS


def write(results: dict[str, Any], folder: Path) -> None:
    """Draw what was measured into PNG files beside the tables."""
    if results["cells"]:
        _save(ratio_figure(results), folder / f"{results['name']}.png")
    if results["sizes"]:
        _save(cost_figure(results), folder / size_figure(results))


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=110, facecolor="white")


def ratio_figure(results: dict[str, Any]) -> Figure:
    """A row a contender, a marker a table: how many times as fast as `model.fit`."""
    cells = results["cells"]
    names = [row["contender"] for row in max(cells, key=lambda cell: len(cell["rows"]))["rows"]]
    names = [name for name in names if name != FIT.name]
    figure = Figure(figsize=(9, 1.6 + 0.55 * len(names)), layout="constrained")
    axes = figure.subplots()
    for k, cell in enumerate(cells):
        found = ratios((Row(**row) for row in cell["rows"]), FIT.name)
        # Side by side around the contender's line, so that markers do not hide each other.
        shift = 0.8 * ((k + 0.5) / len(cells) - 0.5)
        shown = [(names.index(name), quartiles(found[name])) for name in names if name in found]
        if not shown:
            continue
        middles = [middle for _, (_, middle, _) in shown]
        reach = [
            [middle - low for _, (low, middle, _) in shown],
            [high - middle for _, (_, middle, high) in shown],
        ]
        axes.errorbar(
            middles,
            [place + shift for place, _ in shown],
            xerr=reach,
            linestyle="none",
            marker=MARKERS[k % len(MARKERS)],
            color=COLORS[k % len(COLORS)],
            markersize=6,
            label=f"{cell['work']}, batch {cell['batch_size']}",
        )
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    for place, name in enumerate(names):
        if place % 2:
            axes.axhspan(place - 0.5, place + 0.5, color="0.95", zorder=0)
        if name.startswith("compiled_fit"):
            axes.get_yticklabels()[place].set_fontweight("bold")
    axes.set_xlabel("times as fast as model.fit, per epoch (bars: quartiles of the rounds)")
    axes.set_title(f"Training, {results['machine']['processor']}, {results['date']}")
    axes.grid(axis="x", color="0.85")
    axes.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=4, frameon=False)
    return figure


def cost_figure(results: dict[str, Any]) -> Figure:
    """Milliseconds an epoch of `model.fit` and `compiled_fit` against rows and against width."""
    sizes = {kind: entries for kind, entries in results["sizes"].items() if entries}
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    planes = figure.subplots(1, len(sizes), squeeze=False)[0]
    words = {
        "rows": "rows (iris network, batch 4)",
        "width": "units of two hidden layers (batch 32)",
    }
    for axes, (kind, entries) in zip(planes, sizes.items(), strict=True):
        for k, name in enumerate((FIT.name, COMPILED_FIT.name)):
            rows = [(entry["size"], Row(**entry["rows"][k])) for entry in entries]
            shown = [(size, 1e3 * row.seconds) for size, row in rows if not row.sentence]
            axes.plot(
                [size for size, _ in shown],
                [milliseconds for _, milliseconds in shown],
                color=COLORS[k],
                marker=MARKERS[k],
                linestyle=LINES[k],
                label=name.partition(",")[0],
            )
        axes.set(xscale="log", yscale="log", xlabel=words[kind], ylabel="ms an epoch")
        every = [entry["size"] for entry in entries]
        axes.set_xticks(every, [f"{size:,}" for size in every], rotation=45)
        axes.minorticks_off()
        axes.yaxis.set_major_formatter("{x:g}")
        axes.grid(color="0.85")
        axes.legend(frameon=False)
    return figure
