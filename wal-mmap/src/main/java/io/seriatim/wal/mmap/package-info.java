/// How a log is kept: segments, flusher, recovery, readers, retention.
package io.seriatim.wal.mmap;
