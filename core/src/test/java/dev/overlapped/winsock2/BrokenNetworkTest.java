package dev.overlapped.winsock2;

import dev.overlapped.conformance.Clause;
import org.junit.jupiter.api.Test;

/// Connections and datagrams whose network breaks, in namespaces of their own; [BrokenNetworks] has what
/// happens there.
class BrokenNetworkTest {
    @Test
    @Clause({"ERRORS-1", "DECISIONS-10"})
    void aPeerWhoseLinkIsDownAbortsTheConnection() {
        Namespaces.run(BrokenNetworks.class, "peersLinkGoesDown");
    }

    @Test
    @Clause({"ERRORS-17", "DECISIONS-10"})
    void aPeerWhoseLinkIsDownIsFoundOutByKeepAlive() {
        Namespaces.run(BrokenNetworks.class, "idlePeersLinkGoesDown");
    }

    @Test
    @Clause({"ERRORS-16", "DECISIONS-9"})
    void whereTheOwnLinkIsDownTheNetworkIsDown() {
        Namespaces.run(BrokenNetworks.class, "ownLinkGoesDown");
    }

    @Test
    @Clause("ERRORS-19")
    void whereTheQueueOfTheLinkIsFullThereAreNoBuffers() {
        Namespaces.run(BrokenNetworks.class, "ownQueueIsFull");
    }

    @Test
    @Clause({"ERRORS-18", "DECISIONS-11", "DWFLAGS-2", "DWFLAGS-4"})
    void aRouterTellsWhatHasOutlivedItsTimeAndIsNotUsedForWhatMustNotBeRouted() {
        Namespaces.run(BrokenNetworks.class, "aRouterIsInBetween");
    }
}
