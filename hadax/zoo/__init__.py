"""Distilled datasets that come with hadax: `names()`, `entry(name)`, `load(name)`.

Wherever a file is asked for, "zoo:" and an entry's name stands for its file.

Examples:
  >>> import hadax
  >>> "gymnax/CartPole-v1" in hadax.zoo.names()
  True
  >>> hadax.zoo.entry("gymnax/CartPole-v1").pairs
  2
"""

from hadax.zoo.entry import Entry, Published, Search
from hadax.zoo.loading import load
from hadax.zoo.shipped import entries, entry, names, path_of, searches_of

__all__ = [
    "Entry",
    "Published",
    "Search",
    "entries",
    "entry",
    "load",
    "names",
    "path_of",
    "searches_of",
]
