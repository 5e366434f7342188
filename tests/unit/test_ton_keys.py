"""Keys and phrases of TON wallets: they open what they should, and never show."""

import copy
import pickle
import traceback
from hashlib import sha256

import pytest
from nacl.signing import VerifyKey
from pytoniq_core.crypto.keys import mnemonic_to_private_key

from altyn.adapters.ton import Key, KeyWiped, NotAPhrase
from altyn.adapters.ton.keys import is_signed

SEED = sha256(b"the key of tests").digest()

# Phrases of nobody: there was never anything in their wallets.
PHRASES = {
    "exact evolve fiber bring theory deer impulse athlete palm distance palace grit wage math "
    "hammer modify real penalty anger success broccoli daring source illness": (
        "3b40ed2a091f97a3428d6471a4db18143737c3e10aa6fe7cf8404f8666b2a596"
    ),
    "crowd cash thought rhythm sentence noodle rotate fine improve tooth tape miracle antique "
    "bargain hen baby prosper siege nose suffer topic donkey carry indoor": (
        "e8fd3867fef7c9ac3f8cf475b32ed7f3736a9b6467fbcb80a4e920a06868d7e9"
    ),
}


@pytest.mark.parametrize(("phrase", "public"), PHRASES.items())
def test_a_phrase_is_a_key(phrase: str, public: str) -> None:
    """The same as everybody makes of it, however it was typed."""
    assert Key.of_phrase(phrase).public.hex() == public
    assert Key.of_phrase(f"  {phrase.upper()}\n".replace(" ", "  ")).public.hex() == public
    assert mnemonic_to_private_key(phrase.split())[0].hex() == public


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_wrong_phrase_is_refused_without_a_word_of_it(phrase: str) -> None:
    """Too few words, too many, or two of them the wrong way round."""
    words = phrase.split()
    for wrong in (words[1:], [*words, "word"], [words[1], words[0], *words[2:]], []):
        with pytest.raises(NotAPhrase) as refused:
            Key.of_phrase(" ".join(wrong))
        shown = "".join(traceback.format_exception(refused.value)) + repr(refused.value)
        shown += repr(refused.value.facts) + repr(refused.value.args)
        assert refused.value.words == len(wrong)
        assert [each for each in words if f" {each} " in shown] == []
        assert refused.value.__context__ is None


def test_it_signs() -> None:
    """So that everybody who knows the public half can check it."""
    key = Key(SEED)
    signature = key.sign(b"said")
    VerifyKey(key.public).verify(b"said", signature)
    assert is_signed(key.public, b"said", signature)
    assert not is_signed(key.public, b"sand", signature)
    assert not is_signed(bytes(31), b"said", signature)
    assert not is_signed(key.public, b"said", b"short")


def test_it_shows_nothing() -> None:
    """Nor can it be carried away by accident."""
    key = Key(SEED)
    for shown in (repr(key), str(key), f"{key}", repr([key]), repr({"key": key})):
        assert "Key(…)" in shown
        assert SEED.hex() not in shown
        assert str(SEED) not in shown
    for carried in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            carried(key)
    with pytest.raises(ValueError, match="a key has 32 bytes") as wrong:
        Key(SEED[1:])
    assert SEED[1:].hex() not in str(wrong.value)
    assert str(SEED[1:]) not in str(wrong.value)


def test_it_can_be_forgotten() -> None:
    """Then nothing is signed, and the bytes are gone."""
    key = Key(SEED)
    key.wipe()
    with pytest.raises(KeyWiped):
        key.sign(b"said")
    assert bytes(key._seed) == bytes(32)
