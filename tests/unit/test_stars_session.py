"""The session of an account: sealed, in one hand, and what a Mini App is told in its name."""

import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from altyn.adapters.http import NoAnswer
from altyn.adapters.stars import SealedSession, SessionTaken, SessionUnusable, init_data_in

KEY = "ab" * 32
SECRET = "1ApWapzMBu-the-session"


@pytest.fixture
def session(tmp_path: Path) -> SealedSession:
    sealed = SealedSession.opened_by(tmp_path / "stars.session", f"{KEY}\n")
    sealed.write(SECRET)
    return sealed


def test_what_was_sealed_is_read_with_its_key(session: SealedSession) -> None:
    """And looks like nothing to everybody else, who may not even read the file."""
    assert session.read() == SECRET
    raw = session.path.read_bytes()
    assert SECRET.encode() not in raw
    assert stat.S_IMODE(session.path.stat().st_mode) == 0o600
    session.write(SECRET)
    assert session.path.read_bytes() != raw
    assert [KEY, SECRET, str(bytes.fromhex(KEY))] == [
        each for each in (KEY, SECRET, str(bytes.fromhex(KEY))) if each not in repr(session)
    ]


def test_another_key_opens_nothing(session: SealedSession) -> None:
    """Nor does a file that was changed, or is gone; the words hold nothing of it."""
    with pytest.raises(SessionUnusable, match="another key"):
        SealedSession.opened_by(session.path, "cd" * 32).read()
    raw = session.path.read_bytes()
    for wrong in (raw[:-1], raw[:10], b"", bytes([raw[0] ^ 1]) + raw[1:]):
        session.path.write_bytes(wrong)
        with pytest.raises(SessionUnusable) as refused:
            session.read()
        assert SECRET not in f"{refused.value!r} {refused.value}"
    session.path.unlink()
    with pytest.raises(SessionUnusable, match="No such file"):
        session.read()


@pytest.mark.parametrize("key", ["", "ab" * 31, "ab" * 33, "xy" * 32])
def test_a_key_is_64_digits(tmp_path: Path, key: str) -> None:
    """And is not repeated where it is not."""
    with pytest.raises(SessionUnusable) as refused:
        SealedSession.opened_by(tmp_path / "s", key)
    assert not key or key not in f"{refused.value!r} {refused.value}"


def test_writing_that_was_broken_off_does_no_harm(session: SealedSession) -> None:
    """What was begun is begun anew."""
    session.path.with_name("stars.session.new").write_bytes(b"half")
    session.write("another")
    assert session.read() == "another"


def test_it_is_in_one_hand(session: SealedSession) -> None:
    """In this process, and in any other."""
    other = SealedSession.opened_by(session.path, KEY)
    program = (
        "import sys; from pathlib import Path; from altyn.adapters.stars import SealedSession\n"
        "with SealedSession.opened_by(Path(sys.argv[1]), 'ab' * 32).held(): print('held')"
    )
    run = [sys.executable, "-c", program, str(session.path)]
    with session.held():
        with pytest.raises(SessionTaken, match=r"stars\.session"), other.held():
            pass
        elsewhere = subprocess.run(run, capture_output=True, text=True, check=False)
        assert "SessionTaken" in elsewhere.stderr
    with other.held():
        pass
    freed = subprocess.run(run, capture_output=True, text=True, check=True)
    assert freed.stdout == "held\n"


def test_where_no_lock_can_be_it_is_not_used(tmp_path: Path) -> None:
    """Somebody else might use it too."""
    nowhere = SealedSession.opened_by(tmp_path / "gone" / "s", KEY)
    with pytest.raises(SessionUnusable), nowhere.held():
        pass
    assert list(tmp_path.iterdir()) == []


USER = "user=" + quote('{"id":42,"first_name":"A & B"}', safe="")
RAW = f"query_id=AA&{USER}&auth_date=1&hash=ff"


@pytest.mark.parametrize(
    "url",
    [
        f"https://stickerdom.store/#tgWebAppData={quote(RAW, safe='')}&tgWebAppVersion=8.0",
        f"https://stickerdom.store/?a=1#x=y&tgWebAppData={quote(quote(RAW, safe=''), safe='')}",
    ],
)
def test_what_a_mini_app_is_told_is_kept_to_the_letter(url: str) -> None:
    """It is signed as it stands, once decoded, however often it was encoded."""
    assert init_data_in(url) == RAW


@pytest.mark.parametrize(
    "url",
    ["", "https://stickerdom.store/", "https://a.b/#tgWebAppData=", "https://a.b/#tgWebAppData=x"],
)
def test_nothing_is_made_up(url: str) -> None:
    """An address without it says nothing."""
    with pytest.raises(NoAnswer):
        init_data_in(url)
