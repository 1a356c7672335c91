using System.Runtime.CompilerServices;

namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>A lock as the explorer sees it: whoever finds it held waits for its turn, instead of holding up all threads.</summary>
internal sealed class ModelLock
{
    private static readonly ConditionalWeakTable<Lock, ModelLock> s_locks = [];

    private long _held;
    private VirtualThread? _owner;
    private int _depth;

    /// <summary>What stands for that lock.</summary>
    public static ModelLock Of(Lock gate) => s_locks.GetValue(gate, static _ => new ModelLock());

    public void Enter(VirtualThread thread)
    {
        if (_owner != thread)
        {
            while (thread.CompareExchange(ref _held, 1, 0) != 0)
            {
                thread.Await(() => _held == 0);
            }

            _owner = thread;
        }

        _depth++;
    }

    public void Exit(VirtualThread thread)
    {
        if (--_depth == 0)
        {
            _owner = null;
            thread.Store(ref _held, 0, OpKind.StoreRelease);
        }
    }
}
