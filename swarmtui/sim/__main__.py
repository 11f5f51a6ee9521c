"""`python -m swarmtui.sim`: the embedded swarm as a process of its own (see `swarmtui.sim.api.process`)."""

import sys

from swarmtui.sim.api.process import main

if __name__ == "__main__":
    sys.exit(main())
