package io.seriatim.tools.serve;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Where to listen: `127.0.0.1:4318`, `[::1]:4318`, `localhost:0`, or `off`.
///
/// @param socket null for `off`
record Address(InetSocketAddress socket) {
    private static final Pattern SYNTAX = Pattern.compile("(?:\\[([0-9a-fA-F:.%\\w]+)\\]|([^:\\[\\]]+)):(\\d{1,5})");
    private static final int LARGEST_PORT = 65535;

    /// Reads one.
    static final class Converter implements ITypeConverter<Address> {
        @Override
        public Address convert(String text) {
            if (text.equals("off")) {
                return new Address(null);
            }
            final Matcher matcher = SYNTAX.matcher(text.trim());
            if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > LARGEST_PORT) {
                throw new TypeConversionException(
                        "'" + text + "' is no address (write 127.0.0.1:4318, [::1]:4318, or off)");
            }
            final String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            try {
                return new Address(
                        new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(matcher.group(3))));
            } catch (UnknownHostException _) {
                throw new TypeConversionException("'" + text + "': no such host: " + host);
            }
        }
    }

    /// @return whether others than this machine can reach it
    boolean isPublic() {
        return socket != null && !socket.getAddress().isLoopbackAddress();
    }
}
