"""Garments: a stand-in for Fashion-MNIST that needs no download, drawn by NumPy from a seed.

Ten classes of 28 x 28 grey pictures, with the names, counts and shapes of Fashion-MNIST. A garment
is painted part by part (sleeves, body, collar, buttons) over a black background. Each part is a
soft mask: how far a pixel lies inside its outline, cut off at 0 and 1. All pictures of a batch are
painted at once: numbers that differ between pictures have the shape (n, 1, 1), masks the shape
(n, 28, 28). Points on a garment are u, to the right, and v, down, both from -1 to 1.

Shirts are cut like T-shirts, pullovers and coats and differ in small marks that may be missing, so
they are the hard class here too. datasets/garments.md says how hard.
"""

import functools
import json
import os
import sys
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from utils.download import keras_cache, with_home

SIDE = 28
Pixels: TypeAlias = NDArray[np.uint8]
Array: TypeAlias = NDArray[np.floating[Any]]
Number: TypeAlias = Array | float
Point: TypeAlias = tuple[Number, Number]

# --- masks ---------------------------------------------------------------------------------------


def soft(depth: Array) -> Array:
    """Turn the depth inside an outline into the share of the pixel that is covered."""
    return np.clip(depth * (SIDE / 2) + 0.5, 0, 1)


def within(x: Array, low: Number, high: Number) -> Array:
    """Cover the strip low < x < high."""
    return soft(np.minimum(x - low, high - x))


def curve(x: Array, knots: Sequence[Number], values: Sequence[Number]) -> Array:
    """Interpolate linearly between the values at rising knots, constant outside of them."""
    y = np.zeros_like(x) + values[0]
    for i in range(len(knots) - 1):
        step = knots[i + 1] - knots[i]
        y += np.clip(x - knots[i], 0, step) * ((values[i + 1] - values[i]) / step)
    return y


