namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>
/// The happens-before order of one execution, as vector clocks, and the races in it: pairs of dependent steps that nothing else orders.
/// For each
/// race the search is told to try the later step's side first.
/// </summary>
/// <remarks>
/// Source-set dynamic partial-order reduction: P. Abdulla, S. Aronis, B. Jonsson and K. Sagonas, "Source sets: a foundation for optimal
/// dynamic partial order reduction", JACM 2017, algorithm 1; after C. Flanagan and P. Godefroid, "Dynamic partial-order reduction for
/// model checking software", POPL 2005. A step's number counts from 1 here, so that 0 is none.
/// </remarks>
internal sealed class HappensBefore(SearchTree tree, int threads, bool writesVisible)
{
    private readonly int _agents = 2 * threads;
    private readonly int[] _lastOf = new int[2 * threads];
    private readonly int[] _lastWriteBy = new int[2 * threads];
    private readonly int[] _lastAwaitBy = new int[threads];
    private readonly int[] _lastCallBy = new int[threads];
    private readonly int[] _lastReturnBy = new int[threads];
    private readonly int[] _lastEnqueueBy = new int[threads];
    private readonly int[] _lastFenceAllBy = new int[threads];
    private readonly List<int> _candidates = [];
    private readonly List<int> _races = [];

    // Per location and agent: its last write and its last read. Per step and agent: the agent's last step that happened before or is it.
    private int[] _writes = new int[64];
    private int[] _reads = new int[64];
    private int[] _clocks = new int[1024];
    private Step[] _steps = new Step[256];
    private int _locations;

    /// <summary>Steps so far.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<Step> Steps => _steps.AsSpan(0, Count);

    public void Clear()
    {
        Count = 0;
        Array.Clear(_writes, 0, _locations * _agents);
        Array.Clear(_reads, 0, _locations * _agents);
        _locations = 0;
        Array.Clear(_lastOf);
        Array.Clear(_lastWriteBy);
        Array.Clear(_lastAwaitBy);
        Array.Clear(_lastCallBy);
        Array.Clear(_lastReturnBy);
        Array.Clear(_lastEnqueueBy);
        Array.Clear(_lastFenceAllBy);
    }

    /// <summary>Adds a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="enablers">Numbers of the steps that made it possible, its agent's previous step aside.</param>
    /// <param name="findRaces">Whether to look for races; not when an earlier execution has done so for the same step.</param>
    public void Append(in Step step, ReadOnlySpan<int> enablers, bool findRaces)
    {
        Reserve(step.Location);
        int index = Count++;
        _steps[index] = step;
        Span<int> clock = ClockOf(index);
        int previous = _lastOf[step.Agent];
        if (previous == 0)
        {
            clock.Clear();
        }
        else
        {
            ClockOf(previous - 1).CopyTo(clock);
        }

        foreach (int enabler in enablers)
        {
            Join(clock, enabler);
        }

        CollectCandidates(step, clock);
        JoinCandidates(clock);
        clock[step.Agent] = index + 1;
        if (findRaces)
        {
            foreach (int earlier in _races)
            {
                Reverse(earlier - 1, index);
            }
        }

        Remember(step, index + 1);
    }

    /// <summary>
    /// A thread has come to a point where it blocks, perhaps until another thread's write: had it come there before some write that is
    /// past, it might have gone on. Everything possible is tried before the last write of each other agent that is not ordered before it.
    /// </summary>
    /// <remarks>
    /// Blocking is the one thing that other threads' steps can make impossible again, which source sets do not foresee. It gets Flanagan
    /// and Godefroid's general rule, and while a thread is blocked all agents are tried at each step.
    /// </remarks>
    public void Blocked(int thread)
    {
        ReadOnlySpan<int> clock = _lastOf[thread] == 0 ? default : ClockOf(_lastOf[thread] - 1);
        for (int agent = 0; agent < _agents; agent++)
        {
            int write = _lastWriteBy[agent];
            if (write != 0 && agent % threads != thread && (clock.IsEmpty || clock[agent] < write))
            {
                ref SearchNode node = ref tree[write - 1];
                node.Backtrack |= node.Enabled;
            }
        }
    }

    /// <summary>Number of the last step of an agent, or 0.</summary>
    public int LastOf(int agent) => _lastOf[agent];

    private Span<int> ClockOf(int index) => _clocks.AsSpan(index * _agents, _agents);

    private void Join(Span<int> clock, int number)
    {
        Span<int> other = ClockOf(number - 1);
        for (int i = 0; i < clock.Length; i++)
        {
            clock[i] = Math.Max(clock[i], other[i]);
        }
    }

