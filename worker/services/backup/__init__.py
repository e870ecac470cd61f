"""Backups of the store in one file each, and their restore.

The file is a tar archive of two members, so that it can be opened without Wiredesk:

    database.dump   what pg_dump writes (format custom), of one snapshot
    manifest.json   version, schema, time, rows by table, position in the change log, SHA-256 of the dump

The manifest comes last: a file that breaks off has no manifest, or a dump shorter than its header says.
"""
