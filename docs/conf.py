"""How Sphinx builds the pages; run it by `nox -s docs`."""

from importlib.metadata import version as version_of

project = "Altyn"
author = "The Altyn authors"
project_copyright = "2026, The Altyn authors"
version = release = version_of("altyn")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["changelog.d"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3  # headings can be linked to, and a wrong link is a warning

autodoc_member_order = "bysource"
autodoc_typehints = "description"

html_theme = "furo"
html_title = "Altyn"
