namespace RateSync.Fast.Bench.Gates;

/// <summary>Which figure a gate is about.</summary>
/// <param name="Id">The goal's number.</param>
/// <param name="Name">The row's name.</param>
/// <param name="Threads">The row's threads.</param>
/// <param name="Measure">One of <see cref="Measures"/>.</param>
/// <param name="Peer">The peer, where it is a ratio to one.</param>
internal sealed record GateKey(string Id, string Name, int Threads, string Measure, string? Peer)
{
    public override string ToString() =>
        $"{Id} {Name}, {Threads} thread{(Threads == 1 ? "" : "s")}: {Measure}{(Peer is null ? "" : " to " + Peer)}";
}
