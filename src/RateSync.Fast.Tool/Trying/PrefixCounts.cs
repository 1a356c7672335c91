namespace RateSync.Fast.Tool.Trying;

/// <summary>Counts at places, and how many there are before a place: a Fenwick tree.</summary>
internal sealed class PrefixCounts(int places)
{
    private readonly int[] _sums = new int[places + 1];

    public void Add(int place)
    {
        for (int i = place + 1; i < _sums.Length; i += i & -i)
        {
            _sums[i]++;
        }
    }

    public int Before(int place)
    {
        int sum = 0;
        for (int i = place; i > 0; i -= i & -i)
        {
            sum += _sums[i];
        }

        return sum;
    }
}
