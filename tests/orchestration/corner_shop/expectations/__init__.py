"""The gates of the corner shop, beside what gates of the real project are made of."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
