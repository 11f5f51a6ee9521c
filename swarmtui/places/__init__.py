"""Where a swarm could be: docker contexts, hosts of ssh_config, what was opened before; and whether it answers.

Start with `swarmtui.places.book.AddressBook`. The user interface sees `swarmtui.places.place` alone.
"""
