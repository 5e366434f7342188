"""A town that pays while the program is killed again and again, and what has to be so after it."""
