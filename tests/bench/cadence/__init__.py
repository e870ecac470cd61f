"""The simulator of cadence: real publication times replayed against policies that choose the next poll."""
