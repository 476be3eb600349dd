package dev.overlapped.cli.tcp;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A host and a TCP port, written `HOST:PORT`, or `[ADDRESS]:PORT` if the address is an IPv6 one.
///
/// @param host a name or an address, without brackets
/// @param port 1 to 65535, or 0 where any free port is meant
public record HostPort(String host, int port) {
    /// The largest TCP port.
    public static final int LARGEST_PORT = 65_535;

    /// Reads what the user wrote.
    ///
    /// @throws IllegalArgumentException if that is no host and port; its message says so
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw malformed(text);
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                "'" + text + "': an IPv6 address goes in brackets, like [::1]:27015");
        }
        if (host.isBlank()) {
            throw malformed(text);
        }
        return new HostPort(host, port(text, text.substring(colon + 1)));
    }

    private static int port(String text, String digits) {
        boolean number = !digits.isEmpty() && digits.length() <= 5
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number) {
            throw malformed(text);
        }
        int port = Integer.parseInt(digits);
        if (port < 1 || port > LARGEST_PORT) {
            throw new IllegalArgumentException("'" + text + "': a port is from 1 to " + LARGEST_PORT);
        }
        return port;
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("'" + text + "' is not HOST:PORT, like 127.0.0.1:27015");
    }

    /// As it is written.
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /// Reads an option of this type.
    public static final class Converter implements ITypeConverter<HostPort> {
        /// Made by picocli.
        public Converter() {
        }

        @Override
        public HostPort convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
