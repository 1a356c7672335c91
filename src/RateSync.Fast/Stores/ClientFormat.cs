using System.Collections.Immutable;

namespace RateSync.Fast.Stores;

/// <summary>What a store knows of one client, as bytes.</summary>
internal static class ClientFormat
{
    /// <summary>A name of one letter and four numbers.</summary>
    public const int LeastBytes = 6;

    private const byte Active = 1;
    private const byte Answered = 2;

    public static void Write(StateWriter writer, ClientRecord record, StoreLimit? current)
    {
        writer.Byte((byte)((record.Active ? Active : 0) | (record.Answer is null ? 0 : Answered)));
        writer.Natural(record.Amount);
        writer.Natural(record.Slots.Length);
        foreach (long fence in record.Slots)
        {
            writer.Natural(fence);
        }

        writer.Natural(record.EndsAt);
        if (record.Answer is not null)
        {
            writer.Natural(record.Sequence);
            writer.Natural(record.RememberUntil);
            ResultFormat.Write(writer, record.Answer, current);
        }
    }

    public static ClientRecord Read(ref StateReader reader, StoreKeyspace keyspace, StoreLimit? current)
    {
        byte flags = reader.Byte();
        StateReader.Check(flags is > 0 and <= (Active | Answered), "a client that there is nothing to know of");
        ClientRecord record = new()
        {
            Active = (flags & Active) != 0,
            Amount = reader.Natural(keyspace == StoreKeyspace.Lease ? StoreOperation.MaxNumber : 0),
            Slots = ReadSlots(ref reader, keyspace),
            EndsAt = reader.Natural(long.MaxValue),
        };
        StateReader.Check(record.Active || (record.Amount == 0 && record.Slots.IsEmpty), "a client that has ended holds something");
        if ((flags & Answered) != 0)
        {
            record.Sequence = reader.Natural(StoreOperation.MaxNumber);
            record.RememberUntil = reader.Natural(long.MaxValue);
            record.Answer = ResultFormat.Read(ref reader, keyspace, current);
        }

        return record;
    }

    private static ImmutableArray<long> ReadSlots(ref StateReader reader, StoreKeyspace keyspace)
    {
        int count = reader.Count(leastBytesOfEach: 1);
        StateReader.Check(count == 0 || keyspace == StoreKeyspace.Slot, "slots of something that has none");
        ImmutableArray<long>.Builder slots = ImmutableArray.CreateBuilder<long>(count);
        HashSet<long> seen = [];
        for (int index = 0; index < count; index++)
        {
            long fence = reader.Natural(StoreOperation.MaxNumber);
            StateReader.Check(seen.Add(fence), "a slot that is held twice");
            slots.Add(fence);
        }

        return slots.MoveToImmutable();
    }
}
