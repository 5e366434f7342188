"""News: what rings when an event was kept, so that who watches sees it at once."""

from attrs import frozen

from ...core.bells import Bell


@frozen
class News:
    """For whoever looks at what happens; who looks beside them has another one."""

    bell: Bell
