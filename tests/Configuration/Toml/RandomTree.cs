using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>Small trees with values of all kinds, the awkward ones often.</summary>
internal sealed class RandomTree(Random random)
{
    private static readonly string[] s_pieces =
    [
        "a", "Z", "0", "-", "_", ".", " ", "\t", "\n", "\"", "'", "\"\"\"", "'''", "\\", "#", "=", "[", "]", "{", "}", ",", "\r", "\0",
        "\u007F", "\u0085", "é", "€", "𝄞",
    ];

    private static readonly double[] s_floats =
        [0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon, 1e15, 1e16, 1e-5];

    internal TomlTable Next() => Table(0, 1 + random.Next(6));

    private TomlTable Table(int depth, int size)
    {
        TomlTable table = Trees.Table(depth);
        for (int i = 0; i < size; i++)
        {
            string key = Key();
            if (!table.TryGet(key, out _))
            {
                table.Put(key, Value(depth + 1));
            }
        }

        return table;
    }

    private string Key() => random.Next(4) == 0 ? Text(4) : ((char)('a' + random.Next(20))).ToString();

    private TomlNode Value(int depth) => random.Next(depth > 4 ? 8 : 12) switch
    {
        0 => new TomlString(Text(12), Trees.Nowhere),
        1 => new TomlInteger(Integer(), Trees.Nowhere),
        2 => new TomlFloat(Float(), Trees.Nowhere),
        3 => new TomlBoolean(random.Next(2) == 0, Trees.Nowhere),
        4 => new TomlOffsetDateTime(Moment(), TimeSpan.FromMinutes(random.Next(-1439, 1440)), Trees.Nowhere),
        5 => new TomlLocalDateTime(Moment(), Trees.Nowhere),
        6 => new TomlLocalDate(DateOnly.FromDateTime(Moment()), Trees.Nowhere),
        7 => new TomlLocalTime(TimeOnly.FromDateTime(Moment()), Trees.Nowhere),
        8 => Array(depth, tables: false),
        9 => Array(depth, tables: true),
        _ => Table(depth, random.Next(5)),
    };

    private TomlArray Array(int depth, bool tables)
    {
        TomlArray array = new(Trees.Nowhere, ofTables: false);
        for (int i = random.Next(4); i > 0; i--)
        {
            array.Add(tables ? Table(depth + 1, random.Next(4)) : Value(depth + 1));
        }

        return array;
    }

    private string Text(int longest) =>
        string.Concat(Enumerable.Range(0, random.Next(longest)).Select(_ => s_pieces[random.Next(s_pieces.Length)]));

    private long Integer() => random.Next(4) switch
    {
        0 => random.Next(-10, 10),
        1 => long.MaxValue - random.Next(2),
        2 => long.MinValue + random.Next(2),
        _ => random.NextInt64() >> random.Next(64),
    };

    private double Float() => random.Next(4) switch
    {
        0 => random.Next(-10, 10),
        1 => s_floats[random.Next(s_floats.Length)],
        2 => BitConverter.Int64BitsToDouble(random.NextInt64()),
        _ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20)),
    };

    private DateTime Moment()
    {
        long ticks = random.NextInt64(DateTime.MaxValue.Ticks + 1);
        long unit = random.Next(3) switch { 0 => 1, 1 => TimeSpan.TicksPerSecond, _ => TimeSpan.TicksPerMillisecond };
        return new DateTime(ticks - (ticks % unit));
    }
}
