"""Numbered changes to an SQLite file; once released none is ever edited."""
