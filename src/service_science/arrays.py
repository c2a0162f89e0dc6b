"""Names for the arrays that go in and out."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

__all__ = ["ArrayLike", "Flags", "Floats", "Ints"]
