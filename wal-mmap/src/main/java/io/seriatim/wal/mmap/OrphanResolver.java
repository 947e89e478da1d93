package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.SamplesDecoder;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Finds labels whose definition was destroyed in one segment in the other segments of the same shard and epoch.
///
/// Rarely needed, so it looks only when asked, and then through every segment of the epoch at once; it
/// remembers every epoch that was asked for, since nothing keeps the segments of two epochs from coming in
/// turn. Not thread-safe.
final class OrphanResolver {
    private static final int WINDOW_BYTES = 256 * 1024;
    /// Stands for what two definitions contradict each other about; never handed on.
    private static final Labels DISPUTED = Labels.of("disputed", "");

    private final Storage storage;
    private final Supplier<List<SegmentFile>> segments;
    private final LabelMemory memory;
    private final Map<Long, Definitions> epochs = new HashMap<>();

    /// What an epoch's segments define.
    private static final class Definitions {
        private final LabelStore found;
        private final RefTable disputed = new RefTable();

        Definitions(LabelMemory memory) {
            this.found = new LabelStore(memory);
        }

        void define(int ref, byte[] source, int offset, int length) throws IOException {
            final Labels known = found.get(ref);
            if (known == null) {
                found.put(ref, Labels.decode(source, offset, length));
            } else if (!known.encodedEquals(source, offset, length)) {
                disputed.put(ref, DISPUTED); // no writer does this: better no labels than invented ones
            }
        }

        Labels get(int ref) throws IOException {
            return disputed.get(ref) == DISPUTED ? null : found.get(ref);
        }
    }

    /// @param segments of the shard, as far as they are known when somebody asks
    /// @param memory   for the labels; those beyond it go to a temporary file
    OrphanResolver(Storage storage, Supplier<List<SegmentFile>> segments, LabelMemory memory) {
        this.storage = storage;
        this.segments = segments;
        this.memory = memory;
    }

    LabelMemory memory() {
        return memory;
    }

    /// Forgets everything.
    void close() throws IOException {
        for (final Definitions each : epochs.values()) {
            each.found.clear();
        }
        epochs.clear();
    }

    /// @return the labels, or null if no readable segment of the epoch defines them
    Labels resolve(long epochId, int ref) throws IOException {
        Definitions definitions = epochs.get(epochId);
        if (definitions == null) {
            definitions = new Definitions(memory);
            epochs.put(epochId, definitions);
            for (final SegmentFile segment : segments.get()) {
                if (segment.header() != null && segment.header().epochId() == epochId) {
                    load(segment, definitions);
                }
            }
        }
        return definitions.get(ref);
    }

    private void load(SegmentFile segment, Definitions definitions) throws IOException {
        final FrameScanner scanner = new FrameScanner(WINDOW_BYTES);
        final SamplesDecoder decoder = new SamplesDecoder();
        try (StorageFile file = storage.open(segment.file(), false)) {
            scanner.open(file, segment);
            for (int what = scanner.next(); what != FrameScanner.END; what = scanner.next()) {
                if (what == FrameScanner.FRAME && scanner.type() == FrameLayout.SAMPLES) {
                    definitions(scanner, decoder, definitions);
                }
            }
        } catch (NoSuchFileException _) {
            // Truncated meanwhile: then nothing in it is needed.
        }
    }

    private static void definitions(FrameScanner scanner, SamplesDecoder decoder, Definitions target)
            throws IOException {
        try {
            final int index = scanner.frameIndex();
            decoder.samplesFrame(scanner.bytes(), index, scanner.length(), 0);
            while (decoder.next()) {
                if (decoder.labelsLength() > 0) {
                    target.define(decoder.ref(), scanner.bytes(), decoder.labelsOffset(), decoder.labelsLength());
                }
            }
        } catch (MalformedFrameException | IllegalArgumentException _) {
            // Reported when the segment itself is read.
        }
    }
}
