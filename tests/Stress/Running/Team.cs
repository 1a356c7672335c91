namespace RateSync.Fast.Tests.Stress.Running;

/// <summary>Threads of their own, not of the pool, that begin together; what one of them throws is thrown to the test.</summary>
internal static class Team
{
    /// <summary>A run that has not ended by then never will.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(90);

    public static void Run(int threads, Action<int> work)
    {
        using Barrier start = new(threads);
        List<Exception> thrown = [];
        Thread[] team = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            int number = i;
            team[i] = new Thread(() =>
            {
                try
                {
                    start.SignalAndWait();
                    work(number);
                }
                catch (Exception exception)
                {
                    lock (thrown)
                    {
                        thrown.Add(exception);
                    }
                }
            })
            {
                IsBackground = true,
                Name = $"stress {number}",
            };
            team[i].Start();
        }

        foreach (Thread thread in team)
        {
            if (!thread.Join(s_longest))
            {
                Assert.Fail($"{thread.Name} has hung: somebody was left waiting for ever.");
            }
        }

        if (thrown.Count != 0)
        {
            throw new AggregateException(thrown);
        }
    }
}
