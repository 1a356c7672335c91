namespace RateSync.Fast.Tests.Stress.Recording;

/// <summary>
/// The memory that calls are recorded in, all of it allocated before the run: blocks that journals fetch one at a time, so that no
/// journal has to be as long as the whole run.
/// </summary>
internal sealed class Recorder
{
    private const int BlockSize = 1 << 13;

    private readonly Call[][] _blocks;
    private readonly List<Journal> _journals = [];
    private int _fetched;

    /// <summary>Allocates room for at least that many calls by that many writers.</summary>
    public Recorder(int calls, int writers)
    {
        _blocks = new Call[(calls / BlockSize) + writers + 1][];
        for (int i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = new Call[BlockSize];
        }
    }

    /// <summary>
    /// Whether some call could not be recorded. Laws about at most so many permits hold for what was recorded all the same.
    /// </summary>
    public bool IsFull => Volatile.Read(ref _fetched) > _blocks.Length;

    /// <summary>A journal for one writer.</summary>
    public Journal Open()
    {
        Journal journal = new(this);
        lock (_journals)
        {
            _journals.Add(journal);
        }

        return journal;
    }

    /// <summary>All calls of all journals, once nobody writes any more.</summary>
    public Call[] ToArray()
    {
        Call[] all = new Call[_journals.Sum(static journal => journal.Count)];
        int next = 0;
        foreach (Journal journal in _journals)
        {
            next += journal.CopyTo(all.AsSpan(next));
        }

        return all;
    }

    internal Call[]? Fetch()
    {
        int index = Interlocked.Increment(ref _fetched) - 1;
        return index < _blocks.Length ? _blocks[index] : null;
    }
}
