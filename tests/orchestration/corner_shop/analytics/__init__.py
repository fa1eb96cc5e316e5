"""What Python computes of the corner shop, beside what it computes of the real project."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
