"""The one judge: what comes of a change, or of a set of changes, for every service's tasks, data and for the quorum.

Actions say what the swarm will be (`Action.expected`) and which tasks an update replaces; all else is judged here.

    replacement   which tasks of a service an update replaces
    fates         which tasks stay, leave, are rejected, replaced, stopped
    places        how many more tasks the nodes can take, by all filters of the scheduler
    local_data    what a task writes on its node, and leaves there
    verdict       all of these for each service that a change can reach, and the quorum
    sentences     the verdict in words
"""
