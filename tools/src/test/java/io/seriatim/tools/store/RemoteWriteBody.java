package io.seriatim.tools.store;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads a remote write 1.0 message with protobuf's own reader, into lines.
public final class RemoteWriteBody {
    private final List<String> lines = new ArrayList<>();

    private RemoteWriteBody() {}

    public static List<String> lines(byte[] body) {
        try {
            final RemoteWriteBody read = new RemoteWriteBody();
            final CodedInputStream in = CodedInputStream.newInstance(body);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (tag >>> 3) {
                    case 1 -> read.series(CodedInputStream.newInstance(in.readByteArray()));
                    case 3 -> read.lines.add("metadata " + fields(in.readByteArray()));
                    default -> throw new AssertionError("tag=" + tag);
                }
            }
            return read.lines;
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private void series(CodedInputStream in) throws IOException {
        final StringBuilder labels = new StringBuilder();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            final byte[] part = in.readByteArray();
            switch (tag >>> 3) {
                case 1 -> label(labels, part);
                case 2 -> lines.add("{" + labels + "} " + fields(part));
                case 3 -> lines.add("{" + labels + "} exemplar " + fields(part));
                case 4 -> lines.add("{" + labels + "} histogram " + fields(part));
                default -> throw new AssertionError("tag=" + tag);
            }
        }
    }

    private static void label(StringBuilder labels, byte[] part) throws IOException {
        final CodedInputStream in = CodedInputStream.newInstance(part);
        in.readTag();
        labels.append(labels.isEmpty() ? "" : ",").append(in.readString()).append('=');
        in.readTag();
        labels.append(in.readString());
    }

    /// Fields as `number:value`, doubles as they print, bytes in hexadecimal.
    private static String fields(byte[] message) throws IOException {
        final CodedInputStream in = CodedInputStream.newInstance(message);
        final StringBuilder text = new StringBuilder();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            text.append(text.isEmpty() ? "" : " ").append(tag >>> 3).append(':');
            switch (tag & 7) {
                case 0 -> text.append(in.readRawVarint64());
                case 1 -> {
                    final double value = in.readDouble();
                    text.append(value != value ? Long.toHexString(Double.doubleToRawLongBits(value)) : value + "");
                }
                default -> text.append(text(in.readByteArray()));
            }
        }
        return text.toString();
    }

    private static String text(byte[] bytes) {
        for (final byte one : bytes) {
            if (one < 0x20) {
                return java.util.HexFormat.of().formatHex(bytes);
            }
        }
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }
}
