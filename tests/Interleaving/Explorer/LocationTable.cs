namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>Numbers the locations of one execution in the order in which they are first touched.</summary>
/// <remarks>Open addressing; a slot counts only if its stamp is that of the present execution, so that starting anew costs
/// nothing.</remarks>
internal sealed class LocationTable
{
    private Slot[] _slots = new Slot[256];
    private int _stamp = 1;

    public int Count { get; private set; }

    public void Clear()
    {
        _stamp++;
        Count = 0;
    }

    public int NumberOf(nuint address)
    {
        int mask = _slots.Length - 1;
        int i = Hash(address) & mask;
        while (true)
        {
            ref Slot slot = ref _slots[i];
            if (slot.Stamp != _stamp)
            {
                return Add(address, i);
            }

            if (slot.Address == address)
            {
                return slot.Number;
            }

            i = (i + 1) & mask;
        }
    }

    private static int Hash(nuint address) => (int)((ulong)(address >> 3) * 0x9E37_79B9_7F4A_7C15 >> 33);

    private int Add(nuint address, int i)
    {
        if (Count * 2 >= _slots.Length)
        {
            Grow();
            i = FreeFor(address);
        }

        _slots[i] = new Slot { Address = address, Number = Count, Stamp = _stamp };
        return Count++;
    }

    private void Grow()
    {
        Slot[] old = _slots;
        _slots = new Slot[old.Length * 2];
        foreach (Slot slot in old)
        {
            if (slot.Stamp == _stamp)
            {
                _slots[FreeFor(slot.Address)] = slot;
            }
        }
    }

    private int FreeFor(nuint address)
    {
        int mask = _slots.Length - 1;
        int i = Hash(address) & mask;
        while (_slots[i].Stamp == _stamp)
        {
            i = (i + 1) & mask;
        }

        return i;
    }

    private struct Slot
    {
        public nuint Address;
        public int Number;
        public int Stamp;
    }
}
