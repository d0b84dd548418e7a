"""Arrow's compute functions: the library makes them at import, where no checker sees them."""

import importlib
from typing import Any, Final

pc: Final[Any] = importlib.import_module("pyarrow.compute")