def bar(x: Array, y: Array, start: Point, end: Point, half: tuple[Number, Number]) -> Array:
    """Cover a straight bar with flat ends, half as wide as `half` at its start and at its end."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = np.sqrt(np.square(across) + np.square(down)) + 1e-6
    along = ((x - start[0]) * across + (y - start[1]) * down) / length
    aside = np.abs((y - start[1]) * across - (x - start[0]) * down) / length
    width = half[0] + (half[1] - half[0]) * np.clip(along / length, 0, 1)
    return soft(np.minimum(np.minimum(along, length - along), width - aside))


def box(x: Array, y: Array, centre: Point, half: Point, corner: Number) -> Array:
    """Cover a rectangle with round corners, half as wide and high as `half`."""
    out_x = np.abs(x - centre[0]) - half[0] + corner
    out_y = np.abs(y - centre[1]) - half[1] + corner
    outside = np.sqrt(np.square(np.maximum(out_x, 0)) + np.square(np.maximum(out_y, 0)))
    return soft(corner - outside - np.minimum(np.maximum(out_x, out_y), 0))


def disc(x: Array, y: Array, centre: Point, radius: Point) -> Array:
    """Cover an ellipse; `radius` is half its width and half its height."""
    far = np.square((x - centre[0]) / radius[0]) + np.square((y - centre[1]) / radius[1])
    return soft((1 - np.sqrt(far)) * np.minimum(radius[0], radius[1]))


def ring(x: Array, y: Array, centre: Point, radius: Point, band: Number) -> Array:
    """Cover a band inside the rim of an ellipse."""
    inner = (np.maximum(radius[0] - band, 0.01), np.maximum(radius[1] - band, 0.01))
    return disc(x, y, centre, radius) * (1 - disc(x, y, centre, inner))


# --- a sheet of pictures -------------------------------------------------------------------------


class Sheet:
    """n pictures being painted, each with its own pose, light and cloth.

    Attributes:
        n: how many pictures.
        rng: where their random numbers come from.
        u, v: the place of each pixel on the garment, (n, 28, 28).
        a: |u|, for garments whose left is their right mirrored.
        grey: what is painted so far, 0 to about 1, (n, 28, 28).
        tone: the grey of the cloth, (n, 1, 1).
        cloth: what its pattern, its folds and the light make of it, around 1, (n, 28, 28).
    """

    def __init__(self, n: int, rng: np.random.Generator) -> None:
        self.n, self.rng = n, rng
        self.u, self.v = self._pose()
        self.a = np.abs(self.u)
        self.grey = np.zeros((n, SIDE, SIDE), np.float32)
        self.tone = 0.95 * self.some(0.07, 1.0) ** 0.6
        self.cloth: Array = self._plain()

    def some(self, low: Number, high: Number) -> Array:
        """Draw a number for each picture, even between low and high, (n, 1, 1)."""
        # Only `random` is used: its numbers have stayed the same in all versions of NumPy.
        return low + (high - low) * self.rng.random((self.n, 1, 1), np.float32)

    def chance(self, share: Number) -> Array:
        """Draw 1 for this share of the pictures and 0 for the others, (n, 1, 1)."""
        return (self.some(0, 1) < share).astype(np.float32)

    def either(self, low: Number, high: Number) -> Array:
        """Draw a strength between low and high that darkens or lightens, (n, 1, 1)."""
        return self.some(low, high) * (2 * self.chance(0.5) - 1)

    def noise(self, rows: int, columns: int) -> Array:
        """Draw a random landscape of this many rows and columns, -1 to 1, (n, 28, 28)."""
        heights = self.rng.random((self.n, rows, columns), np.float32) * 2 - 1
        return _BETWEEN[rows] @ heights @ _BETWEEN[columns].T

    def weave(self, *, stripes: float, checks: float, prints: float) -> None:
        """Give these shares of the pictures a cloth with a pattern."""
        lines = np.sin(self.v * self.some(8, 25) + self.some(0, 6))
        grid = np.sin(self.u * self.some(10, 22)) + np.sin(self.v * self.some(10, 22))
        spots = np.clip(3 * self.noise(19, 19) - self.some(0, 1), -1, 1)
        self.cloth += self.chance(stripes) * self.some(0.1, 0.4) * lines
        self.cloth += self.chance(checks) * self.some(0.08, 0.25) * grid
        self.cloth += self.chance(prints) * self.some(0.15, 0.5) * spots

    def paint(self, mask: Array, tone: Number) -> None:
        """Cover what is painted so far with the cloth in this tone."""
        self.grey += mask * (tone * self.cloth - self.grey)

    def shade(self, mask: Array, strength: Number) -> None:
        """Darken what is painted so far; a negative strength lightens it, 1 leaves black."""
        self.grey *= 1 - mask * strength

    def _pose(self) -> tuple[Array, Array]:
        place = (np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2) / (SIDE / 2)
        x, y = place[None, None, :], place[None, :, None]
        turn, lean = self.some(-0.05, 0.05), self.some(-0.05, 0.05)
        u = (x + (turn + lean) * y) * self.some(0.92, 1.1) + self.some(-0.06, 0.06)
        v = (y - turn * x) * self.some(0.97, 1.06) + self.some(-0.05, 0.05)
        return u, v

    def _plain(self) -> Array:
        light = 1 + self.some(-0.15, 0.15) * self.u + self.some(-0.2, 0.2) * self.v
        folds = self.some(0, 0.25) * self.noise(3, 9)
        return light + folds + self.some(0, 0.1) * self.noise(28, 28)


def _tents(count: int) -> Array:
    """Return weights that interpolate `count` values over the side of a picture, (28, count)."""
    place = np.linspace(0, count - 1, SIDE, dtype=np.float32)[:, None]
    return np.maximum(1 - np.abs(place - np.arange(count, dtype=np.float32)), 0)


_BETWEEN = {count: _tents(count) for count in (3, 9, 14, 19, 28)}

# --- upper garments: five classes from one pattern -----------------------------------------------


def sleeves(s: Sheet, shoulder: Number, length: Number, spread: Number, thick: Number) -> None:
    """Paint both sleeves: down to the elbow at the angle `spread`, then hanging almost straight."""
    length = np.maximum(length, 0.05)
    upper, lower = np.minimum(length, 0.6), np.maximum(length - 0.6, 0.0)
    root: Point = (shoulder - thick, -0.9 + thick)
    elbow: Point = (root[0] + upper * np.sin(spread), root[1] + upper * np.cos(spread))
    hang = s.some(0.0, 0.22)
    cuff: Point = (elbow[0] + lower * np.sin(hang), elbow[1] + lower * np.cos(hang))
    s.paint(bar(s.a, s.v, root, elbow, (thick, 0.9 * thick)), s.tone)
    forearm = bar(s.a, s.v, (elbow[0], elbow[1] - 0.05), cuff, (0.9 * thick, 0.7 * thick))
    s.paint(forearm * (lower > 0), s.tone)


def body(
    s: Sheet,
    widths: tuple[Number, Number, Number, Number],
    length: Number,
    neck: tuple[Number, Number],
) -> None:
    """Paint the trunk, half as wide as `widths` at shoulder, chest, waist and hem, and the neck."""
    side = curve(s.v, (-0.9, -0.4, 0.1, 1.0), widths)
    slope = s.v + 0.97 - 0.3 * np.maximum(s.a - neck[0], 0)
    inside = np.minimum(np.minimum(side - s.a, slope), length - s.v)
    s.shade(soft(inside + 0.07), 0.3)  # the line between sleeve and trunk
    s.paint(soft(inside), s.tone)
    # Through the hole one sees black, or the inside of the back.
    s.shade(disc(s.u, s.v, (0.0, -1.0), neck), 1 - s.chance(0.4) * s.some(0.3, 0.8))


def collar(s: Sheet, has: Number, height: Number) -> None:
    """Paint two wings, or a hood, from the throat to the shoulders."""
    wing = bar(s.a, s.v, (0.0, height - 0.9), (0.28, -1.0), (0.1, 0.08))
    s.paint(wing * has, s.tone * (1 + s.either(0.0, 0.25)))
    edge = bar(s.a, s.v, (0.0, height - 0.8), (0.32, -0.9), (0.04, 0.04))
    s.shade(edge * has, s.either(0.15, 0.5))


def front(s: Sheet, has: Number, half: Number, strength: Number) -> None:
    """Paint the line where a garment opens: a zip, a gap, the edge of a row of buttons."""
    middle = s.some(-0.04, 0.04)
    s.shade(within(s.u, middle - half, middle + half) * soft(s.v + 0.85) * has, strength)


def buttons(s: Sheet, has: Number) -> None:
    """Paint a row of dots down the middle."""
    dots = within(s.u, -0.05, 0.05) * np.clip(3 * np.sin(s.v * s.some(14, 22)), 0, 1)
    s.shade(dots * soft(s.v + 0.8) * has, s.either(0.2, 0.7))


def chest_print(s: Sheet, has: Number) -> None:
    """Paint words or a picture on the chest."""
    place = (0.0, s.some(-0.45, 0.0))
    window = box(s.u, s.v, place, (s.some(0.1, 0.35), s.some(0.08, 0.4)), 0.08)
    s.shade(window * (0.3 + 0.7 * s.noise(14, 9)) * has, s.either(0.4, 1.2))


def pocket(s: Sheet, has: Number, centre: Point) -> None:
    """Paint a pocket on both sides."""
    s.shade(box(s.a, s.v, centre, (0.13, 0.05), 0.02) * has, s.either(0.1, 0.4))


def hems(s: Sheet, has: Number, hem: Number) -> None:
    """Paint the knitted rims at the lower end of body and sleeves."""
    s.shade(within(s.v, hem - 0.12, 1.2) * has, s.either(0.05, 0.35))


def t_shirt(s: Sheet) -> None:
    """0: short sleeves or none, a wide neck, often a print."""
    s.weave(stripes=0.12, checks=0.03, prints=0.12)
    shoulder, chest = s.some(0.43, 0.59), s.some(0.43, 0.6)
    is_long = s.chance(0.06)
    length = is_long * s.some(1.0, 1.75) + (1 - is_long) * s.some(0.05, 0.8)
    sleeves(s, shoulder, length, s.some(0.35, 1.0), s.some(0.14, 0.22))
    neck = (s.some(0.14, 0.3), s.some(0.06, 0.35))
    hem = chest + s.some(-0.06, 0.1)
    body(s, (shoulder, chest, chest - s.some(-0.04, 0.1), hem), s.some(0.88, 1.0), neck)
    chest_print(s, s.chance(0.35))
    is_polo = s.chance(0.08)
    collar(s, is_polo, s.some(0.05, 0.25))
    front(s, is_polo * s.chance(0.7), s.some(0.02, 0.04), s.either(0.1, 0.5))


def pullover(s: Sheet) -> None:
    """2: long sleeves, a closed front, knitted rims."""
    s.weave(stripes=0.12, checks=0.05, prints=0.1)
    shoulder, chest = s.some(0.42, 0.56), s.some(0.42, 0.57)
    is_cropped = s.chance(0.35)
    length = is_cropped * s.some(0.5, 0.8) + (1 - is_cropped) * s.some(0.8, 1.0)
    sleeves(s, shoulder, s.some(1.1, 1.8), s.some(0.2, 0.6), s.some(0.12, 0.2))
    neck = (s.some(0.12, 0.28), s.some(0.05, 0.25))
    hem = chest + s.some(-0.08, 0.04)
    body(s, (shoulder, chest, chest - s.some(-0.05, 0.08), hem), length, neck)
    is_cardigan = s.chance(0.1)
    collar(s, np.maximum(is_cardigan, s.chance(0.1)), s.some(0.1, 0.3))
    front(s, is_cardigan, s.some(0.02, 0.05), s.either(0.1, 0.5))
    chest_print(s, s.chance(0.25))
    hems(s, s.chance(0.4), length)


def dress(s: Sheet) -> None:
    """3: narrow and long, often with a waist and a wide skirt."""
    s.weave(stripes=0.1, checks=0.05, prints=0.2)
    shoulder, waist = s.some(0.24, 0.54), s.some(0.22, 0.5)
    length = s.chance(0.65) * s.some(0.05, 1.5)
    sleeves(s, shoulder, length, s.some(0.15, 0.7), s.some(0.07, 0.17))
    neck = (s.some(0.1, 0.24), s.some(0.05, 0.35))
    body(s, (shoulder, waist + s.some(0, 0.1), waist, waist + s.some(0, 0.35)), 1.0, neck)
    s.shade(within(s.v, -0.1, 0.02) * s.chance(0.3), s.either(0.1, 0.5))
    front(s, s.chance(0.1), s.some(0.02, 0.04), s.either(0.1, 0.4))


def coat(s: Sheet) -> None:
    """4: long sleeves, a collar or a hood, a front that opens."""
    s.weave(stripes=0.08, checks=0.1, prints=0.08)
    shoulder, chest = s.some(0.42, 0.56), s.some(0.42, 0.57)
    length = s.some(0.8, 1.0)
    sleeves(s, shoulder, s.some(1.1, 1.8), s.some(0.2, 0.6), s.some(0.13, 0.21))
    neck = (s.some(0.1, 0.25), s.some(0.04, 0.25))
    hem = chest + s.some(-0.04, 0.13)
    body(s, (shoulder, chest, chest - s.some(-0.05, 0.1), hem), length, neck)
    collar(s, s.chance(0.8), s.some(0.1, 0.4))
    front(s, s.chance(0.9), s.some(0.04, 0.09), s.either(0.35, 0.8))
    buttons(s, s.chance(0.15))
    pocket(s, s.chance(0.4), (0.28, 0.45))
    hems(s, s.chance(0.2), length)


def shirt(s: Sheet) -> None:
    """6: cut like a T-shirt, a pullover or a coat; thinner, mostly with a collar and buttons."""
    s.weave(stripes=0.12, checks=0.12, prints=0.12)
    shoulder, chest = s.some(0.4, 0.55), s.some(0.4, 0.55)
    is_long = s.chance(0.6)
    length = is_long * s.some(1.1, 1.8) + (1 - is_long) * s.some(0.05, 0.8)
    sleeves(s, shoulder, length, s.some(0.2, 0.55 + 0.3 * (1 - is_long)), s.some(0.11, 0.17))
    neck = (s.some(0.12, 0.26), s.some(0.05, 0.28))
    hem = chest + s.some(-0.05, 0.1)
    body(s, (shoulder, chest, chest - s.some(-0.04, 0.1), hem), s.some(0.9, 1.0), neck)
    # A third of the shirts are blouses, which only their name tells from a T-shirt or a pullover.
    has_buttons = s.chance(0.68)
    collar(s, has_buttons * s.chance(0.9), s.some(0.05, 0.25))
    front(s, has_buttons * s.chance(0.95), s.some(0.025, 0.045), s.either(0.25, 0.6))
    buttons(s, has_buttons * s.chance(0.6))
    pocket(s, s.chance(0.2), (0.25, -0.3))


# --- the other garments --------------------------------------------------------------------------


def trouser(s: Sheet) -> None:
    """1: a waistband and two legs."""
    s.weave(stripes=0.03, checks=0.03, prints=0.08)
    hip, cuff = s.some(0.3, 0.44), s.some(0.2, 0.46)
    outer = curve(s.v, (-1.0, -0.6, 1.0), (hip - 0.06, hip, cuff))
    crotch = s.some(-0.45, -0.2)
    gap = curve(s.v, (crotch, crotch + 0.3, 1.0), (-0.05, 0.02, cuff - s.some(0.16, 0.24)))
    s.paint(soft(np.minimum(outer - s.a, 0.98 - np.abs(s.v))), s.tone)
    s.shade(soft(gap - s.a) * soft(s.v - crotch), 1.0)
    s.shade(within(s.v, -1.1, -0.86), s.some(-0.3, 0.3))
    s.shade(within(s.u, -0.04, 0.04) * soft(crotch - s.v), 0.3)
    s.shade(bar(s.a, s.v, (hip - 0.16, -0.85), (hip, -0.6), (0.03, 0.03)) * s.chance(0.6), 0.35)


def sandal(s: Sheet) -> None:
    """5: a sole, flat or on a heel, and straps with nothing between them."""
    s.weave(stripes=0.0, checks=0.0, prints=0.1)
    lift = s.chance(0.55) * s.some(0.1, 1.0)
    floor = 0.35 + 0.5 * lift + s.some(-0.1, 0.15)
    thick = s.some(0.08, 0.24)
    ball, heel = floor - thick, floor - thick - 0.85 * lift
    bed = curve(s.u, (-1.0, -0.85, -0.35, 0.6), (ball - 0.04, ball, ball - 0.02, heel))
    straps(s, ball, heel, soft(bed - s.v + 0.03), s.tone * (1 + s.either(0.0, 0.35)))
    s.paint(soft(np.minimum(s.v - bed, bed + thick - s.v)) * soft(0.97 - s.a), s.tone)
    is_wedge = s.chance(0.35)
    slope = is_wedge * s.some(-0.6, 0.2) + (1 - is_wedge) * s.some(-0.1, 0.3)
    front_edge = is_wedge * s.some(-0.3, 0.1) + (1 - is_wedge) * s.some(0.4, 0.75)
    under = soft(np.minimum(s.v - bed, floor - s.v)) * (lift > 0)
    edge = front_edge + slope * (s.v - heel)
    s.paint(under * within(s.u, np.minimum(edge, 0.8), 0.97), s.tone * s.some(0.6, 1.1))


def straps(s: Sheet, ball: Number, heel: Number, above: Array, tone: Number) -> None:
    """Paint straps over toes, instep and ankle, on a foot with its ball and heel at these v."""
    high = heel - s.some(0.3, 0.65)
    toes = (s.some(-0.65, -0.4), ball)
    toe_strap = ring(s.u, s.v, toes, (s.some(0.22, 0.38), s.some(0.3, 0.45)), s.some(0.1, 0.4))
    closed = bar(s.u, s.v, (-0.8, ball), (0.5, high + 0.1), (0.2, 0.3)) * s.chance(0.12)
    s.paint(closed * above, tone)
    has_toe_strap = s.chance(0.8)
    s.paint(toe_strap * above * has_toe_strap, tone)
    arch = (s.some(-0.25, 0.1), (ball + heel) / 2)
    instep = ring(s.u, s.v, arch, (s.some(0.3, 0.45), 0.55), s.some(0.1, 0.25))
    s.paint(instep * above * np.maximum(s.chance(0.5), 1 - has_toe_strap), tone)
    tie = bar(s.u, s.v, (-0.4, ball - 0.2), (s.some(0.3, 0.6), high), (0.08, 0.07))
    s.paint(tie * s.chance(0.5), tone)
    heel_strap = bar(s.u, s.v, (0.85, heel), (s.some(0.65, 0.95), high), (s.some(0.06, 0.2), 0.07))
    has_heel_strap = s.chance(0.75)
    s.paint(heel_strap * has_heel_strap, tone)
    ankle = bar(s.u, s.v, (s.some(0.1, 0.4), high + 0.05), (0.9, high + 0.03), (0.07, 0.07))
    s.paint(ankle * s.chance(0.7) * has_heel_strap, tone)


def sneaker(s: Sheet) -> None:
    """7: low, its toe to the left; a sole along the ground, laces, stripes."""
    s.weave(stripes=0.0, checks=0.02, prints=0.08)
    floor, sole = s.some(0.34, 0.54), s.some(0.1, 0.18)
    is_high = s.chance(0.2)
    height = is_high * s.some(0.95, 1.4) + (1 - is_high) * s.some(0.62, 0.95)
    toe, tongue = floor - s.some(0.28, 0.36), s.some(0.0, 0.25)
    rim, tip = floor - height, floor - 0.08
    top = curve(
        s.u,
        (-1.0, -0.92, -0.7, -0.35, tongue, tongue + 0.12, 0.75, 0.97),
        (tip, tip - 0.12, toe, toe - 0.1, rim, rim, rim + 0.14, rim),
    )
    inside = np.minimum(np.minimum(s.v - top, floor - s.v), 0.98 - s.a)
    s.paint(soft(inside), s.tone)
    laces = soft(0.28 - np.abs(s.v - top)) * within(s.u, -0.45, tongue) * soft(inside)
    s.shade(laces * np.clip(3 * np.sin(s.u * 28 + s.v * 14), 0, 1), s.either(0.1, 0.5))
    slant = np.clip(3 * np.sin((s.u + s.some(-0.8, 0.8) * s.v) * s.some(10, 18)), 0, 1)
    flank = within(s.u, s.some(-0.35, -0.1), s.some(0.2, 0.6))
    flank = flank * within(s.v, top + 0.2, floor - sole)
    s.shade(flank * slant * s.chance(0.7), s.either(0.2, 0.6))
    s.paint(within(s.v, floor - sole, floor) * soft(inside), s.some(0.05, 1.0))
    s.shade(within(s.v, floor - sole - 0.05, floor - sole + 0.02) * soft(inside), 0.4)


def bag(s: Sheet) -> None:
    """8: a box with a handle or a strap, a flap, a clasp."""
    s.weave(stripes=0.05, checks=0.06, prints=0.1)
    top, bottom = s.some(-0.65, -0.1), s.some(0.75, 0.98)
    middle, tall = (top + bottom) / 2, (bottom - top) / 2
    wide, leather = s.some(0.72, 1.0), s.tone * s.some(0.5, 1.2)
    flare = 1 + s.some(-0.05, 0.08) * (s.v - bottom) / tall
    reach, lift = s.some(0.2, 0.6), s.some(0.15, 1.0)
    handle = ring(s.u, s.v, (0.0, top), (reach, np.minimum(lift, top + 0.98)), s.some(0.07, 0.14))
    has_handle = s.chance(0.8)
    s.paint(handle * has_handle, leather)
    s.paint(box(s.u * flare, s.v, (0.0, middle), (wide, tall), s.some(0.02, 0.3)), s.tone)
    flap = within(s.v, -1.0, top + s.some(0.25, 1.0) * tall)
    s.shade(flap * np.maximum(s.chance(0.5), 1 - has_handle), s.either(0.1, 0.3))
    s.shade(within(s.a, reach - 0.06, reach + 0.04) * s.chance(0.35), s.some(-0.3, 0.4))
    s.shade(box(s.u, s.v, (0.0, middle), (0.1, 0.08), 0.03) * s.chance(0.6), s.either(0.2, 0.8))


def ankle_boot(s: Sheet) -> None:
    """9: its toe to the left; a shaft above the ankle, a heel."""
    s.weave(stripes=0.0, checks=0.02, prints=0.08)
    floor, heel = s.some(0.45, 0.95), s.chance(0.6) * s.some(0.1, 0.6)
    edge = np.maximum(floor - s.some(0.95, 1.85), -0.95)
    shin = s.some(-0.15, 0.25)
    instep = np.maximum(floor - 0.6 - 0.55 * heel, edge + 0.1)
    top = curve(
        s.u,
        (-1.0, -0.93, -0.75, -0.4, shin - 0.08, shin, shin + 0.08),
        (floor - 0.1, floor - 0.25, floor - 0.36, floor - 0.46, instep, edge + 0.15, edge),
    )
    ground = curve(s.u, (-0.4, 0.4), (floor, floor - heel))
    back = curve(s.v, (edge, instep, floor - heel), (s.some(0.75, 0.97), s.some(0.8, 0.95), 0.95))
    sides = np.minimum(s.u + 0.98, back - s.u)
    inside = soft(np.minimum(np.minimum(s.v - top, ground - s.v), sides))
    s.paint(inside, s.tone)
    seam = bar(s.u, s.v, (s.some(0.2, 0.7), edge), (s.some(0.0, 0.7), floor - 0.3), (0.05, 0.05))
    s.shade(seam * inside * s.chance(0.5), s.either(0.2, 0.5))
    strap = within(s.v, instep + s.some(0, 0.2), instep + s.some(0.25, 0.35))
    s.shade(strap * inside * s.chance(0.3), s.either(0.2, 0.6))
    s.shade(within(s.v, edge, edge + 0.12) * inside * s.chance(0.3), s.either(0.2, 0.5))
    s.shade(within(s.v, ground - 0.13, ground) * inside * s.chance(0.8), s.either(0.2, 0.8))
    block = within(s.u, s.some(0.4, 0.75), 0.95) * within(s.v, ground - 0.05, floor)
    s.paint(block, s.tone * s.some(0.4, 1.0))


CLASSES: dict[str, Callable[[Sheet], None]] = {
    "T-shirt/top": t_shirt,
    "Trouser": trouser,
    "Pullover": pullover,
    "Dress": dress,
    "Coat": coat,
    "Sandal": sandal,
    "Shirt": shirt,
    "Sneaker": sneaker,
    "Bag": bag,
    "Ankle boot": ankle_boot,
}

# --- drawing -------------------------------------------------------------------------------------

# A batch owns its random numbers, a thread does not: any number of threads draws the same. Batches
# are small, so that a mask stays in the processor's cache.
_BATCH = 60


def draw(n: int, *, seed: int, threads: int | None = None) -> tuple[Pixels, Pixels]:
    """Draw n garments in random order, of each class as many as of any other or one more.

    The same n and seed give the same pictures on one machine, with any number of threads. On
    another machine a grey value may differ by 1, because sines and roots are rounded differently.

    Args:
        n: how many, at least 1.
        seed: a whole number, at least 0.
        threads: by default one a core, at most 8.

    Returns:
        images (n, 28, 28), 0 for the background up to 255, and labels (n,), both uint8.

    Raises:
        ValueError: n is below 1, or the seed below 0.
    """
    if n < 1 or seed < 0:
        raise ValueError(
            f"draw needs n of at least 1 and a seed of at least 0, not {n} and {seed}."
        )
    order = np.argsort(np.random.default_rng(seed).random(n))
    labels = (order % len(CLASSES)).astype(np.uint8)
    batches = [
        (label, rows[start : start + _BATCH])
        for label, rows in enumerate(np.flatnonzero(labels == k) for k in range(len(CLASSES)))
        for start in range(0, len(rows), _BATCH)
    ]
    seeds = np.random.SeedSequence(seed).spawn(len(batches))
    images = np.empty((n, SIDE, SIDE), np.uint8)

    def fill(k: int) -> None:
        label, rows = batches[k]
        images[rows] = _draw_batch(label, len(rows), np.random.default_rng(seeds[k]))

    with ThreadPoolExecutor(threads or min(os.cpu_count() or 1, 8)) as pool:
        list(pool.map(fill, range(len(batches))))
    return images, labels


def _draw_batch(label: int, n: int, rng: np.random.Generator) -> Pixels:
    """Draw n garments of one class, (n, 28, 28)."""
    sheet = Sheet(n, rng)
    list(CLASSES.values())[label](sheet)
    return (np.clip(sheet.grey, 0, 1) * 255 + 0.5).astype(np.uint8)


# --- the whole data set, kept on disk ------------------------------------------------------------

# Raise it with every change of the drawing: it names the folder, so no old pictures are used.
VERSION = 1

TRAIN, TEST = 60_000, 10_000
_IMAGES, _LABELS, _MANIFEST = "images.npy", "labels.npy", "manifest.json"
# Drawing takes seconds; whoever waits longer for another process draws for itself.
_PATIENCE = 120.0


def load() -> tuple[Pixels, Pixels, Pixels, Pixels]:
    """Return the garments in the shape of Fashion-MNIST, drawn once and then kept on disk.

    They lie in the Keras cache: the folder `datasets/garments-v1` in KERAS_HOME or in ~/.keras.
    The images are mapped from there, and writing into them changes no file. Where nothing can be
    kept, they are drawn at every call, and a line on stderr says so once.

    Returns:
        x_train (60000, 28, 28), y_train (60000,), x_test (10000, 28, 28), y_test (10000,), uint8.
    """
    folder = cache_folder()
    images, labels = _read(folder) or _draw_and_keep(folder)
    return images[:TRAIN], labels[:TRAIN], images[TRAIN:], labels[TRAIN:]


def cache_folder() -> Path:
    """Return the folder in the Keras cache where this version of the garments is kept."""
    return keras_cache() / f"garments-v{VERSION}"


def _draw_all() -> tuple[Pixels, Pixels]:
    """Draw 60,000 garments to train on and then 10,000 to test on, from different seeds."""
    print(f"Drawing {TRAIN + TEST:,} pictures: some seconds.", flush=True)
    parts = (draw(TRAIN, seed=1), draw(TEST, seed=2))
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return images, labels


def _draw_and_keep(folder: Path) -> tuple[Pixels, Pixels]:
    from filelock import FileLock

    drawn = None
    try:
        with_home(folder).mkdir(parents=True, exist_ok=True)
        # Several accounts may share the cache; the lock is always empty.
        with FileLock(folder / "lock", timeout=_PATIENCE, mode=0o666):
            found = _read(folder)  # another process may have drawn while this one waited
            if found is None:
                drawn = _draw_all()
                _write(folder, *drawn)
                found = _read(folder)
            if found is not None:
                return found
            reason = "what was written reads back differently"
    # NotImplementedError: a file system without locks.
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or str(error)
    _say_once(
        f"The garments could not be kept in {folder} ({reason}). They are drawn anew each time, "
        "which takes some seconds. Set KERAS_HOME to a folder that you may write to."
    )
    return drawn or _draw_all()


def _write(folder: Path, images: Pixels, labels: Pixels) -> None:
    """Write under other names and rename, the manifest last: a killed writer leaves no cache."""
    manifest = {}
    try:
        for name, array in ((_IMAGES, images), (_LABELS, labels)):
            part = folder / f"{name}.part"
            with part.open("wb") as file:
                np.save(file, array)
            manifest[name] = _fingerprint(part)
            os.replace(part, folder / name)
        part = folder / f"{_MANIFEST}.part"
        part.write_text(json.dumps(manifest), encoding="utf-8")
        os.replace(part, folder / _MANIFEST)
    finally:
        for part in folder.glob("*.part"):
            part.unlink()


def _read(folder: Path) -> tuple[Pixels, Pixels] | None:
    """Map the kept garments, or return None if they are not all there and whole."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if any(manifest[name] != _fingerprint(folder / name) for name in (_IMAGES, _LABELS)):
            return None
        # "c": a change stays in the memory of the process that makes it.
        images = np.asarray(np.load(folder / _IMAGES, mmap_mode="c"))
        labels = np.load(folder / _LABELS)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    whole = images.shape == (TRAIN + TEST, SIDE, SIDE) and labels.shape == (TRAIN + TEST,)
    return (images, labels) if whole else None


def _fingerprint(path: Path) -> list[int]:
    """Return size and CRC-32 of a file: quick, and enough to notice a cut or rotten one."""
    content = np.memmap(path, np.uint8, "r")
    return [content.size, zlib.crc32(content.data)]


@functools.cache
def _say_once(sentence: str) -> None:
    print(sentence, file=sys.stderr)
