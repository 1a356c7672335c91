using System.Numerics;

namespace RateSync.Fast.Tests.Conformance;

/// <summary>
/// The laws of leases written down as slowly and obviously as they read: fractions instead of scaled integers, a list of uses, lists
/// that are searched. Shares nothing with the store but the operations.
/// </summary>
internal sealed class ObviousLeases(long retryHorizon)
{
    private const long Second = 1_000_000_000;

    private readonly List<Client> _clients = [];
    private readonly List<(long Until, long Permits)> _uses = [];
    private StoreLimit? _limit;
    private long _now;

    /// <summary>Permits that the bucket is short of full, as a fraction.</summary>
    private BigInteger _debt;
    private BigInteger _debtParts = 1;

    /// <summary>Whether the debt of the bucket is a whole number of permits, or almost: less than a millionth away.</summary>
    public bool NearlyWhole
    {
        get
        {
            BigInteger rest = _debt * 1_000_000 / _debtParts % 1_000_000;
            return rest == 0 || rest == 999_999;
        }
    }

    private long Outstanding => _clients.Sum(static client => client.Amount);

    private long Available => _limit switch
    {
        TokenBucketLimit bucket => (long)BigInteger.Max(0, Floor((bucket.Burst * _debtParts) - _debt, _debtParts)),
        WindowLimit window => Math.Max(0, window.Limit - _uses.Sum(static use => use.Permits) - Outstanding),
        _ => 0,
    };

    /// <summary>What the store must answer; without what only the store knows.</summary>
    public LeaseResult Apply(LeaseOperation operation, long now)
    {
        MoveTo(Math.Max(now, _now));
        Client? client = _clients.Find(known => known.Name == operation.Client);
        if (operation.Sequence > 0 && client?.Answer is { } answer && operation.Sequence <= client.Sequence)
        {
            if (operation.Sequence == client.Sequence)
            {
                return answer with { Replayed = true };
            }

            Define(operation.Limit);
            return Answer() with { Stale = true };
        }

        Define(operation.Limit);
        if (client is null && operation.Client.Length > 0)
        {
            _clients.Add(client = new Client(operation.Client));
        }

        long kept = 0;
        long returned = 0;
        if (client is not null)
        {
            kept = Math.Min(operation.Held, client.Amount);
            returned = Math.Min(operation.Return, client.Amount - kept);
            Use(client.Amount - kept - returned);
            _debt = BigInteger.Max(0, _debt - (returned * _debtParts));
            client.Amount = kept;
            long end = _now + ((operation.TimeToLive + operation.Margin).Ticks * 100);
            client.EndsAt = client.Active ? Math.Max(client.EndsAt, end) : end;
            client.Active = true;
        }

        long granted = Math.Min(operation.Want, Available);
        if (operation.Fair)
        {
            long share = _limit!.Most / Math.Max(1, _clients.Count(static known => known.Active));
            granted = Math.Min(granted, Math.Max(operation.AtLeast, share - kept));
        }

        granted = granted < operation.AtLeast ? 0 : granted;
        _debt += granted * _debtParts;
        if (operation.TimeToLive > TimeSpan.Zero)
        {
            client!.Amount += granted;
        }
        else
        {
            Use(granted);
        }

        LeaseResult result = Answer() with { Granted = granted, Kept = kept, Returned = returned };
        if (operation.Sequence > 0)
        {
            (client!.Sequence, client.Answer, client.RememberUntil) = (operation.Sequence, result, _now + retryHorizon);
        }

        return result;
    }

    private static BigInteger Floor(BigInteger number, BigInteger parts) => BigInteger.Divide(number - (((number % parts) + parts) % parts), parts);

    private LeaseResult Answer() => new()
    {
        StoreTime = _now,
        Available = Available,
        Outstanding = Outstanding,
        ActiveClients = _clients.Count(static known => known.Active),
        Limit = _limit!,
    };

    /// <summary>From one end of a record to the next.</summary>
    private void MoveTo(long now)
    {
        while (true)
        {
            Client? next = _clients.Where(static client => client.Active).MinBy(static client => client.EndsAt);
            if (next is null || next.EndsAt > now)
            {
                break;
            }

            Pass(next.EndsAt);
            Use(next.Amount);
            (next.Amount, next.Active) = (0, false);
        }

        Pass(now);
        _clients.RemoveAll(client => !client.Active && client.RememberUntil <= now);
    }

    /// <summary>The bucket fills, but never beyond what is not out.</summary>
    private void Pass(long now)
    {
        if (_limit is TokenBucketLimit { RatePerSecond: double rate } && now > _now)
        {
            // Rates of the test are whole numbers of permits in 1000 seconds.
            BigInteger perThousandSeconds = new(Math.Round(rate * 1000));
            BigInteger parts = 1000 * (BigInteger)Second;
            _debt = (_debt * parts) - ((now - _now) * perThousandSeconds * _debtParts);
            _debtParts *= parts;
            _debt = BigInteger.Max(_debt, Outstanding * _debtParts);
            BigInteger common = BigInteger.GreatestCommonDivisor(_debt, _debtParts);
            (_debt, _debtParts) = (_debt / common, _debtParts / common);
        }

        _now = now;
        _uses.RemoveAll(use => use.Until <= now);
    }

    /// <summary>Permits of a window that are used from now on; a bucket has been debited before.</summary>
    private void Use(long permits)
    {
        if (_limit is not WindowLimit limit || permits == 0)
        {
            return;
        }

        long window = limit.Window.Ticks * 100;
        long until = _now + window;
        if (limit.SubWindows > 0)
        {
            long step = window / limit.SubWindows;
            until = ((_now / step) + (limit.SubWindows == 1 ? 1 : limit.SubWindows + 1)) * step;
        }

        _uses.Add((until, permits));
    }

    private void Define(StoreLimit limit)
    {
        if (_limit is null)
        {
            _limit = limit;
        }

        if (limit.Version <= _limit.Version)
        {
            return;
        }

        StoreLimit old = _limit;
        _limit = limit;
        switch (old, limit)
        {
            case (TokenBucketLimit, TokenBucketLimit):
                break;
            case (WindowLimit before, WindowLimit after):
                if (before.Window != after.Window || before.SubWindows != after.SubWindows)
                {
                    long used = _uses.Sum(static use => use.Permits);
                    _uses.Clear();
                    Use(used);
                }

                break;
            case (TokenBucketLimit, WindowLimit):
                Use((long)-Floor(-_debt, _debtParts) - Outstanding);
                (_debt, _debtParts) = (0, 1);
                break;
            default:
                (_debt, _debtParts) = (_uses.Sum(static use => use.Permits) + Outstanding, 1);
                _uses.Clear();
                break;
        }
    }

    private sealed class Client(string name)
    {
        public string Name => name;

        public long Amount { get; set; }

        public bool Active { get; set; }

        public long EndsAt { get; set; }

        public long Sequence { get; set; }

        public LeaseResult? Answer { get; set; }

        public long RememberUntil { get; set; }
    }
}
