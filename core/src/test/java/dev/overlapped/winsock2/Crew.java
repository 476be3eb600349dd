package dev.overlapped.winsock2;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The threads of a test. Closing waits for all of them; what one of them threw is the test's failure.
public final class Crew implements AutoCloseable {
    /// What a thread does.
    public interface Task {
        void run() throws Exception;
    }

    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    public Crew() {
    }

    public Thread platform(Task task) {
        return start(Thread.ofPlatform().daemon(), task);
    }

    public Thread virtual(Task task) {
        return start(Thread.ofVirtual(), task);
    }

    private Thread start(Thread.Builder builder, Task task) {
        Thread thread = builder.name("crew-", threads.size()).unstarted(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                failures.add(e);
            }
        });
        threads.add(thread);
        thread.start();
        return thread;
    }

    /// Waits for all threads that were started.
    public void join() {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new AssertionError("the test itself was interrupted", e);
        }
        threads.clear();
        if (!failures.isEmpty()) {
            AssertionError failure = new AssertionError("a thread of the test failed", failures.poll());
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
    }

    @Override
    public void close() {
        join();
    }
}
