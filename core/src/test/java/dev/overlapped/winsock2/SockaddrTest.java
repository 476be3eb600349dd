package dev.overlapped.winsock2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.SOCKADDR_IN6;
import dev.overlapped.winsock2.types.SOCKADDR_STORAGE;

class SockaddrTest {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 23;
    private static final String V6 = "20010db8000000000000000000000042";
    private static final String MAPPED = "00000000000000000000ffffc0000201";

    @Test
    void sizesAreThoseOfTheStructures() {
        assertEquals(16, Sockaddr.sizeof(AF_INET));
        assertEquals(28, Sockaddr.sizeof(AF_INET6));
        assertEquals(0, Sockaddr.sizeof(0));
        assertEquals(0, Sockaddr.sizeof(10), "Linux' AF_INET6 is none");
    }

    @Test
    void portAndIpv4AddressAreInNetworkByteOrder() {
        SOCKADDR_IN in = new SOCKADDR_IN();
        in.sin_family = AF_INET;
        in.sin_port = (short) 0x8769;
        in.sin_addr.s_addr = 0x0100007f;
        InetSocketAddress address = assertInstanceOf(InetSocketAddress.class, Sockaddr.decode(in, 16));
        assertEquals(27015, address.getPort());
        assertArrayEquals(new byte[] {127, 0, 0, 1}, address.getAddress().getAddress());
    }

    @Test
    void everyPortSurvivesTheWayThereAndBack() throws Exception {
        InetAddress host = InetAddress.getByName("192.0.2.255");
        SOCKADDR_IN in = new SOCKADDR_IN();
        for (int port = 0; port <= 0xffff; port++) {
            InetSocketAddress address = new InetSocketAddress(host, port);
            assertTrue(Sockaddr.encode(address, AF_INET, in, new DWORD(16)));
            assertEquals(address, Sockaddr.decode(in, 16));
        }
    }

    @Test
    void everyKindOfObjectRoundTripsWhatItCanHold() throws Exception {
        for (InetSocketAddress address : new InetSocketAddress[] {v4(), v6(0)}) {
            int family = address.getAddress() instanceof Inet4Address ? AF_INET : AF_INET6;
            SOCKADDR own = family == AF_INET ? new SOCKADDR_IN() : new SOCKADDR_IN6();
            for (SOCKADDR into : new SOCKADDR[] {own, new SOCKADDR_STORAGE()}) {
                DWORD length = new DWORD(128);
                assertTrue(Sockaddr.encode(address, family, into, length));
                assertEquals(Sockaddr.sizeof(family), length.value);
                assertEquals(address, Sockaddr.decode(into, length.value));
            }
        }
    }

    @Test
    void aLengthThatFallsShortIsNoAddress() throws Exception {
        SOCKADDR_STORAGE storage = new SOCKADDR_STORAGE();
        for (InetSocketAddress address : new InetSocketAddress[] {v4(), v6(0)}) {
            int family = address.getAddress() instanceof Inet4Address ? AF_INET : AF_INET6;
            assertTrue(Sockaddr.encode(address, family, storage, new DWORD(128)));
            int size = Sockaddr.sizeof(family);
            for (int namelen : new int[] {Integer.MIN_VALUE, -1, 0, 2, size - 1}) {
                assertNull(Sockaddr.decode(storage, namelen));
            }
            assertEquals(address, Sockaddr.decode(storage, size));
            assertEquals(address, Sockaddr.decode(storage, Integer.MAX_VALUE));
        }
    }

    @Test
    void noObjectOrAnotherFamilyIsNoAddress() {
        assertNull(Sockaddr.decode(null, 128));
        SOCKADDR_IN in = new SOCKADDR_IN();
        assertNull(Sockaddr.decode(in, 16), "family never set");
        in.sin_family = AF_INET6;
        assertNull(Sockaddr.decode(in, 28), "not the kind of object for it");
        SOCKADDR_IN6 in6 = new SOCKADDR_IN6();
        in6.sin6_family = 10;
        assertNull(Sockaddr.decode(in6, 28), "Linux' number");
        in6.sin6_family = AF_INET;
        assertNull(Sockaddr.decode(in6, 28), "not the kind of object for it");
        SOCKADDR_STORAGE storage = new SOCKADDR_STORAGE();
        storage.ss_family = 1;
        assertNull(Sockaddr.decode(storage, 128));
    }

