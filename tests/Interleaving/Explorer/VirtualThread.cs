using System.Runtime.CompilerServices;

namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>A thread of the program under exploration. It runs on a worker of its own, which runs only when it is this thread's
/// turn.</summary>
internal sealed partial class VirtualThread(Scheduler scheduler, int index)
{
    [ThreadStatic]
    private static VirtualThread? t_current;

    /// <summary>The virtual thread that the calling code belongs to; null outside the model, where operations act on memory
    /// directly.</summary>
    public static VirtualThread? Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => t_current;
        set => t_current = value;
    }

    public Scheduler Scheduler { get; } = scheduler;

    public int Index { get; } = index;

    public StoreBuffer Buffer { get; } = new();

    public Gate Gate { get; } = new();

    /// <summary>What it does in this execution.</summary>
    public Action Body { get; set; } = static () => { };

    public bool Started { get; set; }

    public bool Finished { get; set; }

    /// <summary>Its next transition, while it waits for its turn.</summary>
    public OpKind Pending { get; set; }

    public nuint PendingAddress { get; private set; }

    /// <summary>The condition of a pending <see cref="OpKind.Await"/>.</summary>
    public Func<bool>? Condition { get; private set; }

    /// <summary>What the condition said before the last step; null if it was not asked yet.</summary>
    public bool? ConditionHeld { get; set; }

    /// <summary>Other threads that its fence on all threads has not seen with an empty buffer yet.</summary>
    public uint UnfencedThreads { get; set; }

    /// <summary>A recorded operation has been called and its first transition is still to come.</summary>
    public bool CallPending { get; private set; }

    private PendingExchange _exchange;
    private int _callStep;

    public void Reset(Action body)
    {
        Body = body;
        Started = Finished = CallPending = false;
        Pending = OpKind.Start;
        PendingAddress = 0;
        Condition = null;
        ConditionHeld = null;
        UnfencedThreads = 0;
        _exchange = default;
        Buffer.Clear();
    }

    public void SetPending(OpKind kind, nuint address)
    {
        Pending = kind;
        PendingAddress = address;
    }

    /// <summary>What other transitions may depend on in the pending one, as things stand.</summary>
    public Effects PendingEffects()
    {
        Effects effects = Pending switch
        {
            OpKind.Load or OpKind.LoadAcquire or OpKind.ClockRead => Effects.Read,
            OpKind.Store or OpKind.StoreRelease => Scheduler.Buffers ? Effects.Enqueue : Effects.Write,
            OpKind.CompareExchange => WouldExchange() ? Effects.Access : Effects.Read,
            OpKind.Exchange or OpKind.Add or OpKind.Ghost or OpKind.ClockAdvance => Effects.Write,
            OpKind.FenceAllThreads => Scheduler.Buffers ? Effects.FenceAll : Effects.None,
            OpKind.Await => Effects.Await,
            _ => Effects.None,
        };
        return CallPending ? effects | Effects.Call : effects;
    }

    /// <summary>Marks that a recorded operation begins with the next transition.</summary>
    public void BeginOperation() => CallPending = true;

    /// <summary>Marks that a recorded operation ended with the last transition.</summary>
    /// <returns>The steps of its call and its return.</returns>
    public (int Call, int Return) EndOperation()
    {
        if (CallPending && Scheduler.Reach(this, OpKind.Note, 0))
        {
            Scheduler.Executed(this, Effects.None);
        }

        return (_callStep, Scheduler.MarkReturn());
    }

    /// <summary>The first transition of a recorded operation is being executed.</summary>
    public void Called(int step)
    {
        CallPending = false;
        _callStep = step;
    }

    private bool WouldExchange() => _exchange.IsReference
        ? RawMemory.TryRead(PendingAddress, Scheduler.Collections, out object? reference) && ReferenceEquals(reference, _exchange.Reference)
        : RawMemory.TryRead(PendingAddress, Scheduler.Collections, out long value) && value == _exchange.Value;

    /// <summary>What a pending compare-and-exchange compares with.</summary>
    private struct PendingExchange
    {
        public long Value;
        public object? Reference;
        public bool IsReference;
    }
}
