"""The ways of paying that there are here."""

from collections.abc import Mapping

from attrs import frozen

from .errors import MethodUnknown
from .ports import Feed, Gateway


@frozen
class Gateways:
    """Every gateway by the name of its method, and what is to be read of their feeds."""

    by_method: Mapping[str, Gateway]
    feeds: tuple[Feed, ...] = ()

    @classmethod
    def these(cls, *gateways: Gateway, feeds: tuple[Feed, ...] = ()) -> "Gateways":
        """Those that were enabled."""
        by_method = {each.method: each for each in gateways}
        if len(by_method) < len(gateways):
            raise ValueError("two gateways have one method")
        return cls(by_method, feeds)

    def of(self, method: str) -> Gateway:
        """
        The gateway of that method.

        Raises:
            MethodUnknown: there is none.
        """
        try:
            return self.by_method[method]
        except KeyError:
            raise MethodUnknown(method[:40], tuple(sorted(self.by_method))) from None
