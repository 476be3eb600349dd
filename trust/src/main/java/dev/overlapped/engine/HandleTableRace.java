package dev.overlapped.engine;

import dev.overlapped.handle.HandleTable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/// Handles are looked up without a lock, while others are given out and end.
public final class HandleTableRace {
    private static final String OURS = "ours";
    private static final String STRANGER = "stranger";

    private HandleTableRace() {
    }

    private static Object orNothing(Object found) {
        return found == null ? "nothing" : found;
    }

    /// A handle ends and its slot is used again, while somebody looks it up.
    ///
    /// Caught: `get` that does not compare the handle with that of the entry.
    @JCStressTest
    @Outcome(id = OURS, expect = Expect.ACCEPTABLE, desc = "It was looked up before it ended.")
    @Outcome(id = "nothing", expect = Expect.ACCEPTABLE, desc = "It had ended.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "A handle that has ended finds a stranger.")
    @State
    public static class Reuse {
        private final RaceStart start = new RaceStart();
        private final HandleTable table = new HandleTable();
        private final long handle = table.add(OURS);

        @Actor
        public void look(L_Result r) {
            start.meet();
            r.r1 = orNothing(table.get(handle));
        }

        /// The last of the strangers gets the slot.
        @Actor
        public void reuse() {
            start.meet();
            table.remove(handle);
            for (int i = 0; i < HandleTable.FREE_MIN; i++) {
                table.remove(table.add(STRANGER));
            }
            table.add(STRANGER);
        }
    }

    /// The table grows while somebody looks a handle up, and somebody else visits all.
    ///
    /// Caught: `takeIndex` that publishes the longer array before the entries are in it.
    @JCStressTest
    @Outcome(id = OURS + ", 64", expect = Expect.ACCEPTABLE, desc = "Found, before the new one was there.")
    @Outcome(id = OURS + ", 65", expect = Expect.ACCEPTABLE, desc = "Found, beside the new one.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "A handle that is named throughout was not found.")
    @State
    public static class Growth {
        /// What it has room for at first.
        private static final int ROOM = 64;

        private final RaceStart start = new RaceStart();
        private final HandleTable table = new HandleTable();
        private final long handle;

        public Growth() {
            for (int i = 1; i < ROOM; i++) {
                table.add(STRANGER);
            }
            handle = table.add(OURS);
        }

        @Actor
        public void look(LL_Result r) {
            start.meet();
            int[] count = new int[1];
            r.r1 = orNothing(table.get(handle));
            table.forEach(_ -> count[0]++);
            r.r2 = count[0];
        }

        @Actor
        public void grow() {
            start.meet();
            table.add(STRANGER);
        }
    }

    /// Two threads close one handle.
    ///
    /// Caught: `remove` that is not synchronized.
    @JCStressTest
    @Outcome(id = {OURS + ", nothing", "nothing, " + OURS}, expect = Expect.ACCEPTABLE, desc = "One did.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Both did, or none.")
    @State
    public static class Removal {
        private final RaceStart start = new RaceStart();
        private final HandleTable table = new HandleTable();
        private final long handle = table.add(OURS);

        @Actor
        public void one(LL_Result r) {
            start.meet();
            r.r1 = orNothing(table.remove(handle));
        }

        @Actor
        public void other(LL_Result r) {
            start.meet();
            r.r2 = orNothing(table.remove(handle));
        }
    }
}
