"""A message from outside, as providers take it."""

import json

from .ton_chain import Chain
from .ton_query import Refusal
from .ton_relay import hand_in
from .ton_steps import Message
from .ton_wallets import NotAccepted

INCOMPREHENSIBLE = 422
NOT_TAKEN = 500


def taken(chain: Chain, body: bytes) -> Message:
    """The message in a request, which went to the chain."""
    try:
        return hand_in(chain, json.loads(body)["boc"])
    except (KeyError, TypeError, ValueError) as wrong:
        raise Refusal(INCOMPREHENSIBLE, f"failed to read the message: {wrong}") from None
    except NotAccepted as no:
        why = f"LITE_SERVER_UNKNOWN: cannot apply external message to current state: {no}"
        raise Refusal(NOT_TAKEN, why) from None
