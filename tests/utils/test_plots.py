import base64
import io
import re
import subprocess
import sys
from itertools import chain, pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from utils import data, plots
from utils.plots import display

ROOT = Path(__file__).parents[2]
XOR = data.xor()
IRIS = data.iris()
GATES = {name: gate.y for name, gate in data.gates().items()}
RELU_HIDDEN = np.maximum(XOR.X @ np.ones((2, 2)) + [0, -1], 0)
RELU_WEIGHTS = {"weights": [[[1, 1], [1, 1]], [[1], [-2]]], "biases": [[0, -1], [0]]}
HISTORY = {"loss": [3.0, 2.0, 1.0], "val_loss": [3.5, 2.5, 2.0]}
RNG = np.random.default_rng(0)

# One call of each function as a lab makes it.
FIGURES = {
    "decision regions": lambda: plots.decision_regions(
        lambda X: X[:, :1], XOR.X, XOR.y, title="Which side?"
    ),
    "gate planes": lambda: plots.gate_planes(GATES, lines={"AND": ((1, 1), -1.5)}),
    "hidden space": lambda: plots.hidden_space(
        XOR.X, RELU_HIDDEN, XOR.y, readout=((1, -2), 0), title="The ReLU network"
    ),
    "scatter": lambda: plots.scatter_by_class(
        IRIS,
        ("sepal length (cm)", "sepal width (cm)"),
        ("petal length (cm)", "petal width (cm)"),
        titles=("Inputs", "Targets"),
    ),
    "predicted": lambda: plots.predicted_against_true(
        IRIS.X[:, 2:], IRIS.X[:, 2:] + 0.5, names=("length (cm)", "width (cm)"), classes=IRIS.labels
    ),
    "learning curves": lambda: plots.learning_curves(
        HISTORY, baselines={"mean": 1.8}, title="Iris"
    ),
    "learning curves of seeds": lambda: plots.learning_curves([HISTORY] * 3, log=True),
    "spread": lambda: plots.spread(
        np.geomspace(0.1, 0.7, 40), xlabel="error (cm²)", marks={"lecture": 0.1016}, log=True
    ),
    "calibration": lambda: plots.calibration(
        [0.2, 0.2, 0.5, 0.9, 1.0], [0, 1, 1, 1, 1], title="Five forecasts"
    ),
    "network with weights": lambda: plots.network((2, 2, 1), title="XOR", **RELU_WEIGHTS),
    "neuron": lambda: plots.neuron([1, -2], bias=-0.5, inputs=["motion", "dark"], title="A lamp"),
    "neuron of many inputs": lambda: plots.neuron(["$w$"] * 6, output="light on or off"),
    "loss map": lambda: plots.loss_map(
        lambda b, w: b**2 / 2 + 5 * w**2,
        {"slow": [(3, 1), (2.7, 0)], "fast": [(-3, -1), (0, 0)]},
        xlim=(-4, 4),
        ylim=(-2, 2),
        title="A long valley",
    ),
    "large network": lambda: plots.network((2, 32, 64, 32, 2)),
}


@pytest.fixture
def shown(monkeypatch):
    """The bundles that `show` hands to Jupyter."""
    bundles = []
    monkeypatch.setattr(display, "display", bundles.append)
    return bundles


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_nothing_is_cut_off_and_the_file_is_small(make):
    fig = make()
    png = display._png(fig)
    box = fig.get_tightbbox()
    assert len(png) <= 100_000
    assert box.x0 >= -0.01 and box.y0 >= -0.01
    assert box.x1 <= fig.get_figwidth() + 0.01 and box.y1 <= fig.get_figheight() + 0.01


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_no_text_is_small(make):
    sizes = [text.get_fontsize() for text in make().findobj(Text) if text.get_text()]
    assert min(sizes) >= 9


def test_show_gives_an_image_with_its_text_and_closes_the_figure(shown):
    fig, ax = pyplot.subplots(figsize=(4, 3))
    ax.plot([0, 1])
    plots.show(fig, alt='A line\n   of "slope" <1>.')
    (bundle,) = shown
    assert bundle["text/plain"] == '[figure: A line of "slope" <1>.]'
    assert 'alt="A line of &quot;slope&quot; &lt;1&gt;."' in bundle["text/html"]
    assert 'width="400"' in bundle["text/html"]
    png = base64.b64decode(re.search(r"base64,([^\"]+)", bundle["text/html"])[1])
    assert Image.open(io.BytesIO(png)).width >= 400
    assert not pyplot.fignum_exists(fig.number)


