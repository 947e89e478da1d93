/// The bytes of a log, drawn and checked: frames, segment header, seal, `wal.meta`. `FORMAT.md` beside the sources
/// says the same for those who read logs without this library. For the other modules of this project only.
package io.seriatim.wal.format;
