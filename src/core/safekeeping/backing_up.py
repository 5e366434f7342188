"""Taking a backup while everybody goes on."""

from pathlib import Path

from attrs import frozen

from ..balances import Auditor
from ..identity import Audit, Caller, Permission, Trail, VerifyTrail
from ..transaction import Transaction
from .errors import BooksBroken
from .manifest import Manifest
from .ports import Safe, Vault


@frozen
class BackUp:
    """Copy all there is into one file, and prove the copy before it counts."""

    vault: Vault
    safe: Safe
    audit: Audit
    transaction: Transaction

    async def __call__(self, by: Caller, file: Path) -> Manifest:
        """
        What is in it; the file is there when this returns, and else there is none.

        Raises:
            NotAllowed: they may not have what is known of everybody.
            BackupRefused: there is such a file, or none can be written.
            BooksBroken: what was copied does not agree with itself.
        """
        by.must(Permission.MANAGE_USERS)
        async with self.transaction():
            await self.audit(by, "books.backed_up", "books:all")
        async with (
            self.safe.writing(file) as sealing,
            self.vault.copied(beside=file) as copy,
        ):
            links, head = copy.head
            await examined(by, copy.auditor, copy.trail, (links, bytes.fromhex(head)))
            tables = len(copy.parts) > 1
            parts = [
                await sealing.add(name, copy.chunks(name), table=tables) for name in copy.parts
            ]
            manifest = Manifest(
                kind=self.vault.kind,
                made_at=self.audit.clock.now(),
                migrations=copy.migrations,
                parts=parts,
                counters=copy.counters,
                links=links,
                head=head,
            )
            await sealing.seal(manifest)
        return manifest


async def examined(by: Caller, auditor: Auditor, trail: Trail, head: tuple[int, bytes]) -> None:
    """
    Nothing, when every law holds and every link is as it was written, with that one among them.

    Raises:
        BooksBroken: something is not.
    """
    findings = [law.finding async for law in auditor.examine()]
    findings.append((await VerifyTrail(trail)(by, head)).finding)
    for finding in findings:
        if finding is not None:
            raise BooksBroken(finding.law, finding.where, finding.expected, finding.found)
