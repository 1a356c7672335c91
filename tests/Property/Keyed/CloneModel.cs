namespace RateSync.Fast.Tests.Property.Keyed;

/// <summary>One key's bucket, slots and line, in whole permits; time passes in parts of a permit.</summary>
internal sealed class CloneModel(int maxRate)
{
    private long _spentInParts;

    public List<Wait> Line { get; } = [];

    public int SlotsOut { get; private set; }

    public long Spent => ((_spentInParts - 1) / maxRate) + (_spentInParts > 0 ? 1 : 0);

    public bool TryTake(int permits, LimiterOptions options)
    {
        if (SlotsOut + permits > (options.MaxConcurrent ?? int.MaxValue) || Spent + permits > options.Burst)
        {
            return false;
        }

        SlotsOut += permits;
        _spentInParts += (long)permits * maxRate;
        return true;
    }

    public void Charge(int permits) => _spentInParts += (long)permits * maxRate;

    public void Refund(int permits) => _spentInParts = Math.Max(0, _spentInParts - ((long)permits * maxRate));

    public void Release(int permits) => SlotsOut -= permits;

    /// <summary>The time of one permit at the largest rate passes.</summary>
    public void Pass(LimiterOptions options, List<Wait> ended)
    {
        _spentInParts = Math.Max(0, _spentInParts - (long)options.RatePerSecond!);
        Serve(options, ended);
    }

    public void Serve(LimiterOptions options, List<Wait> ended)
    {
        while (Line.Count > 0)
        {
            Wait head = Line[0];
            if (head.Permits > Math.Min((long)options.Burst!, options.MaxConcurrent ?? int.MaxValue))
            {
                head.IsRefused = true;
            }
            else if (!TryTake(head.Permits, options))
            {
                return;
            }

            Line.RemoveAt(0);
            ended.Add(head);
        }
    }

    internal sealed class Wait(int permits, CancellationTokenSource cancellation)
    {
        public int Permits { get; } = permits;

        public CancellationTokenSource Cancellation { get; } = cancellation;

        public Task Task { get; set; } = Task.CompletedTask;

        public bool IsRefused { get; set; }
    }
}
