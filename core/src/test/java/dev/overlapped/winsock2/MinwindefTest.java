package dev.overlapped.winsock2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MinwindefTest {
    @Test
    void makewordPutsTheMajorVersionLow() {
        assertEquals(0x0202, Minwindef.MAKEWORD(2, 2));
        assertEquals(0x0201, Minwindef.MAKEWORD(1, 2));
    }

    @Test
    void makewordCutsItsPartsToBytes() {
        assertEquals(0x00ff, Minwindef.MAKEWORD(-1, 0));
        assertEquals(0xff00, Minwindef.MAKEWORD(0x100, -1));
    }

    @Test
    void lobyteAndHibyteTakeApartWhatMakewordMadeForEveryWord() {
        for (int w = 0; w <= 0xffff; w++) {
            assertEquals(w, Minwindef.MAKEWORD(Minwindef.LOBYTE(w), Minwindef.HIBYTE(w)));
        }
    }

    @Test
    void hibyteIgnoresWhatIsAboveTheWord() {
        assertEquals(0x12, Minwindef.HIBYTE(0xffff1234));
    }

    @Test
    void lowordAndHiwordTakeApartWhatMakelongMade() {
        int l = Minwindef.MAKELONG(0xfedc, 0x89ab);
        assertEquals(0x89abfedc, l);
        assertEquals(0xfedc, Minwindef.LOWORD(l));
        assertEquals(0x89ab, Minwindef.HIWORD(l));
    }

    @Test
    void makelongCutsItsPartsToWords() {
        assertEquals(0x0000ffff, Minwindef.MAKELONG(-1, 0x10000));
    }
}
