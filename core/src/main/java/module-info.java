/// Winsock 2's overlapped socket model on Linux.
module dev.overlapped {
    requires jdk.jfr;

    exports dev.overlapped;
    exports dev.overlapped.simulation;
    exports dev.overlapped.winsock2;
    exports dev.overlapped.winsock2.types;
}
