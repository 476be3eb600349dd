package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.Errno;
import org.junit.jupiter.api.Test;

/// What the kernel is asked to watch of one socket, at the reactors of two threads: pollers 1 and 2.
class RegistrationTest {
    private OverheardEngine overheard;
    private Home.Registration registration;
    private Reactor one;
    private Reactor other;

    private void begin() {
        overheard = new OverheardEngine();
        registration = new Home.Registration(overheard.sockets().stream());
        one = overheard.pending().waiter().heldReactor();
        other = overheard.pending().waiter().heldReactor();
    }

    private void assertHeard(String... expected) {
        assertThat(overheard.heard()).containsExactly(expected);
    }

    @Test
    void readingIsWatchedAtOnePlaceAndAskedForOnce() {
        begin();
        assertThat(registration.read(one)).isZero();
        assertHeard("1 watches READ");
        assertThat(registration.read(one)).isZero();
        assertHeard();
        assertThat(registration.read(other)).isZero();
        assertHeard("1 unwatches", "2 watches READ");
        assertThat(registration.read(null)).isZero();
        assertHeard("2 unwatches");
    }

    @Test
    void writingIsWatchedAtOnePlaceAndAskedForAgainEachTime() {
        begin();
        assertThat(registration.write(one)).isZero();
        assertHeard("1 watches WRITE");
        assertThat(registration.write(one)).isZero();
        assertHeard("1 rewatches WRITE");
        assertThat(registration.write(other)).isZero();
        assertHeard("1 unwatches", "2 watches WRITE");
        assertThat(registration.write(null)).isZero();
        assertHeard("2 unwatches");
        assertThat(registration.write(null)).isZero();
        assertHeard();
    }

    @Test
    void bothAtOnePlaceAreOneWatch() {
        begin();
        assertThat(registration.read(one)).isZero();
        assertThat(registration.write(one)).isZero();
        assertHeard("1 watches READ", "1 rewatches READ WRITE");
        assertThat(registration.write(null)).isZero();
        assertHeard("1 rewatches READ");
        assertThat(registration.write(one)).isZero();
        assertThat(registration.read(other)).isZero();
        assertHeard("1 rewatches READ WRITE", "1 rewatches WRITE", "2 watches READ");
        assertThat(registration.write(other)).isZero();
        assertHeard("1 unwatches", "2 rewatches READ WRITE");
    }

    @Test
    void datagramsAreReportedForAsLongAsThereAreAny() {
        begin();
        Home.Registration datagrams = new Home.Registration(overheard.sockets().datagrams());
        assertThat(datagrams.read(one)).isZero();
        assertThat(datagrams.write(one)).isZero();
        assertHeard("1 watches READ LEVEL", "1 rewatches READ WRITE LEVEL");
    }

    @Test
    void whatTheKernelCouldNotWatchIsAskedForAnew() {
        begin();
        overheard.refuseWatches(Errno.ENOMEM);
        assertThat(registration.read(one)).isEqualTo(-Errno.ENOMEM);
        assertThat(registration.write(one)).isEqualTo(-Errno.ENOMEM);
        assertHeard("1 watches READ", "1 watches WRITE");
        overheard.refuseWatches(0);
        assertThat(registration.read(one)).isZero();
        assertThat(registration.write(null)).isZero();
        assertHeard("1 watches READ");
        overheard.refuseWatches(Errno.ENOMEM);
        assertThat(registration.write(one)).isEqualTo(-Errno.ENOMEM);
        assertHeard("1 rewatches READ WRITE");
    }

    @Test
    void beforeADescriptorIsReplacedEveryWatchEndsAndNewOnesMayFollow() {
        begin();
        registration.end(false);
        assertHeard();
        assertThat(registration.write(one)).isZero();
        registration.end(false);
        assertHeard("1 watches WRITE", "1 unwatches");
        assertThat(registration.read(one)).isZero();
        registration.end(false);
        assertHeard("1 watches READ", "1 unwatches");
    }

    @Test
    void aWatchForBothEndsOnceAndTwoWatchesEndBoth() {
        begin();
        assertThat(registration.read(one)).isZero();
        assertThat(registration.write(one)).isZero();
        registration.end(false);
        assertHeard("1 watches READ", "1 rewatches READ WRITE", "1 unwatches");
        assertThat(registration.read(one)).isZero();
        assertThat(registration.write(other)).isZero();
        registration.end(false);
        assertHeard("1 watches READ", "2 watches WRITE", "1 unwatches", "2 unwatches");
    }

    @Test
    void afterTheEndNothingIsWatchedAnyMore() {
        begin();
        assertThat(registration.read(one)).isZero();
        registration.end(true);
        assertHeard("1 watches READ", "1 unwatches");
        assertThat(registration.read(other)).isZero();
        assertThat(registration.write(other)).isZero();
        assertHeard();
    }
}
