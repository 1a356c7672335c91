using RateSync.Fast.Tests.Property.Waiting;

namespace RateSync.Fast.Tests.Property.Keyed;

/// <summary>
/// Every key of a named limiter is as a limiter of its own: what it grants, who waits for it, and what a change leaves it.
/// </summary>
public sealed class CloneProperties
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Each_key_is_limited_as_if_it_were_alone_through_all_changes(bool hasSlots) => Sequences.RunAsync(150, 300, async (random, steps, log) =>
    {
        using CloneRun run = new(random, log, hasSlots);
        for (int step = 0; step < steps; step++)
        {
            await run.StepAsync();
        }

        await run.EndAsync();
    });
}
