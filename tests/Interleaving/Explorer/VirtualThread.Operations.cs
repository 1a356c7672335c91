namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <content>The memory operations: each waits for its turn, then acts on memory or on the thread's store buffer.</content>
internal sealed partial class VirtualThread
{
    // A buffered store to a local of a method that has returned would be written over whatever is there by then.
    private const long StackReach = 256 * 1024;

    public long Load(ref long location, OpKind kind)
    {
        nuint address = RawMemory.AddressOf(ref location);
        if (!Scheduler.Reach(this, kind, address))
        {
            return location;
        }

        bool forwarded = Buffer.TryForward(address, out StoreBuffer.Entry entry);
        long value = forwarded ? entry.Value : location;
        Scheduler.Executed(this, Effects.Read);
        Scheduler.Trace?.Loaded(value, forwarded);
        return value;
    }

    public object? Load(ref object? location, OpKind kind)
    {
        nuint address = RawMemory.AddressOf(ref location);
        if (!Scheduler.Reach(this, kind, address))
        {
            return location;
        }

        bool forwarded = Buffer.TryForward(address, out StoreBuffer.Entry entry);
        object? value = forwarded ? entry.Reference : location;
        Scheduler.Executed(this, Effects.Read);
        Scheduler.Trace?.Loaded(value, forwarded);
        return value;
    }

    public void Store(ref long location, long value, OpKind kind)
    {
        nuint address = RawMemory.AddressOf(ref location);
        if (!Scheduler.Reach(this, kind, address))
        {
            location = value;
        }
        else if (Scheduler.Buffers)
        {
            Enqueue(new StoreBuffer.Entry { Address = address, Value = value });
        }
        else
        {
            long seen = location;
            location = value;
            Scheduler.Executed(this, Effects.Write);
            Scheduler.Trace?.Written(seen, value);
        }
    }

    public void Store(ref object? location, object? value, OpKind kind)
    {
        nuint address = RawMemory.AddressOf(ref location);
        if (!Scheduler.Reach(this, kind, address))
        {
            location = value;
        }
        else if (Scheduler.Buffers)
        {
            Enqueue(new StoreBuffer.Entry { Address = address, Reference = value, IsReference = true });
        }
        else
        {
            object? seen = location;
            location = value;
            Scheduler.Executed(this, Effects.Write);
            Scheduler.Trace?.Written(seen, value);
        }
    }

    public long CompareExchange(ref long location, long value, long comparand)
    {
        _exchange = new PendingExchange { Value = comparand };
        bool scheduled = Scheduler.Reach(this, OpKind.CompareExchange, RawMemory.AddressOf(ref location));
        long seen = location;
        if (seen == comparand)
        {
            location = value;
        }

        if (scheduled)
        {
            Scheduler.Executed(this, seen == comparand ? Effects.Access : Effects.Read);
            Scheduler.Trace?.Exchanged(seen, value, seen == comparand, comparand);
        }

        return seen;
    }

    public object? CompareExchange(ref object? location, object? value, object? comparand)
    {
        _exchange = new PendingExchange { Reference = comparand, IsReference = true };
        bool scheduled = Scheduler.Reach(this, OpKind.CompareExchange, RawMemory.AddressOf(ref location));
        object? seen = location;
        bool exchanges = ReferenceEquals(seen, comparand);
        if (exchanges)
        {
            location = value;
        }

        if (scheduled)
        {
            Scheduler.Executed(this, exchanges ? Effects.Access : Effects.Read);
            Scheduler.Trace?.Exchanged(seen, value, exchanges, comparand);
        }

        return seen;
    }

    public long Exchange(ref long location, long value)
    {
        bool scheduled = Scheduler.Reach(this, OpKind.Exchange, RawMemory.AddressOf(ref location));
        long seen = location;
        location = value;
        if (scheduled)
        {
            Scheduler.Executed(this, Effects.Access);
            Scheduler.Trace?.Written(seen, value);
        }

        return seen;
    }

    public object? Exchange(ref object? location, object? value)
    {
        bool scheduled = Scheduler.Reach(this, OpKind.Exchange, RawMemory.AddressOf(ref location));
        object? seen = location;
        location = value;
        if (scheduled)
        {
            Scheduler.Executed(this, Effects.Access);
            Scheduler.Trace?.Written(seen, value);
        }

        return seen;
    }

    public long Add(ref long location, long delta, OpKind kind = OpKind.Add)
    {
        bool scheduled = Scheduler.Reach(this, kind, RawMemory.AddressOf(ref location));
        long seen = location;
        location = seen + delta;
        if (scheduled)
        {
            Scheduler.Executed(this, Effects.Access);
            Scheduler.Trace?.Written(seen, seen + delta);
        }

        return seen + delta;
    }

    public void Fence()
    {
        if (Scheduler.Reach(this, OpKind.Fence, 0))
        {
            Scheduler.Executed(this, Effects.None);
        }
    }

    public void FenceAllThreads()
    {
        if (!Scheduler.Reach(this, OpKind.FenceAllThreads, 0))
        {
            return;
        }

        Scheduler.BeginFenceAll(this);
        Scheduler.Executed(this, Scheduler.Buffers ? Effects.FenceAll : Effects.None);
        if (UnfencedThreads != 0 && Scheduler.Reach(this, OpKind.FenceAllEnd, 0))
        {
            Scheduler.Executed(this, Effects.None);
        }
    }

    /// <summary>Blocks until the condition holds of what is in memory. Blocking is a full fence, as it is in all its real forms.</summary>
    public void Await(Func<bool> condition)
    {
        Condition = condition;
        ConditionHeld = null;
        if (Scheduler.Reach(this, OpKind.Await, 0))
        {
            Scheduler.Executed(this, Effects.Await);
        }

        Condition = null;
    }

    /// <summary>Any number below <paramref name="alternatives"/>; all of them are explored.</summary>
    public int Choose(int alternatives)
    {
        if (!Scheduler.Reach(this, OpKind.Choose, 0))
        {
            return 0;
        }

        int choice = Scheduler.Choice(alternatives);
        Scheduler.Executed(this, Effects.None);
        Scheduler.Trace?.Chose(choice, alternatives);
        return choice;
    }

    /// <summary>Runs an action on what only the check knows. All such actions depend on each other.</summary>
    public void Ghost(Action action)
    {
        bool scheduled = Scheduler.Reach(this, OpKind.Ghost, Scheduler.GhostAddress);
        Current = null;
        try
        {
            action();
        }
        finally
        {
            Current = this;
        }

        if (scheduled)
        {
            Scheduler.Executed(this, Effects.Write);
        }
    }

    private unsafe void Enqueue(StoreBuffer.Entry entry)
    {
        long local = 0;
        if (Math.Abs((long)entry.Address - (long)&local) < StackReach)
        {
            throw new ModelMisuseException("A store to a local variable: locations that threads share live on the heap.");
        }

        entry.Step = Scheduler.StepNumber;
        Buffer.Add(entry);
        Scheduler.Executed(this, Effects.Enqueue);
        Scheduler.Trace?.Buffered(entry);
    }
}
