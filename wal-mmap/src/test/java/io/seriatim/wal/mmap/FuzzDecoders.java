package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.DetailDecoder;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.Mark;
import io.seriatim.wal.format.SamplesDecoder;
import io.seriatim.wal.format.SamplesEncoder;
import io.seriatim.wal.format.SealBlock;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.Verdict;
import io.seriatim.wal.format.WalMeta;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Fuzz target: each decoder by itself; the first byte chooses. Checksums are made right. What a decoder takes, its
/// encoder gives back byte for byte: there is one encoding of everything.
public final class FuzzDecoders {
    private FuzzDecoders() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        final byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        try {
            // The first eight came first, and every first byte means one of them still.
            switch (input[0] == 8 ? 8 : input[0] & 7) {
                case 8 -> detail(bytes);
                case 0 -> samples(bytes);
                case 1 -> sample(bytes);
                case 2 -> labels(bytes);
                case 3 -> seal(bytes);
                case 4 -> mark(bytes);
                case 5 -> verdict(bytes);
                case 6 -> header(bytes);
                default -> meta(bytes);
            }
        } catch (MalformedFrameException expected) {
            check(!expected.getMessage().isEmpty(), "no message");
        }
    }

    private static void samples(byte[] bytes) throws MalformedFrameException {
        if (bytes.length < FrameLayout.SAMPLES_GROUPS_OFFSET) {
            return;
        }
        final SamplesDecoder decoder = new SamplesDecoder();
        decoder.samplesFrame(bytes, 0, bytes.length, 7);
        decoder.check();

        decoder.samplesFrame(bytes, 0, bytes.length, 7);
        final SamplesEncoder encoder = new SamplesEncoder();
        encoder.begin(
                Bytes.getLong(bytes, FrameLayout.SAMPLES_MIN_OFFSET),
                Bytes.getLong(bytes, FrameLayout.SAMPLES_MAX_OFFSET),
                1 << 24);
        while (decoder.next()) {
            final Labels labels;
            try {
                labels = decoder.labelsLength() == 0
                        ? null
                        : Labels.decode(bytes, decoder.labelsOffset(), decoder.labelsLength());
            } catch (IllegalArgumentException _) {
                return;
            }
            encoder.group(decoder.ref(), labels, decoder.count());
            for (int i = 0; i < decoder.count(); i++) {
                encoder.sample(decoder.timestamp(i), decoder.valueBits(i));
            }
        }
        final int length = encoder.end();
        // The type is looked at before a frame comes here; commit word and checksum are not the encoder's.
        encoder.buffer()[FrameLayout.TYPE_OFFSET] = bytes[FrameLayout.TYPE_OFFSET];
        check(
                length == bytes.length && Arrays.equals(encoder.buffer(), 8, length, bytes, 8, length),
                "another encoding is taken as well");
    }

    private static void sample(byte[] bytes) throws MalformedFrameException {
        if (bytes.length >= FrameLayout.PAYLOAD_OFFSET) {
            final SamplesDecoder decoder = new SamplesDecoder();
            decoder.sampleFrame(bytes, 0, bytes.length, 7);
            check(decoder.next() && decoder.count() == 1 && decoder.ref() >= 0, "a sample of nothing");
            check(!decoder.next(), "two samples");
        }
    }

    private static void detail(byte[] bytes) throws MalformedFrameException {
        if (bytes.length < FrameLayout.PAYLOAD_OFFSET) {
            return;
        }
        final int type = FrameLayout.type(Bytes.getInt(bytes, FrameLayout.TYPE_OFFSET));
        if (type < FrameLayout.HISTOGRAM || type > FrameLayout.METADATA) {
            return;
        }
        final DetailDecoder decoder = new DetailDecoder();
        decoder.frame(type, bytes, 0, bytes.length);
        final Labels labels;
        try {
            labels = decoder.labelsLength() == 0
                    ? null
                    : Labels.decode(bytes, decoder.labelsOffset(), decoder.labelsLength());
        } catch (IllegalArgumentException _) {
            return;
        }
        final SamplesEncoder encoder = new SamplesEncoder();
        encoder.beginDetail(decoder.ref(), decoder.timestamp(), 1 << 24);
        switch (type) {
            case FrameLayout.HISTOGRAM -> encoder.histogram(decoder.histogram());
            case FrameLayout.EXEMPLAR -> encoder.exemplar(decoder.valueBits(), decoder.own());
            default -> encoder.metadata(decoder.own());
        }
        final int length = encoder.endDetail(labels);
        check(
                length == bytes.length && Arrays.equals(encoder.buffer(), 8, length, bytes, 8, length),
                "another encoding is taken as well");
    }

    private static void labels(byte[] bytes) {
        final Labels labels;
        try {
            labels = Labels.decode(bytes, 0, bytes.length);
        } catch (IllegalArgumentException failure) {
            check(failure.getMessage().chars().noneMatch(Character::isISOControl), failure.getMessage());
            return;
        }
        final java.util.Map<String, String> map = new java.util.HashMap<>();
        labels.forEach(map::put);
        final Labels again = Labels.of(map);
        check(map.size() == labels.count() && again.equals(labels), "another encoding is taken as well");
        check(again.encodedEquals(bytes, 0, bytes.length), "not the same bytes");
    }

    private static void seal(byte[] bytes) {
        if (bytes.length >= SealBlock.LENGTH) {
            final CRC32C crc = new CRC32C();
            crc.update(bytes, 0, 56);
            Bytes.putInt(bytes, 56, (int) crc.getValue() ^ FrameSeed.at(5, 8192, SealBlock.LENGTH));
            final SealBlock seal = SealBlock.decode(bytes, 0, 5, 8192, Logs.SEGMENT_BYTES);
            if (seal != null) {
                check(seal.end() >= SegmentHeader.HEADER_BYTES && seal.end() <= Logs.SEGMENT_BYTES, seal);
                check(Arrays.equals(seal.encode(5, 8192), Arrays.copyOf(bytes, SealBlock.LENGTH)), seal);
            }
        }
    }

    private static void mark(byte[] bytes) throws MalformedFrameException {
        if (bytes.length >= FrameLayout.PAYLOAD_OFFSET) {
            final Mark mark = Mark.decode(bytes, 0, bytes.length);
            check(0 <= mark.durable() && mark.durable() <= mark.from() && mark.from() <= mark.to(), mark);
        }
    }

    private static void verdict(byte[] bytes) throws MalformedFrameException {
        if (bytes.length >= FrameLayout.PAYLOAD_OFFSET) {
            final Verdict verdict = Verdict.decode(bytes, 0, bytes.length);
            final long[] fields = verdict.fields();
            check(bytes.length == FrameLayout.PAYLOAD_OFFSET + 8 * fields.length, verdict);
            for (int i = 0; i < fields.length; i++) {
                check(fields[i] == Bytes.getLong(bytes, FrameLayout.PAYLOAD_OFFSET + 8 * i), verdict);
            }
        }
    }

    private static void header(byte[] bytes) throws MalformedFrameException {
        if (bytes.length >= SegmentHeader.BLOCK_BYTES) {
            final byte[] block = Arrays.copyOf(bytes, SegmentHeader.BLOCK_BYTES);
            final CRC32C crc = new CRC32C();
            crc.update(block, 0, SegmentHeader.CRC_OFFSET);
            Bytes.putInt(block, SegmentHeader.CRC_OFFSET, (int) crc.getValue());
            final SegmentHeader header = SegmentHeader.decode(block);
            check(header.base() >= 0 && header.base() + header.segmentBytes() < 1L << 53, header);
            check(header.equals(SegmentHeader.decode(header.encode())), header);
        }
    }

    private static void meta(byte[] bytes) throws MalformedFrameException {
        if (bytes.length >= Integer.BYTES) {
            final CRC32C crc = new CRC32C();
            crc.update(bytes, 0, bytes.length - Integer.BYTES);
            Bytes.putInt(bytes, bytes.length - Integer.BYTES, (int) crc.getValue());
            check(Arrays.equals(bytes, WalMeta.decode(bytes).encode()), "another encoding is taken as well");
        }
    }

    private static void check(boolean holds, Object what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
