using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>A timer that notes down when it is to go off. Going off is left to the scenario.</summary>
internal sealed class ModelWakeUp : IWakeUp
{
    public long? Wanted { get; private set; }

    void IWakeUp.At(long tick) => Model.Ghost(() => Wanted = tick);

    void IWakeUp.Never() => Model.Ghost(() => Wanted = null);

    /// <summary>Whether it goes off at that time; if so it is used up.</summary>
    public bool GoesOff(long now)
    {
        bool due = false;
        Model.Ghost(() =>
        {
            due = Wanted <= now;
            Wanted = due ? null : Wanted;
        });
        return due;
    }
}
