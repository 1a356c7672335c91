namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>
/// Runs one execution after the other along the path of a <see cref="SearchTree"/>. Exactly one thread runs at any time; when it comes
/// to its next operation it picks itself who takes the next step, and hands over only if that is another thread.
/// </summary>
/// <remarks>Nothing here is synchronised but the hand-over itself, which publishes all that was done before it.</remarks>
internal sealed partial class Scheduler
{
    /// <summary>Stands for the state that only checks know. No object lives there.</summary>
    public const nuint GhostAddress = 8;

    private readonly ExploreOptions _options;
    private readonly SearchTree _tree;
    private readonly HappensBefore _order;
    private readonly LocationTable _locations = new();
    private readonly VirtualThread[] _all;
    private readonly List<int> _enablers = [];
    private readonly int _threads;
    private Action? _invariant;
    private Mode _mode;
    private ExecutionEnd _end;
    private Step _step;
    private bool _stepOpen;
    private int _depth;
    private int _coastingSteps;
    private bool _over;
    private bool _endedByFirst;
    private long _transitions;

    public Scheduler(ExploreOptions options, SearchTree tree, int threads, bool hasInvariant)
    {
        _options = options;
        _tree = tree;
        _threads = threads;
        _writesVisible = hasInvariant;
        _order = new HappensBefore(tree, threads, hasInvariant);
        _all = new VirtualThread[threads];
        for (int i = 0; i < threads; i++)
        {
            _all[i] = new VirtualThread(this, i);
        }

        Buffers = options.Memory == MemoryModel.Tso;
        _reduces = options.Reduction == Reduction.PartialOrder && options.PreemptionBound is null;
        _usesSleepSets = options.Reduction != Reduction.None && options.PreemptionBound is null;
        _clearedBy = new int[threads * threads];
        _commits = new List<int>[threads];
        for (int i = 0; i < threads; i++)
        {
            _commits[i] = [];
        }
    }

    private enum Mode
    {
        /// <summary>Each operation waits for its turn.</summary>
        Running,

        /// <summary>The execution is over; threads run to their end one by one, undisturbed. Cheaper than unwinding them.</summary>
        Coasting,

        /// <summary>The execution is over; threads are unwound.</summary>
        Aborting,
    }

    public int Threads => _threads;

    public VirtualThread this[int thread] => _all[thread];

    /// <summary>Whether stores are buffered.</summary>
    public bool Buffers { get; }

    /// <summary>Garbage collections up to the beginning of this execution.</summary>
    public int Collections { get; private set; }

    /// <summary>The number, from 1, that the step being executed will have.</summary>
    public int StepNumber => _depth + 1;

    /// <summary>Where steps are described, when this execution is for reading.</summary>
    public Trace? Trace { get; set; }

    /// <summary>What made the last execution fail.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Steps of all executions.</summary>
    public long Transitions => Volatile.Read(ref _transitions);

    public ReadOnlySpan<Step> Steps => _order.Steps;

    /// <summary>Runs one execution. On the worker that is thread 0.</summary>
    public ExecutionEnd Run(Execution execution)
    {
        Reset(execution);
        VirtualThread first = _all[0];
        int agent = Pick();
        if (agent >= 0)
        {
            if (agent != 0)
            {
                _all[agent].Gate.Open();
                first.Gate.Wait();
            }

            if (!_over)
            {
                RunBody(first);
                if (!_endedByFirst)
                {
                    first.Gate.Wait();
                }
            }
        }

        if (GC.CollectionCount(0) != Collections)
        {
            return ExecutionEnd.Spoiled;
        }

        if (_end == ExecutionEnd.Completed)
        {
            RunAfter(execution.After);
        }

        return _end;
    }

