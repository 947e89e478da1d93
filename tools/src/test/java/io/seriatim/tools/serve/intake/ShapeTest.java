package io.seriatim.tools.serve.intake;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A shortcut must not let through what the check would refuse; protobuf's own reader judges.
class ShapeTest {
    private static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static boolean isPlain(byte[] bytes) {
        // In the middle of other bytes, which must not matter.
        final byte[] around = new byte[bytes.length + 16];
        Arrays.fill(around, (byte) 1);
        System.arraycopy(bytes, 0, around, 8, bytes.length);
        return Otlp.isPlainAttribute(around, 8, 8 + bytes.length);
    }

    /// @return whether there is a key and a text and nothing else, each once
    private static boolean isSound(byte[] bytes) {
        try {
            final KeyValue read = KeyValue.parseFrom(bytes);
            return read.hasValue()
                    && read.getValue().hasStringValue()
                    && Arrays.equals(read.toByteArray(), canonical(bytes, read));
        } catch (InvalidProtocolBufferException _) {
            return false;
        }
    }

    /// An empty key is left out when it is written, and so is not in what protobuf writes.
    private static byte[] canonical(byte[] bytes, KeyValue read) {
        return read.getKey().isEmpty() && bytes.length > 2 && bytes[0] == 0x0a && bytes[1] == 0
                ? Arrays.copyOfRange(bytes, 2, bytes.length)
                : bytes;
    }

    @Test
    void shouldBePlainWhenKeyAndTextAreShort() {
        assertTrue(isPlain(attribute("k", "").toByteArray()));
        assertTrue(isPlain(attribute("k".repeat(127), "v".repeat(125)).toByteArray()));
        assertFalse(isPlain(attribute("k".repeat(128), "v").toByteArray()));
        assertFalse(isPlain(attribute("k", "v".repeat(126)).toByteArray()));
        assertFalse(isPlain(new byte[0]));
    }

    @Test
    void shouldBePlainOnlyIfSoundWhenBytesAreChanged() {
        final byte[] valid = attribute("key", "value").toByteArray();
        for (int length = 0; length < valid.length; length++) {
            assertFalse(isPlain(Arrays.copyOf(valid, length)), "length=" + length);
        }
        final Random random = new Random(7);
        int plain = 0;
        for (int i = 0; i < 200_000; i++) {
            final byte[] changed = Arrays.copyOf(valid, valid.length + random.nextInt(3));
            for (int j = random.nextInt(4); j > 0; j--) {
                // Small ones: tags, lengths and ASCII, so that many are nearly right.
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(random.nextBoolean() ? 24 : 128);
            }
            if (isPlain(changed)) {
                plain++;
                assertTrue(isSound(changed), () -> Arrays.toString(changed));
            }
        }
        assertTrue(plain > 1000, "plain=" + plain);
    }
}
