package dev.overlapped.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// PLACEHOLDER: goes with the class it tests.
class PlaceholderTest {
    @Test
    void aRestrictedCallNeedsNoWarning() {
        assertThat(Placeholder.processId()).isEqualTo((int) ProcessHandle.current().pid());
    }
}
