package dev.overlapped.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the table refuses, and that no handle comes twice.
class HandleTableTest {
    private static final Object ANY = new Object();
    private static final int GENERATIONS = 3;
    /// The part of a handle that is not its generation.
    private static final long SLOT_MASK = 4L * HandleTable.HANDLES_MAX - 1;

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
        HandleTable table = new HandleTable(GENERATIONS);
        Set<Long> given = new HashSet<>();
        Map<Long, Integer> usesOfSlots = new HashMap<>();
        int uses = 8 * HandleTable.FREE_MIN;
        for (int i = 0; i < uses; i++) {
            long handle = table.add(ANY);
            assertThat(handle).isPositive();
            given.add(handle);
            usesOfSlots.merge(handle & SLOT_MASK, 1, Integer::sum);
            assertThat(table.remove(handle)).isSameAs(ANY);
        }
        assertThat(usesOfSlots.values()).contains(GENERATIONS).noneMatch(each -> each > GENERATIONS);
        assertThat(given).hasSize(uses).noneMatch(stale -> table.get(stale) != null);
    }
}
