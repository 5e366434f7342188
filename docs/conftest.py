"""The Python blocks of the README, tutorial, how-tos and explanations run, page by page."""

from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser

PAGES = Sybil(
    path=str(Path(__file__).parents[1]),
    patterns=["README.md", "docs/tutorial/*.md", "docs/howto/*.md", "docs/explanation/*.md"],
    parsers=[PythonCodeBlockParser(), SkipParser()],
)


class Blocks:
    """A plugin and not a function of this file, since the README lies outside of docs."""

    pytest_collect_file = staticmethod(PAGES.pytest())


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Blocks())
