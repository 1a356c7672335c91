using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RateSync.Fast.State;

namespace RateSync.Fast.Tests.Unit.Layout;

/// <summary>What different threads write lies on different cache lines, two of them apart.</summary>
public class FieldDistances
{
    [Fact]
    public void Array_elements_of_different_threads_are_two_cache_lines_long()
    {
        Assert.Equal(128, Unsafe.SizeOf<Lane>());
        Assert.Equal(128, Unsafe.SizeOf<SlotTally>());
        Assert.Equal(128, Unsafe.SizeOf<Shard>());
        Assert.Equal(128, Unsafe.SizeOf<FreeShard>());
    }

    [Fact]
    public void Neighbours_in_an_array_keep_their_distance()
    {
        Assert.True(Distance(new Lane[2]) >= 128);
        Assert.True(Distance(new Shard[2]) >= 128);
        Assert.True(Distance(new FreeShard[2]) >= 128);
        Assert.True(Distance(new SlotTally[2]) >= 128);
    }

    [Fact]
    public void Elements_of_words_without_padding_are_found_too_close() => Assert.False(Distance(new long[2]) >= 128);

    [Fact]
    public void Cores_shards_keep_away_from_the_length_of_their_array()
    {
        Assert.All(Offsets<Shard>(), static offset => Assert.True(offset >= 64));
        Assert.All(Offsets<FreeShard>(), static offset => Assert.True(offset >= 64));
    }

    [Fact]
    public void Single_words_have_two_cache_lines_before_and_after()
    {
        Assert.Equal(256, Unsafe.SizeOf<PaddedWord>());
        Assert.All(Offsets<PaddedWord>(), static offset => Assert.InRange(offset, 128, 128 + 64 - sizeof(long)));
    }

    [Fact]
    public void Words_that_change_together_share_a_line_and_no_other_is_on_it()
    {
        Assert.Equal(256, Unsafe.SizeOf<TicketWords>());
        int[] offsets = Offsets<TicketWords>();
        Assert.Equal(128, offsets.Min());
        Assert.True(offsets.Max() + sizeof(long) <= 128 + 64);
    }

    [Fact]
    public void A_bucket_of_keys_begins_on_a_line_and_fills_two_exactly()
    {
        Assert.Equal(8, LineShape.Slots);
        KeyPage page = new(5, LineShape.Slots);
        for (int i = 0; i < page.Buckets; i++)
        {
            Assert.Equal(0, Address(ref page.Bucket(i)) % 128);
        }

        Assert.Equal(128, Address(ref page.Bucket(1)) - Address(ref page.Bucket(0)));
    }

    private static unsafe long Address(ref long word) => (long)Unsafe.AsPointer(ref word);

    private static long Distance<T>(T[] pair)
        where T : unmanaged => Unsafe.ByteOffset(ref pair[0], ref pair[1]);

    private static int[] Offsets<T>()
        where T : unmanaged =>
        [.. typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(static field => (int)Marshal.OffsetOf<T>(field.Name))];
}
