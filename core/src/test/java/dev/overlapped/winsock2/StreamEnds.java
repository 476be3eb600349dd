package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winsock2.SD_SEND;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSARecv;
import static dev.overlapped.winsock2.Winsock2.WSASend;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.shutdown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;

/// The two ends of a stream with many requests outstanding: one sends what [StreamPattern] says, the other
/// one compares what it receives with it.
final class StreamEnds {
    /// Moves at once, bytes of one request, and buffers that they are cut into, each at most.
    record Shape(int outstanding, int bytes, int buffers) {
    }

    private StreamEnds() {
    }

    /// Moves of one socket and direction, started one after the other, each with a random number of
    /// random buffers; they must end in the order they were started.
    private abstract static class End {
        final long socket;
        final StreamPattern pattern;
        final Random random;
        final Shape shape;
        private final ArrayDeque<Slot> idle = new ArrayDeque<>();
        private final ArrayDeque<Slot> outstanding = new ArrayDeque<>();
        private String wrong;

        End(long socket, StreamPattern pattern, Random random, Shape shape) {
            this.socket = socket;
            this.pattern = pattern;
            this.random = random;
            this.shape = shape;
            for (int i = 0; i < shape.outstanding; i++) {
                idle.add(new Slot());
            }
        }

        static final class Slot extends WSAOVERLAPPED {
            MemorySegment room;
            MemorySegment[] parts;
            long bytes;
        }

        /// Whether another request is to be started.
        abstract boolean goesOn();

        abstract WSABUF[] prepare(Slot slot);

        abstract int start(Slot slot, WSABUF[] buffers, DWORD count,
                LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);

        /// What is wrong with a request that has ended well, or null.
        abstract String check(Slot slot, long bytes);

        /// Cuts `length` into at most as many parts as the shape allows; some are empty.
        long[] cut(long length) {
            long[] lengths = new long[1 + random.nextInt(shape.buffers)];
            long left = length;
            for (int i = 0; i < lengths.length - 1; i++) {
                lengths[i] = Math.min(left, random.nextLong(2 * length / lengths.length + 1));
                left -= lengths[i];
            }
            lengths[lengths.length - 1] = left;
            return lengths;
        }

        final void byRoutines() {
            LPWSAOVERLAPPED_COMPLETION_ROUTINE[] routine = new LPWSAOVERLAPPED_COMPLETION_ROUTINE[1];
            routine[0] = (error, bytes, overlapped, flags) -> {
                ended((Slot) overlapped, error, Integer.toUnsignedLong(bytes));
                // Some are begun in here, some by the thread that waits.
                if (random.nextBoolean() && wrong == null && goesOn()) {
                    startNext(routine[0]);
                }
            };
            while (wrong == null && (goesOn() || !outstanding.isEmpty())) {
                while (!idle.isEmpty() && goesOn()) {
                    startNext(routine[0]);
                }
                SleepEx(INFINITE, true);
            }
            assertThat(wrong).isNull();
        }

        final void byEvents() {
            idle.forEach(slot -> slot.hEvent = WSACreateEvent());
            long[] events = new long[64];
            while (wrong == null && (goesOn() || !outstanding.isEmpty())) {
                while (!idle.isEmpty() && goesOn()) {
                    startNext(null);
                }
                int count = 0;
                for (Slot slot : outstanding) {
                    if (count == events.length) {
                        break;
                    }
                    events[count++] = slot.hEvent;
                }
                assertThat(WSAWaitForMultipleEvents(count, events, false, INFINITE, false)).isZero();
                Slot first = outstanding.peekFirst();
                DWORD bytes = new DWORD();
                boolean well = WSAGetOverlappedResult(socket, first, bytes, false, new DWORD());
                ended(first, well ? 0 : WSAGetLastError(), Integer.toUnsignedLong(bytes.value));
            }
            idle.forEach(slot -> WSACloseEvent(slot.hEvent));
            assertThat(wrong).isNull();
        }

