"""The second engine: what it needs of the machine, and a cluster of its own to try it on."""
