package dev.overlapped;

import java.io.Serial;
import java.net.SocketException;

/// A request or a call that failed: with Winsock's code, the code's name, and the function of the Winsock
/// documentation that describes what was attempted.
///
/// The codes are those of Windows, on Linux too; `dev.overlapped.winsock2.Winerror` has them as constants.
/// The page *Windows Sockets Error Codes* lists them.
public final class WinsockException extends SocketException {
    @Serial
    private static final long serialVersionUID = 1;

    /// The codes that this library itself tells apart or makes.
    static final int WSA_OPERATION_ABORTED = 995;
    static final int WSA_IO_PENDING = 997;
    static final int WSAEFAULT = 10014;
    static final int WSAENOTSOCK = 10038;
    static final int WSAEAFNOSUPPORT = 10047;
    static final int WSAEADDRNOTAVAIL = 10049;
    static final int WSAENOBUFS = 10055;
    static final int WSAETIMEDOUT = 10060;

    /// The codes that there are, in the order of their numbers.
    private enum Code {
        WSA_INVALID_HANDLE(6, "there is no such object"),
        WSA_NOT_ENOUGH_MEMORY(8, "there is not enough memory"),
        WSA_INVALID_PARAMETER(87, "a parameter is wrong"),
        WSA_OPERATION_ABORTED(995, "it was cancelled, or its socket was closed"),
        WSA_IO_INCOMPLETE(996, "it has not ended yet"),
        WSA_IO_PENDING(997, "it has begun, and will end later"),
        WSAEINTR(10004, "the call was interrupted"),
        WSAEBADF(10009, "there is no such file"),
        WSAEACCES(10013, "permission is denied"),
        WSAEFAULT(10014, "the memory of a buffer cannot be used"),
        WSAEINVAL(10022, "the socket is not in a state for this, or an argument is wrong"),
        WSAEMFILE(10024, "too many sockets are open; see ulimit -n"),
        WSAEWOULDBLOCK(10035, "it would have to wait, or too many requests are pending"),
        WSAEINPROGRESS(10036, "a blocking call of this thread is under way"),
        WSAEALREADY(10037, "the same is under way already"),
        WSAENOTSOCK(10038, "the socket is closed"),
        WSAEDESTADDRREQ(10039, "an address to send to is missing"),
        WSAEMSGSIZE(10040, "the message is larger than the buffer, or than the network takes"),
        WSAEPROTOTYPE(10041, "this kind of socket has another protocol"),
        WSAENOPROTOOPT(10042, "this kind of socket has no such option"),
        WSAEPROTONOSUPPORT(10043, "there is no such protocol"),
        WSAESOCKTNOSUPPORT(10044, "there is no such kind of socket"),
        WSAEOPNOTSUPP(10045, "this kind of socket cannot do that"),
        WSAEPFNOSUPPORT(10046, "there is no such protocol family"),
        WSAEAFNOSUPPORT(10047, "the address is not of the socket's family"),
        WSAEADDRINUSE(10048, "the address is in use"),
        WSAEADDRNOTAVAIL(10049, "the address is not one of this machine, or none to connect to"),
        WSAENETDOWN(10050, "the network is down"),
        WSAENETUNREACH(10051, "there is no way to that network"),
        WSAENETRESET(10052, "keep-alive has found the connection broken, or a datagram's time has run out"),
        WSAECONNABORTED(10053, "the connection was given up on this side"),
        WSAECONNRESET(10054, "the peer has reset the connection"),
        WSAENOBUFS(10055, "there is no more room for buffers"),
        WSAEISCONN(10056, "the socket is connected already"),
        WSAENOTCONN(10057, "the socket is not connected"),
        WSAESHUTDOWN(10058, "that direction was shut down before"),
        WSAETIMEDOUT(10060, "the time for it is over"),
        WSAECONNREFUSED(10061, "nobody listens at that address"),
        WSAELOOP(10062, "the name refers to itself"),
        WSAENAMETOOLONG(10063, "the name is too long"),
        WSAEHOSTDOWN(10064, "the other machine is down"),
        WSAEHOSTUNREACH(10065, "there is no way to that machine"),
        WSASYSCALLFAILURE(10107, "the kernel refused what it should not refuse");

        private final int number;
        private final String meaning;

        Code(int number, String meaning) {
            this.number = number;
            this.meaning = meaning;
        }

        static Code of(int number) {
            for (Code each : values()) {
                if (each.number == number) {
                    return each;
                }
            }
            return null;
        }
    }

    /// The number, as a program written for Windows knows it.
    private final int code;
    /// The function as the documentation names it.
    private final String function;

    WinsockException(String function, int code) {
        super(message(function, code));
        this.function = function;
        this.code = code;
    }

    private static String message(String function, int number) {
        Code known = Code.of(number);
        return known == null ? function + ": Winsock error " + number
                : function + ": " + known.meaning + " (" + known + ", " + number + ")";
    }

    /// Fails with the code of a negated result of the engine.
    static long check(String function, long result) throws WinsockException {
        if (result < 0) {
            throw new WinsockException(function, (int) -result);
        }
        return result;
    }

    /// Winsock's code, such as 10054.
    public int code() {
        return code;
    }

    /// The code's name, such as `WSAECONNRESET`; the number, if it has none.
    public String name() {
        Code known = Code.of(code);
        return known == null ? Integer.toString(code) : known.name();
    }

    /// The function of the Winsock documentation that was attempted, such as `WSASend`.
    public String function() {
        return function;
    }
}
