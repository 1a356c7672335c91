namespace RateSync.Fast.Tests.Stress.Checking;

/// <summary>
/// A row of weights, all zero at first, some of whose places are candidates with an offset of their own. Tells the largest "sum of the
/// weights up to and including a candidate, plus its offset". Setting a place and asking cost O(log n).
/// </summary>
internal sealed class MaxPrefixTree
{
    /// <summary>The answer when there is no candidate.</summary>
    public const long None = long.MinValue / 2;

    private readonly int _leaves;
    private readonly long[] _sum;
    private readonly long[] _best;

    public MaxPrefixTree(int places)
    {
        _leaves = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, places));
        _sum = new long[2 * _leaves];
        _best = new long[2 * _leaves];
        Array.Fill(_best, None);
    }

    /// <summary>The largest value of all candidates.</summary>
    public long Best => _best[1];

    /// <summary>Gives a place a weight that is no candidate.</summary>
    public void SetWeight(int place, long weight) => Set(place, weight, None);

    /// <summary>Gives a place a weight and makes it a candidate.</summary>
    public void SetCandidate(int place, long weight, long offset) => Set(place, weight, weight + offset);

    /// <summary>The largest value among the first <paramref name="places"/> places.</summary>
    public long BestOfFirst(int places)
    {
        int node = 1;
        int size = _leaves;
        long before = 0;
        long best = None;
        while (places > 0)
        {
            if (places >= size)
            {
                return Math.Max(best, _best[node] == None ? None : before + _best[node]);
            }

            size /= 2;
            if (places <= size)
            {
                node = 2 * node;
                continue;
            }

            if (_best[2 * node] != None)
            {
                best = Math.Max(best, before + _best[2 * node]);
            }

            before += _sum[2 * node];
            node = (2 * node) + 1;
            places -= size;
        }

        return best;
    }

    /// <summary>The first candidate that has the value <paramref name="wanted"/>, which is one that was found.</summary>
    public int PlaceOf(long wanted)
    {
        int node = 1;
        while (node < _leaves)
        {
            node *= 2;
            if (_best[node] != wanted)
            {
                wanted -= _sum[node];
                node++;
            }
        }

        return node - _leaves;
    }

    private void Set(int place, long weight, long best)
    {
        int node = _leaves + place;
        _sum[node] = weight;
        _best[node] = best;
        for (node /= 2; node > 0; node /= 2)
        {
            int left = 2 * node;
            int right = left + 1;
            _sum[node] = _sum[left] + _sum[right];
            _best[node] = _best[right] == None ? _best[left] : Math.Max(_best[left], _sum[left] + _best[right]);
        }
    }
}
