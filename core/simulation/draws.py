"""Small ways to draw many values at once. Knows nothing of telecoms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["FAR", "Bools", "Floats", "instants", "labels", "picks", "scattered", "stream"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FAR = 2**52
"""An instant that never comes, in seconds; becomes null when rows are written."""


def stream(seed: int, stage: str, part: int = 0) -> np.random.Generator:
    """Return the generator of one stage and part: the same whatever else is drawn.

    Parameters
    ----------
    stage
        A word; its letters are part of the seed.
    part
        The slice of accounts.
    """
    return np.random.default_rng([seed, part, *stage.encode()])


def picks(
    rng: np.random.Generator, weights: Mapping[str, float] | Sequence[float], count: int
) -> npt.NDArray[np.int64]:
    """Draw positions in a list of weights, which need not sum to 1."""
    values = np.array(list(weights.values() if isinstance(weights, Mapping) else weights), dtype=np.float64)
    edges = np.cumsum(values / values.sum())
    return np.searchsorted(edges[:-1], rng.random(count), side="right").astype(np.int64)


def labels(positions: npt.NDArray[np.int64], words: Sequence[str | None]) -> pa.Array:
    """Turn positions into words without building a text for each row."""
    nothing = [number for number, word in enumerate(words) if word is None]
    codes = pa.array(positions.astype(np.int32), mask=np.isin(positions, nothing))
    return pa.DictionaryArray.from_arrays(codes, pa.array([word or "" for word in words]))


def instants(seconds: npt.NDArray[np.int64], micros: npt.NDArray[np.int64] | None = None) -> pa.Array:
    """Turn UTC seconds into timestamps, `FAR` into null."""
    whole = np.where(seconds >= FAR, 0, seconds) * 1_000_000 + (0 if micros is None else micros)
    return pa.array(whole, mask=seconds >= FAR).cast(pa.timestamp("us", "UTC"))


def scattered(numbers: npt.NDArray[np.int64], prime: int) -> npt.NDArray[np.int64]:
    """Map numbers below a prime one to one onto others that look unordered."""
    return (numbers * 2_654_435_761 + 987_654_321) % prime