    @Test
    void theScopeOfALinkLocalAddressIsKept() throws Exception {
        SOCKADDR_IN6 in6 = new SOCKADDR_IN6();
        assertTrue(Sockaddr.encode(v6(7), AF_INET6, in6, new DWORD(28)));
        assertEquals(7, in6.sin6_scope_id);
        Inet6Address back = assertInstanceOf(Inet6Address.class,
            assertInstanceOf(InetSocketAddress.class, Sockaddr.decode(in6, 28)).getAddress());
        assertEquals(7, back.getScopeId());
    }

    @Test
    void noScopeStaysNoScope() throws Exception {
        SOCKADDR_IN6 in6 = new SOCKADDR_IN6();
        in6.sin6_scope_id = 9;
        assertTrue(Sockaddr.encode(v6(0), AF_INET6, in6, new DWORD(28)));
        assertEquals(0, in6.sin6_scope_id);
        assertFalse(Sockaddr.decode(in6, 28).toString().contains("%"));
    }

    @Test
    void anIpv4AddressOnAnIpv6SocketIsWrittenMapped() throws Exception {
        SOCKADDR_IN6 in6 = new SOCKADDR_IN6();
        assertTrue(Sockaddr.encode(v4(), AF_INET6, in6, new DWORD(28)));
        assertEquals(MAPPED, HexFormat.of().formatHex(in6.sin6_addr.s6_addr));
        InetSocketAddress back = assertInstanceOf(InetSocketAddress.class, Sockaddr.decode(in6, 28));
        assertInstanceOf(Inet6Address.class, back.getAddress(), "the caller's family can still be seen");
        assertEquals(MAPPED, HexFormat.of().formatHex(back.getAddress().getAddress()));
        assertEquals(80, back.getPort());
    }

    @Test
    void aMappedAddressOnAnIpv4SocketIsWrittenAsIpv4AndAnyOtherIsNot() throws Exception {
        SOCKADDR_IN in = new SOCKADDR_IN();
        byte[] mapped = HexFormat.of().parseHex(MAPPED);
        InetSocketAddress from = new InetSocketAddress(Inet6Address.getByAddress(null, mapped, -1), 80);
        assertTrue(Sockaddr.encode(from, AF_INET, in, new DWORD(16)));
        assertEquals(v4(), Sockaddr.decode(in, 16));
        assertFalse(Sockaddr.encode(v6(0), AF_INET, in, new DWORD(16)));
    }

    @Test
    void nothingIsWrittenWhereThereIsTooLittleRoom() throws Exception {
        SOCKADDR_STORAGE storage = new SOCKADDR_STORAGE();
        for (int tooSmall : new int[] {-1, 0, 15}) {
            DWORD length = new DWORD(tooSmall);
            assertFalse(Sockaddr.encode(v4(), AF_INET, storage, length));
            assertEquals(tooSmall, length.value);
        }
        assertFalse(Sockaddr.encode(v6(0), AF_INET6, storage, new DWORD(27)));
        assertFalse(Sockaddr.encode(v4(), AF_INET6, storage, new DWORD(27)));
        assertEquals(0, storage.ss_family);
        assertArrayEquals(new byte[126], storage.__ss_data);
    }

    @Test
    void nothingIsWrittenIntoAnObjectThatCannotHoldTheFamily() throws Exception {
        DWORD length = new DWORD(128);
        SOCKADDR_IN in = new SOCKADDR_IN();
        SOCKADDR_IN6 in6 = new SOCKADDR_IN6();
        assertFalse(Sockaddr.encode(v6(0), AF_INET6, in, length));
        assertFalse(Sockaddr.encode(v4(), AF_INET, in6, length));
        assertEquals(0, in.sin_family);
        assertEquals(0, in6.sin6_family);
        assertEquals(128, length.value);
    }

