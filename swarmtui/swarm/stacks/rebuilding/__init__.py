"""A compose file rebuilt from the stack that runs: docker deploys it without a change."""
