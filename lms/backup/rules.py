"""What a backup says of itself, and why one is refused. Pure."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

FORMAT = 1
Engine = Literal["sqlite", "postgresql"]


class BackupError(Exception):
    """The message is one or two sentences that say what to do."""


class Damaged(BackupError):
    """The file is no backup of this site, or a byte of it has changed."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`schema` is the version of the tables, `size` and `sha256` those of the database inside, in bytes and hexadecimal."""

    engine: Engine
    schema: str
    made_at: datetime
    size: int
    sha256: str
    format: int = FORMAT

    def to_json(self) -> bytes:
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}, indent=2, sort_keys=True).encode()


def from_json(data: bytes) -> Manifest:
    """Raises Damaged."""
    try:
        plain = json.loads(data)
        return Manifest(**{**plain, "made_at": datetime.fromisoformat(plain["made_at"])})
    except (ValueError, TypeError, KeyError) as error:
        raise Damaged("The manifest of this backup cannot be read. Use another copy of it.") from error


def objection(manifest: Manifest, engine: str, known_schemas: Collection[str]) -> str:
    """Why this backup may not be put into a database of this engine by this version of the site, "" where it may."""
    if manifest.format != FORMAT or manifest.schema not in known_schemas:
        return "This backup was made by a newer version of the site. Upgrade first."
    if manifest.engine != engine:
        return f"This backup holds {NAMES[manifest.engine]}, and DATABASE_URL names {NAMES.get(engine, engine)}. Use the same."
    return ""


NAMES = {"sqlite": "an SQLite database", "postgresql": "a PostgreSQL database"}
