using System.Numerics;

namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <content>Who takes the next step.</content>
internal sealed partial class Scheduler
{
    private const int Nobody = -1;

    private readonly bool _reduces;
    private readonly bool _usesSleepSets;
    private uint _sleep;
    private uint _sleepReturned;

    // For the preemption bound: whose turn it is, whether somebody has come in between already, and how often that has happened.
    private int _owner;
    private bool _interrupted;
    private int _preemptions;

    private static bool NeedsEmptyBuffer(OpKind kind) => kind is OpKind.CompareExchange or OpKind.Exchange or OpKind.Add
        or OpKind.Fence or OpKind.FenceAllThreads or OpKind.Await;

    private void ResetPicking()
    {
        _sleep = _sleepReturned = 0;
        _owner = Nobody;
        _interrupted = false;
        _preemptions = 0;
    }

    /// <summary>The agent that takes the next step; <see cref="Nobody"/> when the execution is over, and then says how it ended.</summary>
    private int Pick()
    {
        if (_depth == _options.MaxSteps)
        {
            Fail(new ObstructionException($"Not at an end after {_options.MaxSteps} steps."));
            return Nobody;
        }

        uint enabled = Enabled(out bool anyBlocked);
        if (_mode != Mode.Running)
        {
            return Nobody;
        }

        uint allowed = Allowed(enabled);
        int agent;
        if (_depth < _tree.Count)
        {
            ref SearchNode node = ref _tree[_depth];
            if (node.Enabled != allowed)
            {
                Fail(NotTheSameAgain());
                return Nobody;
            }

            agent = node.Agent;
        }
        else
        {
            if (enabled == 0)
            {
                End();
                return Nobody;
            }

            uint awake = allowed & ~_sleep;
            if (awake == 0)
            {
                Finish(ExecutionEnd.Pruned);
                return Nobody;
            }

            agent = Prefer(awake);
            _tree.Push(new SearchNode
            {
                Enabled = allowed,
                Backtrack = _reduces && !anyBlocked ? 1u << agent : allowed,
                Sleep = _sleep,
                Returned = _sleepReturned,
                Agent = agent,
                Choices = 1,
            });
        }

        Charge(agent, enabled);
        return agent;
    }

    /// <summary>Agents that could take a step.</summary>
    /// <param name="anyBlocked">Whether a thread is at a point where it blocks, even if it could go on right now.</param>
    private uint Enabled(out bool anyBlocked)
    {
        uint enabled = 0;
        anyBlocked = false;
        for (int i = 0; i < _threads; i++)
        {
            VirtualThread thread = _all[i];
            StoreBuffer buffer = thread.Buffer;
            if (buffer.Count != 0)
            {
                enabled |= 1u << (_threads + i);
            }

            if (thread.Finished)
            {
                continue;
            }

            OpKind kind = thread.Pending;
            bool possible = kind switch
            {
                OpKind.Store or OpKind.StoreRelease => buffer.Count < _options.BufferDepth,
                OpKind.FenceAllEnd => thread.UnfencedThreads == 0,
                _ => buffer.Count == 0 || !NeedsEmptyBuffer(kind),
            };
            if (kind == OpKind.Await)
            {
                anyBlocked = true;
                possible &= Holds(thread);
            }

            if (possible)
            {
                enabled |= 1u << i;
            }
        }

        return enabled;
    }

    private bool Holds(VirtualThread thread)
    {
        bool holds;
        try
        {
            holds = Ask(thread.Condition!);
        }
        catch (Exception failure)
        {
            Fail(failure);
            return false;
        }

        if (thread.ConditionHeld is { } held && held != holds && (_order.Steps[^1].Effects & Effects.Write) == 0)
        {
            Fail(new ModelMisuseException(
                "What a thread waits for changed without a write: write it through the atomics, or inside Model.Ghost."));
        }

        thread.ConditionHeld = holds;
        return holds;
    }

    /// <summary>Those of the enabled agents that the bound allows.</summary>
    private uint Allowed(uint enabled)
    {
        if (_usesSleepSets || _owner == Nobody || (enabled >> _owner & 1) == 0)
        {
            return enabled;
        }

        // A thread that has only begun has not touched anything, so nothing is to be had from stopping it there.
        bool hasJustBegun = _order.Steps[^1].Kind == OpKind.Start;
        bool isSpent = _preemptions == _options.PreemptionBound && !_interrupted;
        return hasJustBegun || isSpent ? 1u << _owner : enabled;
    }

    private void Charge(int agent, uint enabled)
    {
        if (agent != _owner && _owner != Nobody && !_interrupted && (enabled >> _owner & 1) != 0)
        {
            _preemptions++;
            _interrupted = true;
        }

        if (agent < _threads)
        {
            _owner = agent;
            _interrupted = false;
        }
    }

    /// <summary>Goes on with the thread whose turn it is, since changing threads costs the most; then with its buffer if it is
    /// stuck.</summary>
    private int Prefer(uint awake)
    {
        if (_owner != Nobody)
        {
            if ((awake >> _owner & 1) != 0)
            {
                return _owner;
            }

            if (!_all[_owner].Finished && (awake >> (_threads + _owner) & 1) != 0)
            {
                return _threads + _owner;
            }
        }

        return BitOperations.TrailingZeroCount(awake);
    }

    /// <summary>Nothing is possible any more: either all are done, or all that are not wait for ever.</summary>
    private void End()
    {
        List<string> blocked = [];
        foreach (VirtualThread thread in _all)
        {
            if (!thread.Finished)
            {
                blocked.Add($"T{thread.Index}");
            }
        }

        if (blocked.Count == 0)
        {
            Finish(ExecutionEnd.Completed);
        }
        else
        {
            Fail(new DeadlockException($"Blocked for ever: {string.Join(", ", blocked)}."));
        }
    }

    private void CheckSignature(int signature)
    {
        ref SearchNode node = ref _tree[_depth];
        if (_depth + 1 >= _tree.ReplayLength)
        {
            node.Signature = signature;
        }
        else if (node.Signature != signature)
        {
            Fail(NotTheSameAgain());
        }
    }

    private ModelMisuseException NotTheSameAgain() => new(
        $"Step {_depth + 1} was another one in an earlier execution with the same schedule. A scenario must depend on nothing "
        + "but the order "
        + "of its steps: build all state afresh, draw no random numbers, and set up what threads keep between executions in Prepare.");
}
