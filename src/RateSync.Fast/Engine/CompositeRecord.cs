using RateSync.Fast.State;

namespace RateSync.Fast.Engine;

/// <summary>What one grant of a composite that has slots is made of, so that each part gets back its own.</summary>
internal sealed class CompositeRecord(int parts) : TicketRecord
{
    public readonly Permit[] Parts = new Permit[parts];
}
