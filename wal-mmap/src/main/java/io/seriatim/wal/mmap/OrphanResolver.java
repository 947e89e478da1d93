package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.SamplesDecoder;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.IntHashSet;

/// Finds labels whose definition was destroyed in one segment in the other segments of the same shard and epoch.
///
/// Rarely needed, so it looks only when asked, and then through every segment of the epoch at once. Not
/// thread-safe.
final class OrphanResolver {
    private static final int WINDOW_BYTES = 256 * 1024;

    private final Storage storage;
    private final Supplier<List<SegmentFile>> segments;
    private final Int2ObjectHashMap<Labels> found = new Int2ObjectHashMap<>();
    private final IntHashSet disputed = new IntHashSet();
    private long epochId;
    private boolean loaded;

    /// @param segments of the shard, as far as they are known when somebody asks
    OrphanResolver(Storage storage, Supplier<List<SegmentFile>> segments) {
        this.storage = storage;
        this.segments = segments;
    }

    /// @return the labels, or null if no readable segment of the epoch defines them
    Labels resolve(long epochId, int ref) throws IOException {
        if (!loaded || epochId != this.epochId) {
            found.clear();
            disputed.clear();
            this.epochId = epochId;
            loaded = true;
            for (final SegmentFile segment : segments.get()) {
                if (segment.header() != null && segment.header().epochId() == epochId) {
                    load(segment);
                }
            }
        }
        return disputed.contains(ref) ? null : found.get(ref);
    }

    private void load(SegmentFile segment) throws IOException {
        final FrameScanner scanner = new FrameScanner(WINDOW_BYTES);
        final SamplesDecoder decoder = new SamplesDecoder();
        try (StorageFile file = storage.open(segment.file(), false)) {
            scanner.open(file, segment);
            for (int what = scanner.next(); what != FrameScanner.END; what = scanner.next()) {
                if (what == FrameScanner.FRAME && scanner.type() == FrameLayout.SAMPLES) {
                    definitions(scanner, decoder);
                }
            }
        } catch (NoSuchFileException _) {
            // Truncated meanwhile: then nothing in it is needed.
        }
    }

    private void define(int ref, byte[] source, int offset, int length) {
        final Labels known = found.get(ref);
        if (known == null) {
            found.put(ref, Labels.decode(source, offset, length));
        } else if (!known.encodedEquals(source, offset, length)) {
            disputed.add(ref); // no writer does this: better no labels than invented ones
        }
    }

    private void definitions(FrameScanner scanner, SamplesDecoder decoder) throws IOException {
        try {
            final int index = scanner.frameIndex();
            decoder.samplesFrame(scanner.bytes(), index, scanner.length(), 0);
            while (decoder.next()) {
                if (decoder.labelsLength() > 0) {
                    define(decoder.ref(), scanner.bytes(), decoder.labelsOffset(), decoder.labelsLength());
                }
            }
        } catch (MalformedFrameException | IllegalArgumentException _) {
            // Reported when the segment itself is read.
        }
    }
}
