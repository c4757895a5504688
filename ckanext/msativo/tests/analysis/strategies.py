"""Hypothesis strategies for indicator values: ties, gaps and odd magnitudes on purpose."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

# multiples of 1/8 are exact in binary, so shifts and scalings by powers of two are exact too
exact = st.integers(-4000, 4000).map(lambda i: i / 8)
gappy = st.one_of(exact, exact, exact, st.just(float("nan")))
few_levels = st.one_of(st.sampled_from([0.0, 1.0, 2.0]), st.just(float("nan")))


def vectors(min_size: int = 1, max_size: int = 40) -> st.SearchStrategy[np.ndarray]:
    """A vector of values with gaps, sometimes with many ties."""
    return st.one_of(
        st.lists(gappy, min_size=min_size, max_size=max_size),
        st.lists(few_levels, min_size=min_size, max_size=max_size),
    ).map(lambda values: np.array(values, dtype=float))