def test_show_prints_the_text_where_there_is_no_notebook(capsys):
    plots.show(Figure(), alt="An empty figure.")
    assert capsys.readouterr().out == "[figure: An empty figure.]\n"


@pytest.mark.parametrize("alt", ["", "   ", "figure"])
def test_show_needs_a_sentence(shown, alt):
    with pytest.raises(ValueError, match="must say in a sentence"):
        plots.show(Figure(), alt=alt)
    assert shown == []


def test_show_needs_a_figure(shown):
    with pytest.raises(TypeError, match="needs a matplotlib Figure, not Axes"):
        plots.show(Figure().subplots(), alt="A pair of axes.")


def test_show_refuses_a_figure_that_would_swell_the_notebook(shown):
    fig = Figure(figsize=(4, 4))
    fig.figimage(RNG.random((400, 400, 3)), resize=False)
    with pytest.raises(ValueError, match=r"takes \d+ kB as PNG, over 100 kB"):
        plots.show(fig, alt="Pure noise.")
    assert shown == []


def test_the_colours_need_no_name_that_an_older_matplotlib_lacks():
    code = (
        "import matplotlib as mpl; mpl.color_sequences = {}\n"
        "from utils import plots; print(*plots.COLORS)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == [to_hex(color) for color in mpl.color_sequences["petroff8"]]


def test_the_style_gives_new_figures_the_colours_of_the_course():
    with mpl.rc_context():
        plots.use_style()
        line = Figure().subplots().plot([0, 1])[0]
    assert line.get_color() == plots.COLORS[0]


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: plots.decision_regions(lambda X: X[:, 0], XOR.X, XOR.y, ax=ax),
        lambda ax: plots.learning_curves(HISTORY, ax=ax),
        lambda ax: plots.spread([1, 2, 3], xlabel="x", ax=ax),
        lambda ax: plots.network((2, 1), ax=ax),
        lambda ax: plots.neuron([1], ax=ax),
        lambda ax: plots.gate_planes({"AND": GATES["AND"]}, ax=ax),
        lambda ax: plots.loss_map(bowl, xlim=(-1, 1), ylim=(-1, 1), ax=ax),
    ],
    ids=[
        *("decision_regions", "learning_curves", "spread", "network"),
        *("neuron", "gate_planes", "loss_map"),
    ],
)
def test_ax_is_drawn_into(draw):
    fig = Figure()
    left, right = fig.subplots(1, 2)
    assert draw(right) is fig
    assert right.has_data() and not left.has_data()


def _boundaries(ax):
    """The lines drawn at a single level, as (n, 2) points."""
    lines = [one for one in ax.findobj(ContourSet) if len(one.levels) == 1]
    return [path.vertices for one in lines for path in one.get_paths()]


def test_decision_regions_draws_the_boundary_and_asks_once():
    asked = []

    def predict(X):
        asked.append(X.shape)
        return X[:, 0] - 0.2

    fig = plots.decision_regions(predict, XOR.X, XOR.y, steps=50, score_name="probability")
    assert asked == [(2500, 2)]
    (line,) = _boundaries(fig.axes[0])
    assert np.allclose(line[:, 0], 0.7)
    assert fig.axes[1].get_ylabel() == "probability"


def test_decision_regions_of_a_constant_says_so_and_draws_no_boundary():
    noise = RNG.normal(size=161 * 161) * 1e-16
    fig = plots.decision_regions(lambda X: 0.5 + noise, XOR.X, XOR.y)
    assert _boundaries(fig.axes[0]) == []
    assert "0.50 everywhere" in fig.axes[0].texts[0].get_text()


def test_points_of_a_class_lie_where_the_data_say():
    fig = plots.decision_regions(lambda X: X[:, 0], XOR.X, XOR.y)
    points = {
        one.get_label(): np.asarray(one.get_offsets()).tolist()
        for one in fig.axes[0].collections
        if not isinstance(one, ContourSet)
    }
    assert points == {"y = 0": [[0, 0], [1, 1]], "y = 1": [[0, 1], [1, 0]]}


@pytest.mark.parametrize(
    ("predict", "X", "y", "says"),
    [
        (lambda X: X, XOR.X, XOR.y, r"returned shape \(25921, 2\).*one score a point"),
        (lambda X: 0.5, XOR.X, XOR.y, r"returned shape \(\)"),
        (lambda X: X[:, 0], IRIS.X, IRIS.y, r"shape \(n, 2\), not \(150, 4\)"),
        (lambda X: X[:, 0], XOR.X, [0, 1], "4 points and 2 classes"),
        (lambda X: X[:, 0], XOR.X, [0, 1, 2, 0], "must be 0 and 1"),
    ],
)
def test_decision_regions_says_what_does_not_fit(predict, X, y, says):
    with pytest.raises(ValueError, match=says):
        plots.decision_regions(predict, X, y)


