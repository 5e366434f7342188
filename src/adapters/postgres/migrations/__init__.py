"""The numbered changes to a PostgreSQL database; once released a file is never edited."""
