"""The settings, in groups for the stages, and the files that they name: hosts and rules."""
