using RateSync.Fast.Configuration;

namespace RateSync.Fast.Tests.Configuration.Binding;

/// <summary>The words that are written down are those that the types have.</summary>
public sealed class WordLists
{
    [Fact]
    public void Each_value_of_an_enumeration_has_its_word()
    {
        Check<LimiterAlgorithm>(WordList.Algorithms);
        Check<StoreFailurePolicy>(WordList.FailurePolicies);
        Check<CompositeStrategy>(WordList.Strategies);
        Check<Priority>(WordList.Priorities);
    }

    private static void Check<T>(WordList words)
        where T : struct, Enum
    {
        Assert.Equal(Words<T>.All, words.All);
        Assert.All(Enum.GetValues<T>(), value =>
        {
            int number = Convert.ToInt32(value);
            Assert.Equal(Words<T>.Of(value), words.Of(number));
            Assert.Equal(number, words.Parse(Words<T>.Of(value), relaxed: false));
            Assert.Equal(number, words.Parse(value.ToString(), relaxed: true));
            Assert.Equal(WordList.None, words.Parse(value.ToString(), relaxed: false));
        });
    }
}
