"""The demo: a scripted morning of handoffs with short clocks, and an independent count of what came out."""

from streams.demo.play import play
from streams.demo.tally import Tally

__all__ = ["Tally", "play"]