        private void startNext(LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
            Slot slot = idle.removeFirst();
            WSABUF[] buffers = prepare(slot);
            outstanding.addLast(slot);
            DWORD count = new DWORD(Moves.UNTOUCHED);
            int result = start(slot, buffers, count, routine);
            boolean pending = result == SOCKET_ERROR && WSAGetLastError() == Winerror.WSA_IO_PENDING;
            if (result != 0 && !pending) {
                wrong = "started with " + WSAGetLastError();
            } else if (pending && count.value != Moves.UNTOUCHED) {
                wrong = "the count of a pending request was written: " + count.value;
            }
            // The array is ours again.
            for (WSABUF buffer : buffers) {
                buffer.buf = null;
                buffer.len = Moves.UNTOUCHED;
            }
        }

        private void ended(Slot slot, int error, long bytes) {
            if (slot != outstanding.pollFirst()) {
                wrong = "ended out of order";
            } else if (error != 0) {
                wrong = "ended with " + error;
            } else if (wrong == null) {
                wrong = check(slot, bytes);
            }
            idle.addLast(slot);
        }
    }

    /// Sends the first `total` bytes of the pattern, and then the end.
    static void send(long socket, StreamPattern pattern, Random random, Shape shape, long total) {
        End end = new End(socket, pattern, random, shape) {
            private long position;

            @Override
            boolean goesOn() {
                return position < total;
            }

            @Override
            WSABUF[] prepare(Slot slot) {
                slot.bytes = Math.min(random.nextInt(shape.bytes + 1), total - position);
                long[] lengths = cut(slot.bytes);
                MemorySegment[] parts = new MemorySegment[lengths.length];
                for (int i = 0; i < lengths.length; i++) {
                    parts[i] = pattern.at(position, lengths[i], random);
                    position += lengths[i];
                }
                return Moves.buffers(parts);
            }

            @Override
            int start(Slot slot, WSABUF[] buffers, DWORD count, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
                return WSASend(socket, buffers, buffers.length, count, 0, slot, routine);
            }

            @Override
            String check(Slot slot, long bytes) {
                return bytes == slot.bytes ? null : "sent " + bytes + " of " + slot.bytes;
            }
        };
        run(end);
        assertThat(shutdown(socket, SD_SEND)).isZero();
    }

    /// Receives to the end of the stream; how many bytes that were.
    static long receive(long socket, StreamPattern pattern, Random random, Shape shape) {
        long[] position = {0};
        End end = new End(socket, pattern, random, shape) {
            private boolean isAtEnd;

            @Override
            boolean goesOn() {
                return !isAtEnd;
            }

            @Override
            WSABUF[] prepare(Slot slot) {
                slot.bytes = 1L + random.nextInt(shape.bytes);
                if (slot.room == null) {
                    slot.room = Moves.memory(shape.bytes);
                }
                slot.room.fill((byte) 0);
                long[] lengths = cut(slot.bytes);
                slot.parts = new MemorySegment[lengths.length];
                long at = 0;
                for (int i = 0; i < lengths.length; i++) {
                    slot.parts[i] = slot.room.asSlice(at, lengths[i]);
                    at += lengths[i];
                }
                // The last part of the memory first, so that only the order of the buffers can be right.
                Collections.reverse(Arrays.asList(slot.parts));
                return Moves.buffers(slot.parts);
            }

            @Override
            int start(Slot slot, WSABUF[] buffers, DWORD count, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
                return WSARecv(socket, buffers, buffers.length, count, new DWORD(), slot, routine);
            }

            @Override
            String check(Slot slot, long bytes) {
                if (isAtEnd && bytes > 0) {
                    return "bytes behind the end";
                }
                isAtEnd |= bytes == 0;
                long left = bytes;
                for (MemorySegment part : slot.parts) {
                    long here = Math.min(left, part.byteSize());
                    if (!pattern.isAt(position[0], part.asSlice(0, here))) {
                        return "wrong bytes behind " + position[0];
                    }
                    position[0] += here;
                    left -= here;
                }
                return left == 0 ? null : "more bytes than there is room for";
            }
        };
        run(end);
        return position[0];
    }

    private static void run(End end) {
        if (end.random.nextBoolean()) {
            end.byRoutines();
        } else {
            end.byEvents();
        }
    }
}
