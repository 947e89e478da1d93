package io.seriatim.wal;

/// Everything that can go wrong with a log, apart from a caller's mistake (`IllegalArgumentException`,
/// `IllegalStateException`). Closed, so that callers can switch; the facts are fields of each case.
public abstract sealed class WalException extends RuntimeException
        permits WalClosedException,
                WalPoisonedException,
                WalFullException,
                WalLockedException,
                WalIoException,
                DurabilityTimeoutException,
                SeriesLimitException,
                UnsupportedFormatException,
                NotALogException,
                DamagedLogException {
    private static final long serialVersionUID = 1L;

    WalException(String message, Throwable cause) {
        super(message, cause);
    }
}
