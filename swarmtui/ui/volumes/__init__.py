"""Cluster volumes (CSI): their dialog."""