    /// <summary>Runs a thread's part of the execution from its beginning to its end. On its worker, when it is its turn.</summary>
    public void RunBody(VirtualThread thread)
    {
        thread.Started = true;
        VirtualThread.Current = thread;
        try
        {
            Executed(thread, Effects.None);
            thread.Body();
        }
        catch (AbandonedException) when (_mode != Mode.Running)
        {
            // Somebody else ended the execution.
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
        finally
        {
            VirtualThread.Current = null;
        }

        thread.Finished = true;
        thread.Pending = OpKind.None;
        HandOnFrom(thread);
    }

    /// <summary>
    /// The calling thread has come to an operation; returns when it is its turn to execute it. False when the execution is over:
    /// then the operation acts on memory and is not recorded.
    /// </summary>
    public bool Reach(VirtualThread thread, OpKind kind, nuint address)
    {
        if (_mode == Mode.Running)
        {
            thread.SetPending(kind, address);
            CloseStep();
            if (kind == OpKind.Await && _mode == Mode.Running)
            {
                _order.Blocked(thread.Index);
            }

            if (WaitForTurn(thread))
            {
                return true;
            }
        }

        Coast(thread, kind);
        return false;
    }

    /// <summary>The calling thread has executed its pending operation.</summary>
    public void Executed(VirtualThread thread, Effects effects)
    {
        if (thread.CallPending)
        {
            effects |= Effects.Call;
            thread.Called(_depth);
        }

        CollectEnablers(thread);
        Open(thread.Index, thread, thread.Pending, effects, thread.PendingAddress);
    }

    /// <summary>The last step was the last one of a recorded operation.</summary>
    /// <returns>The step.</returns>
    public int MarkReturn()
    {
        _step.Effects |= Effects.Return;
        return _depth;
    }

    /// <summary>Which alternative the search has come to.</summary>
    public int Choice(int alternatives)
    {
        ref SearchNode node = ref _tree[_depth];
        node.Choices = alternatives;
        return node.Choice;
    }

    private void Reset(Execution execution)
    {
        _mode = Mode.Running;
        _end = ExecutionEnd.Completed;
        Failure = null;
        _invariant = execution.Invariant;
        _stepOpen = false;
        _over = _endedByFirst = false;
        _depth = 0;
        _coastingSteps = 0;
        _order.Clear();
        _locations.Clear();
        ResetPicking();
        for (int i = 0; i < _threads; i++)
        {
            _all[i].Reset(execution.Threads[i]);
            _commits[i].Clear();
        }

        Collections = GC.CollectionCount(0);
    }

    private void RunAfter(Action? after)
    {
        try
        {
            after?.Invoke();
        }
        catch (Exception failure)
        {
            Failure = failure;
            _end = ExecutionEnd.Failed;
        }
    }

    /// <summary>Picks and executes until it is the thread's turn; false when the execution is over.</summary>
    private bool WaitForTurn(VirtualThread thread)
    {
        while (_mode == Mode.Running)
        {
            int agent = Pick();
            if (agent == thread.Index)
            {
                return true;
            }

            if (agent >= _threads)
            {
                Commit(_all[agent - _threads]);
            }
            else if (agent >= 0)
            {
                _all[agent].Gate.Open();
                thread.Gate.Wait();
                return _mode == Mode.Running;
            }
        }

        return false;
    }

    /// <summary>A thread is done: somebody else goes on, or nobody.</summary>
    private void HandOnFrom(VirtualThread thread)
    {
        if (_mode == Mode.Running)
        {
            CloseStep();
        }

        while (_mode == Mode.Running)
        {
            int agent = Pick();
            if (agent >= _threads)
            {
                Commit(_all[agent - _threads]);
            }
            else if (agent >= 0)
            {
                _all[agent].Gate.Open();
                return;
            }
        }

        foreach (VirtualThread other in _all)
        {
            if (other.Started && !other.Finished)
            {
                other.Gate.Open();
                return;
            }
        }

        // The first thread reads these once it has been woken, or has come here itself: one opening for each of its waits.
        _over = true;
        _endedByFirst = thread.Index == 0;
        if (!_endedByFirst)
        {
            _all[0].Gate.Open();
        }
    }

    /// <summary>Lets a thread run on after the end, within reason.</summary>
    private void Coast(VirtualThread thread, OpKind kind)
    {
        bool blocked = kind == OpKind.Await && _mode == Mode.Coasting && !Ask(thread.Condition!);
        if (_mode == Mode.Aborting || blocked || ++_coastingSteps > _options.MaxSteps)
        {
            throw new AbandonedException();
        }
    }

    private void Fail(Exception failure)
    {
        if (_mode == Mode.Running)
        {
            Failure = failure;
            _end = ExecutionEnd.Failed;
            _mode = Mode.Aborting;
        }
    }

    /// <summary>Ends the execution without a failure.</summary>
    private void Finish(ExecutionEnd end)
    {
        _end = end;
        _mode = Mode.Coasting;
        foreach (VirtualThread thread in _all)
        {
            StoreBuffer buffer = thread.Buffer;
            while (buffer.Count != 0)
            {
                TryCommit(buffer.Oldest);
                buffer.RemoveOldest();
            }
        }
    }

    private static bool Ask(Func<bool> condition)
    {
        VirtualThread? current = VirtualThread.Current;
        VirtualThread.Current = null;
        try
        {
            return condition();
        }
        finally
        {
            VirtualThread.Current = current;
        }
    }
}
