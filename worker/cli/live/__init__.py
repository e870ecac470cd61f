"""The view of `run`, `demo` and `status`: what is counted, what is warned of, how it is shown."""
