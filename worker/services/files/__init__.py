"""Files: the store written into files, and files read into the store."""
