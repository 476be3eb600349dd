package dev.overlapped.provider.simulated;

import dev.overlapped.address.Endpoint;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.MessageFlags;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.provider.simulated.SimulatedPoller.Source;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;

/// A UDP socket as the kernel would have it, and what a network does to its datagrams.
///
/// What the network has answered is told to the next send or receive, whichever comes first, even where
/// datagrams wait. Only the last answer is kept, and told once.
final class DatagramSocket implements SimulatedSocket {
    /// The most that one datagram carries: 64 KiB less the headers, of which IPv6 does not count its own.
    private static final int IPV4_BYTES_MAX = 65_507;
    private static final int IPV6_BYTES_MAX = 65_527;
    /// What a datagram takes of the buffer besides its bytes, so that empty ones fill it too.
    private static final int OVERHEAD_BYTES = 32;

    /// Its content is a copy.
    private record Datagram(
            MemorySegment content, InetSocketAddress from, InetSocketAddress to, boolean isDamaged) {
        int bytes() {
            return (int) content.byteSize();
        }

        int size() {
            return bytes() + OVERHEAD_BYTES;
        }
    }

    private final Schedule schedule;
    private final Network network;
    private final SocketKind kind;
    private final Source source = new Source(this::readiness, this::toString);
    private final Map<SocketOptionName, byte[]> options = new EnumMap<>(SocketOptionName.class);
    private InetSocketAddress local;
    /// Where the program has bound it, port included; else null.
    private InetSocketAddress asked;
    private InetSocketAddress peer;
    /// Sent from here and on their way, in their order.
    private final ArrayDeque<Datagram> onTheirWay = new ArrayDeque<>();
    private final ArrayDeque<Datagram> arrived = new ArrayDeque<>();
    private int arrivedBytes;
    /// What the network has answered.
    private int answer;
    private boolean congested;
    private boolean sendingEnded;
    private boolean closed;

    DatagramSocket(Schedule schedule, Network network, SocketKind kind) {
        this.schedule = schedule;
        this.network = network;
        this.kind = kind;
    }

    private int readiness() {
        return (arrived.isEmpty() ? 0 : Source.READABLE) | (congested ? 0 : Source.WRITABLE)
                | (answer == 0 ? 0 : Source.BROKEN);
    }

    @Override
    public Source source() {
        return source;
    }

    @Override
    public SocketKind kind() {
        return kind;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public InetSocketAddress remote() {
        return peer;
    }

    @Override
    public Map<SocketOptionName, byte[]> options() {
        return options;
    }

    // ---- addresses ----

    @Override
    public void bind(InetSocketAddress address, boolean byNumber) {
        local = address;
        asked = byNumber ? address : null;
    }

    @Override
    public boolean isBound() {
        return local != null;
    }

    /// Takes `to` for its peer; null: has none any more, and its address is again what it was before.
    int connect(InetSocketAddress to) {
        if (to == null) {
            peer = null;
            if (asked != null) {
                local = asked;
            } else if (local != null) {
                local = new InetSocketAddress(Names.any(kind.family()), local.getPort());
            }
            return 0;
        }
        int bound = isBound() ? 0 : network.bindToFreePort(this, Names.any(kind.family()));
        if (bound == 0) {
            local = seenBy();
            peer = to;
        }
        return bound;
    }

    /// Its address, as others see it.
    private InetSocketAddress seenBy() {
        return local.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(Names.loopback(kind.family()), local.getPort()) : local;
    }

    // ---- sending ----

    long send(BufferList buffers, int flags, Endpoint to) {
        long bytes = buffers.remaining();
        if (!SimulatedSocket.isUsable(buffers, bytes, false)) {
            return -Errno.EFAULT;
        }
        int bound = isBound() ? 0 : network.bindToFreePort(this, Names.any(kind.family()));
        InetSocketAddress there = to.isKnown() ? Names.address(to) : peer;
        int refusal = bound != 0 ? -bound : refusal(there, bytes, flags);
        if (refusal != 0) {
            return -refusal;
        }
        if (schedule.happens(Chance.FALSE_READINESS)) {
            congested = true;
            schedule.later(() -> {
                congested = false;
                source.signal(Source.WRITABLE);
            });
            return -Errno.EAGAIN;
        }
        InetAddress ip = there.getAddress();
        Datagram datagram = new Datagram(copyOf(buffers), seenBy(),
                ip.isAnyLocalAddress() ? new InetSocketAddress(Names.loopback(kind.family()), there.getPort())
                        : there,
                schedule.happens(Chance.DAMAGED_DATAGRAMS));
        leave(datagram);
        return bytes;
    }

    /// A copy of all that `buffers` have left, on the heap.
    private static MemorySegment copyOf(BufferList buffers) {
        MemorySegment copy = MemorySegment.ofArray(new byte[(int) buffers.remaining()]);
        long done = 0;
        for (int i = 0; i < buffers.pieces(); i++) {
            MemorySegment.copy(buffers.segment(i), buffers.start(i), copy, done, buffers.length(i));
            done += buffers.length(i);
        }
        return copy;
    }

    /// Why a datagram does not leave, in the kernel's order; 0 if it may.
    private int refusal(InetSocketAddress to, long bytes, int flags) {
        if (bytes > (kind.isIpv6() ? IPV6_BYTES_MAX : IPV4_BYTES_MAX)) {
            return Errno.EMSGSIZE;
        }
        if ((flags & MessageFlags.OUT_OF_BAND) != 0) {
            return Errno.EOPNOTSUPP;
        }
        if (to == null) {
            return Errno.EDESTADDRREQ;
        }
        InetAddress ip = to.getAddress();
        if (!Network.isOf(kind.family(), ip)) {
            return kind.isIpv6() ? Errno.ENETUNREACH : Errno.EAFNOSUPPORT;
        }
        if (to.getPort() == 0) {
            return Errno.EINVAL;
        }
        if (network.isDown() || !(ip.isLoopbackAddress() || ip.isAnyLocalAddress())) {
            return Errno.ENETUNREACH;
        }
        if (answer != 0) {
            return takeAnswer();
        }
        if (sendingEnded) {
            return Errno.EPIPE;
        }
        return schedule.happens(Chance.NO_MEMORY_TO_SEND) ? Errno.ENOBUFS : 0;
    }

    private void leave(Datagram datagram) {
        if (schedule.happens(Chance.LOST_DATAGRAMS)) {
            return;
        }
        if (schedule.happens(Chance.EXPIRED_DATAGRAMS)) {
            schedule.soon(() -> answer(Errno.ENETRESET));
            return;
        }
        int copies = schedule.happens(Chance.DOUBLED_DATAGRAMS) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (schedule.happens(Chance.OVERTAKEN_DATAGRAMS)) {
                schedule.later(() -> arrive(datagram));
            } else {
                onTheirWay.add(datagram);
                // Whatever the delays, of those on their way it is the oldest that arrives.
                schedule.soon(() -> arrive(onTheirWay.remove()));
            }
        }
    }

