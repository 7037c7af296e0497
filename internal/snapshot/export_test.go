package snapshot

// PastKept is how many past releases stay in memory.
const PastKept = pastKept
