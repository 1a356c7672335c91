namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>One run of a scenario: fresh shared state, held by the closures, and what threads do with it.</summary>
/// <param name="threads">
/// What each thread does. Deterministic but for the order of its steps; may throw to report a violation.
/// </param>
/// <param name="after">
/// Runs alone when all threads are done and all store buffers are empty: drains, adds up, throws on a violation.
/// </param>
/// <param name="invariant">
/// Looked at after every step; throws on a violation. Must not change anything, and may read only what is written through the atomics or
/// inside <see cref="Model.Ghost"/>, since only orders of those steps are told apart. It costs executions: all writes then depend on
/// each other.
/// </param>
internal sealed class Execution(Action[] threads, Action? after = null, Action? invariant = null)
{
    public Action[] Threads { get; } = threads;

    public Action? After { get; } = after;

    public Action? Invariant { get; } = invariant;
}