    /// Without a link it is lost.
    private void arrive(Datagram datagram) {
        if (network.isDown()) {
            return;
        }
        DatagramSocket receiver = network.receiverAt(datagram.to, datagram.from);
        if (receiver == null) {
            schedule.soon(() -> answer(Errno.ECONNRESET));
        } else {
            receiver.keep(datagram);
        }
    }

    private void answer(int errno) {
        if (!closed) {
            answer = errno;
            source.signal(Source.EVERYTHING);
        }
    }

    private int takeAnswer() {
        int told = answer;
        answer = 0;
        return told;
    }

    // ---- receiving ----

    /// It is dropped if the buffer is full.
    private void keep(Datagram datagram) {
        if (arrivedBytes < schedule.options().bufferBytes()) {
            arrived.add(datagram);
            arrivedBytes += datagram.size();
            source.signal(Source.READABLE);
        }
    }

    /// The next datagram that is whole, or null.
    private Datagram next() {
        while (!arrived.isEmpty() && arrived.element().isDamaged) {
            removeFirst();
        }
        return arrived.peek();
    }

    private void removeFirst() {
        arrivedBytes -= arrived.remove().size();
    }

    /// Returns the whole length of a datagram, and leaves its sender in `from`, where that is not null.
    long receive(BufferList buffers, int flags, Endpoint from) {
        if (!SimulatedSocket.isUsable(buffers, buffers.remaining(), true)) {
            return -Errno.EFAULT;
        }
        if (answer != 0) {
            return -takeAnswer();
        }
        Datagram datagram = next();
        if (datagram == null) {
            return -Errno.EAGAIN;
        }
        fill(buffers, datagram.content);
        if (from != null) {
            Names.tell(datagram.from, from);
        }
        if ((flags & MessageFlags.PEEK) == 0) {
            removeFirst();
        }
        return datagram.bytes();
    }

    /// Fills `buffers` with `content`, as far as it fits.
    private static void fill(BufferList buffers, MemorySegment content) {
        long bytes = Math.min(content.byteSize(), buffers.remaining());
        long done = 0;
        for (int i = 0; done < bytes; i++) {
            long length = Math.min(bytes - done, buffers.length(i));
            MemorySegment.copy(content, done, buffers.segment(i), buffers.start(i), length);
            done += length;
        }
    }

    @Override
    public int available() {
        Datagram datagram = next();
        return datagram == null ? 0 : datagram.bytes();
    }

    @Override
    public long bytesHeld() {
        return arrivedBytes;
    }

    // ---- ending ----

    @Override
    public int shutdownSending() {
        if (peer == null) {
            return -Errno.ENOTCONN;
        }
        sendingEnded = true;
        return 0;
    }

    /// What it has sent still arrives; what it has received is gone.
    @Override
    public void close() {
        closed = true;
        source.close();
        arrived.clear();
        arrivedBytes = 0;
    }

    @Override
    public String toString() {
        return "datagrams at " + local + (peer == null ? "" : " to " + peer) + " (" + arrived.size()
                + " arrived, " + onTheirWay.size() + " on their way)"
                + (answer == 0 ? "" : ", answer " + answer);
    }
}
