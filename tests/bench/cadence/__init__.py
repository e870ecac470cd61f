"""The simulator of cadence: real publication times replayed against ways of choosing the next poll."""
