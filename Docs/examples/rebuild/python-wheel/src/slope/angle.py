import math


def angle(height: float, length: float) -> float:
    """The angle to the ground, in degrees."""
    return math.degrees(math.asin(height / length))
