package dev.overlapped.winsock2;

/// errhandlingapi.h. For its conventions see [Winsock2].
public final class Errhandlingapi {
    private Errhandlingapi() {
    }

    /// GetLastError: the same number as WSAGetLastError.
    public static int GetLastError() {
        return Winsock2.WSAGetLastError();
    }

    /// SetLastError: the same as WSASetLastError.
    public static void SetLastError(int dwErrCode) {
        Winsock2.WSASetLastError(dwErrCode);
    }
}
