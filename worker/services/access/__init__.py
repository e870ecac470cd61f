"""Accounts: invitations, passwords, sessions."""
