namespace RateSync.Fast.Stores;

/// <summary>Definitions of limits as bytes.</summary>
internal static class LimitFormat
{
    private const byte None = 0;
    private const byte Bucket = 1;
    private const byte Window = 2;
    private const byte Concurrency = 3;

    public static void Write(StateWriter writer, StoreLimit? limit)
    {
        writer.Byte(limit switch { null => None, TokenBucketLimit => Bucket, WindowLimit => Window, _ => Concurrency });
        writer.Natural(limit?.Version ?? 0);
        switch (limit)
        {
            case TokenBucketLimit bucket:
                writer.Real(bucket.RatePerSecond);
                writer.Natural(bucket.Burst);
                break;
            case WindowLimit window:
                writer.Natural(window.Limit);
                writer.Natural(window.Window.Ticks);
                writer.Natural(window.SubWindows);
                break;
            case ConcurrencyLimit slots:
                writer.Natural(slots.MaxConcurrent);
                break;
        }
    }

    public static StoreLimit? Read(ref StateReader reader)
    {
        byte kind = reader.Byte();
        long version = reader.Natural(StoreOperation.MaxNumber);
        StoreLimit? limit = kind switch
        {
            Bucket => new TokenBucketLimit(reader.Real(), reader.Natural(long.MaxValue)) { Version = version },
            Window => new WindowLimit(reader.Natural(long.MaxValue), new TimeSpan(reader.Natural(long.MaxValue)))
            {
                Version = version,
                SubWindows = reader.Natural(int.MaxValue),
            },
            Concurrency => new ConcurrencyLimit(reader.Natural(int.MaxValue)) { Version = version },
            _ => null,
        };
        StateReader.Check(limit is not null || (kind == None && version == 0), "there is no such kind of limit");
        try
        {
            limit?.Validate();
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException("These bytes are not the state of a key: its limit makes no sense.", exception);
        }

        return limit;
    }
}
