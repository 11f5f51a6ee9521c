"""Cluster volumes (CSI): what is told of them, and whether tasks may use them."""
