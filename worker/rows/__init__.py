"""Rows of the tables as plain values, one module for each table: what decisions read and what saves write.

They need no database, so the pure modules of the services may import them.
"""
