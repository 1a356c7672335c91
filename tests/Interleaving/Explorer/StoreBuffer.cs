namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>One thread's stores that have not reached memory yet, oldest first.</summary>
internal sealed class StoreBuffer
{
    private Entry[] _entries = new Entry[16];
    private int _first;
    private int _end;

    public int Count => _end - _first;

    /// <summary>Stores taken out so far in this execution.</summary>
    public int Taken => _first;

    public ref Entry Oldest => ref _entries[_first];

    public void Clear()
    {
        Array.Clear(_entries, 0, _end);
        _first = _end = 0;
    }

    public void Add(in Entry entry)
    {
        if (_end == _entries.Length)
        {
            Array.Resize(ref _entries, _end * 2);
        }

        _entries[_end++] = entry;
    }

    public void RemoveOldest() => _first++;

    /// <summary>The newest store to a location, which its own thread reads instead of memory.</summary>
    public bool TryForward(nuint address, out Entry entry)
    {
        for (int i = _end - 1; i >= _first; i--)
        {
            if (_entries[i].Address == address)
            {
                entry = _entries[i];
                return true;
            }
        }

        entry = default;
        return false;
    }

    /// <summary>A store on its way.</summary>
    internal struct Entry
    {
        public nuint Address;
        public long Value;
        public object? Reference;
        public bool IsReference;

        /// <summary>The step that put it here.</summary>
        public int Step;
    }
}
