"""Benchmarks: side by side, in one run; they print, write ``bench/results/`` and judge nothing."""
