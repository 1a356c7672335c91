namespace RateSync.Fast.Bench.Keys;

/// <summary>Client addresses as text, each once, in no order.</summary>
internal static class KeySet
{
    public static string[] Addresses(int count)
    {
        string[] keys = new string[count];
        for (int i = 0; i < count; i++)
        {
            uint mixed = Mix((uint)i);
            keys[i] = $"{mixed >> 24}.{(byte)(mixed >> 16)}.{(byte)(mixed >> 8)}.{(byte)mixed}";
        }

        // Made one after the other they lie next to each other in memory; who comes by next has nothing to do with that.
        new Random(count).Shuffle(keys);
        return keys;
    }

    /// <summary>A bijection on 32 bits (the finalizer of MurmurHash3), so that no address comes twice.</summary>
    private static uint Mix(uint value)
    {
        value ^= value >> 16;
        value *= 0x85EB_CA6B;
        value ^= value >> 13;
        value *= 0xC2B2_AE35;
        return value ^ (value >> 16);
    }
}
