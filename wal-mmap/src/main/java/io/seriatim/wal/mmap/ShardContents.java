package io.seriatim.wal.mmap;

import java.util.List;

/// What to scan.
///
/// @param segments   in order of their sequence
/// @param floor      position below which nothing is kept
/// @param floorKnown false if `wal.meta` was lost
record ShardContents(int shard, List<SegmentFile> segments, long floor, boolean floorKnown) {}
