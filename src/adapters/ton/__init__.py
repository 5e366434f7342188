"""TON and its jettons: addresses, comments, links, and the chain as others read it for us."""

from .address import Address, NotAnAddress, parse_address
from .body import comment_of, opcode_of
from .cells import Unreadable
from .chain import (
    METHOD,
    AccountState,
    Chain,
    ContractMissing,
    ContractRefused,
    Head,
    JettonWallet,
    Message,
    Page,
    Status,
    Transaction,
)
from .deposits import Purse, memo_of, payment_of
from .drafting import Reserve
from .feed import TonFeed
from .gateway import TonGateway
from .jetton import (
    INTERNAL_TRANSFER,
    TRANSFER_NOTIFICATION,
    InternalTransfer,
    TransferNotification,
    internal_transfer_of,
    notification_of,
)
from .keys import Key, KeyWiped, NotAPhrase
from .links import ANY_WALLET, TONKEEPER, Wish
from .opening import Identity, WalletShut
from .pooled import PooledChain, operations_of
from .purses import Purses
from .qr import qr_code, qr_image, qr_lines
from .tonapi import Tonapi
from .toncenter import Toncenter
from .toncenter_v2 import ToncenterV2
from .unhurried import Unhurried
from .versions import CODES, Version
from .wallet import TonWallet

__all__ = [
    "ANY_WALLET",
    "CODES",
    "INTERNAL_TRANSFER",
    "METHOD",
    "TONKEEPER",
    "TRANSFER_NOTIFICATION",
    "AccountState",
    "Address",
    "Chain",
    "ContractMissing",
    "ContractRefused",
    "Head",
    "Identity",
    "InternalTransfer",
    "JettonWallet",
    "Key",
    "KeyWiped",
    "Message",
    "NotAPhrase",
    "NotAnAddress",
    "Page",
    "PooledChain",
    "Purse",
    "Purses",
    "Reserve",
    "Status",
    "TonFeed",
    "TonGateway",
    "TonWallet",
    "Tonapi",
    "Toncenter",
    "ToncenterV2",
    "Transaction",
    "TransferNotification",
    "Unhurried",
    "Unreadable",
    "Version",
    "WalletShut",
    "Wish",
    "comment_of",
    "internal_transfer_of",
    "memo_of",
    "notification_of",
    "opcode_of",
    "operations_of",
    "parse_address",
    "payment_of",
    "qr_code",
    "qr_image",
    "qr_lines",
]
