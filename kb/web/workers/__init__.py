"""The processes in which queries run: one holds the graph, workers are forked from it, a pool hands out the work."""
