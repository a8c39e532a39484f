#!/usr/bin/env python3
"""Recomputes an audit with nothing but the standard library: python3 verify_chain.py automod.db

Checks the chain of events and the digests of the texts, as docs/audit.md describes them. Reads only.
Exit code 0: sound, and the head is printed. 1: the first thing that is wrong is printed.
"""
import hashlib
import json
import pathlib
import sqlite3
import struct
import sys

EVENTS = "SELECT seq, at, kind, decision_id, data, hash FROM audit_events ORDER BY seq"
TEXTS = "SELECT name, salt, content, account FROM texts WHERE event_seq = ?"
ROOT = "SELECT seq, hash, checkpoint FROM root"
ERASED = "SELECT data FROM audit_events WHERE kind IN ('texts.erased', 'texts.expired')"
STRAYS = "SELECT event_seq FROM texts WHERE event_seq NOT IN (SELECT seq FROM audit_events)"


def field(text):
    raw = b"" if text is None else text.encode()
    return struct.pack(">I", 0xFFFFFFFF if text is None else len(raw)) + raw


def digest(salt, content, account):
    sealed = content + (account or b"") if isinstance(content, bytes) else content.encode()
    return hashlib.sha256(salt + sealed).hexdigest()


def verify(database):
    erased = {(seq, name) for data, in database.execute(ERASED)
              for seq, names in json.loads(data)["rows"] for name in names}
    root, previous, signed = database.execute(ROOT).fetchone() or (0, bytes(32), None)
    last = root
    for seq, at, kind, decision_id, data, stored in database.execute(EVENTS):
        if seq != last + 1:
            return f"event {last + 1} is missing"
        canonical = b"\x01" + struct.pack(">qq", seq, at) + field(kind) + field(decision_id) + field(data)
        if hashlib.sha256(previous + canonical).digest() != stored:
            return f"event {seq} was changed, inserted or moved"
        texts = {name: digest(*stored) for name, *stored in database.execute(TEXTS, (seq,))
                 if any(stored[0])}
        told = json.loads(data).get("texts", {}).items()
        if texts != {name: hash for name, hash in told if (seq, name) not in erased}:
            return f"the texts of event {seq} are not those it was made with"
        previous, last = stored, seq
    if stray := database.execute(STRAYS).fetchone():
        return f"a text belongs to event {stray[0]}, which does not exist"
    begin = f"verified from {'checkpoint' if signed else 'event'} {root}, " if root else ""
    print(f"sound: {last - root} events, {begin}head {previous.hex()}")


if __name__ == "__main__":
    file = pathlib.Path(sys.argv[1]).resolve()
    damage = verify(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True))
    sys.exit(f"DAMAGED: {damage}" if damage else 0)