    @Test
    void nothingIsWrittenWhenSomethingIsMissing() throws Exception {
        SOCKADDR_IN in = new SOCKADDR_IN();
        assertFalse(Sockaddr.encode(null, AF_INET, in, new DWORD(16)));
        assertFalse(Sockaddr.encode(v4(), AF_INET, null, new DWORD(16)));
        assertFalse(Sockaddr.encode(v4(), AF_INET, in, null));
        assertFalse(Sockaddr.encode(v4(), 0, in, new DWORD(16)));
        assertFalse(Sockaddr.encode(InetSocketAddress.createUnresolved("x.invalid", 1), AF_INET, in,
            new DWORD(16)));
        assertEquals(0, in.sin_family);
    }

    @Test
    void storageHoldsTheLayoutOfWindowsAndNothingBehindIt() throws Exception {
        SOCKADDR_STORAGE storage = new SOCKADDR_STORAGE();
        Arrays.fill(storage.__ss_data, (byte) 0xee);
        assertTrue(Sockaddr.encode(v4(), AF_INET, storage, new DWORD(128)));
        assertEquals("0050c00002010000000000000000", HexFormat.of().formatHex(storage.__ss_data, 0, 14));
        assertEquals((byte) 0xee, storage.__ss_data[14]);
        assertTrue(Sockaddr.encode(v6(7), AF_INET6, storage, new DWORD(128)));
        assertEquals("005000000000" + V6 + "07000000", HexFormat.of().formatHex(storage.__ss_data, 0, 26));
        assertEquals((byte) 0xee, storage.__ss_data[26]);
    }

    @Test
    void memoryHoldsTheLayoutOfWindowsAtAnyOffset() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(40);
            for (int offset = 1; offset < 4; offset++) {
                memory.fill((byte) 0xee);
                Sockaddr.write(v4(), AF_INET, memory, offset);
                assertEquals("ee" + "02000050c00002010000000000000000" + "ee", hex(memory, offset - 1, 18));
                Sockaddr.write(v6(7), AF_INET6, memory, offset);
                assertEquals("ee" + "1700005000000000" + V6 + "07000000" + "ee", hex(memory, offset - 1, 30));
            }
        }
    }

    @Test
    void whatWasWrittenToMemoryIsReadAsTheObjectOfItsFamily() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64);
            Sockaddr.write(v4(), AF_INET, memory, 3);
            SOCKADDR_IN in = assertInstanceOf(SOCKADDR_IN.class, Sockaddr.read(memory, 3));
            assertEquals(v4(), Sockaddr.decode(in, 16));
            Sockaddr.write(v6(7), AF_INET6, memory, 5);
            SOCKADDR_IN6 in6 = assertInstanceOf(SOCKADDR_IN6.class, Sockaddr.read(memory, 5));
            assertEquals(v6(7), Sockaddr.decode(in6, 28));
            assertEquals(7, in6.sin6_scope_id);
            Sockaddr.write(v4(), AF_INET6, memory, 5);
            assertInstanceOf(SOCKADDR_IN6.class, Sockaddr.read(memory, 5));
            memory.fill((byte) 0);
            assertNull(Sockaddr.read(memory, 0));
        }
    }

    @Test
    void writingAnAddressThatTheFamilyDoesNotHaveIsOurMistake() throws Exception {
        MemorySegment memory = MemorySegment.ofArray(new byte[28]);
        InetSocketAddress address = v6(0);
        assertThrows(AssertionError.class, () -> Sockaddr.write(address, AF_INET, memory, 0));
        assertThrows(AssertionError.class, () -> Sockaddr.write(null, AF_INET, memory, 0));
        assertThrows(AssertionError.class, () -> Sockaddr.write(v4(), 1, memory, 0));
    }

    private static InetSocketAddress v4() throws Exception {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 80);
    }

    private static InetSocketAddress v6(int scope) throws Exception {
        byte[] bytes = HexFormat.of().parseHex(V6);
        return new InetSocketAddress(Inet6Address.getByAddress(null, bytes, scope == 0 ? -1 : scope), 80);
    }

    private static String hex(MemorySegment memory, long offset, long length) {
        return HexFormat.of().formatHex(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    }
}
