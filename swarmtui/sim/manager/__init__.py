"""The managers' work beside that: raft, store, dispatcher, allocator, roles, certificates."""
