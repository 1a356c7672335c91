using System.Runtime.InteropServices;

namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <content>What a step is: its effects, what made it possible, and what has to be looked at once it is done.</content>
internal sealed partial class Scheduler
{
    private readonly bool _writesVisible;

    // For each pair of a thread in a fence on all threads and another: the step that emptied the other's buffer since the call, or 0.
    private readonly int[] _clearedBy;

    // For each thread: the steps in which its buffered stores reached memory.
    private readonly List<int>[] _commits;

    /// <summary>A fence on all threads is called: from now on each buffer has to be seen empty once.</summary>
    public void BeginFenceAll(VirtualThread caller)
    {
        if (!Buffers)
        {
            return;
        }

        uint unfenced = 0;
        foreach (VirtualThread thread in _all)
        {
            _clearedBy[(caller.Index * _threads) + thread.Index] = 0;
            if (thread != caller && thread.Buffer.Count != 0)
            {
                unfenced |= 1u << thread.Index;
            }
        }

        caller.UnfencedThreads = unfenced;
    }

    /// <summary>The oldest store of a buffer reaches memory.</summary>
    private void Commit(VirtualThread thread)
    {
        StoreBuffer.Entry entry = thread.Buffer.Oldest;
        if (!TryCommit(entry))
        {
            Finish(ExecutionEnd.Spoiled);
            return;
        }

        Effects effects = Effects.Write | Effects.Commit;
        _enablers.Clear();
        _enablers.Add(entry.Step);
        Open(_threads + thread.Index, thread, OpKind.Commit, effects, entry.Address);
        Trace?.Committed(entry);
        _commits[thread.Index].Add(StepNumber);
        thread.Buffer.RemoveOldest();
        if (thread.Buffer.Count == 0)
        {
            SeeEmpty(thread.Index);
        }

        CloseStep();
    }

    private bool TryCommit(in StoreBuffer.Entry entry) => entry.IsReference
        ? RawMemory.TryWrite(entry.Address, Collections, entry.Reference)
        : RawMemory.TryWrite(entry.Address, Collections, entry.Value);

    private bool IsFencePending(int thread)
    {
        foreach (VirtualThread other in _all)
        {
            if ((other.UnfencedThreads >> thread & 1) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private void SeeEmpty(int thread)
    {
        foreach (VirtualThread caller in _all)
        {
            if ((caller.UnfencedThreads >> thread & 1) != 0)
            {
                caller.UnfencedThreads &= ~(1u << thread);
                _clearedBy[(caller.Index * _threads) + thread] = StepNumber;
            }
        }
    }

    /// <summary>The steps, other than the thread's own last, without which its pending operation would not have been possible.</summary>
    private void CollectEnablers(VirtualThread thread)
    {
        _enablers.Clear();
        if (!Buffers)
        {
            return;
        }

        switch (thread.Pending)
        {
            case OpKind.Store or OpKind.StoreRelease:
                // The store is in the buffer already; it found room because of the commit that many stores before it.
                int makingRoom = thread.Buffer.Taken + thread.Buffer.Count - _options.BufferDepth;
                if (makingRoom > 0)
                {
                    _enablers.Add(_commits[thread.Index][makingRoom - 1]);
                }

                break;
            case OpKind.FenceAllEnd:
                for (int other = 0; other < _threads; other++)
                {
                    AddEnabler(_clearedBy[(thread.Index * _threads) + other]);
                }

                break;
            case var kind when NeedsEmptyBuffer(kind):
                AddEnabler(_order.LastOf(_threads + thread.Index));
                break;
        }
    }

    private void AddEnabler(int step)
    {
        if (step != 0)
        {
            _enablers.Add(step);
        }
    }

    /// <summary>Writes down a step, which lasts until its thread comes to its next operation.</summary>
    private void Open(int agent, VirtualThread thread, OpKind kind, Effects effects, nuint address)
    {
        if (Buffers && (effects & Effects.Buffer) != 0 && IsFencePending(thread.Index))
        {
            effects |= Effects.FencePending;
        }

        int location = (effects & (Effects.Access | Effects.Enqueue)) != 0 ? _locations.NumberOf(address) : -1;
        _step = new Step
        {
            Agent = agent,
            Thread = thread.Index,
            Kind = kind,
            Effects = effects,
            Address = address,
            Location = location,
        };
        _stepOpen = true;
        Trace?.Add(_depth, _step);
        CheckSignature(((location + 1) << 8) | (int)kind);
    }

    /// <summary>The last step is done, with all that its thread did after it: takes note of it, and looks at the invariant.</summary>
    private void CloseStep()
    {
        if (!_stepOpen)
        {
            return;
        }

        _stepOpen = false;
        _transitions++;
        bool isNew = _depth + 1 >= _tree.ReplayLength;
        _order.Append(_step, CollectionsMarshal.AsSpan(_enablers), _reduces && isNew);
        if (_usesSleepSets && isNew)
        {
            KeepAsleep();
        }

        _depth++;
        if (_invariant is not null)
        {
            CheckInvariant();
        }
    }

    private void CheckInvariant()
    {
        VirtualThread? current = VirtualThread.Current;
        VirtualThread.Current = null;
        try
        {
            _invariant!();
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
        finally
        {
            VirtualThread.Current = current;
        }
    }

    /// <summary>Who sleeps on: those whose next transition does not depend on the step just done.</summary>
    private void KeepAsleep()
    {
        ref SearchNode node = ref _tree[_depth];
        uint sleep = node.Sleep;
        uint returned = node.Returned;
        for (int agent = 0; sleep >> agent != 0; agent++)
        {
            if ((sleep >> agent & 1) == 0)
            {
                continue;
            }

            VirtualThread thread = _all[agent % _threads];
            bool isBuffer = agent >= _threads;
            Effects next = isBuffer ? Effects.Write | Effects.Commit : thread.PendingEffects();
            if ((returned >> agent & 1) != 0)
            {
                next |= Effects.Return;
            }

            nuint address = isBuffer ? thread.Buffer.Oldest.Address : thread.PendingAddress;
            if (Dependence.Between(_step, next, address, thread.Index == _step.Thread, _writesVisible))
            {
                sleep &= ~(1u << agent);
            }
        }

        _sleep = sleep;
        _sleepReturned = returned & sleep;
    }
}
