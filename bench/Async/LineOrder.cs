namespace RateSync.Fast.Bench.Async;

/// <summary>Whether a semaphore serves in the order of arrival.</summary>
internal static class LineOrder
{
    private const int Waiters = 1_000;
    private const int Enough = 3;

    /// <summary>
    /// Lets waiters line up behind a full semaphore and gives back one slot after the other; counts those who were not served in turn.
    /// </summary>
    public static int CountOvertaken(int slots)
    {
        TicketSemaphore gate = new(slots);
        for (int i = 0; i < slots; i++)
        {
            gate.TryEnter();
        }

        Task<Permit>[] waiting = new Task<Permit>[Waiters];
        for (int i = 0; i < Waiters; i++)
        {
            waiting[i] = gate.AcquireAsync().AsTask();
        }

        int overtaken = 0;
        for (int i = 0; i < Waiters; i++)
        {
            gate.Exit();

            // Only one slot is free and this one's turn has come: if another gets it, this wait does not end in time.
            if (!waiting[i].Wait(TimeSpan.FromSeconds(5)))
            {
                overtaken++;
                if (overtaken == Enough)
                {
                    break;
                }
            }
        }

        return overtaken;
    }
}