def test_gate_planes_draws_several_gates_into_no_single_axes():
    with pytest.raises(ValueError, match="room for one gate, not for 6"):
        plots.gate_planes(GATES, ax=Figure().subplots())


def test_gate_planes_draws_the_line_and_a_question_mark_where_there_is_none():
    fig = plots.gate_planes({"AND": GATES["AND"], "XOR": XOR.y}, lines={"AND": ((1, 1), -1.5)})
    first, second = fig.axes
    (line,) = _boundaries(first)
    assert np.allclose(line.sum(axis=1), 1.5)
    assert [text.get_text() for text in second.texts] == ["?"]
    assert [ax.get_title() for ax in fig.axes] == ["AND", "XOR"]


def _names(ax):
    return {text.get_text(): tuple(text.xy) for text in ax.texts}


def _highlighted(ax):
    """The places drawn larger than a single point is."""
    large = [points for points in ax.findobj(PathCollection) if points.get_sizes()[0] > 100]
    return [place for points in large for place in np.asarray(points.get_offsets()).tolist()]


def test_hidden_space_joins_the_names_of_points_that_fall_together():
    fig = plots.hidden_space(XOR.X, RELU_HIDDEN, XOR.y, readout=((1, -2), 0))
    left, right = fig.axes
    assert _names(left) == {"00": (0, 0), "01": (0, 1), "10": (1, 0), "11": (1, 1)}
    assert _names(right) == {"00": (0, 0), "01 = 10": (1, 0), "11": (2, 1)}
    assert _highlighted(left) == []
    assert _highlighted(right) == [[1, 0]]
    (line,) = _boundaries(right)
    assert np.allclose(line @ [1, -2], 0.5)


def test_hidden_space_of_a_network_that_maps_everything_to_one_point():
    fig = plots.hidden_space(XOR.X, np.zeros((4, 2)), XOR.y)
    assert list(_names(fig.axes[1])) == ["00 = 01 = 10 = 11"]
    assert _highlighted(fig.axes[1]) == [[0, 0]]
    diamond = fig.axes[1].collections[-1]
    assert mpl.colors.to_hex(diamond.get_facecolor()[0]) == plots.GREY


def test_hidden_space_names_corners_of_another_square_alike():
    fig = plots.hidden_space(5 * XOR.X - 2.5, RELU_HIDDEN, XOR.y)
    assert _names(fig.axes[0])["01"] == (-2.5, 2.5)


def test_scatter_by_class_draws_the_named_columns_of_each_species():
    fig = FIGURES["scatter"]()
    panel = fig.axes[1]
    assert (panel.get_xlabel(), panel.get_ylabel()) == ("petal length (cm)", "petal width (cm)")
    for i, species in enumerate(IRIS.target_names):
        assert panel.collections[i].get_label() == species
        assert np.array_equal(panel.collections[i].get_offsets(), IRIS.X[IRIS.y == i, 2:])


def test_scatter_by_class_needs_a_pair():
    with pytest.raises(ValueError, match="at least one pair"):
        plots.scatter_by_class(IRIS)


def test_predicted_against_true_states_the_error_of_each_output():
    true = IRIS.X[:, 2:]
    fig = plots.predicted_against_true(
        true, true + np.array([0.5, -0.25]), names=("length", "width")
    )
    assert [ax.get_title() for ax in fig.axes] == ["length, RMSE 0.50", "width, RMSE 0.25"]


def test_predicted_against_true_says_what_does_not_fit():
    with pytest.raises(ValueError, match=r"\(3, 1\) and y_pred \(3,\)"):
        plots.predicted_against_true(np.zeros((3, 1)), np.zeros(3), names=("a",))
    with pytest.raises(ValueError, match="1 outputs and 2 names"):
        plots.predicted_against_true(np.zeros(3), np.zeros(3), names=("a", "b"))


def _curves(ax):
    return {
        line.get_label(): list(line.get_ydata())
        for line in ax.lines
        if not line.get_label().startswith("_")
    }


