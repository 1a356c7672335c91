using System.Collections.Concurrent;
using RateSync.Fast.Http.Fields;

namespace RateSync.Fast.Http.Pauses;

/// <summary>The hosts that want to be left alone, up to a number of them. A host that wants nothing takes no memory.</summary>
internal sealed class HostPauses(int most, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, HostPause> _hosts = new(StringComparer.Ordinal);

    public static HostPauses For(RateLimitingHandlerOptions options)
    {
        options.Validate();
        return new HostPauses(options.MaxHosts, options.TimeProvider ?? TimeProvider.System);
    }

    public HostPause? Find(string host) => _hosts.IsEmpty ? null : _hosts.GetValueOrDefault(host);

    public void Take(string host, in Advice advice)
    {
        if (advice.Pause == TimeSpan.Zero && advice.Interval == TimeSpan.Zero)
        {
            return;
        }

        if (_hosts.Count >= most && !_hosts.ContainsKey(host))
        {
            MakeRoom();
        }

        _hosts.GetOrAdd(host, static (_, clock) => new HostPause(clock), clock).Take(advice);
    }

    /// <summary>Forgets what is over; and where that is nothing, any one host.</summary>
    private void MakeRoom()
    {
        bool isRoom = false;
        foreach ((string host, HostPause pause) in _hosts)
        {
            isRoom |= pause.IsOver && _hosts.TryRemove(host, out _);
        }

        if (!isRoom)
        {
            foreach ((string host, _) in _hosts)
            {
                _hosts.TryRemove(host, out _);
                break;
            }
        }
    }
}
