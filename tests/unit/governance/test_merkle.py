"""Trees, roots and proofs are those of RFC 6962, on the reference vectors of Certificate Transparency."""

from __future__ import annotations

import hashlib
from base64 import b64decode

import pytest

from core.governance.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    root_of,
    root_through,
)

DATA = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = [hashlib.sha256(b"\x00" + bytes.fromhex(data)).digest() for data in DATA]

INCLUSION = (
    (0, 8, ("lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
            "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=")),
    (5, 8, ("vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=", "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
            "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=")),
    (2, 3, ("+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=",)),
    (1, 5, ("bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
            "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=")),
)  # fmt: skip
CONSISTENCY = (
    (1, 8, ("lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=", "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
            "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=")),
    (6, 8, ("DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=", "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
            "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=")),
    (2, 5, ("Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=", "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=")),
)  # fmt: skip
MANY = [hashlib.sha256(b"\x00" + bytes([place])).digest() for place in range(70)]


def grown(leaves: list[bytes]) -> Frontier:
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_reference(index: int, size: int, proof: tuple[str, ...]) -> None:
    assert inclusion_proof(index, LEAVES[:size]) == [b64decode(part) for part in proof]


@pytest.mark.parametrize(("old", "size", "proof"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_reference(old: int, size: int, proof: tuple[str, ...]) -> None:
    assert consistency_proof(grown(LEAVES[:old]), LEAVES[old:size]) == [b64decode(part) for part in proof]


def test_every_leaf_of_every_tree_is_proved_and_nothing_else_is() -> None:
    for size in range(1, 40):
        leaves, root = MANY[:size], root_of(MANY[:size])
        for index in range(size):
            proof = inclusion_proof(index, leaves)
            assert root_through(leaves[index], index, size, proof) == root
            assert root_through(MANY[-1], index, size, proof) != root
            assert root_through(leaves[index], index, size, [*proof, MANY[0]]) is None
            assert not proof or root_through(leaves[index], index, size, proof[:-1]) != root
            wrong = (index + 1) % size
            assert wrong == index or root_through(leaves[index], wrong, size, proof) != root


def test_every_tree_is_proved_to_hold_every_smaller_one_and_no_other() -> None:
    for size in range(1, 34):
        root = root_of(MANY[:size])
        for old in range(size + 1):
            before = root_of(MANY[:old])
            proof = consistency_proof(grown(MANY[:old]), MANY[old:size])
            assert is_consistent(old, before, size, root, proof)
            if 0 < old < size:
                assert not is_consistent(old, MANY[0][::-1], size, root, proof)
                assert not is_consistent(old, before, size, MANY[0][::-1], proof)
                assert not is_consistent(old, before, size, root, [*proof, MANY[1]])
                assert not is_consistent(old, before, size, root, proof[:-1])
    assert not is_consistent(5, MANY[0], 5, MANY[1], [])
    assert not is_consistent(6, MANY[0], 5, MANY[1], [])


def test_a_tree_grows_on_from_its_peaks() -> None:
    for size in range(70):
        tree = grown(MANY[:size])
        for leaf in MANY[size:]:
            tree.append(leaf)
        assert tree.copy().root == root_of(MANY)


def test_a_place_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(ValueError, match="no leaf 3"):
        inclusion_proof(3, LEAVES[:3])
    assert root_through(LEAVES[0], 3, 3, []) is None
    with pytest.raises(ValueError, match="2 peaks"):
        Frontier(5, LEAVES[:1])


@pytest.mark.parametrize(("index", "size"), [(0, 4), (5, 8), (69, 70)])
def test_a_proof_that_stops_short_of_the_root_leads_nowhere(index: int, size: int) -> None:
    proof = inclusion_proof(index, MANY[:size])
    assert root_through(MANY[index], index, size, proof) == root_of(MANY[:size])
    assert root_through(MANY[index], index, size, proof[:-1]) is None
