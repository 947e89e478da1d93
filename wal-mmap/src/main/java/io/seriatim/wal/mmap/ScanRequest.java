package io.seriatim.wal.mmap;

/// How to scan a shard.
///
/// @param from    smallest timestamp wanted
/// @param until   largest timestamp wanted
/// @param visitor told of every part, or null
/// @param labels  memory for those that have to be remembered
record ScanRequest(Storage storage, long from, long until, SegmentVisitor visitor, LabelMemory labels) {}
