"""Merkle trees after RFC 6962 and RFC 9162, section 2.1: roots and proofs of two kinds. Keeps nothing.

Hashes are 32 bytes; a leaf's is that of 0x00 and its data, a node's that of 0x01 and its two children.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

__all__ = ["Frontier", "consistency_proof", "inclusion_proof", "is_consistent", "root_of", "root_through"]


class Frontier:
    """Grow a tree leaf by leaf and know its root, holding one hash for each bit of its size.

    Parameters
    ----------
    size
        How many leaves it has.
    peaks
        The roots of the perfect trees that make it up, the largest first.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if size.bit_count() != len(peaks):
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(peaks)}")
        self.size = size
        self.peaks = list(peaks)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one more leaf."""
        full = self.size
        while full & 1:
            leaf = _node(self.peaks.pop(), leaf)
            full >>= 1
        self.peaks.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        """Return the hash of the whole tree."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = _node(peak, root)
        return root

    def copy(self) -> Frontier:
        """Return the same tree, to grow apart from this one."""
        return Frontier(self.size, self.peaks)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root of a tree of leaf hashes."""
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the hashes that lead from one leaf, counted from 0, to the root; the lowest first."""
    proof: list[bytes] = []
    low, high = 0, len(leaves)
    if not 0 <= index < high:
        raise ValueError(f"a tree of {high} leaves has no leaf {index}")
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(root_of(leaves[middle:high]))
            high = middle
        else:
            proof.append(root_of(leaves[low:middle]))
            low = middle
    return proof[::-1]


def root_through(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that an inclusion proof leads to; None when the proof cannot be of that place."""
    if not 0 <= index < size:
        return None
    node, last, root = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            root = _node(other, root)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            root = _node(root, other)
        node, last = node >> 1, last >> 1
    return root if last == 0 else None


def consistency_proof(old: Frontier, added: Sequence[bytes]) -> list[bytes]:
    """Return the hashes that prove that a tree with more leaves holds an old one unchanged.

    Parameters
    ----------
    old
        The tree as it was.
    added
        The hashes of the leaves that came after.
    """
    known = _ranges(old)
    first, last = old.size, old.size + len(added)

    def root(low: int, high: int) -> bytes:
        return known[low, high] if high <= first else root_of(added[low - first : high - first])

    def between(low: int, high: int, whole: bool) -> list[bytes]:
        if first == high:
            return [] if whole else [root(low, high)]
        middle = low + _split(high - low)
        if first <= middle:
            return [*between(low, middle, whole), root(middle, high)]
        return [*between(middle, high, False), root(low, middle)]

    return between(0, last, True) if 0 < first < last else []


def is_consistent(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that the larger tree holds the smaller one unchanged."""
    if not 0 < old_size < size:
        return not proof and (old_size == 0 or (old_size == size and old_root == root))
    nodes = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not nodes:
        return False
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    then = now = nodes[0]
    for other in nodes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            then, now = _node(other, then), _node(other, now)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            now = _node(now, other)
        node, last = node >> 1, last >> 1
    return last == 0 and then == old_root and now == root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _ranges(tree: Frontier) -> dict[tuple[int, int], bytes]:
    """Return each peak by the leaves that it stands for."""
    found, low = {}, 0
    for peak, bit in zip(
        tree.peaks,
        (bit for bit in range(tree.size.bit_length(), -1, -1) if tree.size >> bit & 1),
        strict=True,
    ):
        found[low, low + (1 << bit)] = peak
        low += 1 << bit
    return found
