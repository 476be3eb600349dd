package dev.overlapped.handle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;

/// Gives out handles: positive multiples of 4 that name an object until it is removed, and nothing
/// afterwards.
///
/// A handle is a generation, an index and two zero bits. A slot is used again only after [#FREE_MIN] others
/// have been freed since, and then with the next generation, so that a stale handle finds nothing rather
/// than a stranger. A slot that has had all its generations is not used any more: no handle is given out
/// twice. Looking up takes no lock.
public final class HandleTable {
    /// The most handles open at a time.
    public static final int HANDLES_MAX = 1 << 20;
    /// Freed slots that are kept back.
    public static final int FREE_MIN = 64;

    private static final int INDEX_BITS = 20;
    private static final int INDEX_MASK = HANDLES_MAX - 1;
    private static final VarHandle ENTRIES = MethodHandles.arrayElementVarHandle(Entry[].class);

    private record Entry(long handle, Object object) {
    }

    private final int generationsMax;
    /// Entries are stored with release and read with acquire; the array is replaced when it grows.
    private volatile Entry[] entries = new Entry[64];
    private int[] generations = new int[64];
    /// Freed indexes, oldest first: a ring.
    private int[] free = new int[64];
    private int freeHead;
    private int freeCount;
    private int used;

    public HandleTable() {
        this(Integer.MAX_VALUE);
    }

    /// A slot is used `generationsMax` times.
    HandleTable(int generationsMax) {
        this.generationsMax = generationsMax;
    }

    /// Names `object`; 0 when all handles are in use.
    public synchronized long add(Object object) {
        int index = takeIndex();
        if (index < 0) {
            return 0;
        }
        long handle = (((long) ++generations[index] << INDEX_BITS) | index) << 2;
        ENTRIES.setRelease(entries, index, new Entry(handle, object));
        return handle;
    }

    private int takeIndex() {
        if (freeCount > FREE_MIN || (used == HANDLES_MAX && freeCount > 0)) {
            int index = free[freeHead];
            freeHead = (freeHead + 1) % free.length;
            freeCount--;
            return index;
        }
        if (used == HANDLES_MAX) {
            return -1;
        }
        if (used == generations.length) {
            generations = Arrays.copyOf(generations, 2 * used);
            entries = Arrays.copyOf(entries, 2 * used);
        }
        return used++;
    }

    /// The object that `handle` names, or null.
    public Object get(long handle) {
        Entry[] now = entries;
        int index = (int) (handle >>> 2) & INDEX_MASK;
        if (index >= now.length) {
            return null;
        }
        Entry entry = (Entry) ENTRIES.getAcquire(now, index);
        return entry != null && entry.handle == handle ? entry.object : null;
    }

    /// Ends a handle; returns what it named, or null if it named nothing.
    public synchronized Object remove(long handle) {
        Object object = get(handle);
        if (object != null) {
            int index = (int) (handle >>> 2) & INDEX_MASK;
            ENTRIES.setRelease(entries, index, null);
            if (generations[index] < generationsMax) {
                putIndex(index);
            }
        }
        return object;
    }

    private void putIndex(int index) {
        if (freeCount == free.length) {
            int[] longer = new int[2 * freeCount];
            for (int i = 0; i < freeCount; i++) {
                longer[i] = free[(freeHead + i) % freeCount];
            }
            free = longer;
            freeHead = 0;
        }
        free[(freeHead + freeCount) % free.length] = index;
        freeCount++;
    }

    /// Shows every object that is named at some moment of the call; none that stays named throughout is
    /// left out.
    public void forEach(Consumer<Object> visitor) {
        Entry[] now = entries;
        for (int i = 0; i < now.length; i++) {
            Entry entry = (Entry) ENTRIES.getAcquire(now, i);
            if (entry != null) {
                visitor.accept(entry.object);
            }
        }
    }
}
