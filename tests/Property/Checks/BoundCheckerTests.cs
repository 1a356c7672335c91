using System.Numerics;
using Xunit.Sdk;

namespace RateSync.Fast.Tests.Property.Checks;

public sealed class BoundCheckerTests
{
    [Fact]
    public void It_says_what_adding_up_every_pair_of_times_says()
    {
        int kept = 0;
        for (int seed = 0; seed < 3000; seed++)
        {
            Random random = new(seed);
            Rational rate = new(random.Next(1, 20), random.Next(1, 20));
            int burst = random.Next(1, 10);
            List<(long Tick, long Permits)> grants = [];
            BoundChecker checker = new(rate, burst);
            bool holds = true;
            for (long tick = random.Next(100); grants.Count < 12 && holds; tick += random.Next(12))
            {
                grants.Add((tick, random.Next(1, burst + 1)));
                holds = Record.Exception(() => checker.Grant(grants[^1].Tick, grants[^1].Permits)) is null;
                Assert.Equal(HoldsOverEveryPair(grants, rate, burst), holds);
            }

            kept += holds ? 1 : 0;
        }

        // Both answers are common.
        Assert.InRange(kept, 300, 2700);
    }

    [Fact]
    public void What_was_given_back_counts_as_never_granted()
    {
        BoundChecker checker = new(new Rational(1, 10), 5);
        checker.Grant(0, 5);
        checker.Refund(2);
        checker.Grant(0, 2);
        Assert.Throws<XunitException>(() => checker.Grant(9, 1));
    }

    private static bool HoldsOverEveryPair(List<(long Tick, long Permits)> grants, Rational rate, BigInteger burst)
    {
        for (int i = 0; i < grants.Count; i++)
        {
            for (int j = i; j < grants.Count; j++)
            {
                long granted = grants.Skip(i).Take(j - i + 1).Sum(static grant => grant.Permits);
                if (granted > new Rational(burst, 1) + (rate * (grants[j].Tick - grants[i].Tick)))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
