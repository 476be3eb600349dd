package dev.overlapped.provider.epoll;

import dev.overlapped.linux.Constants;
import dev.overlapped.linux.ErrorQueue;
import dev.overlapped.provider.Errno;
import java.lang.foreign.Arena;

/// What the network has answered to datagrams. A failed call says too little of it (one number for an answer
/// that the time to live was over, and for others), so the kernel is asked for the answers themselves.
final class NetworkErrors {
    /// Answers taken out in one go; more than a socket's memory holds of them.
    private static final int ANSWERS_MAX = 4096;

    private static final int ANY_CODE = -1;
    private static final int UNREACHABLE = 3;
    private static final int PORT_UNREACHABLE = 3;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int TIME_EXCEEDED = 11;
    private static final int UNREACHABLE6 = 1;
    private static final int PORT_UNREACHABLE6 = 4;
    private static final int TOO_BIG6 = 2;
    private static final int TIME_EXCEEDED6 = 3;

    private NetworkErrors() {
    }

    /// The reason why a call on a message-oriented socket failed with `error`, which is `-errno` as the
    /// result is. Takes all answers out: as long as there are any, a poller reports the socket.
    static int explained(int descriptor, int error) {
        if (error == -Errno.EAGAIN || error == -Errno.EFAULT
                || SocketOptions.number(descriptor, Constants.SOL_SOCKET, Constants.SO_PROTOCOL)
                        != Constants.IPPROTO_UDP) {
            return error;
        }
        int reason = error == -Errno.ECONNREFUSED ? -Errno.ECONNRESET : error;
        try (Arena arena = Arena.ofConfined()) {
            ErrorQueue answers = new ErrorQueue(arena, descriptor);
            boolean isExplained = false;
            for (int i = 0; i < ANSWERS_MAX && answers.next() == 0; i++) {
                int meaning = isExplained ? 0 : meaning(answers);
                isExplained |= meaning != 0;
                reason = meaning != 0 ? meaning : reason;
            }
        }
        return reason;
    }

    /// 0: it says no more than the number does.
    private static int meaning(ErrorQueue answer) {
        if (answer.isIcmp(TIME_EXCEEDED, ANY_CODE) || answer.isIcmp6(TIME_EXCEEDED6, ANY_CODE)) {
            return -Errno.ENETRESET;
        }
        if (answer.isIcmp(UNREACHABLE, PORT_UNREACHABLE) || answer.isIcmp6(UNREACHABLE6, PORT_UNREACHABLE6)) {
            return -Errno.ECONNRESET;
        }
        if (answer.isIcmp(UNREACHABLE, FRAGMENTATION_NEEDED) || answer.isIcmp6(TOO_BIG6, ANY_CODE)) {
            return -Errno.EMSGSIZE;
        }
        return 0;
    }
}
