package dev.overlapped.provider;

/// Flags of one send or receive, as the seam names them (Winsock and Linux agree on these three values).
public final class MessageFlags {
    /// Urgent data.
    public static final int OUT_OF_BAND = 1;
    /// Look at the data and leave it where it is.
    public static final int PEEK = 2;
    /// Do not use a gateway.
    public static final int DONT_ROUTE = 4;
    /// More of the same message follows. Winsock's number; no provider sees it.
    public static final int PARTIAL = 0x8000;

    private MessageFlags() {
    }
}
