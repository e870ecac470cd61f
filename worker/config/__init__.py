"""Settings, and the files and policies that they name."""
