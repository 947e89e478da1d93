package io.seriatim.tools.dump;

import io.seriatim.wal.Damage;
import io.seriatim.wal.format.FrameLayout;

/// A stretch of a file, in the order of the file.
///
/// @param kind   what it is
/// @param index  of a frame its number in the segment, from 0 on; of all else that of the next frame
/// @param offset first byte, in the file
/// @param length bytes that it takes up
/// @param type   of a frame, 0 of all else
/// @param damage what a gap looks like, otherwise null
record Part(Kind kind, long index, long offset, long length, int type, Damage.Kind damage) {
    enum Kind {
        /// A segment's first page, or `wal.meta`.
        HEADER,
        /// A valid frame.
        FRAME,
        /// No valid frame.
        GAP,
        /// Behind the last frame: never written.
        UNWRITTEN
    }

    boolean contains(long at) {
        return at >= offset && at < offset + length;
    }

    /// @return the name of a frame's type
    static String typeName(int type) {
        return switch (type) {
            case FrameLayout.PAD -> "PAD";
            case FrameLayout.SAMPLE -> "SAMPLE";
            case FrameLayout.SAMPLES -> "SAMPLES";
            case FrameLayout.RECORD -> "RECORD";
            case FrameLayout.MARK -> "MARK";
            case FrameLayout.VERDICT -> "VERDICT";
            case FrameLayout.HISTOGRAM -> "HISTOGRAM";
            case FrameLayout.EXEMPLAR -> "EXEMPLAR";
            case FrameLayout.METADATA -> "METADATA";
            default -> "type " + type;
        };
    }

    /// @return what it is, in a word or two
    String name() {
        return switch (kind) {
            case HEADER -> "HEADER";
            case FRAME -> typeName(type);
            case GAP -> "GAP " + damage;
            case UNWRITTEN -> "UNWRITTEN";
        };
    }
}
