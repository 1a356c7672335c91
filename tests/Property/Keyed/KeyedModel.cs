using RateSync.Fast.Tests.Property.Waiting;

namespace RateSync.Fast.Tests.Property.Keyed;

/// <summary>One obvious limit for each key, none of which is ever forgotten.</summary>
internal sealed class KeyedModel(Func<IRateOracle> make)
{
    private readonly Dictionary<string, IRateOracle> _keys = [];

    public IRateOracle this[string key]
    {
        get
        {
            if (!_keys.TryGetValue(key, out IRateOracle? oracle))
            {
                oracle = make();
                _keys.Add(key, oracle);
            }

            return oracle;
        }
    }

    public IEnumerable<string> Keys => _keys.Keys;

    public bool TryTake(string key, long now, int permits)
    {
        bool granted = this[key].DueAt(now, permits) <= now;
        if (granted)
        {
            this[key].Take(now, permits);
        }

        return granted;
    }

    public long Remaining(string key, long now)
    {
        IRateOracle oracle = this[key];
        // The most that is due now, by halving.
        int remaining = 0;
        int tooMany = (int)oracle.Limit + 1;
        while (tooMany - remaining > 1)
        {
            int middle = (remaining + tooMany) / 2;
            if (oracle.DueAt(now, middle) <= now)
            {
                remaining = middle;
            }
            else
            {
                tooMany = middle;
            }
        }

        return remaining;
    }
}
