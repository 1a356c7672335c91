namespace RateSync.Fast.Telemetry;

/// <summary>
/// The most frequent of many keys in bounded memory: Space-Saving (A. Metwally, D. Agrawal, A. El Abbadi, "Efficient Computation
/// of Frequent and Top-k Elements in Data Streams", ICDT 2005). A key that is more frequent than one in <c>capacity</c> is in the list
/// for certain; a count is too high by at most its error, never too low.
/// </summary>
internal sealed class TopKeys(int capacity)
{
    /// <summary>One in so many requests is looked at.</summary>
    public const int SampleEvery = 64;

    // A lock: entered for one in SampleEvery requests, and passed over when somebody else is in it.
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, int> _places = new(capacity);
    private readonly Entry[] _entries = new Entry[capacity];
    private int _used;

    /// <summary>Whether this request is one to look at: counted by thread, so that it costs no atomics.</summary>
    [ThreadStatic]
    private static int t_countdown;

    public static bool IsSampled()
    {
        if (--t_countdown > 0)
        {
            return false;
        }

        // Not every 64th exactly: a pattern in the requests must not hide from the sample.
        t_countdown = Random.Shared.Next(1, 2 * SampleEvery);
        return true;
    }

    public void Add(ulong print, in LimiterKey key, int ipv6Prefix)
    {
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            if (_places.TryGetValue(print, out int place))
            {
                _entries[place].Count++;
                return;
            }

            place = _used < _entries.Length ? _used++ : Least();
            ref Entry entry = ref _entries[place];
            if (entry.Key is not null)
            {
                _places.Remove(entry.Print);
            }

            entry = new Entry(print, key.Describe(ipv6Prefix), entry.Count + 1, entry.Count);
            _places.Add(print, place);
        }
        finally
        {
            _gate.Exit();
        }
    }

    public IReadOnlyList<KeyActivity> Get(int count)
    {
        lock (_gate)
        {
            return _entries.Take(_used)
                .OrderByDescending(static entry => entry.Count)
                .Take(count)
                .Select(static entry => new KeyActivity(entry.Key!, entry.Count * SampleEvery, entry.Error * SampleEvery))
                .ToArray();
        }
    }

    private int Least()
    {
        int least = 0;
        for (int i = 1; i < _entries.Length; i++)
        {
            if (_entries[i].Count < _entries[least].Count)
            {
                least = i;
            }
        }

        return least;
    }

    private record struct Entry(ulong Print, string? Key, long Count, long Error);
}
