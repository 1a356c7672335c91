namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>One state on the path that is being explored. Sets of agents are bit masks.</summary>
/// <remarks>Mutable struct, in the array of <see cref="SearchTree"/>.</remarks>
internal struct SearchNode
{
    /// <summary>Who could take a step here, within the bound if there is one.</summary>
    public uint Enabled;

    /// <summary>Whose step is to be explored here; grows while deeper steps turn out to depend on the one taken here.</summary>
    public uint Backtrack;

    /// <summary>Whose step has been explored here, or need not be since all that follows it has been explored elsewhere.</summary>
    public uint Sleep;

    /// <summary>Those of <see cref="Sleep"/> whose step was the last one of a recorded operation.</summary>
    public uint Returned;

    /// <summary>Whose step was taken.</summary>
    public int Agent;

    /// <summary>Which alternative, if the step was a free choice.</summary>
    public int Choice;

    /// <summary>Number of alternatives.</summary>
    public int Choices;

    /// <summary>What the step was, to notice a scenario that does not do the same again.</summary>
    public int Signature;
}
