"""python -m benchmarks, which is what `python3 run.py bench` starts."""

import sys

from benchmarks.cli import main

main(sys.argv[1:])
