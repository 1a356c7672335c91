namespace RateSync.Fast.State;

/// <summary>What a cell of a waiting line holds instead of a waiter.</summary>
internal sealed class CellMark
{
    /// <summary>A permit that arrived before its waiter did.</summary>
    public static readonly CellMark Permit = new(nameof(Permit));

    /// <summary>The waiter was here and has been handed a permit, or was found cancelled by the one who brought it.</summary>
    public static readonly CellMark Resumed = new(nameof(Resumed));

    /// <summary>The waiter has left the line; a permit that comes by goes on to the next cell.</summary>
    public static readonly CellMark Cancelled = new(nameof(Cancelled));

    /// <summary>The waiter has left, but a permit was already on its way to it; whoever brings it may stop here.</summary>
    public static readonly CellMark Refused = new(nameof(Refused));

    /// <summary>The waiter took too long to sit down; it will take another cell.</summary>
    public static readonly CellMark Broken = new(nameof(Broken));

    private readonly string _name;

    private CellMark(string name) => _name = name;

    public override string ToString() => _name;
}
