"""A network on points of the plane that trains before one's eyes.

`engine` trains (with `points`, `settings` and `network`), `drawing` draws, `widget` shows.
"""

from utils.playground.engine import Engine
from utils.playground.widget import Playground

__all__ = ["Engine", "Playground"]
