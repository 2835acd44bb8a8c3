"""The playground in a notebook: controls around the picture, and a network that trains meanwhile.

    from utils.playground import Playground
    playground = Playground(data="spiral", hidden=[4, 2], activation="tanh")
    playground

Two hidden widgets ask for pictures in turn, each when the one it asked for has arrived: while one
picture is on its way the next is made, pictures never pile up, and where no browser asks, nothing
is trained.
"""

from __future__ import annotations

import signal
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from IPython import get_ipython
from ipywidgets import (
    HTML,
    Button,
    Checkbox,
    Dropdown,
    FloatText,
    HBox,
    IntSlider,
    IntText,
    Layout,
    Play,
    Text,
    Textarea,
    VBox,
)

from utils.playground import drawing
from utils.playground.engine import MOST_EPOCHS_AT_ONCE, Engine, Snapshot
from utils.playground.missions import MISSIONS
from utils.playground.points import DATA, INPUTS, MINE
from utils.playground.settings import (
    ACTIVATIONS,
    INITIALIZERS,
    OPTIMIZERS,
    PENALTIES,
    from_text,
)
from utils.widgets import live_view

RATES = (0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PENALTY_RATES = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
FULL_SPEED, CALM = 0, -1
SPEEDS = {
    "1 epoch a picture": 1,
    "5 epochs a picture": 5,
    "25 epochs a picture": 25,
    "full speed": FULL_SPEED,
    "a picture a second": CALM,
}
CALM_EPOCHS = 10
SECONDS_A_PICTURE = 0.02  # that are trained for at full speed
SECONDS_BETWEEN_WORDS = 1.0  # a screen reader could say no more
STARTS, STARTS_EPOCHS = 100, 200

_WRAPPED = Layout(flex_flow="row wrap")
_NAMED = {"description_width": "initial"}
_alive: weakref.WeakSet[Playground] = weakref.WeakSet()


class Playground:
    """A network that trains before one's eyes.

    Args:
        data: a name of `points.DATA`, or data of one's own (see `points.draw`).
        settings: those of `Settings`.

    Attributes:
        engine: what is trained; `playground.model` is its Keras model.

    Raises:
        ValueError: a setting or the data make no playground; the sentence says why.
    """

    def __init__(self, data: Any = "circle", **settings: Any) -> None:
        for other in list(_alive):
            other.pause()  # of a cell that runs anew nobody sees the one before
        self.engine = Engine(data, **settings)
        # Cells and controls may run at the same time, in threads of their own.
        self._lock = threading.RLock()
        self._has_mine = not isinstance(data, str)
        self._is_setting, self._epochs_a_picture, self._last_words = False, 1, 0.0
        self._weight: tuple[int, tuple[int, ...]] | None = None  # the one that is on view
        self._picture, self._status = HTML(), HTML()
        self._make_controls()
        self._box = VBox(
            [
                HBox([*self._buttons(), self._speed, self._view, *self._asking], layout=_WRAPPED),
                self._picture,
                self._status,
                HBox([*self._settings.values(), self._data_again], layout=_WRAPPED),
                HBox([HTML("Inputs:"), *self._inputs.values()], layout=_WRAPPED),
                HBox([self._shows_test, self._is_discrete, self._more], layout=_WRAPPED),
                self._extra,
            ]
        )
        _alive.add(self)
        _watch_cells()
        self._show()

    @property
    def model(self) -> keras.Model:
        """The Keras model that is trained now; another one after each start anew."""
        return self.engine.model

    @property
    def is_playing(self) -> bool:
        return bool(getattr(self._asking[0], self._playing))

    def play(self) -> None:
        """Train on, picture by picture, as long as a browser shows them."""
        if not self.is_playing and not self.engine.has_diverged:
            self._stop = _StopButton()
            self._ask(True)
            self._play_button.description = "Pause"

    def pause(self) -> None:
        """Stop training, and show where it has led."""
        if self.is_playing:
            self._stop.leave()
            self._ask(False)
            self._play_button.description = "Play"
            self._show()

    def step(self, epochs: int = 1) -> None:
        """Train so many epochs, and show where they led."""
        with self._lock:
            self.engine.step(epochs)
            self._show()

    def show_changes(self) -> None:
        """Draw anew if weights were set since the last picture; after each cell this is done."""
        with self._lock:
            now = self.model.get_weights()
            if not self.is_playing and not all(map(np.array_equal, now, self._shown)):
                self._show()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        snapshot = self.engine.snapshot()
        return {
            **live_view(self._box),
            "text/html": self._drawn(snapshot, is_still=True),  # for a page without a kernel
            "text/plain": f"[playground: {drawing.words(snapshot)}]",
        }

    # ---- Controls ----

    def _make_controls(self) -> None:
        now = self.engine.settings
        hidden = Layout(display="none")
        self._asking = [Play(min=0, max=2**31 - 1, interval=10, layout=hidden) for _ in range(2)]
        # ipywidgets 7 has it under another name.
        self._playing = "playing" if self._asking[0].has_trait("playing") else "_playing"
        for one in self._asking:
            one.observe(self._frame, names="value")
        self._speed = Dropdown(options=SPEEDS, description="Speed", style=_NAMED)
        self._speed.observe(self._on_speed, names="value")
        names = [*DATA, *([MINE] if self._has_mine else [])]
        self._settings = {
            "data": _choice("Data", names, now.data),
            "hidden": Text(_listed(now.hidden), description="Hidden layers", style=_NAMED),
            "activation": _choice("Activation", ACTIVATIONS, now.activation),
            "learning_rate": _choice("Learning rate"),
            "optimizer": _choice("Optimizer", OPTIMIZERS, now.optimizer),
            "initializer": _choice("Start", INITIALIZERS, now.initializer),
            "penalty": _choice("Penalty", PENALTIES, now.penalty),
            "penalty_rate": _choice("Its rate"),
            "noise": _slider("Noise", 0, 50, 5),
            "share": _slider("Percent to learn from", 10, 90, 10),
            "batch_size": _slider("Batch size", 1, 30, 1),
            "seed": IntText(description="Seed", style=_NAMED),
        }
        for name, control in self._settings.items():
            control.continuous_update = False
            control.observe(self._on_setting(name), names="value")
        self._data_again = Button(description="Other points and start", layout=Layout(width="auto"))
        self._data_again.on_click(lambda _: self._change(seed=self.engine.settings.seed + 1))
        self._inputs = {name: Checkbox(description=name, indent=False) for name in INPUTS}
        for box in self._inputs.values():
            box.layout.width = "auto"
            box.observe(self._on_inputs, names="value")
        self._shows_test = Checkbox(description="Show the points to test with", indent=False)
        self._is_discrete = Checkbox(description="Two colours alone", indent=False)
        self._view = Dropdown(description="Large picture", style=_NAMED)
        self._more = Dropdown(options=[*self._panels()], description="More", style=_NAMED)
        self._extra = VBox()
        for control in (self._shows_test, self._is_discrete, self._view):
            control.observe(self._on_view, names="value")
        self._more.observe(lambda _: self._show_more(), names="value")
        self._set_controls()

    def _buttons(self) -> list[Button]:
        self._play_button = Button(description="Play")
        self._play_button.on_click(lambda _: self.pause() if self.is_playing else self.play())
        step, reset, back = (Button(description=name) for name in ("Step", "Reset", "Back 10"))
        back.tooltip = "Back to the state of ten epochs ago"
        step.on_click(lambda _: self.step())
        reset.on_click(lambda _: self._again(self.engine.reset))
        back.on_click(lambda _: self._again(self.engine.back))
        return [self._play_button, step, reset, back]

    def _again(self, go: Callable[[], Any]) -> None:
        with self._lock:
            go()
            self._show()

    def _set_controls(self) -> None:
        """Let all controls show what the engine is set to."""
        self._is_setting = True
        now = self.engine.settings
        for name, usual in (("learning_rate", RATES), ("penalty_rate", PENALTY_RATES)):
            self._settings[name].options = _with(usual, getattr(now, name))
        for name, control in self._settings.items():
            value = getattr(now, name)
            control.value = _listed(value) if name == "hidden" else value
        for name, box in self._inputs.items():
            box.value = name in now.inputs
        view = self._view.value
        self._view.options = drawing.views(self.engine.snapshot(across=2))
        self._view.value = view if view in self._view.options else drawing.OUTPUT
        self._is_setting = False

    def _on_setting(self, name: str) -> Callable[[Any], None]:
        def changed(_: Any) -> None:
            value = self._settings[name].value
            self._change(**{name: value})

        return changed

    def _on_inputs(self, _: Any) -> None:
        self._change(inputs=tuple(name for name, box in self._inputs.items() if box.value))

    def _on_speed(self, _: Any) -> None:
        for one in self._asking:
            one.interval = 1000 if self._speed.value == CALM else 10
        self._ask(self.is_playing)

    def _on_view(self, _: Any) -> None:
        if not self._is_setting:
            self._show()

    def _change(self, **settings: Any) -> None:
        if self._is_setting:
            return
        with self._lock:
            self._change_at_once(settings)

    def _change_at_once(self, settings: dict[str, Any]) -> None:
        try:
            if "hidden" in settings:
                settings["hidden"] = _units(settings["hidden"])
            self.engine.change(**settings)
        except ValueError as error:
            self._set_controls()
            self._say(str(error))
            return
        self._set_controls()
        self._show()

    # ---- Pictures ----

    def _ask(self, is_playing: bool) -> None:
        one, other = self._asking
        setattr(one, self._playing, is_playing)
        setattr(other, self._playing, is_playing and self._speed.value != CALM)

    def _frame(self, _: Any) -> None:
        """Called when the browser asks for a picture."""
        with self._lock:
            if self.is_playing:
                self._train_and_show()

    def _train_and_show(self) -> None:
        speed = self._speed.value
        epochs = {FULL_SPEED: self._epochs_a_picture, CALM: CALM_EPOCHS}.get(speed, speed)
        start = time.perf_counter()
        try:
            self.engine.step(epochs)
        except KeyboardInterrupt:
            self._stop.is_pressed = True
        seconds = time.perf_counter() - start
        if speed == FULL_SPEED:
            self._epochs_a_picture = next_count(epochs, seconds)
        if self.engine.has_diverged or self._stop.is_pressed:
            self.pause()
        else:
            self._show()

    def _show(self) -> None:
        still, snapshot = not self.is_playing, self.engine.snapshot()
        self._picture.value = self._drawn(snapshot, is_still=still)
        self._shown = snapshot.weights
        now = time.monotonic()
        if still or now - self._last_words > SECONDS_BETWEEN_WORDS:
            self._say(drawing.words(snapshot))
            self._last_words = now
        if still:
            self._show_more()

    def _drawn(self, snapshot: Snapshot, *, is_still: bool) -> str:
        return drawing.draw(
            snapshot,
            view=self._view.value,
            shows_test=self._shows_test.value,
            is_discrete=self._is_discrete.value,
            is_still=is_still,
        )

    def _say(self, words: str) -> None:
        self._status.value = f'<p role="status">{drawing.escaped(words)}</p>'

    # ---- More ----

    def _panels(self) -> dict[str, Callable[[], list[Any]]]:
        """What may stand below the controls, made when it is shown."""
        return {
            "nothing": list,
            "missions": self._missions,
            "one weight": self._one_weight,
            "state to share": self._to_share,
            "code": self._code,
            f"{STARTS} starts": self._many_starts,
        }

    def _show_more(self) -> None:
        for shown in self._extra.children:
            shown.close()  # ipywidgets would keep it
        self._extra.children = self._panels()[self._more.value]()

    def _missions(self) -> list[Any]:
        """Each mission: its task, whether the state on view solves it, and what is known to."""
        rows = []
        for mission in MISSIONS.values():
            best = mission.best_settings
            said = (
                f"{mission.task} Its test loss has to be {mission.goal:g} or less within "
                f"{mission.epochs} epochs, without noise.",
                mission.says(self.engine),
                f"The best that we know: {mission.count(best)} {mission.counts}.",
            )
            words = " ".join(map(drawing.escaped, said))
            rows.append(f"<li><b>{drawing.escaped(mission.name)}</b>: {words}</li>")
        return [HTML(f"<ul>{''.join(rows)}</ul>")]

    def _one_weight(self) -> list[Any]:
        weights = _weights(self.engine)
        which = Dropdown(options=weights, description="Weight", style=_NAMED)
        if self._weight in dict(weights).values():
            which.value = self._weight  # the panel is made anew after each step
        number = FloatText(description="Value")

        def read(_: Any = None) -> None:
            k, place = self._weight = which.value
            number.value = round(float(self.model.get_weights()[k][place]), 4)

        def write(_: Any) -> None:
            k, place = which.value
            weights = self.model.get_weights()
            if round(float(weights[k][place]), 4) == number.value or not np.isfinite(number.value):
                return
            weights[k][place] = number.value
            self.model.set_weights(weights)
            self._picture.value = self._drawn(self.engine.snapshot(), is_still=True)
            self._say(drawing.words(self.engine.snapshot(across=2)))

        read()
        which.observe(read, names="value")
        number.observe(write, names="value")
        return [HBox([which, number], layout=_WRAPPED)]

    def _to_share(self) -> list[Any]:
        now = self.engine.settings
        wide = Layout(width="95%", height="4em")
        line = Textarea(now.line(), description="This one", layout=wide, style=_NAMED)
        text = Textarea(now.json(), description="As JSON", layout=wide, style=_NAMED)
        given = Textarea(description="Another one, as either", layout=wide, style=_NAMED)
        button = Button(description="Take it")

        def take(_: Any) -> None:
            try:
                self.engine.take(from_text(given.value))
            except ValueError as error:
                self._say(str(error))
                return
            self._set_controls()
            self._show()

        button.on_click(take)
        return [line, text, given, button]

    def _code(self) -> list[Any]:
        wide = Layout(width="95%", height="24em")
        words = "Copy it into a cell: plain Keras that trains this network to this epoch."
        return [HTML(words), Textarea(self.engine.code(), description="Code", layout=wide)]

    def _many_starts(self) -> list[Any]:
        button, found = Button(description=f"Train {STARTS} starts"), HTML()

        def train(_: Any) -> None:
            self.pause()
            self._say(f"Training {STARTS} networks for {STARTS_EPOCHS} epochs each.")
            try:
                losses = self.engine.starts(STARTS, epochs=STARTS_EPOCHS).history["val_loss"][:, -1]
                said, picture = (
                    drawing.words_of_starts(losses, STARTS_EPOCHS),
                    drawing.histogram(losses),
                )
            except ValueError as error:
                said, picture = str(error), ""
            found.value = f"<p>{drawing.escaped(said)}</p>{picture}"
            self._say(said)

        button.on_click(train)
        return [button, found]


def next_count(epochs: int, seconds: float, *, target: float = SECONDS_A_PICTURE) -> int:
    """How many epochs to train for the next picture, after so many took so long.

    At most twice as many, because the first picture waits for the compiler; and one more as long as
    there is time, because part of the time is that of the call, however many there are.
    """
    if seconds < target:
        wanted = max(epochs + 1, int(epochs * min(2.0, target / seconds)))
    else:
        wanted = max(1, int(epochs * target / seconds))
    return min(wanted, MOST_EPOCHS_AT_ONCE)


def _watch_cells() -> None:
    shell = get_ipython()
    if shell is not None and _show_changes not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _show_changes)


