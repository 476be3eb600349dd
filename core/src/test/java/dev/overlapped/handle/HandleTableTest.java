package dev.overlapped.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the table refuses, and that no handle comes twice.
class HandleTableTest {
    private static final Object ANY = new Object();

    @Test
    void oneMoreThanAllHandlesIsRefusedUntilOneIsClosed() {
        HandleTable table = new HandleTable();
        long last = 0;
        for (int i = 0; i < HandleTable.HANDLES_MAX; i++) {
            last = table.add(ANY);
            assertThat(last).isPositive();
        }
        assertThat(table.add(ANY)).isZero();
        assertThat(table.remove(last)).isSameAs(ANY);
        long next = table.add(ANY);
        assertThat(next).isPositive().isNotEqualTo(last);
        assertThat(table.get(last)).isNull();
        assertThat(table.get(next)).isSameAs(ANY);
        assertThat(table.add(ANY)).isZero();
    }

    @Test
    void aSlotThatHasHadAllItsGenerationsIsNotUsedAgain() {
        HandleTable table = new HandleTable(3);
        Set<Long> given = new HashSet<>();
        int uses = 8 * HandleTable.FREE_MIN;
        for (int i = 0; i < uses; i++) {
            long handle = table.add(ANY);
            assertThat(handle).isPositive();
            given.add(handle);
            assertThat(table.remove(handle)).isSameAs(ANY);
        }
        assertThat(given).hasSize(uses).noneMatch(stale -> table.get(stale) != null);
    }
}