def test_learning_curves_draws_training_validation_and_baselines():
    ax = plots.learning_curves(HISTORY, baselines={"mean": 1.8}).axes[0]
    assert _curves(ax) == {
        "training": HISTORY["loss"],
        "validation": HISTORY["val_loss"],
        "mean 1.8": [1.8, 1.8],
    }
    assert ax.lines[0].get_xdata().tolist() == [1, 2, 3]


def test_learning_curves_of_several_seeds_draws_each_and_their_median():
    runs = [{"loss": [4.0, 1.0]}, {"loss": [5.0, 2.0]}, {"loss": [9.0, 9.0, 9.0]}]
    ax = plots.learning_curves(runs, log=True).axes[0]
    assert _curves(ax) == {"training, median of 3": [5.0, 2.0]}
    assert len(ax.lines) == 4
    assert ax.get_yscale() == "log"


def test_learning_curves_without_the_metric_lists_what_there_is():
    with pytest.raises(ValueError, match="no 'mae'; it has 'loss', 'val_loss'"):
        plots.learning_curves(HISTORY, metric="mae")
    with pytest.raises(ValueError, match="at least one history"):
        plots.learning_curves([])


def test_spread_counts_every_run_and_marks_the_numbers():
    values = np.array([0.1, 0.2, 0.2, 0.7])
    ax = plots.spread(values, xlabel="error", marks={"lecture": 0.1016}).axes[0]
    assert sum(bar.get_height() for bar in ax.patches) == 4
    marks = {line.get_label(): line.get_xdata()[0] for line in ax.lines[1:]}
    assert marks == {"median 0.2": 0.2, "lecture 0.1016": 0.1016}


@pytest.mark.parametrize("log", [False, True])
def test_spread_of_equal_values_is_drawn(log):
    ax = plots.spread([0.5] * 3, xlabel="error", log=log).axes[0]
    assert sum(bar.get_height() for bar in ax.patches) == 3


@pytest.mark.parametrize(
    ("values", "log", "says"),
    [
        ([1, np.nan, np.inf], False, "2 of 3 values cannot be drawn"),
        ([1, 0], True, "1 of 2 values.*positive"),
        ([], False, "0 of 0 values"),
    ],
)
def test_spread_says_what_cannot_be_drawn(values, log, says):
    with pytest.raises(ValueError, match=says):
        plots.spread(values, xlabel="error", log=log)


def _texts(fig):
    return [text.get_text() for text in fig.axes[0].texts]


def test_calibration_gathers_forecasts_and_shows_what_chance_can_do():
    said = [0.3] * 10 + [0.8] * 20 + [1.0]
    (ax,) = plots.calibration(said, [1] * 3 + [0] * 7 + [1] * 16 + [0] * 5).axes
    dots = next(line for line in ax.lines if line.get_label() == "came true")
    assert dots.get_xdata() == pytest.approx([0.3, 0.8, 1.0])
    assert dots.get_ydata() == pytest.approx([0.3, 0.8, 0.0])
    assert [text.get_text() for text in ax.texts] == ["10", "20", "1"]
    (bars,) = ax.collections
    ranges = [segment[:, 1].tolist() for segment in bars.get_segments()]
    # Of ten at 0.3 up to 6 come true, of twenty at 0.8 between 12 and 19.
    assert np.allclose(ranges, [[0.0, 0.6], [0.6, 0.95], [1.0, 1.0]])


@pytest.mark.parametrize(
    ("said", "came_true", "says"),
    [
        ([], [], "an outcome for each forecast"),
        ([0.5, 0.5], [1], "not 1 for 2"),
        ([70.0], [1], "divide percentages"),
        ([np.nan], [1], "must be probabilities"),
    ],
)
def test_calibration_says_what_does_not_fit(said, came_true, says):
    with pytest.raises(ValueError, match=says):
        plots.calibration(said, came_true)


def test_network_writes_its_weights_biases_names_and_sizes():
    names = [["$x_1$", "$x_2$"], ["OR", "NAND"], ["AND"]]
    fig = plots.network(
        (2, 2, 1),
        unit_names=names,
        weights=[[[1, -1], [1, -1]], [[1], [0.333]]],
        biases=[[-0.5, 1.5], [-1.5]],
    )
    numbers = ["1", "−1", "1", "−1", "1", "0.33", "b = −0.5", "b = 1.5", "b = −1.5"]
    words = [*chain(*names), "input\n(2)", "hidden\n(2)", "output\n(1)"]
    assert sorted(_texts(fig)) == sorted(numbers + words)


