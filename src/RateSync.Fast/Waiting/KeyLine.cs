using RateSync.Fast.Algorithms;

namespace RateSync.Fast.Waiting;

/// <summary>Those who wait for one key, first come, first served. Lives from the key's first waiter to its last.</summary>
internal sealed class KeyLine(KeyLines lines, in KeyHash key) : Alarm
{
    public readonly KeyHash Key = key;

    // A lock for each line: whoever takes it waits, or gives something back to a key that somebody waits for. Grants to keys without a
    // line do not see it, and other keys' lines have locks of their own.
    public readonly Lock Gate = new();

    /// <summary>It has been taken out of the dictionary and takes nobody any more. Under the lock.</summary>
    public bool Closed;

    /// <summary>Read without the lock as well.</summary>
    public volatile int Count;

    /// <summary>Permits that all of them wait for. Under the lock.</summary>
    public long QueuedPermits;

    public override int Order => 0;

    public KeyWaiter? Head { get; private set; }

    private KeyWaiter? Tail { get; set; }

    public override void Ring() => lines.Serve(this);

    public void Append(KeyWaiter waiter)
    {
        waiter.Before = Tail;
        if (Tail is null)
        {
            Head = waiter;
        }
        else
        {
            Tail.After = waiter;
        }

        Tail = waiter;
        waiter.IsInLine = true;
        QueuedPermits += waiter.Permits;
        Count++;
    }

    public void Remove(KeyWaiter waiter)
    {
        if (waiter.Before is null)
        {
            Head = waiter.After;
        }
        else
        {
            waiter.Before.After = waiter.After;
        }

        if (waiter.After is null)
        {
            Tail = waiter.Before;
        }
        else
        {
            waiter.After.Before = waiter.Before;
        }

        waiter.Before = waiter.After = null;
        waiter.IsInLine = false;
        QueuedPermits -= waiter.Permits;
        Count--;
    }
}
