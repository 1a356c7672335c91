namespace RateSync.Fast.Tests.Conformance;

public class RateUnitsTests
{
    [Fact]
    public void Every_rate_in_microseconds_fits_into_a_double_and_is_not_above_the_nominal_one()
    {
        Random random = new(4);
        for (int round = 0; round < 2000; round++)
        {
            double rate = Math.Exp((random.NextDouble() * 41.4) - 20.7);
            long burst = 1L << random.Next(41);
            if (burst / rate > 1e12)
            {
                continue;
            }

            TokenBucketLimit limit = new(Math.Clamp(rate, 1e-9, 1e9), burst);
            RateUnits units = limit.InUnits(1_000_000);
            Assert.InRange(units.UnitsPerTick, 1, StoreOperation.MaxNumber);
            Assert.InRange(units.Capacity, 1, StoreOperation.MaxNumber + 1);
            Assert.Equal(units.Capacity, units.UnitsPerPermit * burst);
            double real = units.UnitsPerTick / (double)units.UnitsPerPermit / Math.Pow(2, units.TicksShift) * 1e6;
            Assert.True(real <= limit.RatePerSecond * (1 + 1e-14), $"{real} instead of {limit.RatePerSecond}");
        }
    }

    /// <summary>The recipe of docs/design/stores.md for a script that has doubles only, against the arithmetic of this library.</summary>
    [Fact]
    public void Doubles_are_enough_for_a_bucket_that_counts_microseconds()
    {
        Random random = new(5);
        for (int seed = 0; seed < 300; seed++)
        {
            TokenBucketLimit limit = new(Math.Exp((random.NextDouble() * 30) - 10), 1L << random.Next(30));
            RateUnits units = limit.InUnits(1_000_000);
            double shift = Math.Pow(2, units.TicksShift);
            double debt = 0;
            double now = 1.7e15;
            double asOf = now;
            Int128 exactDebt = 0;
            Int128 exactAsOf = (Int128)now;
            for (int step = 0; step < 100; step++)
            {
                now += Math.Floor(Math.Exp(random.NextDouble() * 30));

                // Whether it is full comes first: only then is the product known to be small.
                double steps = Math.Floor((now - asOf) / shift);
                if (steps >= Math.Ceiling(debt / units.UnitsPerTick))
                {
                    (debt, asOf) = (0, now);
                }
                else
                {
                    debt -= steps * units.UnitsPerTick;
                    asOf += steps * shift;
                }

                Int128 paid = (((Int128)now - exactAsOf) * units.UnitsPerTick) >> units.TicksShift;
                if (paid >= exactDebt)
                {
                    (exactDebt, exactAsOf) = (0, (Int128)now);
                }
                else
                {
                    exactDebt -= paid;
                    exactAsOf = units.TicksShift == 0 ? (Int128)now : exactAsOf + (paid << units.TicksShift);
                }

                double granted = Math.Min(random.Next(1, 50), Math.Floor((units.Capacity - debt) / units.UnitsPerPermit));
                debt += granted * units.UnitsPerPermit;
                exactDebt += (Int128)granted * units.UnitsPerPermit;
                Assert.Equal((exactDebt, exactAsOf), ((Int128)debt, (Int128)asOf));
            }
        }
    }
}
