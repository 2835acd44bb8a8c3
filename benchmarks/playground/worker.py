"""The process of one contender or of one wait; it speaks as `benchmarks.worker` does.

    {"do": "open"}                             imports TensorFlow; the clock does not run
    {"do": "task", "settings": ...}            points and first weights, for another program
    {"do": "prepare", "settings": ..., ...}    builds an engine, trains first
    {"do": "train", "epochs": k}               trains on
    {"do": "weights"}                          those of now
    {"do": "speed"}                            how many epochs a call has at full speed
    {"do": "peak"}                             the most memory since the last `prepare` began

and the waits of `benchmarks.playground.waits`, such as {"do": "start"}.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from benchmarks.playground import waits
from benchmarks.worker import peak_memory, serve

Train = Callable[[int], float]


class Server:
    """What a process keeps between two messages."""

    train: Train | None = None
    engine: Any = None
    before = 0

    def open(self) -> dict[str, Any]:
        """Import what a kernel has imported before the playground."""
        import IPython  # noqa: F401
        import keras  # noqa: F401
        import tensorflow as tf

        device = "gpu" if tf.config.list_physical_devices("GPU") else "cpu"
        self.before = peak_memory(since_now=True)
        return {"device": device}

    def task(self, settings: dict[str, Any]) -> dict[str, Any]:
        """All that another program needs to train the same network."""
        from utils.playground.engine import Engine
        from utils.playground.network import activations
        from utils.playground.points import features

        engine = Engine(**settings)
        drawn, now = engine.points, engine.settings
        return {
            "x": features(drawn.x_train, now.inputs).tolist(),
            "y": drawn.y_train.tolist(),
            "weights": [array.tolist() for array in engine.model.get_weights()],
            "activations": activations(now, drawn.is_regression),
            "batch_size": now.batch_size,
            "rate": now.learning_rate,
        }

    def prepare(
        self, settings: dict[str, Any], epochs: int, options: dict[str, str]
    ) -> dict[str, Any]:
        # The whole package, so that no import is left for the clock.
        from utils.playground import widget  # noqa: F401
        from utils.playground.engine import Engine

        peak_memory(since_now=True)
        begin = perf_counter()
        self.engine = Engine(**settings)
        self.train = _WAYS[options["way"]](self.engine)
        loss = self.train(epochs)
        return {"seconds": perf_counter() - begin, "losses": [loss]}

    def resume(self, epochs: int) -> dict[str, Any]:
        assert self.train is not None, "prepare comes before train"
        begin = perf_counter()
        loss = self.train(epochs)
        return {"seconds": perf_counter() - begin, "losses": [loss]}

    def weights(self) -> dict[str, Any]:
        return {"weights": [array.tolist() for array in self.engine.model.get_weights()]}

    def speed(self) -> dict[str, Any]:
        assert isinstance(self.train, FullSpeedTraining), "it trains in another way"
        return {"epochs": self.train.speed.epochs}

    def peak(self) -> dict[str, Any]:
        most = peak_memory()
        return {"bytes": most - self.before if most else None}


# ---- Ways to train: engine -> train, and train(epochs) -> loss of the last one ----


class FullSpeedTraining:
    """Calls of as many epochs as fill 20 ms."""

    def __init__(self, engine: Any) -> None:
        from utils.playground.widget import SECONDS_A_PICTURE

        self.engine = engine
        self.speed = waits.FullSpeed(engine.step, SECONDS_A_PICTURE)

    def __call__(self, epochs: int) -> float:
        left = epochs
        while left > 0:
            left -= self.speed.call(most=left)
        return float(self.engine.curve[-1][1].train)


def _one_epoch(engine: Any) -> Train:
    def train(epochs: int) -> float:
        for _ in range(epochs):
            engine.step()
        return float(engine.curve[-1][1].train)

    return train


def _fit(engine: Any) -> Train:
    from utils.playground.points import features

    x, y = features(engine.points.x_train, engine.settings.inputs), engine.points.y_train

    def train(epochs: int) -> float:
        history = engine.model.fit(
            x, y, batch_size=engine.settings.batch_size, epochs=epochs, shuffle=False, verbose=0
        )
        return float(history.history["loss"][-1])

    return train


_WAYS: dict[str, Callable[[Any], Train]] = {
    "full speed": FullSpeedTraining,
    "one epoch": _one_epoch,
    "fit": _fit,
}


def main() -> None:
    """Serve a contender, or the waits."""
    server = Server()
    serve(
        {
            "open": server.open,
            "task": server.task,
            "prepare": server.prepare,
            "train": server.resume,
            "weights": server.weights,
            "speed": server.speed,
            "peak": server.peak,
            "start": waits.start,
            "change": waits.change,
            "pictures": waits.pictures,
            "memory": waits.memory,
            "solve": waits.solve,
        }
    )


if __name__ == "__main__":
    main()
