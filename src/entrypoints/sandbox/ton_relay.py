"""What becomes of a message from outside between whoever takes it and the chain."""

from attrs import evolve
from pytoniq_core.boc.slice import Slice

from .ton_cells import cell_in, raw
from .ton_chain import Chain
from .ton_steps import FORWARD_FEE, GAS_FEE, Message, Outcome, Transaction
from .ton_wallets import IGNORE_ERRORS, NotAccepted, Wanted, accepted

PLAIN_MODES = range(4)
FAILED_TO_ACT = 37


def hand_in(chain: Chain, text: str) -> Message:
    """
    Take a message in a bag of cells: it is carried out now, later, or never, as fate has it.

    Raises:
        ValueError: it is no message from outside.
        NotAccepted: the wallet would not take it now.
    """
    message = _message_in(text)
    accepted(chain.at(message.to), message.body, _now(chain))
    fate = chain.mempool
    if fate.drops:
        fate.drops -= 1
    elif fate.holds:
        fate.held.append(message)
    else:
        carry_out(chain, message)
    return message


def release(chain: Chain) -> None:
    """What was held back is carried out, where it still can be; nothing is held back any more."""
    held, chain.mempool.held, chain.mempool.holds = chain.mempool.held, [], False
    for each in held:
        carry_out(chain, each)


def carry_out(chain: Chain, message: Message) -> Transaction | None:
    """What the message does to its wallet; None where that does not take it, or not any more."""
    before = chain.at(message.to)
    try:
        wanted = accepted(before, message.body, _now(chain))
    except NotAccepted:
        return None
    if chain.mempool.poor:
        chain.mempool.poor -= 1
        before = evolve(before, balance=GAS_FEE)
    sends = _sent(before.balance - GAS_FEE, wanted)
    if sends is None:  # what was done is undone, the number too
        return chain.note(
            message, chain.at(message.to), Outcome(fee=GAS_FEE, exit_code=FAILED_TO_ACT)
        )
    after = evolve(chain.at(message.to), seqno=before.seqno + 1)
    return chain.note(message, after, Outcome(fee=GAS_FEE), sends)


def _sent(left: int, wanted: list[Wanted]) -> list[Message] | None:
    """What is sent of that; None where something cannot be, and was not to be left out."""
    sends = list[Message]()
    for each in wanted:
        besides = bool(each.mode & 1)
        costs = each.message.nano + (FORWARD_FEE if besides else 0)
        if each.mode in PLAIN_MODES and costs <= left:
            left -= costs
            nano = each.message.nano - (0 if besides else FORWARD_FEE)
            sends.append(evolve(each.message, nano=nano))
        elif not each.mode & IGNORE_ERRORS:
            return None
    return sends


def _message_in(text: str) -> Message:
    try:
        said = Slice.from_cell(cell_in(text))
        if said.load_uint(2) != 0b10 or said.load_uint(2):
            raise ValueError("not a message from outside")
        to = said.load_address()
        if said.load_coins() or said.load_bit():
            raise ValueError("nothing is deployed here")
        body = said.load_ref() if said.load_bit() else said.to_cell()
        return Message(to=raw(to), body=body)
    except Exception as wrong:  # the library fails in many ways
        raise ValueError(f"not a message from outside: {wrong}") from None


def _now(chain: Chain) -> int:
    return int(chain.clock.now().timestamp())