def _show_changes(_: Any) -> None:
    for playground in list(_alive):
        playground.show_changes()


class _StopButton:
    """Notes that the notebook's stop button was pressed.

    Between cells the kernel does not listen to it, and a training that goes on there does not end.
    """

    def __init__(self) -> None:
        self.is_pressed = False
        self._before: Any = None
        _on_main_thread(self._take)

    def leave(self) -> None:
        """Give the button back, unless somebody else has taken it meanwhile."""
        _on_main_thread(self._give_back)

    def _take(self) -> None:
        self._before = signal.signal(signal.SIGINT, self._press)

    def _give_back(self) -> None:
        if signal.getsignal(signal.SIGINT) == self._press:
            signal.signal(signal.SIGINT, self._before)

    def _press(self, number: int, frame: Any) -> None:
        self.is_pressed = True


def _on_main_thread(go: Callable[[], None]) -> None:
    """Call it when the kernel has nothing else to do; controls may be heard by another thread."""
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is not None:
        kernel.io_loop.add_callback(go)


def _choice(name: str, options: Any = (), value: Any = None) -> Dropdown:
    return Dropdown(options=options, value=value, description=name, style=_NAMED)


def _slider(name: str, low: int, high: int, step: int) -> IntSlider:
    return IntSlider(min=low, max=high, step=step, description=name, style=_NAMED)


