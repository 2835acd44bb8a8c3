"""Side-by-side measurements; `python3 run.py bench` runs them and docs/benchmarks/ holds them."""
