package dev.overlapped.winsock2.types;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;

import org.junit.jupiter.api.Test;

class StructuresTest {
    private static final List<Class<?>> STRUCTURES = List.of(DWORD.class, Ref.class, WSABUF.class,
        WSAOVERLAPPED.class, WSADATA.class, SOCKADDR_IN.class, IN_ADDR.class, SOCKADDR_IN6.class,
        IN6_ADDR.class, SOCKADDR_STORAGE.class, ADDRINFOA.class, WSAPROTOCOL_INFO.class, LINGER.class);

    @Test
    void sizesAreThoseOfWindows() {
        assertEquals(16, SOCKADDR_IN.SIZEOF);
        assertEquals(28, SOCKADDR_IN6.SIZEOF);
        assertEquals(128, SOCKADDR_STORAGE.SIZEOF);
        assertEquals(4, LINGER.SIZEOF);
        assertEquals(126, new SOCKADDR_STORAGE().__ss_data.length);
        assertEquals(16, new IN6_ADDR().s6_addr.length);
    }

    @Test
    void newGivesAZeroedStructure() throws Exception {
        for (Class<?> structure : STRUCTURES) {
            Object object = structure.getConstructor().newInstance();
            for (Field field : structure.getFields()) {
                if (Modifier.isStatic(field.getModifiers()) || Modifier.isFinal(field.getModifiers())) {
                    continue;
                }
                if (field.getType().isPrimitive()) {
                    assertEquals(0, ((Number) field.get(object)).longValue(), field.toString());
                } else {
                    assertNull(field.get(object), field.toString());
                }
            }
        }
    }

    @Test
    void onlyTheOverlappedStructureCanBeExtended() {
        for (Class<?> structure : STRUCTURES) {
            assertEquals(structure != WSAOVERLAPPED.class, Modifier.isFinal(structure.getModifiers()),
                structure.getName());
        }
        assertTrue(SOCKADDR.class.isSealed());
    }

    @Test
    void internalIsVolatileSoThatReadingItAcquiresTheRest() throws Exception {
        assertTrue(Modifier.isVolatile(WSAOVERLAPPED.class.getField("Internal").getModifiers()));
        assertFalse(Modifier.isVolatile(WSAOVERLAPPED.class.getField("InternalHigh").getModifiers()));
    }

    @Test
    void constructorsFillTheFieldsTheyName() {
        MemorySegment memory = MemorySegment.ofArray(new byte[8]);
        WSABUF buffer = new WSABUF(memory, 5);
        assertEquals(memory, buffer.buf);
        assertEquals(5, buffer.len);
        assertEquals(28, new DWORD(28).value);
        assertEquals("x", new Ref<>("x").value);
    }

    @Test
    void aSubclassComesBackFromACompletionRoutineAsItself() {
        class Connection extends WSAOVERLAPPED {
            int bytes;
        }
        LPWSAOVERLAPPED_COMPLETION_ROUTINE routine = (dwError, cbTransferred, lpOverlapped, dwFlags) ->
            ((Connection) lpOverlapped).bytes += cbTransferred;
        Connection connection = new Connection();
        routine.invoke(0, 7, connection, 0);
        assertEquals(7, connection.bytes);
    }
}