def test_network_draws_large_layers_with_dots():
    fig = plots.network((2, 32, 64, 32, 2))
    assert len(fig.axes[0].patches) == 2 + 5 + 5 + 5 + 2
    assert _texts(fig).count("⋮") == 3
    assert "hidden 2\n(64)" in _texts(fig)


@pytest.mark.parametrize("sizes", [(2, 2, 1), (2, 4, 1), (3, 3, 2), (2, 3, 2)])
def test_network_numbers_do_not_cover_each_other(sizes):
    weights = [RNG.normal(size=shape) for shape in pairwise(sizes)]
    fig = plots.network(sizes, weights=weights)
    fig.canvas.draw()
    numbers = [
        text for text in fig.axes[0].texts if re.fullmatch(r"−?\d+(\.\d+)?", text.get_text())
    ]
    boxes = [text.get_window_extent() for text in numbers]
    assert len(boxes) == sum(weight.size for weight in weights)
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[i + 1 :])


def test_neuron_writes_its_weights_names_and_parts():
    fig = plots.neuron([1, "$w_2$"], bias=-0.5, inputs=["motion", "dark"], activation="step")
    parts = ["inputs", "weights", "sum", "activation", "output"]
    drawn = ["1", "−0.5", "motion", "1", "dark", "$w_2$", "Σ", "step", "$y$", ""]
    assert sorted(_texts(fig)) == sorted([*drawn, "", *parts])
    assert len(plots.neuron([1, 2]).axes[0].patches) == len(fig.axes[0].patches) - 1


def test_the_weights_of_a_neuron_look_as_in_a_network():
    lines = plots.neuron([2, -1, 0, "$w$"]).axes[0].lines
    assert [line.get_linestyle() for line in lines] == ["-", "--", ":", "-"]
    assert lines[0].get_linewidth() > lines[1].get_linewidth() > lines[3].get_linewidth()


@pytest.mark.parametrize(
    ("weights", "inputs"), [([], None), ([1, 2], ["motion"]), ([1], ["a", "b"])]
)
def test_neuron_says_what_does_not_fit(weights, inputs):
    with pytest.raises(ValueError, match=f"has .* for {len(weights)} weights"):
        plots.neuron(weights, inputs=inputs)


@pytest.mark.parametrize(
    ("sizes", "options", "says"),
    [
        ((2,), {}, "two layers or more"),
        ((2, 0), {}, "two layers or more"),
        ((2, 1), {"weights": [[[1, 2]]]}, r"shapes \(2, 1\), not \(1, 2\)"),
        ((2, 2), {"biases": [[1]]}, r"shapes \(2,\), not \(1,\)"),
        ((2, 1), {"unit_names": [["a"], ["b"]]}, "one list a layer"),
    ],
)
def test_network_says_what_does_not_fit(sizes, options, says):
    with pytest.raises(ValueError, match=says):
        plots.network(sizes, **options)


def bowl(b, w):
    return b**2 + w**2


def test_loss_map_joins_places_of_equal_loss_and_draws_each_path():
    path = [(3, 1), (1, 0.5), (0, 0)]
    paths = {"walk": path, "another": [(-1, 0)]}
    fig = plots.loss_map(bowl, paths, xlim=(-4, 4), ylim=(-2, 2))
    (ax,) = fig.axes
    shades, contours = (one for one in ax.collections if isinstance(one, ContourSet))
    assert np.allclose(
        contours.levels[1:] / contours.levels[:-1], contours.levels[1] / contours.levels[0]
    )
    assert np.array_equal(shades.levels[1:-1], contours.levels)
    greys = shades.get_facecolor()[:, 0]
    assert np.all(np.diff(greys) < 0)  # the higher, the darker
    drawn, start, *_ = ax.lines
    assert np.array_equal(drawn.get_xydata(), path)
    assert start.get_xydata().tolist() == [[3, 1]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["walk", "another"]


def test_a_single_path_needs_no_legend():
    (ax,) = plots.loss_map(bowl, {"walk": [(0, 1)]}, xlim=(-4, 4), ylim=(-2, 2)).axes
    assert ax.get_legend() is None


@pytest.mark.parametrize(
    ("loss", "paths", "says"),
    [
        (lambda b, w: 1.0, {}, "returned shape"),
        (lambda b, w: 0 * b, {}, "the same all over"),
        (bowl, {"walk": [1, 2, 3]}, "'walk' must have shape"),
    ],
)
def test_loss_map_says_what_does_not_fit(loss, paths, says):
    with pytest.raises(ValueError, match=says):
        plots.loss_map(loss, paths, xlim=(-1, 1), ylim=(-1, 1))
