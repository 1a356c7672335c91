namespace RateSync.Fast.Tests.Property.Keyed;

/// <summary>One key's bucket, slots and line, in whole permits; time passes in parts of a permit.</summary>
internal sealed class CloneModel(int maxRate)
{
    private long _spentInParts;

    public List<Wait> Line { get; } = [];

    public int SlotsOut { get; private set; }

    /// <summary>What holds some of the slots that are out; the others are given back by key.</summary>
    public List<Permit> Permits { get; } = [];

    public long Spent => ((_spentInParts - 1) / maxRate) + (_spentInParts > 0 ? 1 : 0);

    public bool TryTake(int permits, LimiterOptions options)
    {
        // One slot for each call, however many permits it asks for.
        if (SlotsOut + 1 > (options.MaxConcurrent ?? int.MaxValue) || Spent + permits > options.Burst)
        {
            return false;
        }

        SlotsOut++;
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
            if (head.Permits > options.Burst!)
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

        public Task<Permit> Task { get; set; } = System.Threading.Tasks.Task.FromResult(default(Permit));

        public required CloneModel Model { get; init; }

        public bool IsRefused { get; set; }
    }
}
