namespace RateSync.Fast.Testing;

/// <summary>Numbers in a row: adds to all from one on, and finds the largest of those that have been woken, in logarithmic time.</summary>
internal sealed class MaximumTree
{
    // So far down are the numbers that sleep: farther than any rate times any time, and near enough to keep eleven decimals.
    private const decimal Depth = 1e17m;

    private readonly int _leaves;
    private readonly bool[] _isAwake;

    // Node n has the children 2n and 2n + 1; the leaves come last. A node's maximum counts what was added to it, not what was added above
    // it.
    private readonly decimal[] _maximum;
    private readonly decimal[] _added;

    public MaximumTree(decimal[] values)
    {
        _leaves = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)values.Length);
        _maximum = new decimal[2 * _leaves];
        _added = new decimal[2 * _leaves];
        _isAwake = new bool[values.Length];
        Array.Fill(_maximum, -2 * Depth);
        for (int i = 0; i < values.Length; i++)
        {
            _maximum[_leaves + i] = values[i] - Depth;
        }

        for (int node = _leaves - 1; node > 0; node--)
        {
            _maximum[node] = Math.Max(_maximum[2 * node], _maximum[2 * node + 1]);
        }
    }

    /// <summary>Lets a number count from now on.</summary>
    public void Wake(int index)
    {
        if (!_isAwake[index])
        {
            _isAwake[index] = true;
            _maximum[_leaves + index] += Depth;
            Climb(_leaves + index, 0);
        }
    }

    /// <summary>Adds to every number from an index on.</summary>
    public void AddFrom(int index, decimal amount)
    {
        Add(_leaves + index, amount);
        Climb(_leaves + index, amount);
    }

    /// <summary>The largest number, and an index where it stands.</summary>
    public decimal Maximum(out int index)
    {
        int node = 1;
        while (node < _leaves)
        {
            node = _maximum[2 * node] >= _maximum[2 * node + 1] ? 2 * node : 2 * node + 1;
        }

        index = node - _leaves;
        return _maximum[1];
    }

    /// <summary>Brings the maxima above a node up to date, adding to all that is right of it.</summary>
    private void Climb(int node, decimal amount)
    {
        for (; node > 1; node /= 2)
        {
            if (node % 2 == 0)
            {
                Add(node + 1, amount);
            }

            int parent = node / 2;
            _maximum[parent] = Math.Max(_maximum[2 * parent], _maximum[(2 * parent) + 1]) + _added[parent];
        }
    }

    private void Add(int node, decimal amount)
    {
        _maximum[node] += amount;
        _added[node] += amount;
    }
}
