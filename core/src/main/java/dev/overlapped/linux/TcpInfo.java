package dev.overlapped.linux;

/// The fields that are read of what TCP_INFO answers; newer kernels append fields, older ones answer less.
///
/// ```c
/// struct tcp_info {
///     __u8  tcpi_state;
///     __u8  tcpi_ca_state;
///     __u8  tcpi_retransmits;     // in a row, without an answer
///     __u8  tcpi_probes;          // keep-alive or zero-window probes without an answer
///     __u8  tcpi_backoff;
///     ...
///     __u32 tcpi_notsent_bytes;   // since Linux 4.6
///     ...
/// };
/// ```
public final class TcpInfo {
    public static final long TCPI_STATE = 0;
    public static final long TCPI_RETRANSMITS = 2;
    public static final long TCPI_PROBES = 3;
    public static final long TCPI_BACKOFF = 4;
    public static final long TCPI_NOTSENT_BYTES = 144;

    private TcpInfo() {
    }
}
