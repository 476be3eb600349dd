package dev.overlapped.engine;

/// Of requests whose ends are seen in another way.
final class Untold implements Completion {
    @Override
    public void begun(Object tag) {
    }

    @Override
    public void publish(Object tag, int code, long bytes) {
    }

    @Override
    public void deliver(Object routine, Object tag, int code, long bytes) {
        throw new AssertionError("there is no routine");
    }
}
