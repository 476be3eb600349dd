package dev.overlapped.winsock2;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Streams over links that lose, delay, cut up and break off, in namespaces of their own;
/// [ImpairedNetworks] has what happens there.
class ImpairedNetworkTest {
    @Test
    void whereEveryTwentiethPacketIsLostEveryByteArrives() throws Exception {
        assumeTrue(canFilter(), "needs nft, of the package nftables");
        Namespaces.run(ImpairedNetworks.class, "packetsAreLost");
    }

    @Test
    void whereTheLinkIsNarrowEveryByteArrives() {
        Namespaces.run(ImpairedNetworks.class, "theLinkIsNarrow");
    }

    @Test
    void whereTheLargestPacketChangesEveryByteArrives() {
        Namespaces.run(ImpairedNetworks.class, "theLargestPacketChanges");
    }

    @Test
    void whereTheLinkBreaksOffAndComesBackEveryByteArrives() {
        Namespaces.run(ImpairedNetworks.class, "theLinkBreaksOff");
    }

    @Test
    void whereTheLinkStaysAwayAllThatIsPendingEndsWithItsCode() {
        Namespaces.run(ImpairedNetworks.class, "theLinkStaysAway");
    }

    private static boolean canFilter() throws InterruptedException {
        try {
            return new ProcessBuilder("nft", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            // There is none.
            return false;
        }
    }
}
