package io.seriatim.tools.ingest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes a log of the ancestor. The samples of an entry are timestamps and values in turn.
final class MytsdbFile {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    MytsdbFile entry(String[] namesAndValues, double... samples) {
        final ByteBuffer entry = ByteBuffer.allocate(64 * 1024).order(ByteOrder.LITTLE_ENDIAN);
        entry.putInt(0).putInt(namesAndValues.length / 2);
        for (final String part : namesAndValues) {
            final byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
            entry.putInt(utf8.length).put(utf8);
        }
        entry.putInt(samples.length / 2);
        for (int i = 0; i < samples.length; i += 2) {
            entry.putLong((long) samples[i]).putDouble(samples[i + 1]);
        }
        entry.putInt(0, entry.position() - Integer.BYTES);
        bytes.write(entry.array(), 0, entry.position());
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
