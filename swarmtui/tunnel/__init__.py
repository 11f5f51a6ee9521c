"""The way through SSH to engines that are elsewhere. Start with `swarmtui.tunnel.ssh.Tunnel`.

The only importer of asyncssh, which takes 0.16 s to import. This file imports nothing, so that what needs no asyncssh
costs nothing: `swarmtui.tunnel.questions` (for dialogs) and `swarmtui.tunnel.targets`. The rest is imported for ssh://
endpoints only.
"""
