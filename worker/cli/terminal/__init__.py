"""What every command shares at the terminal: output, errors, signals."""
