namespace RateSync.Fast.Algorithms;

/// <summary>
/// What one atomic step at a reservoir is asked to do. Tokens that cells bring home are always taken back; the caller's
/// permits are granted all or not at all; the chunk is granted whole or not at all, and only on top of the caller's permits.
/// </summary>
internal struct Transfer
{
    /// <summary>Permits for the caller, all or nothing. 0 asks for none.</summary>
    public long Take;

    /// <summary>Permits that must be left to be had afterwards, or the caller gets none; with it no chunk may be asked for.</summary>
    public long Keep;

    /// <summary>Whether a full chunk for a cell is wanted as well; it then stays charged until the cell is disarmed.</summary>
    public bool WantChunk;

    /// <summary>Unspent tokens brought home by cells that are disarmed in this step.</summary>
    public long Returned;

    /// <summary>Tokens that those cells had spent of their chunks.</summary>
    public long Spent;

    /// <summary>How many cells are disarmed in this step: their chunks stop being charged.</summary>
    public int Disarmed;

    /// <summary>The caller serves the line of waiters and so is not held up by it.</summary>
    public bool HeadOfLine;

    /// <summary>The permits are taken even if that means debt (a settlement).</summary>
    public bool IntoDebt;
}
