"""The standfirst as printed, else the description."""

from worker.extract.summary.standfirst import choose_summary

__all__ = ["choose_summary"]
