package io.seriatim.tools.store;

import java.time.Duration;

/// Is told how sending goes, by the thread that sends.
public interface StoreWatch {
    /// A request has to be sent again.
    ///
    /// @param cause what came back
    /// @param since how long this request has been failing
    /// @param next  when it is sent again
    void onRetry(String cause, Duration since, Duration next);

    /// The store refused something for good.
    ///
    /// @param count   samples, histograms or exemplars
    /// @param message the store's own
    void onRefused(long count, String message);
}
