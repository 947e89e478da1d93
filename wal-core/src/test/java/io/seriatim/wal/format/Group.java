package io.seriatim.wal.format;

import io.seriatim.wal.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// One series' part of a SAMPLES frame, as the tests see it.
///
/// @param labels    null if the group does not define its series
/// @param valueBits raw bits, as many as timestamps
record Group(int ref, Labels labels, List<Long> timestamps, List<Long> valueBits) {
    /// The longest frame that the tests build unless they say otherwise.
    static final int LIMIT = 1 << 20;

    /// A group from timestamps and values in turn.
    static Group of(int ref, Labels labels, Number... timestampsAndValues) {
        final List<Long> timestamps = new ArrayList<>();
        final List<Long> valueBits = new ArrayList<>();
        for (int i = 0; i < timestampsAndValues.length; i += 2) {
            timestamps.add(timestampsAndValues[i].longValue());
            valueBits.add(Double.doubleToRawLongBits(timestampsAndValues[i + 1].doubleValue()));
        }
        return new Group(ref, labels, timestamps, valueBits);
    }

    /// @return the frame's length
    static int encode(SamplesEncoder encoder, List<Group> groups, int limit) {
        final List<Long> all =
                groups.stream().flatMap(group -> group.timestamps.stream()).toList();
        encoder.begin(
                all.isEmpty() ? Long.MAX_VALUE : Collections.min(all),
                all.isEmpty() ? Long.MIN_VALUE : Collections.max(all),
                limit);
        for (final Group group : groups) {
            encoder.group(group.ref, group.labels, group.timestamps.size());
            for (int i = 0; i < group.timestamps.size(); i++) {
                encoder.sample(group.timestamps.get(i), group.valueBits.get(i));
            }
        }
        return encoder.end();
    }

    /// @return the frame in an array of exactly its length, so that reading past its end cannot go unnoticed
    static byte[] frame(Group... groups) {
        final SamplesEncoder encoder = new SamplesEncoder();
        final int length = encode(encoder, List.of(groups), LIMIT);
        return Arrays.copyOf(encoder.buffer(), length);
    }

    /// Takes a SAMPLES frame apart.
    ///
    /// @throws IllegalArgumentException if its labels are none
    static List<Group> decode(byte[] source, int offset, int length) throws MalformedFrameException {
        final SamplesDecoder decoder = new SamplesDecoder();
        decoder.samplesFrame(source, offset, length, 0);
        final List<Group> groups = new ArrayList<>();
        while (decoder.next()) {
            groups.add(current(decoder, source));
        }
        return groups;
    }

    /// @return the group that the decoder is at
    static Group current(SamplesDecoder decoder, byte[] source) {
        final Labels labels = decoder.labelsLength() == 0
                ? null
                : Labels.decode(source, decoder.labelsOffset(), decoder.labelsLength());
        final List<Long> timestamps = new ArrayList<>();
        final List<Long> valueBits = new ArrayList<>();
        for (int i = 0; i < decoder.count(); i++) {
            timestamps.add(decoder.timestamp(i));
            valueBits.add(decoder.valueBits(i));
        }
        return new Group(decoder.ref(), labels, timestamps, valueBits);
    }
}
