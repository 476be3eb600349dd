package dev.overlapped.cli.stream;

import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSASend;

import dev.overlapped.cli.tcp.WinsockSession;
import dev.overlapped.cli.terminal.ProgressBar;
import dev.overlapped.cli.terminal.RunFailedException;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import java.util.zip.CRC32C;

/// Sends a stream block by block on one connection, and keeps the books: how much was sent, what its checksum
/// is, how many requests completed at once. How completions are awaited is left to [RoutineSending] and
/// [EventSending].
///
/// Used by one thread. Sending a block allocates nothing. A failure is kept until [#throwFailure], since a
/// completion routine has nobody to throw it to.
final class BlockSender {
    private final long socket;
    private final long count;
    private final int size;
    private final StreamContent content;
    private final ProgressBar progress;
    private final CRC32C checksum = new CRC32C();
    private long posted;
    private long completed;
    private long immediate;
    private long pending;
    private RunFailedException failure;

    /// A sender of `count` blocks of `size` bytes on `socket`, which stays the caller's.
    BlockSender(long socket, long count, int size, ProgressBar progress) {
        this.socket = socket;
        this.count = count;
        this.size = size;
        this.content = new StreamContent(size);
        this.progress = progress;
    }

    /// Starts to send the next block, if there is one, with `request`, which must not be outstanding.
    void post(SendRequest request, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        if (posted == count || failure != null) {
            return;
        }
        content.fill(request.block, posted * size, size);
        checksum.update(request.view.clear());
        posted++;
        // The page advises against a place for the number of bytes where there is an lpOverlapped.
        if (WSASend(socket, request.buffers, 1, null, 0, request, routine) == 0) {
            immediate++;
            return;
        }
        int error = WSAGetLastError();
        if (error == WSA_IO_PENDING) {
            pending++;
        } else {
            failed("WSASend", error);
        }
    }

    /// A send has completed with that error, 0 for none, and that number of bytes.
    void completed(int error, int bytes) {
        if (error != 0) {
            failed("WSASend", error);
        } else if (bytes != size) {
            keep(new RunFailedException("a send of " + size + " bytes completed after " + bytes));
        } else {
            completed++;
            progress.reached(completed);
        }
    }

    /// `function` has failed, and sending with it.
    void failed(String function, int error) {
        keep(WinsockSession.failed(function, error));
    }

    /// Whether there is nothing left to wait for: all blocks were sent, or one was not.
    boolean isEnded() {
        return failure != null || completed == count;
    }

    /// Tells what went wrong, if something did.
    void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }

    long socket() {
        return socket;
    }

    /// How many blocks have been sent.
    long sends() {
        return completed;
    }

    long bytes() {
        return completed * size;
    }

    /// How many calls found their block sent when they returned.
    long immediate() {
        return immediate;
    }

    /// How many calls left their block to be sent later.
    long pending() {
        return pending;
    }

    /// The CRC-32C of the stream.
    long checksum() {
        return checksum.getValue();
    }

    private void keep(RunFailedException what) {
        if (failure == null) {
            failure = what;
        }
    }
}