def _with(rates: tuple[float, ...], now: float) -> list[tuple[str, float]]:
    """The usual rates and the one that is set, with their names."""
    return [(f"{rate:g}", rate) for rate in sorted({*rates, now})]


def _listed(units: tuple[int, ...]) -> str:
    return ", ".join(map(str, units))


def _units(text: str) -> list[int]:
    parts = text.strip(" []()").replace(",", " ").split()
    if not all(part.isdigit() for part in parts):
        raise ValueError(
            "Write the units of each hidden layer, such as 4, 2, and nothing for none; not "
            f"{text!r}."
        )
    return [int(part) for part in parts]


def _weights(engine: Engine) -> list[tuple[str, tuple[int, tuple[int, ...]]]]:
    """A name for each weight, with its place: which array, and where in it."""
    found: list[tuple[str, tuple[int, tuple[int, ...]]]] = []
    arrays = engine.model.get_weights()
    for layer in range(len(arrays) // 2):
        kernel = arrays[2 * layer]
        for j in range(kernel.shape[1]):
            for i in range(kernel.shape[0]):
                source = f"unit {i + 1}" if layer else engine.settings.inputs[i]
                name = f"layer {layer + 1}, unit {j + 1}: weight of {source}"
                found.append((name, (2 * layer, (i, j))))
            found.append((f"layer {layer + 1}, unit {j + 1}: bias", (2 * layer + 1, (j,))))
    return found
