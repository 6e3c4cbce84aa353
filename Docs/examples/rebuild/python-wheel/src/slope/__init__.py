"""How steep a stick lies."""

from .angle import angle

__all__ = ["angle"]
