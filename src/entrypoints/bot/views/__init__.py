"""What people see: a text and buttons, made of words and facts, and of nothing else."""

from .view import BUTTONS_MAX, LABEL_MAX, TEXT_MAX, Button, View

__all__ = ["BUTTONS_MAX", "LABEL_MAX", "TEXT_MAX", "Button", "View"]
