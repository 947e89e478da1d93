package io.seriatim.wal;

/// Damage was found under [ReplayPolicy#STRICT]. Nothing was changed.
public final class DamagedLogException extends WalException {
    private static final long serialVersionUID = 1L;

    private final transient Damage damage;

    /// @param damage the first damage found
    public DamagedLogException(Damage damage) {
        super("damaged log: " + damage + " (use SALVAGE to read what is provably valid)", null);
        this.damage = damage;
    }

    /// @return the first damage found
    public Damage damage() {
        return damage;
    }
}
