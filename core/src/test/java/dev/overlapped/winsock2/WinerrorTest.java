package dev.overlapped.winsock2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;

import org.junit.jupiter.api.Test;

class WinerrorTest {
    @Test
    void codesWithBerkeleyNamesCountFromTenThousand() throws Exception {
        Map<String, Integer> offsets = Map.ofEntries(
            Map.entry("INTR", 4), Map.entry("BADF", 9), Map.entry("ACCES", 13), Map.entry("FAULT", 14),
            Map.entry("INVAL", 22), Map.entry("MFILE", 24), Map.entry("WOULDBLOCK", 35),
            Map.entry("INPROGRESS", 36), Map.entry("ALREADY", 37), Map.entry("NOTSOCK", 38),
            Map.entry("DESTADDRREQ", 39), Map.entry("MSGSIZE", 40), Map.entry("PROTOTYPE", 41),
            Map.entry("NOPROTOOPT", 42), Map.entry("PROTONOSUPPORT", 43),
            Map.entry("SOCKTNOSUPPORT", 44), Map.entry("OPNOTSUPP", 45), Map.entry("PFNOSUPPORT", 46),
            Map.entry("AFNOSUPPORT", 47), Map.entry("ADDRINUSE", 48), Map.entry("ADDRNOTAVAIL", 49),
            Map.entry("NETDOWN", 50), Map.entry("NETUNREACH", 51), Map.entry("NETRESET", 52),
            Map.entry("CONNABORTED", 53), Map.entry("CONNRESET", 54), Map.entry("NOBUFS", 55),
            Map.entry("ISCONN", 56), Map.entry("NOTCONN", 57), Map.entry("SHUTDOWN", 58),
            Map.entry("TOOMANYREFS", 59), Map.entry("TIMEDOUT", 60), Map.entry("CONNREFUSED", 61),
            Map.entry("LOOP", 62), Map.entry("NAMETOOLONG", 63), Map.entry("HOSTDOWN", 64),
            Map.entry("HOSTUNREACH", 65), Map.entry("NOTEMPTY", 66), Map.entry("PROCLIM", 67),
            Map.entry("USERS", 68), Map.entry("DQUOT", 69), Map.entry("STALE", 70),
            Map.entry("REMOTE", 71), Map.entry("DISCON", 101), Map.entry("NOMORE", 102),
            Map.entry("CANCELLED", 103), Map.entry("INVALIDPROCTABLE", 104),
            Map.entry("INVALIDPROVIDER", 105), Map.entry("PROVIDERFAILEDINIT", 106),
            Map.entry("REFUSED", 112));
        for (var entry : offsets.entrySet()) {
            Field field = Winerror.class.getField("WSAE" + entry.getKey());
            assertEquals(10000 + entry.getValue(), field.getInt(null), field.getName());
        }
        long named = Arrays.stream(Winerror.class.getFields())
            .filter(field -> field.getName().matches("WSAE[A-Z]+")).count();
        assertEquals(offsets.size(), named, "every WSAE code is in this list");
    }

    @Test
    void codesOfOverlappedRequestsAreThoseOfWin32() {
        assertEquals(6, Winerror.WSA_INVALID_HANDLE);
        assertEquals(8, Winerror.WSA_NOT_ENOUGH_MEMORY);
        assertEquals(87, Winerror.WSA_INVALID_PARAMETER);
        assertEquals(995, Winerror.WSA_OPERATION_ABORTED);
        assertEquals(996, Winerror.WSA_IO_INCOMPLETE);
        assertEquals(997, Winerror.WSA_IO_PENDING);
    }

    @Test
    void win32CodesHaveTheirNumbers() {
        assertEquals(31, Winerror.ERROR_GEN_FAILURE);
        assertEquals(50, Winerror.ERROR_NOT_SUPPORTED);
        assertEquals(64, Winerror.ERROR_NETNAME_DELETED);
        assertEquals(121, Winerror.ERROR_SEM_TIMEOUT);
        assertEquals(122, Winerror.ERROR_INSUFFICIENT_BUFFER);
        assertEquals(234, Winerror.ERROR_MORE_DATA);
        assertEquals(258, Winerror.WAIT_TIMEOUT);
        assertEquals(735, Winerror.ERROR_ABANDONED_WAIT_0);
        assertEquals(1168, Winerror.ERROR_NOT_FOUND);
        assertEquals(1225, Winerror.ERROR_CONNECTION_REFUSED);
        assertEquals(1236, Winerror.ERROR_CONNECTION_ABORTED);
    }

    @Test
    void codesOfWinsockAloneHaveTheirNumbers() {
        assertEquals(10091, Winerror.WSASYSNOTREADY);
        assertEquals(10092, Winerror.WSAVERNOTSUPPORTED);
        assertEquals(10093, Winerror.WSANOTINITIALISED);
        assertEquals(10107, Winerror.WSASYSCALLFAILURE);
        assertEquals(10108, Winerror.WSASERVICE_NOT_FOUND);
        assertEquals(10109, Winerror.WSATYPE_NOT_FOUND);
        assertEquals(10110, Winerror.WSA_E_NO_MORE);
        assertEquals(10111, Winerror.WSA_E_CANCELLED);
        assertEquals(11001, Winerror.WSAHOST_NOT_FOUND);
        assertEquals(11002, Winerror.WSATRY_AGAIN);
        assertEquals(11003, Winerror.WSANO_RECOVERY);
        assertEquals(11004, Winerror.WSANO_DATA);
        assertEquals(11005, Winerror.WSA_QOS_RECEIVERS);
        assertEquals(11031, Winerror.WSA_QOS_RESERVED_PETYPE);
    }

    @Test
    void everyCodeIsAConstantIntThatFitsAStatus() throws Exception {
        for (Field field : Winerror.class.getFields()) {
            assertEquals(int.class, field.getType(), field.getName());
            assertTrue(Modifier.isStatic(field.getModifiers()) && Modifier.isFinal(field.getModifiers()),
                field.getName());
            assertEquals(0, field.getInt(null) >>> 16, field.getName());
        }
    }
}
