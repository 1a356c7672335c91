using RateSync.Fast.Engine;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Keyed;

/// <summary>Random calls for the keys of a named limiter, and changes of it, beside a model of each key.</summary>
internal sealed class CloneRun : IDisposable
{
    public const int MaxRate = 8;

    /// <summary>A power of two, as are all rates: a table's coarse units are exact.</summary>
    private const long TicksPerSecond = 1L << 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ManualClock _clock = new(TicksPerSecond);
    private readonly Random _random;
    private readonly List<string> _log;
    private readonly bool _hasSlots;
    private readonly CloneTable _table;
    private readonly Dictionary<string, CloneModel> _models = [];
    private readonly List<CloneModel.Wait> _ended = [];
    private LimiterOptions _options;

    public CloneRun(Random random, List<string> log, bool hasSlots)
    {
        _random = random;
        _log = log;
        _hasSlots = hasSlots;
        _options = NextOptions();
        _table = new CloneTable("api", _options, _clock);
    }

    private int Limit => (int)_options.Burst!.Value;

    public async Task StepAsync()
    {
        string key = "key " + _random.Next(4);
        LimiterClone clone = _table.For(key);
        CloneModel model = ModelOf(key);
        int permits = _random.Next(1, Math.Min(Limit, 4) + 1);
        switch (_random.Next(10))
        {
            case 0 or 1:
                _log.Add($"Attempt({key}, {permits})");
                Decision decision = clone.Attempt(permits);
                Assert.Equal(model.Line.Count == 0 && model.TryTake(permits, _options), decision.Allowed);
                Keep(model, decision.Permit, decision.Allowed, permits);
                break;
            case 2:
                _log.Add($"TryAcquire({key}, {permits})");
                Assert.Equal(model.Line.Count == 0 && model.TryTake(permits, _options), clone.TryAcquire(permits));
                break;
            case 3 or 4:
                Acquire(key, clone, model, permits);
                break;
            case 5:
                await CancelAsync(key, model);
                break;
            case 6 when model.Permits.Count > 0 && _random.Next(2) == 0:
                int which = _random.Next(model.Permits.Count);
                Permit held = model.Permits[which];
                _log.Add($"Dispose({key}, {which})");
                model.Permits.RemoveAt(which);
                model.Release(1);
                model.Serve(_options, _ended);
                held.Dispose();
                held.Dispose();
                break;
            case 6 when model.SlotsOut > model.Permits.Count && _hasSlots:
                int back = _random.Next(1, model.SlotsOut - model.Permits.Count + 1);
                _log.Add($"Release({key}, {back})");
                model.Release(back);
                model.Serve(_options, _ended);
                clone.Release(back);
                break;
            case 7:
                _log.Add($"Settle({key}, 2, {permits})");
                if (permits > 2)
                {
                    model.Charge(permits - 2);
                }
                else
                {
                    model.Refund(2 - permits);
                    model.Serve(_options, _ended);
                }

                clone.Settle(2, permits);
                break;
            case 8:
                _options = NextOptions();
                _log.Add($"Change({_options.RatePerSecond}, {_options.Burst}, {_options.MaxConcurrent})");
                Each(one => one.Serve(_options, _ended));
                _table.Change(_options);
                break;
            default:
                int seconds = _random.Next(4) == 0 ? _random.Next(100) : _random.Next(3);
                _log.Add($"Advance({seconds})");
                for (int i = 0; i < seconds * MaxRate; i++)
                {
                    Each(one => one.Pass(_options, _ended));
                }

                _clock.Advance(seconds * TicksPerSecond);
                break;
        }

        await CompareAsync();
    }

    public async Task EndAsync()
    {
        foreach (CloneModel model in _models.Values)
        {
            while (model.Line.Count > 0)
            {
                await CancelAsync("any", model);
                await CompareAsync();
            }
        }
    }

    public void Dispose() => _table.Dispose();

    private void Acquire(string key, LimiterClone clone, CloneModel model, int permits)
    {
        _log.Add($"AcquireAsync({key}, {permits})");
        bool atOnce = model.Line.Count == 0 && model.TryTake(permits, _options);
        CancellationTokenSource cancellation = new();
        Task<Permit> task = clone.AcquireAsync(permits, Timeout.InfiniteTimeSpan, cancellation.Token).AsTask();
        Assert.Equal(atOnce, task.IsCompleted);
        if (atOnce)
        {
            Keep(model, task.GetAwaiter().GetResult(), allowed: true, permits);
        }
        else
        {
            model.Line.Add(new CloneModel.Wait(permits, cancellation) { Task = task, Model = model });
        }
    }

    private void Keep(CloneModel model, Permit permit, bool allowed, int permits)
    {
        Assert.Equal(allowed && _hasSlots ? permits : 0, permit.Permits);
        if (permit.Permits > 0)
        {
            model.Permits.Add(permit);
        }
    }

    private async Task CancelAsync(string key, CloneModel model)
    {
        if (model.Line.Count == 0)
        {
            return;
        }

        int place = _random.Next(model.Line.Count);
        _log.Add($"Cancel({key}, {place})");
        CloneModel.Wait wait = model.Line[place];
        model.Line.RemoveAt(place);
        if (place == 0)
        {
            model.Serve(_options, _ended);
        }

        await wait.Cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.Task.WaitAsync(s_patience));
    }

    private async Task CompareAsync()
    {
        // Those who are served have left the line by now; that their tasks complete is up to the pool.
        Assert.Equal(_models.Values.Sum(static model => model.Line.Count), _table.GetMetrics().Waiting);
        foreach (CloneModel.Wait wait in _ended)
        {
            if (wait.IsRefused)
            {
                await Assert.ThrowsAsync<RateLimitRejectedException>(() => wait.Task.WaitAsync(s_patience));
            }
            else
            {
                Keep(wait.Model, await wait.Task.WaitAsync(s_patience), allowed: true, wait.Permits);
            }
        }

        _ended.Clear();
        foreach ((string key, CloneModel model) in _models)
        {
            Assert.DoesNotContain(model.Line, static wait => wait.Task.IsCompleted);
            if (model.Line.Count == 0)
            {
                bool slotsFull = model.SlotsOut >= (_options.MaxConcurrent ?? int.MaxValue);
                long remaining = slotsFull ? 0 : Math.Max(0, (long)_options.Burst! - model.Spent);
                Assert.Equal(remaining, _table.For(key).Peek().Remaining);
            }
        }
    }

    private CloneModel ModelOf(string key)
    {
        if (!_models.TryGetValue(key, out CloneModel? model))
        {
            _models.Add(key, model = new CloneModel(MaxRate));
        }

        return model;
    }

    private void Each(Action<CloneModel> action)
    {
        foreach (CloneModel model in _models.Values)
        {
            action(model);
        }
    }

    private LimiterOptions NextOptions() => new()
    {
        RatePerSecond = 1 << _random.Next(4),
        Burst = _random.Next(1, 32),
        MaxConcurrent = _hasSlots ? _random.Next(1, 12) : null,
    };
}
