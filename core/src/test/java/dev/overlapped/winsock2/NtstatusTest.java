package dev.overlapped.winsock2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

class NtstatusTest {
    /// The table of Windows: a Winsock code, then the statuses that mean it.
    private static final long[][] TABLE = {
        {10040, 0x80000005L, 0xC0000206L},
        {10045, 0xC0000002L, 0xC00000BBL},
        {10014, 0xC0000005L, 0xC0000023L, 0xC00002C5L},
        {10038, 0xC0000008L, 0xC0000024L},
        {10013, 0xC0000022L},
        {10048, 0xC0000043L, 0xC000020AL},
        {10055, 0xC0000007L, 0xC0000017L, 0xC0000018L, 0xC0000044L, 0xC0000097L, 0xC000009AL, 0xC00000A1L,
            0xC000012DL, 0xC000013DL, 0xC0000209L},
        {10035, 0xC00000A3L, 0xC00000D0L},
        {10058, 0xC00000B0L},
        {10060, 0xC00000B5L, 0xC000013FL},
        {10061, 0xC00000BCL, 0xC0000236L},
        {10051, 0xC00000BEL, 0xC000023CL, 0xC000023EL},
        {10065, 0xC000023DL},
        {10064, 0xC0000350L},
        {10050, 0xC000000EL, 0xC000000FL, 0xC0000034L, 0xC000003AL, 0xC00000BFL, 0xC00000C3L, 0xC00000C4L},
        {995, 0xC0000120L},
        {10053, 0xC000013BL, 0xC000020FL, 0xC0000241L},
        {10054, 0xC000013CL, 0xC000013EL, 0xC000020CL, 0xC000020DL, 0xC000023FL},
        {10057, 0xC0000140L},
        {10049, 0xC0000141L, 0xC0000207L},
        {10101, 0xC0000237L},
        {10056, 0xC000023BL},
        {10004, 0xC0000240L},
        {996, 0x103L, 0x800703E4L, 0xC00103E4L, 0xC00703E4L},
    };

    @Test
    void everyStatusOfTheTableIsTheCodeOfWindows() {
        for (long[] row : TABLE) {
            for (int i = 1; i < row.length; i++) {
                assertEquals(row[0], Ntstatus.toWinsock(row[i]), Long.toHexString(row[i]));
            }
        }
    }

    @Test
    void everyFailureOutsideTheTableIsInvalid() {
        Map<Long, Long> table = new HashMap<>();
        for (long[] row : TABLE) {
            for (int i = 1; i < row.length; i++) {
                table.put(row[i], row[0]);
            }
        }
        long[] facilities = {0x80000000L, 0x80070000L, 0xC0000000L, 0xC0010000L, 0xC0070000L, 0xE0000000L,
            0xFFFF0000L};
        for (long facility : facilities) {
            for (long low = 0; low <= 0xffff; low++) {
                long expected = table.getOrDefault(facility | low, 10022L);
                assertEquals(expected, Ntstatus.toWinsock(facility | low), Long.toHexString(facility | low));
            }
        }
    }

    @Test
    void everySuccessIsZero() {
        for (long status = 0; status <= 0xffff; status++) {
            if (status != Ntstatus.PENDING) {
                assertEquals(0, Ntstatus.toWinsock(status));
            }
        }
        assertEquals(0, Ntstatus.toWinsock(0x40000000L));
        assertEquals(0, Ntstatus.toWinsock(0x7fffffffL));
    }

    @Test
    void everyCodeThatGoesInComesOutAgain() {
        for (int code = 0; code <= 0xffff; code++) {
            if (code != Winerror.WSA_IO_PENDING) {
                assertEquals(code, Ntstatus.toWinsock(Ntstatus.of(code)));
            }
        }
    }

    @Test
    void everyFailureIsAnUnsignedWarningOrError() {
        for (int code = 1; code <= 0xffff; code++) {
            if (code != Winerror.WSA_IO_PENDING) {
                long status = Ntstatus.of(code);
                assertTrue(status >= 0x80000000L && status <= 0xffffffffL, Long.toHexString(status));
            }
        }
    }

    @Test
    void noTwoCodesShareAStatus() {
        Map<Long, Integer> codes = new HashMap<>();
        for (int code = 0; code <= 0xffff; code++) {
            assertEquals(null, codes.put(Ntstatus.of(code), code), "status of " + code);
        }
    }

    @Test
    void successIsZeroAndPendingIs103() {
        assertEquals(0, Ntstatus.of(0));
        assertEquals(0x103, Ntstatus.of(Winerror.WSA_IO_PENDING));
        assertEquals(Winerror.WSA_IO_INCOMPLETE, Ntstatus.toWinsock(Ntstatus.PENDING));
    }

    @Test
    void commonEndsAreStoredAsWindowsStoresThem() {
        assertEquals(0xC0000120L, Ntstatus.of(Winerror.WSA_OPERATION_ABORTED));
        assertEquals(0xC0000241L, Ntstatus.of(Winerror.WSAECONNABORTED));
        assertEquals(0xC000020DL, Ntstatus.of(Winerror.WSAECONNRESET));
        assertEquals(0xC0000236L, Ntstatus.of(Winerror.WSAECONNREFUSED));
        assertEquals(0x80000005L, Ntstatus.of(Winerror.WSAEMSGSIZE));
        assertEquals(0xC0000005L, Ntstatus.of(Winerror.WSAEFAULT));
        assertEquals(0xC00000BBL, Ntstatus.of(Winerror.WSAEOPNOTSUPP));
        assertEquals(0xC00000B5L, Ntstatus.of(Winerror.WSAETIMEDOUT));
    }

    @Test
    void aCodeWithoutAStatusOfWindowsIsMarkedAsOurs() {
        assertEquals(0xE0072744L, Ntstatus.of(Winerror.WSAENETRESET));
        assertEquals(0xE0072728L, Ntstatus.of(Winerror.WSAEMFILE));
    }

    @Test
    void anOwnStatusWithoutACodeIsAFailureAllTheSame() {
        assertNotEquals(0, Ntstatus.toWinsock(0xE0070000L));
    }

    @Test
    void onlyTheLower32BitsCount() {
        assertEquals(Winerror.WSA_OPERATION_ABORTED, Ntstatus.toWinsock(0xFFFFFFFFC0000120L));
        assertEquals(0, Ntstatus.toWinsock(0x1_0000_0000L));
    }

    @Test
    void whatIsNoCodeIsOurMistake() {
        assertThrows(AssertionError.class, () -> Ntstatus.of(-1));
        assertThrows(AssertionError.class, () -> Ntstatus.of(0x10000));
    }
}
