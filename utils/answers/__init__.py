"""What students do with their own answers: take a new release, export, put back, print.

Read in this order: `notebook` (a notebook and its answers), `files` (writing without losing
anything), `export`, `reset` and `paper`; and for a new release `release` (is it one?), `merge` (two
notebooks into one), `beside` (what changed, side by side) and `update`. `python3 run.py` starts
them; what a new release needs runs without any package, because it may come before they do.
"""
