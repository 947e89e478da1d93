package io.seriatim.wal.mmap;

/// How to scan a shard.
///
/// @param from    smallest timestamp wanted
/// @param until   largest timestamp wanted
/// @param visitor told of every part, or null
record ScanRequest(Storage storage, long from, long until, SegmentVisitor visitor) {}
