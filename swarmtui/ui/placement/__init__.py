"""Who runs where: the nodes as columns, the services as rows, the tasks as blocks."""
