package dev.overlapped.conformance;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestWatcher;
import org.opentest4j.TestAbortedException;

/// Comes with [Clause]: keeps how each proving test ended, and where the build has all privileges lets none
/// of them be skipped.
///
/// JUnit makes it by reflection. It is no listener of the whole run, because JUnit finds those by service
/// files, which Java does not read from inside a module.
public final class ClauseResults
        implements TestWatcher, TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    private static final boolean PRIVILEGED = Boolean.getBoolean("dev.overlapped.privileged");
    /// The library is one that was changed so that tests fail: nothing is proven, and there is no page.
    private static final boolean MUTATED = Boolean.getBoolean("dev.overlapped.mutated");

    @Override
    public void testSuccessful(ExtensionContext context) {
        keep(context, RunResults.Outcome.PROVEN);
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        keep(context, RunResults.Outcome.FAILED);
    }

    @Override
    public void testAborted(ExtensionContext context, Throwable cause) {
        keep(context, RunResults.Outcome.SKIPPED);
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        keep(context, RunResults.Outcome.SKIPPED);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        throw judged(thrown);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable thrown)
            throws Throwable {
        throw judged(thrown);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable thrown)
            throws Throwable {
        throw judged(thrown);
    }

    private static Throwable judged(Throwable thrown) {
        return PRIVILEGED && thrown instanceof TestAbortedException
                ? new AssertionError("skipped, although the build has all privileges: " + thrown.getMessage(),
                        thrown)
                : thrown;
    }

    private static void keep(ExtensionContext context, RunResults.Outcome outcome) {
        if (MUTATED) {
            return;
        }
        context.getRoot().getStore(Namespace.create(ClauseResults.class))
                .computeIfAbsent(RunResults.class, any -> new RunResults(), RunResults.class)
                .add(Proof.of(context.getRequiredTestMethod()), outcome);
    }
}
