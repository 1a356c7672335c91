using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Regressions;

public sealed class DisposalTests
{
    [Fact]
    public void No_thread_is_granted_anything_once_disposal_has_returned()
    {
        const int Threads = 4;
        long end = Environment.TickCount64 + 500;
        int late = 0;
        int seen = 0;
        for (int round = 0; Environment.TickCount64 < end; round++)
        {
            // Chunks small and cells many, so that some cell is being filled nearly all the time.
            TokenBucket bucket = new(1e9, 1 << 20);
            bool disposed = false;
            int busy = 0;
            Team.Run(Threads, number =>
            {
                if (number == 0)
                {
                    SpinWait.SpinUntil(() => Volatile.Read(ref busy) == Threads - 1);
                    bucket.Dispose();
                    Volatile.Write(ref disposed, true);
                    return;
                }

                long taken = 0;
                try
                {
                    while (true)
                    {
                        bool over = Volatile.Read(ref disposed);
                        bool granted = bucket.TryAcquire();
                        if (over && granted)
                        {
                            Interlocked.Increment(ref late);
                        }

                        if (++taken == 1_000)
                        {
                            Interlocked.Increment(ref busy);
                        }
                    }
                }
                catch (ObjectDisposedException)
                {
                    Interlocked.Increment(ref seen);
                }
            });
        }

        Assert.Equal(0, late);
        Assert.NotEqual(0, seen);
    }
}
