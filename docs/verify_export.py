#!/usr/bin/env python3
"""Checks an export against its proof: python3 verify_export.py decisions.csv ed25519:64-hex-digits

Nothing but the standard library; docs/audit.md describes the proof, RFC 8032 the signature. The proof is the export's
name with .proof behind it. Exit code 0: sound. 1: what is wrong is printed.
"""
import hashlib
import json
import pathlib
import sys

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P:
        raise ValueError("no point")
    return (x if x & 1 == sign else P - x, y)


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P)


def times(n, a):
    result = (0, 1)
    while n:
        result, a, n = add(result, a) if n & 1 else result, add(a, a), n >> 1
    return result


def signed(message, signature, key):
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    base = point(bytes([0x58]) + bytes([0x66]) * 31)
    return s < ORDER and times(s, base) == add(point(signature[:32]), times(h, point(key)))


def verify(export, proof, key):
    statement, signature = proof.split(b"\n")[:2]
    if not signed(statement, bytes.fromhex(signature.decode()), key):
        return "the proof is not signed with this key"
    told = json.loads(statement.removeprefix(b"automod-export-1 "))
    if hashlib.sha256(export).hexdigest() != told["sha256"]:
        return "the file is not the one that was exported"
    print(f"sound: {told['rows']} rows, exported {told['time']} at event {told['head']['seq']}")


if __name__ == "__main__":
    file = pathlib.Path(sys.argv[1])
    proof = file.with_name(file.name + ".proof").read_bytes()
    damage = verify(file.read_bytes(), proof, bytes.fromhex(sys.argv[2].removeprefix("ed25519:")))
    sys.exit(f"DAMAGED: {damage}" if damage else 0)
