package dev.overlapped.provider;

/// Flags of one send or receive, as the seam names them (Winsock and Linux agree on these three values).
public final class MessageFlags {
    /// Urgent data.
    public static final int OUT_OF_BAND = 1;
    /// Look at the data and leave it where it is.
    public static final int PEEK = 2;
    /// Do not use a gateway.
    public static final int DONT_ROUTE = 4;

    private MessageFlags() {
    }
}
