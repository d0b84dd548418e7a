"""Benchmarks: side by side, in one run; they print and write ``bench/results/``, and judge nothing."""
