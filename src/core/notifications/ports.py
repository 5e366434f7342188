"""What telling people needs: somebody who finds the words and sends them."""

from typing import Protocol

from .notification import Notification


class Messenger(Protocol):
    """
    Whoever puts a notification into words and brings it to its recipient.

    Nothing is sent twice by one call, and limits are the caller's business.
    """

    async def send(self, notification: Notification) -> None:
        """
        Send it, in the recipient's language.

        Raises:
            KindUnworded: there are no words for it; nothing was sent.
            RecipientGone: they do not let us talk to them; nothing was sent, nor will be.
            Refused: it cannot be sent as it is; nothing was sent, nor will be.
            NotExecuted, TurnedAway, CircuitOpen: nothing was sent, perhaps it can be later.
            Unavailable: perhaps it was sent.
        """
        ...