    /// <summary>The last step of each other agent that the new step depends on and that is not known to be ordered before it.</summary>
    private void CollectCandidates(in Step step, ReadOnlySpan<int> clock)
    {
        _candidates.Clear();
        _races.Clear();
        Effects effects = step.Effects;
        int row = step.Location * _agents;
        for (int agent = 0; agent < _agents; agent++)
        {
            int thread = agent % threads;
            int last = 0;
            if (thread != step.Thread)
            {
                if ((effects & Effects.Access) != 0)
                {
                    last = _writes[row + agent];
                    if ((effects & Effects.Write) != 0)
                    {
                        last = Math.Max(last, _reads[row + agent]);
                    }
                }

                if ((effects & Effects.Await) != 0)
                {
                    last = Math.Max(last, _lastWriteBy[agent]);
                }

                if ((effects & Effects.FenceAll) != 0)
                {
                    last = Math.Max(last, agent < threads ? _lastEnqueueBy[agent] : _lastOf[agent]);
                }

                if (agent < threads)
                {
                    last = Math.Max(last, LastOfThread(agent, effects));
                }
            }
            else if (agent != step.Agent && (effects & Effects.Buffer) != 0)
            {
                last = FencedPartner(agent);
            }

            if (writesVisible && agent != step.Agent && (effects & Effects.Write) != 0)
            {
                last = Math.Max(last, _lastWriteBy[agent]);
            }

            if (last > clock[agent])
            {
                _candidates.Add(last);
            }
        }
    }

    private int LastOfThread(int thread, Effects effects)
    {
        int last = 0;
        if ((effects & Effects.Write) != 0)
        {
            last = _lastAwaitBy[thread];
        }

        if ((effects & Effects.Buffer) != 0)
        {
            last = Math.Max(last, _lastFenceAllBy[thread]);
        }

        if ((effects & Effects.Call) != 0)
        {
            last = Math.Max(last, _lastReturnBy[thread]);
        }

        if ((effects & Effects.Return) != 0)
        {
            last = Math.Max(last, _lastCallBy[thread]);
        }

        return last;
    }

    /// <summary>The other side's last change of this buffer, if a fence on all threads was waiting for it then.</summary>
    private int FencedPartner(int agent)
    {
        int last = agent < threads ? _lastEnqueueBy[agent] : _lastOf[agent];
        return last != 0 && (_steps[last - 1].Effects & Effects.FencePending) != 0 ? last : 0;
    }

    /// <summary>Latest first, so that a step that is ordered before a later candidate is known not to race.</summary>
    private void JoinCandidates(Span<int> clock)
    {
        if (_candidates.Count > 1)
        {
            _candidates.Sort();
        }

        for (int i = _candidates.Count - 1; i >= 0; i--)
        {
            int candidate = _candidates[i];
            if (clock[_steps[candidate - 1].Agent] < candidate)
            {
                _races.Add(candidate);
                Join(clock, candidate);
            }
        }
    }

    /// <summary>
    /// Has the search try, in the state before <paramref name="first"/>, an agent that leads to <paramref name="second"/> happening
    /// before it.
    /// </summary>
    private void Reverse(int first, int second)
    {
        ref SearchNode node = ref tree[first];
        int firstAgent = _steps[first].Agent;

        // What does not happen after the first step, then the second: whoever can go first in that sequence is an initial of it.
        Span<int> began = stackalloc int[_agents];
        began.Clear();
        uint initials = 0;
        for (int i = first + 1; i <= second; i++)
        {
            ReadOnlySpan<int> clock = ClockOf(i);
            if (i != second && clock[firstAgent] > first)
            {
                continue;
            }

            int agent = _steps[i].Agent;
            if (began[agent] != 0)
            {
                continue;
            }

            bool initial = true;
            for (int other = 0; other < began.Length && initial; other++)
            {
                initial = began[other] == 0 || clock[other] < began[other];
            }

            began[agent] = i + 1;
            if (initial)
            {
                initials |= 1u << agent;
                if ((node.Backtrack & initials) != 0)
                {
                    return;
                }
            }
        }

        uint wanted = 1u << _steps[second].Agent;
        uint choice = (initials & wanted) != 0 ? wanted : initials & (0 - initials);

        // Under a preemption bound nothing is left out anyway, and only there can an initial be kept from going first.
        node.Backtrack |= (choice & node.Enabled) != 0 ? choice : node.Enabled;
    }

    private void Remember(in Step step, int number)
    {
        _lastOf[step.Agent] = number;
        Effects effects = step.Effects;
        if ((effects & Effects.Read) != 0)
        {
            _reads[(step.Location * _agents) + step.Agent] = number;
        }

        if ((effects & Effects.Write) != 0)
        {
            _writes[(step.Location * _agents) + step.Agent] = number;
            _lastWriteBy[step.Agent] = number;
        }

        Note(_lastAwaitBy, Effects.Await, step, number);
        Note(_lastCallBy, Effects.Call, step, number);
        Note(_lastReturnBy, Effects.Return, step, number);
        Note(_lastEnqueueBy, Effects.Enqueue, step, number);
        Note(_lastFenceAllBy, Effects.FenceAll, step, number);
    }

    private static void Note(int[] table, Effects effect, in Step step, int number)
    {
        if ((step.Effects & effect) != 0)
        {
            table[step.Thread] = number;
        }
    }

    private void Reserve(int location)
    {
        if (Count == _steps.Length)
        {
            Array.Resize(ref _steps, Count * 2);
        }

        if ((Count + 1) * _agents > _clocks.Length)
        {
            Array.Resize(ref _clocks, _clocks.Length * 2);
        }

        _locations = Math.Max(_locations, location + 1);
        while (_locations * _agents > _writes.Length)
        {
            Array.Resize(ref _writes, _writes.Length * 2);
            Array.Resize(ref _reads, _reads.Length * 2);
        }
    }
}
