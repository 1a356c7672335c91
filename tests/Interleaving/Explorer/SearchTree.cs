using System.Numerics;

namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>The path of the depth-first search: what was chosen at each step of the present execution, and what remains to be
/// tried.</summary>
internal sealed class SearchTree
{
    private SearchNode[] _nodes = new SearchNode[256];

    /// <summary>Steps of the path.</summary>
    public int Count { get; private set; }

    /// <summary>Steps that the next execution has to repeat; the last of them is new in its place.</summary>
    public int ReplayLength { get; private set; }

    public ref SearchNode this[int depth] => ref _nodes[depth];

    public void Push(in SearchNode node)
    {
        if (Count == _nodes.Length)
        {
            Array.Resize(ref _nodes, Count * 2);
        }

        _nodes[Count++] = node;
    }

    /// <summary>Forgets what an execution that does not count has added.</summary>
    public void Rewind() => Count = ReplayLength;

    /// <summary>Makes the next execution repeat the present path to its end.</summary>
    public void RepeatAll() => ReplayLength = Count;

    /// <summary>Moves on to the next path; false when everything has been explored.</summary>
    /// <param name="steps">The steps of the execution along the present path.</param>
    public bool TryAdvance(ReadOnlySpan<Step> steps)
    {
        for (int depth = Count - 1; depth >= 0; depth--)
        {
            ref SearchNode node = ref _nodes[depth];
            uint taken = 1u << node.Agent;
            if ((steps[depth].Effects & Effects.Return) != 0)
            {
                node.Returned |= taken;
            }

            if (node.Choice + 1 < node.Choices)
            {
                node.Choice++;
                Count = ReplayLength = depth + 1;
                return true;
            }

            node.Sleep |= taken;
            uint next = node.Backtrack & ~node.Sleep;
            if (next != 0)
            {
                node.Agent = BitOperations.TrailingZeroCount(next);
                node.Choice = 0;
                node.Choices = 1;
                Count = ReplayLength = depth + 1;
                return true;
            }
        }

        return false;
    }
}
