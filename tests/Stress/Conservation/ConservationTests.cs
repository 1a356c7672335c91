using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Conservation;

/// <summary>While the clock stands still every permit is somewhere: taken, or still to be had. None is made, none is lost.</summary>
public sealed class ConservationTests
{
    private const int Rounds = 25;

    [Theory]
    [EachFrozenSubject]
    public void A_race_for_a_burst_gives_out_the_burst(string subject, int threads)
    {
        for (int round = 0; round < Rounds; round++)
        {
            Limiter limiter = FrozenSubjects.Make(subject);
            long taken = 0;
            Team.Run(threads, _ =>
            {
                int mine = 0;
                while (limiter.TryAcquire())
                {
                    mine++;
                }

                Interlocked.Add(ref taken, mine);
            });

            // Who was refused may have been so while another had tokens in its hands: those must be there now.
            Assert.Equal(FrozenSubjects.Burst - taken, limiter.GetState().Remaining);
            taken += Drain(limiter);
            Assert.Equal(FrozenSubjects.Burst, taken);
        }
    }

    [Theory]
    [EachFrozenSubject]
    public void Batches_and_refunds_leave_what_they_should(string subject, int threads)
    {
        for (int round = 0; round < Rounds; round++)
        {
            Limiter limiter = FrozenSubjects.Make(subject);
            long net = 0;
            Team.Run(threads, number =>
            {
                Random random = new((1_000 * number) + round);
                long mine = 0;
                for (int i = 0; i < 400; i++)
                {
                    int permits = random.Next(1, 60);
                    if (!limiter.TryAcquire(out Permit permit, permits))
                    {
                        continue;
                    }

                    int back = random.Next(3) == 0 ? 0 : random.Next(permits + 1);
                    permit.Refund(back);
                    mine += permits - back;
                }

                Interlocked.Add(ref net, mine);
            });
            AssertLeft(limiter, net);
        }
    }

    [Theory]
    [InlineData("token bucket, lanes", 2)]
    [InlineData("token bucket, lanes", 16)]
    [InlineData("token bucket, shards", 4)]
    [InlineData("token bucket, one word", 4)]
    [InlineData("fixed window", 4)]
    public void Settling_for_less_and_for_more_leaves_what_it_should(string subject, int threads)
    {
        for (int round = 0; round < Rounds; round++)
        {
            Limiter limiter = FrozenSubjects.Make(subject);
            long net = 0;
            Team.Run(threads, number =>
            {
                Random random = new((1_000 * number) + round);
                long mine = 0;
                for (int i = 0; i < 2_000 / threads; i++)
                {
                    int permits = random.Next(1, 4);
                    if (limiter.TryAcquire(out Permit permit, permits))
                    {
                        int actual = random.Next(4);
                        permit.Settle(actual);
                        mine += actual;
                    }
                }

                Interlocked.Add(ref net, mine);
            });

            // At most 2,000 times 3 was used, of 4,000: with debt nothing is left, else the difference.
            AssertLeft(limiter, Math.Min(net, FrozenSubjects.Burst));
        }
    }

    private static void AssertLeft(Limiter limiter, long net)
    {
        long left = FrozenSubjects.Burst - net;
        Assert.Equal(left, limiter.GetState().Remaining);
        Assert.Equal(left, limiter.Peek().Remaining);
        Assert.Equal(left, Drain(limiter));
    }

    private static int Drain(Limiter limiter)
    {
        int drained = 0;
        while (limiter.TryAcquire())
        {
            drained++;
        }

        return drained;
    }
}
